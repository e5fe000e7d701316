#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 10-sim - weir-sim does what its script says, to the byte: each action once, then its command line.
. "$(dirname "$0")/lib.sh"
scenario "weir-sim does what its script says"

printf 'bytes\0of a file' >"$T/bytes"
start_sim -r "$T" <<-EOT
	on path=/reply
		header "X-A: 1"
		reply 503 "{}"
	on path=/stream
		stream "text/plain"
		chunk "a"
		repeat 2
		event "b"
		end
	on path=/raw
		delay 5ms
		send "a\\r\\n\\0b"
		file "$T/bytes"
		fill 3
		close
	on path=/interim
		1xx 2
		1xx 1 100
	on path=/garbage
		garbage 9
		close
	on path=/pieces
		drip 2 1ms
		send "abcde"
		split 1
		send "fgh"
		fin
	on model=built-in
		usage 11 7
		stream
		events 2 1ms
		finish
	on path=/v1/models
		models one two
	on path=/reset
		send "a"
		reset
	on path=/hang
		hang
	on path=/count nth=2
		reply 200 "second"
	on path=/count times=1
		reply 200 "first"
	on path=/count
		answer
EOT

# ask METHOD_AND_PATH [BODY]: the answer's bytes are in $T/got.
ask() {
	local body=${2-}
	(
		exec 3<>"/dev/tcp/127.0.0.1/$sim_port" || exit
		printf '%s HTTP/1.1\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' "$1" "${#body}" "$body" >&3
		timeout 10 cat <&3
	) >"$T/got" 2>"$T/ask.err"
}
# answers METHOD_AND_PATH BYTES SENTENCE: the bytes as printf %b has them.
answers() {
	ask "$1"
	printf '%b' "$2" | cmp -s - "$T/got"
	ok $? "$3" || diag "$(od -c "$T/got" | head -n 30)"
}
stat_of() { curl -sS --max-time 5 "http://127.0.0.1:$sim_port/sim/stats" | jq ".$1"; }
stat_is() { [ "$(stat_of "$1")" = "$2" ]; }

# ---------------------------------------------------------------- actions

answers "GET /reply" 'HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}' \
	"a reply has its status, header and body"
answers "HEAD /reply" 'HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n' \
	"and for HEAD no body"
answers "GET /stream" 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n9\r\ndata: b\n\n\r\n9\r\ndata: b\n\n\r\n0\r\n\r\n' \
	"a stream has its chunks and events, those that are repeated too"
answers "GET /raw" 'a\r\n\0bbytes\0of a filexxx' "raw bytes, those of a file and a filling are sent as they are"
answers "GET /garbage" '\xaf\xcd\x1d\x7b\x39\xa8\x20\xe2\xf4' "garbage is the same for everyone"
answers "GET /pieces" 'abcdefgh' "bytes in pieces are all there"
ask "GET /interim"
like "$(tr -d '\r' <"$T/got" | tr '\n' '|')" '^HTTP/1.1 103 Early Hints\|\|HTTP/1.1 103 Early Hints\|\|HTTP/1.1 100 Continue\|\|HTTP/1.1 404 Not Found\|' \
	"interim responses come before the built-in answer"
ask "GET /v1/models"
is "$(tail -n 1 "$T/got" | jq -c '[.data[].id]')" '["one","two"]' "the model list has the names of the script"
ask "POST /v1/chat/completions" '{"model":"built-in","stream":true,"stream_options":{"include_usage":true}}'
is "$(sed -n 's/^data: //p' "$T/got" | tr -d '\r' | jq -Rr 'fromjson? | .choices[0].delta.content // .choices[0].finish_reason // "\(.usage.prompt_tokens) \(.usage.completion_tokens)"' | tr '\n' '|')" \
	'word |word |stop|11 7|' "a stream has its events, its finish and the usage of the script"
is "$(sed -n 's/^data: //p' "$T/got" | tail -n 1 | tr -d '\r')" '[DONE]' "and its end"
ask "GET /reset"
like "$(cat "$T/ask.err")" 'reset by peer' "a connection is reset"
ask "GET /count"; like "$(cat "$T/got")" 'first$' "the first request is not the second"
ask "GET /count"; like "$(cat "$T/got")" 'second$' "the second is"
ask "GET /count"; like "$(cat "$T/got")" '404 Not Found' "a rule that is used up leaves the next one its turn"
curl -sS --max-time 5 -X POST "http://127.0.0.1:$sim_port/sim/reset" >"$T/reset"
is "$(jq -c '[.requests, .gone, .refused]' "$T/reset")" '[0,0,0]' "a reset sets all counts to 0"
ask "GET /count"; like "$(cat "$T/got")" 'first$' "those of the rules too"
exec 4<>"/dev/tcp/127.0.0.1/$sim_port"
printf 'GET /hang HTTP/1.1\r\n\r\n' >&4
until_true 5 stat_is requests 2; ok $? "a request that hangs is counted"
is "$(stat_of gone)" 0 "while its client waits it is not gone"
exec 4>&- 4<&-
until_true 5 stat_is gone 1; ok $? "when it left it is"
missing=$("$SIM" --help | sed -n 's/^    \([a-z0-9]*\) .*/\1/p' | while read -r word; do
	grep -qE "^[[:space:]]*$word\b" "$T/sim.script" || echo "$word"
done)
is "$missing" "" "each action that --help shows was told here"

