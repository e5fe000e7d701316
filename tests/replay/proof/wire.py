# SPDX-License-Identifier: Apache-2.0
"""HTTP as bytes: a client that sees how an answer ends, a vendor that answers as it is told."""
import asyncio
import json


# ------------------------------------------------------------------ splitting streams

def sse_events(text, strict=None):
    """[(name, data)] of an event stream.  `strict` is a list that collects faults of our own framing."""
    events, name, data = [], "", []
    if text.startswith("\ufeff"):
        text = text[1:]
        if strict is not None:
            strict.append("a byte order mark")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if strict is not None and "\r" in text:
        strict.append("a carriage return")
    tail = lines.pop()
    if tail and strict is not None:
        strict.append(f"the stream ends inside the line {tail[:60]!r}")
    elif tail:
        lines.append(tail)
    for line in lines:
        if line == "":
            if any(data) or (data and strict is not None):
                events.append((name, "\n".join(data)))
                if strict is not None and len(data) > 1:
                    strict.append("an event of more than one data line")
            elif name and strict is not None:
                strict.append(f"event {name!r} without data")
            name, data = "", []
        elif line.startswith(":"):
            if strict is not None and (data or name):
                strict.append("a comment inside an event")
        else:
            field, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if field == "data":
                data.append(value)
                if strict is not None and value == "":
                    strict.append("an empty data line")
            elif field == "event":
                name = value
            elif strict is not None:
                strict.append(f"a line {line[:40]!r}")
    if data:
        if strict is not None:
            strict.append("no blank line after the last event")
        else:
            events.append((name, "\n".join(data)))
    return events


def json_values(text):
    """The values of NDJSON or of one JSON array."""
    text = text.lstrip("\ufeff \r\n\t")
    if text.startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.split("\n") if line.strip()]


# ------------------------------------------------------------------ heads

class Headers(dict):
    """Names in lower case."""

    @classmethod
    def read(cls, lines):
        h = cls()
        for line in lines:
            name, _, value = line.partition(":")
            h[name.strip().lower()] = value.strip()
        return h


async def read_head(reader):
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").split("\r\n")
    return first, Headers.read([line for line in lines if line])


# ------------------------------------------------------------------ the client

class Got:
    """An answer as it came; `ended`: whole, cut, hung."""

    def __init__(self):
        self.status, self.headers, self.body, self.ended = 0, Headers(), b"", "cut"

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    @property
    def dropped(self):
        return [n.strip() for n in self.headers.get("x-weir-dropped", "").split(",") if n.strip()]


class Client:
    """One connection, opened again when an answer was cut."""

    def __init__(self, port):
        self.port, self.reader, self.writer = port, None, None

    async def post(self, path, body, headers=(), timeout=20):
        got = Got()
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"POST {path} HTTP/1.1", "Host: weir", "Content-Type: application/json", f"Content-Length: {len(payload)}"]
        lines += [f"{k}: {v}" for k, v in headers]
        try:
            await asyncio.wait_for(self._post("\r\n".join(lines).encode() + b"\r\n\r\n" + payload, got), timeout)
        except (asyncio.TimeoutError, TimeoutError):
            got.ended = "hung"
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        if got.ended != "whole" or got.headers.get("connection", "").lower() == "close":
            self.close()
        return got

    async def _post(self, data, got):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
        self.writer.write(data)
        while True:
            first, got.headers = await read_head(self.reader)
            got.status = int(first.split(" ")[1])
            if got.status >= 200:
                break
        if got.headers.get("transfer-encoding", "").lower() == "chunked":
            while True:
                size = int((await self.reader.readline()).split(b";")[0], 16)
                if size:
                    left = size
                    while left:
                        piece = await self.reader.read(left)
                        if not piece:
                            raise asyncio.IncompleteReadError(b"", left)
                        got.body += piece
                        left -= len(piece)
                await self.reader.readexactly(2)
                if size == 0:
                    break
        elif "content-length" in got.headers:
            got.body = await self.reader.readexactly(int(got.headers["content-length"]))
        else:
            got.body = await self.reader.read(-1)
            got.ended = "whole"
            self.close()
            return
        got.ended = "whole"

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def in_parallel(port, jobs, lanes=24):
    """Runs job(client) for each; the results in order."""
    jobs = list(enumerate(jobs))
    jobs.reverse()
    results = [None] * len(jobs)

    async def lane():
        client = Client(port)
        while jobs:
            i, job = jobs.pop()
            results[i] = await job(client)
        client.close()

    await asyncio.gather(*(lane() for _ in range(lanes)))
    return results


# ------------------------------------------------------------------ the vendor

class Asked:
    """A request as it reached the vendor."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def model(self):
        path = self.path.split("?")[0]
        if "/models/" in path and ":" in path:
            return path.rsplit("/models/", 1)[1].rsplit(":", 1)[0]
        try:
            return str(self.json().get("model", ""))
        except ValueError:
            return ""


class Conn:
    """What a script of the vendor writes with."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.keep = reader, writer, True

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def whole(self, status, body, headers=()):
        lines = [f"HTTP/1.1 {status} Recorded", f"content-length: {len(body)}"]
        lines += [f"{k}: {v}" for k, v in headers]
        await self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    async def head(self, headers, status=200):
        lines = [f"HTTP/1.1 {status} Recorded", "transfer-encoding: chunked"]
        lines += [f"{k}: {v}" for k, v in headers]
        await self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    async def chunk(self, data):
        if data:
            await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def chunks(self, data, sizes):
        """All of it in chunks of these sizes (the last one is repeated), written in few calls."""
        out, at, i = bytearray(), 0, 0
        while at < len(data):
            n = max(1, sizes[min(i, len(sizes) - 1)])
            i += 1
            piece = data[at:at + n]
            out += b"%x\r\n%s\r\n" % (len(piece), piece)
            at += n
        await self.send(bytes(out))

    async def end(self):
        await self.send(b"0\r\n\r\n")

    def cut(self):
        self.keep = False

    def reset(self):
        import socket
        import struct
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        self.keep = False


class Vendor:
    """Answers by model: scripts[model] is async fn(asked, conn); what came is in seen[model]."""

    def __init__(self):
        self.scripts, self.seen, self.server, self.port = {}, {}, None, 0

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        conn = Conn(reader, writer)
        try:
            while conn.keep:
                first, headers = await read_head(reader)
                method, path, _ = first.split(" ")
                body = b""
                if "content-length" in headers:
                    body = await reader.readexactly(int(headers["content-length"]))
                elif headers.get("transfer-encoding", "").lower() == "chunked":
                    while True:
                        n = int(await reader.readline(), 16)
                        body += await reader.readexactly(n)
                        await reader.readexactly(2)
                        if n == 0:
                            break
                asked = Asked(method, path, headers, body)
                self.seen.setdefault(asked.model, []).append(asked)
                script = self.find(asked)
                if script is None:
                    await conn.whole(404, b'{"error":{"message":"no script","type":"invalid_request_error"}}',
                                     [("content-type", "application/json")])
                else:
                    await script(asked, conn)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            try:
                writer.close()
            except OSError:
                pass

    def find(self, asked):
        return self.scripts.get(asked.model)

    async def stop(self):
        self.server.close()
