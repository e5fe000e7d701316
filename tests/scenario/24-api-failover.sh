#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 24-api-failover - the best channel that can answer does; a breaker keeps away from the others and lets one probe through.
. "$(dirname "$0")/api.sh"
scenario "failover, breakers, cool-downs, upstream keys"

whole='{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"abc\"}}]}'
piece='{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}'
# One simulator; channels send their name as a header, so that a rule knows who asks.
start_sim <<-EOT
	on header~bad-key model=two-keys
		reply 401 "{\"error\":{\"message\":\"Incorrect API key provided\",\"code\":\"invalid_api_key\"}}"
	on header~bad-key
		reply 401 "{\"error\":{\"message\":\"Incorrect API key provided\",\"code\":\"invalid_api_key\"}}"
	on header~chan-one model=m-429
		reply 429 "{\"error\":{\"message\":\"slow\",\"type\":\"rate\",\"param\":null,\"code\":\"slow\"}}"
	on header~chan-one model=m-500
		reply 500
	on header~chan-one model=m-503
		header "Retry-After: 2"
		reply 503
	on header~chan-one model=m-404
		reply 404 "{\"error\":{\"message\":\"no such model\",\"code\":\"model_not_found\"}}"
	on header~chan-one model=m-403
		reply 403 "{\"error\":{\"message\":\"not you\"}}"
	on header~chan-one model=m-402
		reply 402 "{\"error\":{\"message\":\"no money\"}}"
	on header~chan-one model=m-context
		reply 400 "{\"error\":{\"message\":\"maximum context length is 8\",\"code\":\"context_length_exceeded\"}}"
	on header~chan-one model=m-reset
		reset
	on header~chan-one model=m-garbage
		send "what is this\r\n\r\n"
		close
	on header~chan-one model=m-hang
		hang
	on header~chan-one model=m-html
		reply 200 "<html>"
	on header~chan-one model=m-error-200
		reply 200 "{\"error\":{\"message\":\"in 200\"}}"
	on header~chan-one model=m-redirect
		header "Location: /"
		reply 302
	on header~chan-one model=s-first
		stream
		event "{\"error\":{\"message\":\"first\"}}"
	on header~chan-one model=s-comment
		stream
		chunk ": hello\n\n"
		close
	on header~chan-one model=s-empty
		stream
		end
	on header~chan-one model=s-after
		stream
		event "$piece"
		close
	on model=n-400
		reply 400 "{\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"bad\"}}"
	on model=n-422
		reply 422 "{\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"bad\"}}"
	on model=all-500
		reply 500
	on model=heals times=5
		reply 200 "nonsense"
	on model=probed times=3
		reply 200 "nonsense"
	on model=probed times=1
		delay 400ms
		reply 200 "$whole"
	on model=fails times=3
		reply 500
	on model=cools times=1
		header "Retry-After: 1"
		reply 429 "{\"error\":{\"message\":\"slow\",\"type\":\"rate\",\"param\":null,\"code\":\"slow\"}}"
	on model=times-out times=1
		hang
