#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 22-api-stream - a stream's events arrive as they were sent, nothing else of either side does.
. "$(dirname "$0")/api.sh"
scenario "streams, and what passes between client and upstream"

start_sim <<-'EOT'
	# Odd spacing, unknown members, escapes: payloads are not rewritten.
	on model=as-sent
		stream
		event "{\"choices\":[ {\"index\":0,\"delta\":{\"content\":\"\\u00e9\xc3\xa9\"}} ], \"x\" : 1.50}"
		event "{\"id\":\"a\",\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":null}],\"usage\":null}"
		event "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"
		event "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,\"prompt_tokens_details\":{\"cached_tokens\":60}}}"
		event "[DONE]"
		end
	# Usage beside the last choice: not a chunk of its own, so it stays.
	on model=usage-within
		stream
		event "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}"
		event "[DONE]"
		end
	on model=slow-start
		delay 1300ms
		stream
		event "{\"choices\":[{\"delta\":{\"content\":\"late\"}}]}"
		delay 1300ms
		event "[DONE]"
		end
	on model=slow-then-fails
		delay 1200ms
		reply 500 "{\"error\":{\"message\":\"no\"}}"
	on model=late-failover times=1
		hang
	on model=late-failover
		stream
		event "{\"choices\":[{\"delta\":{\"content\":\"second\"}}]}"
		event "[DONE]"
		end
	on model=goes-on
		stream
		event "{\"choices\":[{\"delta\":{\"content\":\"now\"}}]}"
		hang
EOT
write_conf <<-EOT
	$(sim_records | grep -v '^providers\|^channels')
	providers = (
		{ name = "sim"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; },
		{ name = "or"; kind = "openrouter"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; },
		{ name = "own"; kind = "openrouter"; base_url = "http://127.0.0.1:$sim_port/v1/"; allow_private = true;
		  headers = [ "X-Title: ours", "X-Extra: 1" ]; },
		{ name = "shy"; kind = "mistral"; base_url = "http://127.0.0.1:$sim_port"; allow_private = true; }
	);
	channels = (
		{ name = "sim"; provider = "sim"; models = [ "*" ]; priority = 900; },
		{ name = "hangs"; provider = "sim"; models = [ "late-failover" ]; first_byte_timeout = "1400ms"; },
		{ name = "or"; provider = "or"; models = [ "or-*" ]; keys = [ "or-secret" ]; },
		{ name = "own"; provider = "own"; models = [ "own-*" ]; keys = [ "own-secret" ]; },
		{ name = "shy"; provider = "shy"; models = [ "shy-*" ]; keys = [ "shy-secret" ]; }
	);
	prices = ( { name = "all"; model = "*"; input = "1"; cache_read = "0.5"; output = "2"; } );
	stream = { keepalive = "1s"; };
EOT
start_weir
waiting=()
chat=/v1/chat/completions
# The slow ones wait while the others are asked.
for model in slow-start slow-then-fails late-failover; do
	(curl -sS -N --max-time 10 -o "$T/$model" -w '%{http_code} %{exitcode}' -H 'Content-Type: application/json' \
		-d "$(chat $model '"stream":true')" "http://127.0.0.1:$api_port$chat" >"$T/$model.end" 2>/dev/null) &
	waiting+=($!)
done
stream() { post $chat "$(chat "$1" '"stream":true'"${2:+,$2}")" "${@:3}"; }

# ---------------------------------------------------------------- events

first='data: {"choices":[ {"index":0,"delta":{"content":"\u00e9é"}} ], "x" : 1.50}'
second='data: {"id":"a","choices":[{"delta":{"content":"b"},"finish_reason":null}],"usage":null}'
third='data: {"choices":[{"delta":{},"finish_reason":"stop"}]}'
usage='data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":60}}}'
is "$(stream as-sent)" "$first"$'\n\n'"$second"$'\n\n'"$third"$'\n\ndata: [DONE]' "events pass byte for byte; usage that was not asked for does not"
is "$(code) $(header content-type) $(header cache-control)" "200 text/event-stream no-cache" "the head says what follows"
is "$(tail -c 2 "$T/body" | od -An -tx1 | tr -d ' ')" 0a0a "the last event has its blank line"
is "$(sim_saw '.body | contains("as-sent")' .body)" "$(chat as-sent '"stream":true,"stream_options":{"include_usage":true}')" \
	"usage is asked of the upstream, nothing else is changed"
is "$(access_line '.model == "as-sent"' '[.input_tokens, .output_tokens, .cached_tokens, .cost_usd, .usage_source, .end_reason] | join(" ")')" \
	"100 20 60 0.00011 reported complete" "its usage is accounted all the same"
is "$(stream as-sent '"stream_options":{"include_usage":true}')" \
	"$first"$'\n\n'"$second"$'\n\n'"$third"$'\n\n'"$usage"$'\n\ndata: [DONE]' "who asks for usage gets it"
is "$(stream as-sent '"stream_options":{"include_usage":false,"x":1}' | grep -c '"usage":{')" 0 "who asks for none does not"
is "$(sim_saw '.body | contains("\"x\":1")' .body)" "$(chat as-sent '"stream":true,"stream_options":{"include_usage":true,"x":1}')" \
	"an option that is false is turned, the others stay"
