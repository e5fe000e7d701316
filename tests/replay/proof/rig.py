# SPDX-License-Identifier: Apache-2.0
"""weir in a temporary directory before the vendor: one provider for each dialect."""
import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile

from .wire import Client, Vendor

# dialect -> kind of provider, what its base URL ends in.  Each speaks this one dialect only.
KINDS = {
    "openai": ("openai", "/v1"),
    "responses": ("responses", "/v1"),
    "anthropic": ("anthropic", ""),
    "gemini": ("gemini", "/v1beta"),
    "ollama": ("ollama", ""),
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Rig:
    """`alone` are (dialect, model) that get a channel of their own: what hurts a channel hurts no other."""

    def __init__(self, alone=(), extra="", kinds=None):
        self.extra, self.vendor = extra, Vendor()
        wanted = os.environ.get("WEIR_PAIRS", " ".join(KINDS)).split()
        self.kinds = {d: k for d, k in dict(KINDS, **(kinds or {})).items() if d in wanted}
        self.alone = [(d, m) for d, m in alone if d in self.kinds]
        self.dir, self.process, self.port = None, None, 0

    def conf(self):
        providers = [f'{{ name = "{d}"; kind = "{kind}"; base_url = "http://127.0.0.1:{self.vendor.port}{end}"; '
                     f'allow_private = true; dialects = [ "{d}" ]; }}' for d, (kind, end) in self.kinds.items()]
        channels = [f'{{ name = "{d}"; provider = "{d}"; models = [ "{d}.*" ]; keys = [ "sk-{d}-secret-0123456789" ]; }}'
                    for d in self.kinds]
        channels += [f'{{ name = "alone-{i}"; provider = "{d}"; models = [ "{model}" ]; keys = [ "sk-alone-{i}-0123456789" ]; }}'
                     for i, (d, model) in enumerate(self.alone)]
        return "\n".join([
            "version = 1; workers = 1;", f'listen = "127.0.0.1:{self.port}"; admin = {{ listen = ""; }};',
            f'data_dir = "{self.dir}/data"; run_dir = "{self.dir}/run";',
            'auth = { required = false; }; health = { interval = "0"; }; discovery = { interval = "0"; };',
            'access = { dir = ""; };', self.extra,
            "providers = ( " + ",\n".join(providers) + " );", "channels = ( " + ",\n".join(channels) + " );", ""])

    async def __aenter__(self):
        await self.vendor.start()
        self.dir, self.port = tempfile.mkdtemp(prefix="weir-proof-"), free_port()
        conf = os.path.join(self.dir, "weir.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(self.conf())
        self.log = open(os.path.join(self.dir, "log"), "wb")
        binary = os.path.join(os.environ["WEIR_BIN"], "weir")
        self.process = subprocess.Popen([binary, "-f", "-c", conf], stdout=self.log, stderr=self.log)
        for _ in range(400):
            if self.process.poll() is not None:
                break
            if (await self.get("/ready")).status == 200:
                return self
            await asyncio.sleep(0.05)
        raise SystemExit("weir does not start:\n" + self.log_text()[-3000:])

    def log_text(self):
        with open(os.path.join(self.dir, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    async def get(self, path, headers=()):
        import urllib.request
        from .wire import Got, Headers

        def ask():
            got, request = Got(), urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=dict(headers))
            try:
                with urllib.request.urlopen(request, timeout=10) as r:
                    got.status, got.headers, got.body = r.status, Headers((k.lower(), v) for k, v in r.headers.items()), r.read()
            except urllib.error.HTTPError as e:
                got.status, got.body = e.code, e.read()
            except OSError:
                pass
            got.ended = "whole"
            return got
        return await asyncio.get_running_loop().run_in_executor(None, ask)

    def client(self):
        return Client(self.port)

    async def __aexit__(self, *_):
        # Its children end with it.
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.get_running_loop().run_in_executor(None, self.process.wait, 20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        await self.vendor.stop()
        self.log.close()
        if not os.environ.get("WEIR_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)