EOT
free_port dead_port
write_conf <<-EOT
	$(sim_records | grep -v '^channels\|^providers')
	providers = (
		{ name = "one"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; headers = [ "X-Channel: chan-one" ]; },
		{ name = "two"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; headers = [ "X-Channel: chan-two" ]; },
		{ name = "dead"; kind = "generic"; base_url = "http://127.0.0.1:$dead_port/v1"; allow_private = true; },
		{ name = "nowhere"; kind = "generic"; base_url = "http://does-not-exist.invalid/v1"; },
		{ name = "private"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; }
	);
	channels = (
		{ name = "dead"; provider = "dead"; models = [ "p-dead", "all-dead" ]; priority = 1; },
		{ name = "nowhere"; provider = "nowhere"; models = [ "p-nowhere" ]; priority = 1; },
		{ name = "private"; provider = "private"; models = [ "p-private" ]; priority = 1; },
		{ name = "one"; provider = "one"; models = [ "m-*", "s-*", "n-*", "all-500" ]; priority = 5; },
		{ name = "two"; provider = "two"; models = [ "m-*", "s-*", "n-*", "p-*" ]; priority = 6; },
		{ name = "three"; provider = "two"; models = [ "m-*", "s-*" ]; priority = 6; weight = 0; },
		{ name = "heavy"; provider = "one"; models = [ "w" ]; weight = 300; },
		{ name = "light"; provider = "two"; models = [ "w" ]; weight = 100; },
		{ name = "idle"; provider = "two"; models = [ "w" ]; weight = 0; },
		{ name = "lone"; provider = "one"; models = [ "heals", "probed", "cools", "fails", "times-out" ]; },
		{ name = "keyed"; provider = "one"; models = [ "two-keys", "one-key" ]; keys = [ "bad-key-1", "good-key-2" ]; },
		{ name = "badly"; provider = "one"; models = [ "only-bad" ]; keys = [ "bad-key-3" ]; }
	);
	upstream = { connect_timeout = "1s"; first_byte_timeout = "1s"; idle_timeout = "1s"; };
	breaker = { faults = 3; open = "1s"; };
EOT
start_weir
ask() { post /v1/chat/completions "$(chat "$@")" >/dev/null; }
told() { echo "$(code) $(header x-weir-channel) $(header x-weir-attempts)"; }

# ---------------------------------------------------------------- the next one

for model in m-429 m-500 m-503 m-404 m-403 m-402 m-context m-reset m-garbage m-hang m-html m-error-200 m-redirect p-dead p-nowhere p-private; do
	ask $model
	is "$(told)" "200 two 2" "$model: the next channel answers"
done
is "$(sim_saw '.body | contains("p-private")' '.headers[] | select(startswith("X-Channel"))')" "X-Channel: chan-two" \
	"an address that is not public is not called"
for model in s-first s-comment s-empty; do
	ask $model '"stream":true'
	is "$(told)" "200 two 2" "$model: before the first event of a stream as well"
	is "$(tail -n 2 "$T/body" | head -n 1) $(grep -c '"error"' "$T/body")" "data: [DONE] 0" "and it is whole"
done
for model in n-400 n-422; do
	ask $model
	is "$(told) $(body .error.code)" "${model#n-} one 1 bad" "$model: a request that is wrong is wrong everywhere"
done
ask s-after '"stream":true'
is "$(header x-weir-channel) $(grep -c '^data: {"choices' "$T/body") $(grep -c DONE "$T/body")" "one 1 0" "after the first event nobody else is asked"
ask all-500
is "$(told) $(body .error.code)" "502 one 1 upstream_error" "when no other is left the failure is told"
ask all-dead
is "$(told) $(body .error.code)" "502 dead 1 upstream_unreachable" "so is a refused connection"
is "$(access_line '.model == "m-500"' '"\(.channel) \(.attempts) \(.status_code) \(.error)"')" "two 2 200 null" "the access line names who answered"
ask m-500
is "$(told)" "200 two 1" "who failed is passed over while it cools"
ask m-ok
is "$(told)" "200 one 1" "but only for that model"
unlike "$(for n in {1..8}; do ask m-x; header x-weir-channel; done)" 'three|two' "a worse priority gets nothing while a better one is well"
for n in {1..60}; do ask w; header x-weir-channel; done | sort | uniq -c >"$T/weights"
like "$(cat "$T/weights")" '(3[2-9]|4[0-9]|5[0-7]) heavy' "weights share the requests of one priority"
unlike "$(cat "$T/weights")" idle "weight 0 gets none"

# ---------------------------------------------------------------- breaker

asked() { sim_saw ".body | contains(\"\\\"$1\\\"\")" .request | wc -l; }
breaker() { weirctl breaker list --json | jq -r --arg model "$1" '.[] | select(.model == $model) | .state'; }
for n in 1 2 3; do ask heals; done
is "$(code) $(body .error.code) $(asked heals)" "502 upstream_bad_answer 3" "three faults in a row are told"
ask heals
is "$(code) $(body .error.code) $(asked heals)" "503 no_channel_available 3" "then the breaker is open, and nobody is asked"
like "$(header retry-after) $(header retry-after-ms)" '^1 [0-9]+$' "the client is told when to come again"
is "$(breaker heals)" open "weirctl lists it"
is "$(access_line '.model == "heals" and .status_code == 503' '"\(.error) \(.end_reason) \(.attempts) \(.channel)"')" \
	"no_channel upstream_failed 0 null" "the access line names no channel"
