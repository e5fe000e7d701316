#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 28-api-bounds - heads, bodies, connections and descriptors have bounds; at each of them weir stays calm and recovers.
. "$(dirname "$0")/api.sh"
scenario "bounds of what clients may take"

start_sim <<-'EOT'
	on model=long
		stream
		events 8 100ms
		finish
EOT
write_conf <<-EOT
	workers = 1;
	$(sim_records)
	http = { max_body = "1m"; max_head = "8k"; head_timeout = "400ms"; body_timeout = "600ms"; idle_timeout = "1s"; json_depth = 16; };
EOT
start_weir
worker=$(pid_of worker 0)
ask() { post /v1/chat/completions "$(chat "$@")" >/dev/null; }

# ---------------------------------------------------------------- time

slow_head() { { printf 'GET /health HTTP/1.1\r\nX-A: '; for n in {1..30}; do printf a; sleep 0.05; done; } >&8; }
slow_body() { { printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n'; for n in {1..40}; do printf ' '; sleep 0.05; done; } >&8; }
slow_chunks() { { printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'; for n in {1..40}; do printf '1\r\n \r\n'; sleep 0.05; done; } >&8; }
half_head() { printf 'GET /health HTT' >&8; }
half_body() { printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n{' >&8; }
nothing() { :; }
idle() { printf 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n' >&8; }
# talk NAME: what it sends, and what comes back until the other side closes, into $T/talk.NAME; 124 = it never closed.
talk() {
	exec 8<>"/dev/tcp/127.0.0.1/$api_port"
	$1 2>/dev/null &
	timeout 4 cat <&8 >"$T/talk.$1"
	echo $? >"$T/talk.$1.end"
	kill $! 2>/dev/null
	exec 8>&-
}
talks=()
for name in slow_head slow_body slow_chunks half_head half_body nothing idle; do
	(trap - EXIT; talk $name) 2>/dev/null &
	talks+=($!)
done
wait "${talks[@]}"
ends() { cat "$T/talk.$1.end"; }
for name in slow_head slow_body slow_chunks half_head half_body; do
	like "$(head -n 1 "$T/talk.$name")" '^HTTP/1.1 408 ' "$name: is told with a 408"
	is "$(tail -n 1 "$T/talk.$name" | jq -r .error.code)" request_timeout "$name: in the API's shape"
	[ "$(ends $name)" != 124 ]
	ok $? "$name: the connection is closed"
done
is "$(cat "$T/talk.nothing") $([ "$(ends nothing)" != 124 ] && echo closed)" " closed" "who says nothing is closed without a word"
like "$(head -n 1 "$T/talk.idle") $([ "$(ends idle)" != 124 ] && echo closed)" '^HTTP/1.1 200 .* closed' "an idle connection is closed after its time"

# ---------------------------------------------------------------- sizes

filler() { head -c "$1" /dev/zero | tr '\0' "$2"; }
is "$(get /health -H "X-A: $(filler 7000 a)" >/dev/null; code)" 200 "a head below the cap passes"
is "$(get /health -H "X-A: $(filler 9000 a)" >/dev/null; code)" 431 "one above it does not"
for n in {1..600}; do printf 'header = "X-%d: aaaa"\n' $n; done >"$T/headers"
is "$(get /health -K "$T/headers" >/dev/null; code)" 431 "nor do many headers"
printf '{"model":"m","messages":[{"role":"user","content":"%s"}]}' "$(filler 1048000 a)" >"$T/ask"
is "$(post /v1/chat/completions "@$T/ask" >/dev/null; code)" 200 "a body below the cap passes"
is "$(sim_saw '.body | length > 1000000' '.body | length')" "$(wc -c <"$T/ask")" "and arrives whole"
printf '%s' "$(filler 600 ' ')" >>"$T/ask"
is "$(post /v1/chat/completions "@$T/ask" -H 'Expect: 100-continue' >/dev/null; code)" 413 "one above it is refused before it is sent"
like "$(raw 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n' 2)" '^HTTP/1.1 4(00|13) ' "an absurd length is refused"
deep() { printf '{"model":"m","messages":[{"role":"user","content":"a"}],"x":%s1%s}' "$(filler "$1" '[')" "$(filler "$1" ']')"; }
is "$(post /v1/chat/completions "$(deep 15)" >/dev/null; code)" 200 "nesting at the cap passes"
post /v1/chat/completions "$(deep 16)" >/dev/null
error_is 400 invalid_request_error invalid_json null "nesting above it does not"
deep 100000 >"$T/deep"
is "$(post /v1/chat/completions "@$T/deep" >/dev/null; code)" 400 "however deep"
printf '{"model":"m","messages":[{"role":"user","content":"a"}]%s}' "$(for n in {1..20000}; do printf ',"a%d":%d' $n $n; done)" >"$T/wide"
is "$(post /v1/chat/completions "@$T/wide" >/dev/null; code)" 200 "twenty thousand members pass"
two='GET /health HTTP/1.1\r\nHost: a\r\n\r\n'
is "$(raw "$two$two${two/GET/HEAD}GET /v1/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" | grep -a -o 'HTTP/1.1 [0-9]*' | tr '\n' ' ')" \
	"HTTP/1.1 200 HTTP/1.1 200 HTTP/1.1 200 HTTP/1.1 404 " "pipelined requests are answered in order"
is "$(pid_of worker 0)" "$worker" "the worker lived through it all"

# ---------------------------------------------------------------- connections

# ticks: processor time of the worker, in hundredths of a second.
ticks() { awk '{ print $14 + $15 }' "/proc/$(pid_of worker 0)/stat"; }
# many N: so many streams of the model long at once; the statuses, counted.
many() {
	local n
	for n in $(seq "$1"); do
		cat <<-EOT
			url = "http://127.0.0.1:$api_port/v1/chat/completions"
			header = "Content-Type: application/json"
			data = "$(chat long '"stream":true' | sed 's/"/\\"/g')"
			output = "$T/many.$n"
			write-out = "%{http_code} %{exitcode}\n"
			max-time = 25
			next
		EOT
	done | sed '$d' >"$T/many.conf"
	curl -sN --parallel --parallel-immediate --parallel-max 300 -K "$T/many.conf" 2>/dev/null >"$T/many.ends"
}
judge_many() {
	local n code exit whole=0 bad=
	whole=$(grep -lx 'data: \[DONE\]' "$T"/many.[0-9]* 2>/dev/null | wc -l)
	is "$(grep -c '^200 0' "$T/many.ends")" "$whole" "$1: who got a 200 got all of it"
	[ "$whole" -gt 0 ]
	ok $? "$1: some were served ($whole of $(wc -l <"$T/many.ends"))"
	unlike "$(cat "$T/many.ends")" '^(200 [1-9]|500|000 )' "$1: none was cut in the middle, hung or without a word" || diag "$(sort "$T/many.ends" | uniq -c)"
}
stop_weir
write_conf <<-EOT
	workers = 1;
	$(sim_records)
	http = { max_connections = 20; };
EOT
start_weir
idle=()
for n in {1..20}; do
	exec {fd}<>"/dev/tcp/127.0.0.1/$api_port"
	idle+=($fd)
	printf 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n' >&$fd
	read -r -t 5 answer <&$fd
done
is "${answer%% OK*}" "HTTP/1.1 200" "as many clients as the cap allows are served"
ask m
is "$(code)" 200 "when all of them are idle, one more is served"
for fd in "${idle[@]}"; do exec {fd}>&-; done
many 60
judge_many "above the cap of connections"
ask m
is "$(code)" 200 "afterwards requests are served"

stop_weir
write_conf <<-EOT
	workers = 1;
	$(sim_records)
EOT
cat >"$T/few-files" <<-EOT
	#!/bin/sh
	ulimit -n 64
	exec "$WEIR" "\$@"
EOT
chmod +x "$T/few-files"
WEIR=$T/few-files
start_weir
before=$(ticks)
many 150 &
client=$!
sleep 1.5
used=$(($(ticks) - before))
wait $client
[ $used -lt 60 ]
ok $? "with no descriptors left the worker does not spin" || diag "$used hundredths of a second in 1.5 s"
judge_many "without descriptors"
ask m
is "$(code)" 200 "afterwards requests are served"
is "$(weirctl breaker list --json | jq -c '[.[] | select(.state == "open") | .state]')" '[]' "and no breaker is open" || diag "$(weirctl breaker list --json)"
is "$(status_get '[.children[] | select(.role == "worker") | .restarts] | add')" 0 "no worker was lost"
store_is_sound "the store is sound"
api_end
