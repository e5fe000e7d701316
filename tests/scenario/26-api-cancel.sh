#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 26-api-cancel - a client that leaves takes its upstream transfer with it, in each phase, and pays for what it had.
. "$(dirname "$0")/api.sh"
scenario "clients that leave"

piece='{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}'
start_sim <<-EOT
	on model=no-head
		hang
	on model=half-head
		send "HTTP/1.1 200 OK\r\nContent-"
		hang
	on model=half-body
		send "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"choices\":["
		hang
	on model=half-error
		send "HTTP/1.1 500 No\r\nContent-Length: 4000\r\n\r\n{"
		hang
	on model=no-event
		stream
		hang
	on model=mid-stream
		stream
		repeat 7
		event "$piece"
		hang
	on model=mid-event
		stream
		event "$piece"
		chunk "data: {\"choi"
		hang
	on model=flowing
		stream
		events 10000 2ms
	on model=flood
		stream
		repeat 1000000
		chunk "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$(printf 'x%.0s' {1..2000})\"}}]}\n\n"
	on model=after-comment
		hang
	on model=second times=1
		reply 500
	on model=second
		hang
	on model=with-usage
		stream
		event "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":1,\"total_tokens\":12}}"
		hang
EOT
write_conf <<-EOT
	workers = 2;
	$(sim_records | grep -v '^channels')
	channels = (
		{ name = "sim"; provider = "sim"; models = [ "*" ]; limits = [ "100000 requests / 1h" ]; },
		{ name = "next"; provider = "sim"; models = [ "second" ]; priority = 900; }
	);
	prices = ( { name = "all"; model = "*"; input = "1"; output = "2"; } );
	limits = [ "100000 requests / 1h", "100000000 tokens / 1h", "1000 usd / 1h" ];
	stream = { keepalive = "1s"; buffer = "16k"; };
EOT
start_weir