opened() { [ "$(metric weir_breaker_opened_total)" = "$1" ]; }
until_true 3 opened 1
ok $? "the metric counts it"
sleep 1
ask heals
is "$(code) $(asked heals)" "502 4" "after its time one request probes"
ask heals
is "$(code) $(asked heals)" "503 4" "a probe that fails opens it anew"
is "$(weirctl breaker reset lone heals; breaker heals)" "" "weirctl resets it"
ask heals
is "$(code) $(asked heals)" "502 5" "then it is asked at once"
ask heals
is "$(code) $(breaker heals)" "200 " "a success forgets what was before"

for n in 1 2 3; do ask probed; done
is "$(breaker probed)" open "another model opens its own breaker"
sleep 1
for n in {1..12}; do
	cat <<-EOT
		url = "http://127.0.0.1:$api_port/v1/chat/completions"
		header = "Content-Type: application/json"
		data = "$(chat probed | sed 's/"/\\"/g')"
		output = "/dev/null"
		write-out = "%{http_code}\n"
		max-time = 20
		next
	EOT
done | sed '$d' >"$T/many.conf"
is "$(curl -s --parallel --parallel-immediate -K "$T/many.conf" 2>/dev/null | sort | uniq -c | awk '{ print $1 "x" $2 }' | tr '\n' ' ')" "1x200 11x503 " \
	"of twelve at once over two workers exactly one probes"
is "$(asked probed) $(breaker probed)" "4 " "the upstream saw one, and it closed the breaker"

ask cools
is "$(code) $(body .error.code) $(header retry-after)" "429 slow 1" "a rate limit is told with its time"
ask cools
is "$(code) $(asked cools)" "429 1" "until then the upstream is left in peace"
like "$(header retry-after)" '^1$' "and the client is told the same"
sleep 1
ask cools
is "$(code) $(asked cools)" "200 2" "then it is asked again"
for n in 1 2 3; do ask fails; done
is "$(code) $(asked fails)" "502 3" "who is the only one is asked again after a server error"
ask fails
is "$(code) $(asked fails) $(breaker fails)" "503 3 open" "until the breaker opens"
sleep 1
ask fails
is "$(code) $(asked fails)" "200 4" "and when its time is over he may probe"
ask times-out
is "$(code) $(body .error.code)" "504 upstream_timeout" "a time-out is told"
ask times-out
is "$(code) $(breaker times-out)" "200 " "one is no reason to open"

# ---------------------------------------------------------------- upstream keys

is "$(for n in {1..12}; do ask two-keys; code; echo; done | sort | uniq -c | tr -s ' ')" " 12 200" "while one key is good requests pass"
is "$(sim_saw '.headers | tostring | contains("bad-key-1")' .request | wc -l)" 1 "a key that was refused is not used again"
like "$(weirctl upkey list --json | jq -r '.[] | select(.name | startswith("keyed/")) | .state' | sort | tr '\n' ' ')" 'active invalid ' "weirctl shows it as invalid"
is "$(metric 'weir_upstream_keys_unusable{state="invalid"}')" 1 "so does the metric"
ask only-bad
is "$(code) $(body .error.code)" "401 upstream_auth_failed" "the failure of the only key is told"
ask only-bad
is "$(code) $(body .error.code) $(asked only-bad)" "503 no_channel_available 1" "then its channel is out"
name=$(weirctl upkey list --json | jq -r '.[] | select(.name | startswith("badly/")) | .name')
weirctl upkey reset "$name" >/dev/null
ask only-bad
is "$(code) $(asked only-bad)" "401 2" "until weirctl resets the key"
store_is_sound "the store is sound"
api_end
