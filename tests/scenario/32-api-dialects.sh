#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 32-api-dialects - every client reaches every upstream and hears its answer in its own words.
. "$(dirname "$0")/api.sh"
scenario "any dialect in, any out"

start_sim <<-'EOT'
	on path=/v1/chat/* model=cut times=1
		stream
		events 2 0
		reset
	on path=/v1beta/models/busy:* times=1
		reply 503 "{\"error\":{\"code\":503,\"message\":\"try later\",\"status\":\"UNAVAILABLE\"}}"
	on path=/api/chat body~in-band
		stream application/x-ndjson
		chunk "{\"error\":\"no memory\"}\n"
		end
	on path=/v1/responses model=older
		reply 404 "404 page not found"
EOT
provider() { printf '{ name = "%s"; kind = "generic"; dialects = [ "%s" ]; base_url = "http://127.0.0.1:%s"; allow_private = true; },\n' "$1" "$1" "$sim_port"; }
write_conf <<-EOT
	$(sim_records | grep -v -e '^channels' -e '^providers' -e '^auth')
	providers = (
		$(for d in openai responses anthropic gemini ollama; do provider $d; done)
		{ name = "all"; kind = "sim"; base_url = "http://127.0.0.1:$sim_port/v1"; },
		{ name = "off"; kind = "generic"; base_url = "http://127.0.0.1:1/v1"; allow_private = true; }
	);
	channels = (
		{ name = "openai"; provider = "openai"; models = [ "on-openai", "cut" ]; aliases = [ "renamed=on-openai" ]; },
		{ name = "responses"; provider = "responses"; models = [ "on-responses" ]; },
		{ name = "anthropic"; provider = "anthropic"; models = [ "on-anthropic", "busy" ]; priority = 20; },
		{ name = "gemini"; provider = "gemini"; models = [ "on-gemini", "busy" ]; priority = 10; },
		{ name = "ollama"; provider = "ollama"; models = [ "on-ollama", "in-band" ]; priority = 10; },
		{ name = "second"; provider = "anthropic"; models = [ "in-band" ]; priority = 20; },
		{ name = "all"; provider = "all"; models = [ "on-all", "older" ]; }
	);
	stream = { keepalive = "1s"; };
EOT
start_weir
key=$(new_key user)
strict=$(new_key strict strict=true)
put() { post "$1" "$2" -H "x-api-key: $key" "${@:3}"; }

# What each client asks, and where the text of an answer is.
declare -A path=(
	[openai]=/v1/chat/completions [responses]=/v1/responses [anthropic]=/v1/messages
	[gemini]='/v1beta/models/MODEL:generateContent' [ollama]=/api/chat
)
declare -A whole=(
	[openai]='.choices[0] | .message.content + " " + .finish_reason'
	[responses]='(.output[] | select(.type == "message").content[0].text) + " " + .status'
	[anthropic]='.content[0].text + " " + .stop_reason'
	[gemini]='.candidates[0] | .content.parts[0].text + " " + .finishReason'
	[ollama]='.message.content + " " + .done_reason'
)
declare -A end=( [openai]=stop [responses]=completed [anthropic]=end_turn [gemini]=STOP [ollama]=stop )
declare -A piece=(
	[openai]='.choices[0] | .delta.content // "", (.finish_reason | strings | " " + .)'
	[responses]='(select(.type == "response.output_text.delta").delta), (select(.type == "response.completed") | " completed")'
	[anthropic]='(select(.type == "content_block_delta").delta.text), (select(.type == "message_delta") | " " + .delta.stop_reason)'
	[gemini]='.candidates[0] | .content.parts[0].text // "", (.finishReason | strings | " " + .)'
	[ollama]='.message.content, (.done_reason | strings | " " + .)'
)
# ask CLIENT MODEL TEXT STREAM: its request.
ask() {
	local to=${path[$1]//MODEL/$2} stream=,\"stream\":$4 body
	case $1 in
	responses) body="{\"model\":\"$2\",\"input\":\"$3\"$stream}" ;;
	anthropic) body="{\"model\":\"$2\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"$3\"}]$stream}" ;;
	gemini)
		body="{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"$3\"}]}]}"
		[ "$4" = true ] && to=${to/generateContent/streamGenerateContent?alt=sse}
		;;
	*) body="{\"model\":\"$2\",\"messages\":[{\"role\":\"user\",\"content\":\"$3\"}]$stream}" ;;
	esac
	put "$to" "$body"
}
streamed() { sed -n 's/^data: //; /^{/p' "$T/body" | jq -j "${piece[$1]}" 2>/dev/null; }

for client in openai responses anthropic gemini ollama; do
	for up in openai responses anthropic gemini ollama all; do
		is "$(ask $client on-$up hi false | jq -r "${whole[$client]}")" "You said: hi ${end[$client]}" "$client to $up"
		ask $client on-$up hi true >/dev/null
		is "$(streamed $client)" "You said: hi ${end[$client]}" "$client to $up, streamed"
	done
	is "$(header content-type)" "$([ $client = ollama ] && echo application/x-ndjson || echo text/event-stream)" "as what $client's streams are"
	is "$(access_line ".request_id == \"$(header x-request-id)\"" '[.stream, .model] | join(" ")')" "true on-all" "with its access line"
done
is "$(sim_saw '.path == "/v1/messages"' '.headers[] | select(test("^anthropic-version"; "i"))' | sort -u)" \
	"anthropic-version: 2023-06-01" "Anthropic is told a version"
is "$(sim_saw '.path == "/v1/messages"' '.body | fromjson | .max_tokens | numbers' | sort -u | tr '\n' ' ')" "4096 50 " \
	"and always a number of tokens"
is "$(ask anthropic renamed hi false | jq -r .model)" renamed "behind an alias an Anthropic client is told the name that it asked for"
put /v1/messages '{"model":"on-anthropic","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}' -H "x-claude-code-session-id: s-1" >/dev/null
is "$(access_line ".request_id == \"$(header x-request-id)\"" .session)" s-1 "an agent's conversation is in its access lines"

# ---- endpoints beside the chat
is "$(put /v1beta/models/on-ollama:embedContent '{"content":{"parts":[{"text":"a"}]}}' | jq -c .embedding.values)" "[1,0,0]" "Gemini's embedding, by Ollama"
is "$(put /api/embed '{"model":"on-gemini","input":["a","b"]}' | jq -c .embeddings)" "[[1,0,0],[1,0,0]]" "Ollama's embeddings, by Gemini"
is "$(put /v1/embeddings '{"model":"on-gemini","input":"a","encoding_format":"base64"}' | jq -r '.data[0].embedding')" AACAPwAAAAAAAAAA \
	"OpenAI's client gets base64 of an upstream that has numbers"
is "$(put /api/embeddings '{"model":"on-openai","prompt":"a"}' | jq -c .embedding)" "[1,0,0]" "Ollama's single embedding, by OpenAI"
is "$(put /api/generate '{"model":"on-anthropic","prompt":"hi","stream":false}' | jq -r .response)" "You said: hi" "a prompt, by Anthropic"
is "$(put /v1/completions '{"model":"on-gemini","prompt":"hi"}' | jq -r '.choices[0].text')" "You said: hi" "OpenAI's prompt, by Gemini"
put /v1/messages/count_tokens '{"model":"on-gemini","messages":[{"role":"user","content":"hi"}]}' >/dev/null
is "$(body '.input_tokens > 0') $(header x-weir-estimated)" "true " "tokens are counted where somebody counts"
put /v1/messages/count_tokens '{"model":"on-openai","messages":[{"role":"user","content":"hi"}]}' >/dev/null
is "$(body '.input_tokens > 0') $(header x-weir-estimated)" "true input_tokens" "and estimated where nobody does"
put /v1/embeddings '{"model":"on-anthropic","input":"a"}' >/dev/null
error_is 400 invalid_request_error not_expressible null "what an upstream cannot do is told"

# ---- tools
tools='"tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{}}}}]'
for up in openai responses anthropic gemini ollama; do
	is "$(put /v1/chat/completions "{\"model\":\"on-$up\",\"messages\":[{\"role\":\"user\",\"content\":\"call look\"}],$tools}" |
		jq -c '.choices[0] | [.finish_reason, .message.tool_calls[0].function.name, (.message.tool_calls[0].function.arguments | fromjson)]')" \
		'["tool_calls","look",{}]' "a tool is called by $up"
done

# ---- what cannot be said
tall='{"model":"on-anthropic","messages":[{"role":"user","content":"hi"}],"logit_bias":{"1":1},"seed":1}'
put /v1/chat/completions "$tall" >/dev/null
is "$(code) $(header x-weir-dropped)" "200 seed, logit_bias" "what Anthropic has no words for is named"
post /v1/chat/completions "$tall" -H "Authorization: Bearer $strict" >/dev/null
error_is 400 invalid_request_error not_expressible seed "a strict key is refused"
like "$(body .error.message)" 'seed, logit_bias' "with all of it named"
put /v1/chat/completions "$tall" -H 'x-weir-strict: true' >/dev/null
is "$(code)" 400 "so is a strict request"

# ---- failures
ask openai busy hi false >/dev/null
is "$(code) $(header x-weir-channel) $(header x-weir-attempts)" "200 anthropic 2" "a busy Gemini's request goes to Anthropic"
ask openai in-band hi true >/dev/null
is "$(header x-weir-channel) $(streamed openai)" "second You said: hi stop" "an in-band error before output does as well"
ask anthropic cut hi true >/dev/null
like "$(cat "$T/body")" '^event: error' "a cut stream ends with the client's own error event"
unlike "$(cat "$T/body")" 'message_stop' "and not as if it were whole"
like "$(cat "$T/curl.err")" 'curl: \((18|56)\)' "in a body without an end"
is "$(ask responses older hi false | jq -r "${whole[responses]}")" "You said: hi completed" "who does not know /v1/responses is asked for a chat"
is "$(header x-weir-attempts) $(sim_saw '.body | contains("older")' .path | tr '\n' ' ')" "1 /v1/responses /v1/chat/completions " "at once"

# ---- keys and errors in everybody's words
for client in openai responses anthropic gemini ollama; do
	post "${path[$client]//MODEL/x}" '{}' >/dev/null
	is "$(code) $(body '.error | if type == "object" then (.message | type) else type end')" "401 string" "$client without a key is refused in its shape"
done
is "$(get "/v1beta/models?key=$key" | jq -r '.models[0].name')" models/busy "a key in the query is taken"
until_true 5 access_has '.endpoint == "other"'
unlike "$(cat "$T/weir.log" "$T"/data/access/*.log)" "$key" "and is in no log"
get "/v1beta/models?key=$key" -H "x-goog-api-key: $strict" >/dev/null
is "$(code) $(body .error.status)" "400 INVALID_ARGUMENT" "two that differ are refused"
put /v1/v1/messages '{}' >/dev/null
put /v1/v1/messages '{}' >/dev/null
like "$(grep -c 'its base URL should end' "$T/weir.log")" '^[12]$' "a doubled version is worth one line of each worker's log"
store_is_sound "the store is sound"
api_end