stream as-sent '"stream_options":null' >/dev/null
is "$(sim_saw true .body | tail -n 1)" "$(chat as-sent '"stream":true,"stream_options":{"include_usage":true}')" "null for options is replaced"
stream as-sent '"stream_options":{}' >/dev/null
is "$(sim_saw true .body | tail -n 1)" "$(chat as-sent '"stream":true,"stream_options":{"include_usage":true}')" "an empty object is filled"
is "$(access '.model == "as-sent" and .input_tokens == 100 and .output_tokens == 20' | wc -l)" 5 "usage is accounted whether it was asked for or not"
is "$(stream usage-within | grep -c '"usage":{')" 1 "usage beside a choice is the choice's, and passes"
is "$(access_line '.model == "usage-within"' '[.input_tokens, .output_tokens] | join(" ")')" "7 3" "it is accounted"
is "$(post /v1/completions '{"model":"m","prompt":"hi","stream":true}' | grep -c '^data: ')" 4 "completions stream as well"
is "$(stream shy-model | grep -c '^data: {')" 5 "an upstream that refuses the option is not asked for usage"
is "$(sim_saw '.body | contains("shy-model")' .body)" "$(chat shy-model '"stream":true')" "its request is the client's"

curl -sN --max-time 10 -o "$T/goes-on" -H 'Content-Type: application/json' -d "$(chat goes-on '"stream":true')" \
	"http://127.0.0.1:$api_port$chat" &
client=$!
has_come() { grep -q '^data: .*now' "$T/goes-on"; }
until_true 5 has_come
ok $? "an event is passed on at once, though its stream goes on"
kill $client

# ---------------------------------------------------------------- silence

wait "${waiting[@]}"
is "$(head -n 1 "$T/slow-start")" ": keep-alive" "a client that waits for its first event gets comments"
is "$(grep -v '^:' "$T/slow-start" | grep .)" 'data: {"choices":[{"delta":{"content":"late"}}]}
data: [DONE]' "the events follow, unchanged"
is "$(awk '/^data: .*late/ { seen = 1 } /^:/ && seen { n++ } END { print (n > 0) }' "$T/slow-start")" 1 "a silence between events has comments too"
is "$(awk -v RS= '/(^|\n):/ && /data/' "$T/slow-start")" "" "each is a block of its own"
like "$(cat "$T/slow-then-fails.end")" '^200 (18|56)$' "an upstream that fails after a comment was sent breaks the stream"
is "$(sed -n 's/^data: //p' "$T/slow-then-fails" | jq -r .error.type)" server_error "with an error event"
unlike "$(cat "$T/slow-then-fails")" 'DONE' "and no end that looks whole"
is "$(cat "$T/late-failover") $(cat "$T/late-failover.end")" ': keep-alive

data: {"choices":[{"delta":{"content":"second"}}]}

data: [DONE] 200 0' "a comment does not keep the next channel from answering"
is "$(access_line '.model == "late-failover"' '"\(.channel) \(.attempts) \(.status_code) \(.end_reason)"')" "sim 2 200 complete" "whose name is in the access line"

# ---------------------------------------------------------------- what reaches the upstream

post $chat "$(chat seen)" -H 'User-Agent: test-client/1.2 (x)' -H 'X-Secret: s' -H 'Cookie: c=1' -H 'X-Forwarded-For: 9.9.9.9' \
	-H 'Accept: text/plain' -H 'HTTP-Referer: http://mine' -H 'X-Title: mine' -H 'anthropic-beta: b' -H 'Host: evil' \
	-H 'Authorization: Bearer lr-client' -H 'traceparent: 00-1' -H 'Accept-Encoding: gzip' -H 'Expect:' >/dev/null
is "$(sim_saw '.body | contains("seen")' '.headers | sort | join("|")')" \
	"Content-Length: 60|Content-Type: application/json|Host: 127.0.0.1:$sim_port|User-Agent: test-client/1.2 (x)" \
	"no header of the client but its User-Agent reaches the upstream"
post $chat "$(chat org)" -H 'OpenAI-Organization: o' -H 'Idempotency-Key: i' -H 'x-stainless-lang: js' >/dev/null
is "$(sim_saw '.body | contains("\"org\"")' '[.headers[] | select(test("^(o|i|x)"; "i"))] | sort | join("|")')" \
	"idempotency-key: i|openai-organization: o" "but for those that a vendor of the same family knows"
post $chat "$(chat bare)" -H 'User-Agent:' >/dev/null
is "$(sim_saw '.body | contains("bare")' '.headers[] | select(startswith("User-Agent"))')" "User-Agent: weir" "who has none is weir"
post $chat "$(chat or-1)" -H 'Authorization: Bearer lr-client' >/dev/null
is "$(sim_saw '.body | contains("or-1")' '[.headers[] | select(test("^(Auth|HTTP|X-)"))] | sort | join("|")')" \
	"Authorization: Bearer or-secret|HTTP-Referer: https://weir.invalid|X-Title: weir" "OpenRouter is told who asks, with the channel's key"
post $chat "$(chat own-1)" >/dev/null
is "$(sim_saw '.body | contains("own-1")' '[.headers[] | select(test("^(Auth|HTTP|X-)"))] | sort | join("|")')" \
	"Authorization: Bearer own-secret|HTTP-Referer: https://weir.invalid|X-Extra: 1|X-Title: ours" "a provider's own headers replace the kind's"
is "$(sim_saw '.body | contains("own-1")' .path) $(sim_saw '.body | contains("shy-model")' .path)" "$chat $chat" "slashes are not doubled, a missing /v1 is added"
grep -rlE 'or-secret|own-secret|shy-secret|lr-client' "$T/data" "$T/run" "$T/weir.log" >"$T/found"
is "$(cat "$T/found")" "" "no secret lies open in store, state, access log or log"
store_is_sound "the store is sound"
api_end