# ---------------------------------------------------------------- what is received

is "$(jq -c 'select(.path == "/stream") | [.method, .headers[0], .body]' "$T/sim.jsonl")" \
	'["GET","Connection: close",""]' "a request is recorded as it came"
is "$(jq -s 'map(select(.gone)) | length' "$T/sim.jsonl")" 1 "so is a client that left"
ask "nonsense"; like "$(head -n 1 "$T/got")" '^HTTP/1.1 400 ' "what is no HTTP is refused"
is "$(jq -r 'select(.refused) | .status' "$T/sim.jsonl")" 400 "and recorded"
(
	exec 3<>"/dev/tcp/127.0.0.1/$sim_port"
	printf 'GET /reply HTTP/1.1\r\n\r\nGET /stream HTTP/1.1\r\n\r\nGET /reply HTTP/1.1\r\nConnection: close\r\n\r\n' >&3
	timeout 10 cat <&3
) >"$T/got"
is "$(grep -ao 'HTTP/1.1 [0-9]*' "$T/got" | wc -l)" 3 "pipelined requests are all answered"
head -c 68000000 /dev/zero >"$T/large"
is "$(curl -sS --max-time 20 -o "$T/got" -w '%{http_code}' --data-binary "@$T/large" "http://127.0.0.1:$sim_port/reply")" 413 \
	"a body of more than 64 MiB is refused"
is "$(curl -sS --max-time 20 -o "$T/got" -w '%{http_code}' -H 'Expect: 100-continue' --data-binary hello "http://127.0.0.1:$sim_port/reply")" 503 \
	"a client that waits for 100 Continue gets it"
mkdir "$T/exchanges"
echo '{"response":{"status":418,"headers":{"X-Was":"so","Content-Length":"99"},"body":"tea"}}' >"$T/exchanges/pot.json"
ask "POST /v1/chat/completions" '{"model":"replay/pot"}'
like "$(tr -d '\r' <"$T/got" | tr '\n' '|')" '^HTTP/1.1 418 Bad\|X-Was: so\|Content-Length: 3\|\|tea' "a recording is an answer"

# ---------------------------------------------------------------- the process

exits() {
	local want=$1
	shift
	timeout 10 "$SIM" "$@" >"$T/out" 2>"$T/err" </dev/null
	[ $? -eq "$want" ]
}
exec 4<>"/dev/tcp/127.0.0.1/$sim_port"
printf 'GET /hang HTTP/1.1\r\n\r\n' >&4
until_true 5 sh -c "grep -c /hang '$T/sim.jsonl' | grep -qx 2"
kill -QUIT "$sim_pid"
refuses() { ! (exec 5<>"/dev/tcp/127.0.0.1/$sim_port") 2>/dev/null; }
until_true 5 refuses; ok $? "after QUIT nothing new is accepted"
kill -0 "$sim_pid"; ok $? "what is being answered goes on"
exec 4>&- 4<&-
wait "$sim_pid"; is $? 0 "when it is over the simulator ends with status 0"
start_sim </dev/null
exits 69 -l "127.0.0.1:$sim_port"; ok $? "an address in use is told with status 69"
kill -TERM "$sim_pid"
wait "$sim_pid"; is $? 0 "TERM ends it with status 0"
printf 'on\n\treply\n' >"$T/bad"
exits 78 -t -s "$T/bad"; ok $? "a script with a fault is told with status 78"
is "$(cat "$T/err")" "$T/bad:2: 'reply' wants more arguments" "with its line and reason"
exits 0 -t -s "$T/sim.script"; ok $? "one without is fine"
exits 66 -s "$T/none"; ok $? "a script that is not there is told with status 66"
exits 73 -l 127.0.0.1:0 -o "$T/none/file"; ok $? "a record that cannot be written is told with status 73"
exits 73 -l 127.0.0.1:0 -p "$T/none/file"; ok $? "so is a port file"
exits 69 -F 0; ok $? "a descriptor that does not listen is told with status 69"
exits 69 -l localhost; ok $? "an address without a port is told with status 69"
exits 64 -F x; ok $? "a descriptor that is no number is told with status 64"
exits 64 --nonsense; ok $? "so is an unknown option"
scenario_end
