#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 29-api-upstream-floods - an upstream that sends without end costs a worker little memory, and its neighbours nothing.
. "$(dirname "$0")/api.sh"
scenario "floods from upstream"

piece='{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}'
ok_head='HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
start_sim <<-EOT
	on model=counted
		send "${ok_head}Content-Length: 1073741824\r\n\r\n{\"choices\":[\""
		fill 1g
	on model=by-close
		send "${ok_head}\r\n{\"choices\":[\""
		fill 1g
		close
	on model=one-chunk
		send "${ok_head}Transfer-Encoding: chunked\r\n\r\n40000000\r\n{\"choices\":[\""
		fill 1g
	on model=error
		send "HTTP/1.1 500 No\r\nContent-Length: 1073741824\r\n\r\n{\"error\":{\"message\":\""
		fill 1g
	on model=garbage
		send "${ok_head}\r\n"
		fill 1g
	on model=event
		send "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: $piece\n\ndata: {\"choices\":[\""
		fill 1g
	on model=comment
		send "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: $piece\n\n: "
		fill 1g
	on model=json-for-stream
		send "${ok_head}\r\n{\"choices\":[\""
		fill 1g
	on model=head
		send "HTTP/1.1 200 OK\r\nX-A: "
		fill 1g
	on model=tiny
		stream
		repeat 100000
		event "$piece"
		event "[DONE]"
		end
	on model=stream
		stream
		repeat 30000
		chunk "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$(printf 'x%.0s' {1..900})\"}}]}\n\n"
		event "[DONE]"
		end
EOT
write_conf <<-EOT
	workers = 1;
	$(sim_records)
	upstream = { total_timeout = "20s"; };
EOT
start_weir
worker=$(pid_of worker 0)
little=$(memory_of 32768)

kib() { awk -v what="$1:" '$1 == what { print $2 }' "/proc/$worker/status"; }
# grows NAME: the peak since the last look, in KiB above what was resident then.
measure() { echo 5 >"/proc/$worker/clear_refs" && base=$(kib VmRSS); }
grown() { echo $(($(kib VmHWM) - base)); }

post /v1/chat/completions "$(chat warm)" >/dev/null
while read -r name stream want; do
	measure
	post /v1/chat/completions "$(chat "$name" "${stream#-}")" >/dev/null
	is "$(code) $(jq -r .error.code "$T/body" 2>/dev/null)" "$want" "$name: refused in its shape"
	[ "$(grown)" -le "$little" ]
	ok $? "$name: the worker's memory grows by 32 MiB at most" || diag "it grew by $(grown) KiB"
done <<-'EOT'
	counted - 502 upstream_too_large
	by-close - 502 upstream_too_large
	one-chunk - 502 upstream_too_large
	error - 502 upstream_error
	garbage - 502 upstream_bad_answer
	head - 502 upstream_bad_answer
	json-for-stream "stream":true 502 upstream_too_large
EOT
for name in event comment; do
	measure
	post /v1/chat/completions "$(chat $name '"stream":true')" >/dev/null
	is "$(sed -n 's/^data: //p' "$T/body" | tail -n 1 | jq -r .error.code)" upstream_too_large "$name: breaks the stream"
	[ "$(grown)" -le "$little" ]
	ok $? "$name: the worker's memory grows by 32 MiB at most" || diag "it grew by $(grown) KiB"
done
measure
post /v1/chat/completions "$(chat tiny '"stream":true')" >/dev/null
is "$(grep -c '^data: {' "$T/body") $(tail -n 2 "$T/body" | head -n 1)" "100000 data: [DONE]" "a hundred thousand tiny events all arrive"
[ "$(grown)" -le "$little" ]
ok $? "with little memory" || diag "it grew by $(grown) KiB"

# A client that reads slowly holds its upstream back, not the bytes.
measure
curl -sN --max-time 20 --limit-rate 400k -H 'Content-Type: application/json' -d "$(chat stream '"stream":true')" \
	-o "$T/slow" "http://127.0.0.1:$api_port/v1/chat/completions" &
slow=$!
grows() { [ "$(stat -c %s "$T/slow" 2>/dev/null || echo 0)" -gt 400000 ]; }
until_true 5 grows
is "$(post /v1/chat/completions "$(chat beside)" >/dev/null; code)" 200 "others are served beside a slow client"
[ "$(grown)" -le "$little" ]
ok $? "what it does not take is not held" || diag "it grew by $(grown) KiB"
kill $slow
wait $slow 2>/dev/null
is "$(access_line '.model == "stream"' '"\(.status_code) \(.end_reason)"')" "499 client_gone" "when it leaves, its stream ends"
is "$(pid_of worker 0)" "$worker" "the worker lived through it all"
store_is_sound "the store is sound"
api_end