# request MODEL [JSON] [CURL ARGUMENT...]: in the background; its process is in client.
request() {
	local model=$1 more=${2:-}
	shift $(($# > 1 ? 2 : 1))
	curl -sN --max-time 30 -H 'Content-Type: application/json' -d "$(chat "$model" "$more")" "$@" \
		-o "$T/out.$model" "http://127.0.0.1:$api_port/v1/chat/completions" &
	client=$!
}
number_of() { sim_saw ".body | contains(\"\\\"$1\\\"\")" .request | tail -n 1; }
is_asked() { [ "$(sim_saw ".body | contains(\"\\\"$1\\\"\")" .request | wc -l)" -ge "${2:-1}" ]; }
is_gone() { [ -n "$(jq "select(.gone == $(number_of "$1"))" "$T/sim.jsonl")" ]; }
has() { grep -q "$2" "$T/out.$1"; }
# leaves MODEL SENTENCE: kills the client and sees what comes of it.
leaves() {
	kill -KILL "$client"
	wait "$client" 2>/dev/null
	until_true 2 is_gone "$1"
	ok $? "$2: its upstream connection is closed"
	is "$(access_line ".model == \"$1\"" '"\(.status_code) \(.end_reason) \(.status) \(.channel)"')" "499 client_gone error ${3:-sim}" \
		"$2: the access line says who left"
	until_true 2 nothing_reserved
	ok $? "$2: nothing stays reserved"
}
spent() { access_line ".model == \"$1\"" '"\(.usage_source) \(.output_tokens) \(.input_tokens > 0) \(.cost_usd | . != null and . > 0)"'; }

for model in no-head half-head half-body half-error; do
	request $model
	until_true 5 is_asked $model
	leaves $model $model
	is "$(spent $model)" "unknown 0 false false" "$model: nothing is charged for what was not seen"
done
request no-event '"stream":true'
until_true 5 is_asked no-event
leaves no-event "before the first event"
is "$(spent no-event)" "unknown 0 false false" "before the first event nothing is charged"
request mid-stream '"stream":true'
until_true 5 has mid-stream data:
leaves mid-stream "in mid stream"
is "$(spent mid-stream)" "estimated 7 true true" "in mid stream what was passed on is estimated and charged"
request mid-event '"stream":true'
until_true 5 has mid-event data:
leaves mid-event "in mid event"
is "$(spent mid-event)" "estimated 1 true true" "in mid event what was whole is charged"
request with-usage '"stream":true'
until_true 5 has with-usage data:
leaves with-usage "after usage was told"
is "$(spent with-usage)" "reported 1 true true" "usage that was told is taken as it is"
request flowing '"stream":true'
until_true 5 has flowing data:
leaves flowing "while events flow"
like "$(spent flowing)" '^estimated [1-9][0-9]* true true$' "while events flow what was passed on is charged"
request flood '"stream":true' --limit-rate 100k
until_true 5 has flood data:
leaves flood "while its upstream is held back"
like "$(spent flood)" '^estimated [1-9][0-9]* true true$' "what was passed on to a slow client is charged"
request after-comment '"stream":true'
until_true 5 has after-comment keep-alive
leaves after-comment "after a comment"
is "$(spent after-comment)" "unknown 0 false false" "a comment costs nothing"
request second
until_true 5 is_asked second 2
leaves second "in the second attempt" next
is "$(access_line '.model == "second"' .attempts)" 2 "both attempts are told"
is "$(get /health | jq -r .status)" ok "the server goes on"

# A head or half a body only: nobody was asked, nothing is held.
exec 8<>"/dev/tcp/127.0.0.1/$api_port"
printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"model":"half-request"' >&8
inflight_is() { [ "$(metric weir_requests_inflight)" = "$1" ]; }
until_true 3 inflight_is 1
exec 8>&-
until_true 3 inflight_is 0
ok $? "who leaves in mid request is forgotten"
is "$(access_line '.request_type == "chat.completions" and .model == null' '"\(.status_code) \(.end_reason) \(.attempts)"')" "499 client_gone 0" "with an access line"

# Many at once.
before=$(jq -r 'select(.gone) | .gone' "$T/sim.jsonl" | wc -l)
for n in {1..100}; do
	cat <<-EOT
		url = "http://127.0.0.1:$api_port/v1/chat/completions"
		header = "Content-Type: application/json"
		data = "$(chat mid-stream '"stream":true' | sed 's/"/\\"/g')"
		output = "$T/many.$n"
		no-buffer
		next
	EOT
done | sed '$d' >"$T/many.conf"
curl -sN --max-time 30 --parallel --parallel-immediate --parallel-max 200 -K "$T/many.conf" 2>/dev/null &
client=$!
all_have() { [ "$(grep -l data: "$T"/many.[0-9]* 2>/dev/null | wc -l)" = 100 ]; }
until_true 10 all_have
ok $? "a hundred streams are open"
kill -KILL $client
wait $client 2>/dev/null
all_gone_upstream() { [ $(($(jq -r 'select(.gone) | .gone' "$T/sim.jsonl" | wc -l) - before)) = 100 ]; }
until_true 3 all_gone_upstream
ok $? "when all their clients leave at once a hundred upstream connections are closed"
is "$(curl -s --max-time 5 "http://127.0.0.1:$sim_port/sim/stats" | jq .open)" 1 "the upstream has no connection of weir's open but the one that asks" ||
	curl -s --max-time 5 "http://127.0.0.1:$sim_port/sim/stats"
logged() { access_count '.model == "mid-stream" and .end_reason == "client_gone" and .output_tokens == 7' 101; }
until_true 3 logged
ok $? "each has its access line and its estimate"
counted() { [ "$(metric 'weir_requests_total{code="499"}')" = "$(access '.status_code == 499' | wc -l)" ]; }
until_true 3 counted
ok $? "the metric has as many as the access log"
inflight_is 0
ok $? "nothing is under way"
is "$(weirctl breaker list --json | jq -c '[.[] | select(.model != null)]')" '[]' "a client that leaves is no channel's fault"
store_is_sound "the store is sound"
api_end
