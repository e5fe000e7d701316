#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 34-api-responses - a client of the Responses API may name an earlier reply, whatever its upstream speaks.
. "$(dirname "$0")/api.sh"
scenario "replies that are named later"

start_sim </dev/null
write_conf <<-EOT
	$(sim_records | grep -v -e '^channels' -e '^providers' -e '^auth')
	providers = (
		{ name = "chat"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; },
		{ name = "own"; kind = "responses"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; }
	);
	channels = (
		{ name = "chat"; provider = "chat"; models = [ "m" ]; },
		{ name = "own"; provider = "own"; models = [ "native" ]; }
	);
	http = { max_body = "64k"; };
EOT
start_weir
key=$(new_key user)
other=$(new_key other)
ask() { curl -s --max-time 20 -D "$T/head" -o "$T/body" -w '%{http_code}' -H "Authorization: Bearer ${2:-$key}" \
	-H 'Content-Type: application/json' -d "$1" "http://127.0.0.1:$api_port/v1/responses" >"$T/code"; }
by_id() { curl -s --max-time 20 -o "$T/body" -w '%{http_code}' -H "Authorization: Bearer ${3:-$key}" -X "$1" \
	"http://127.0.0.1:$api_port/v1/responses/$2" >"$T/code"; }
sent() { sim_saw '.path == "/v1/chat/completions"' .body | tail -n 1 | jq -c '[.messages[] | "\(.role): \(.content)"]'; }

ask '{"model":"m","input":"first","instructions":"be kind"}'
first=$(body .id)
item=$(body '.output[0].id')
is "$(code) $(body '.output[0].content[0].text')" "200 You said: first" "a reply"
ask '{"model":"m","previous_response_id":"'"$first"'","input":[{"role":"user","content":"second"}]}'
second=$(body .id)
is "$(sent)" '["user: first","assistant: You said: first","user: second"]' \
	"an earlier reply stands for its conversation, without its instructions"
ask '{"model":"m","input":"third","stream":true,"previous_response_id":"'"$second"'"}'
is "$(sent | jq length)" 5 "a chain is all of it"
third=$(grep '^data: {"type":"response.completed"' "$T/body" | cut -c7- | jq -r .response.id)
ask '{"model":"m","input":"fourth","previous_response_id":"'"$third"'"}'
is "$(sent | jq length)" 7 "a streamed reply may be named as well"

named='{"type":"item_reference","id":"'"$item"'"}'
ask '{"model":"m","input":[{"role":"user","content":"a"},'"$named"',{"role":"user","content":"b"}]}'
is "$(sent)" '["user: a","assistant: You said: first","user: b"]' "an item of a reply may be named alone"
ask '{"model":"native","input":[{"id":"msg_theirs","type":"item_reference"},'"$named"',{"role":"user","content":"b"}]}'
is "$(sim_saw '.path == "/v1/responses"' .body | tail -n 1 | jq -c '[.input[] | .type // .role]')" \
	'["item_reference","message","user"]' "an upstream that keeps its own gets it whole, and the names of its own"
ask '{"model":"m","input":[{"type":"item_reference","id":"msg_nowhere_0"},{"role":"user","content":"b"}]}'
error_is 400 invalid_request_error previous_response_not_found input "one that is kept nowhere is told"
ask '{"model":"m","input":['"$named"',{"role":"user","content":"b"}]}' "$other"
is "$(code)" 400 "as is another key's"
ask '{"model":"m","input":['"$(for ((i = 0; i < 30; i++)); do echo "$named,"; done)"'{"role":"user","content":"b"}]}'
is "$(code) $(sent | grep -o "You said: first" | wc -l)" "200 30" "it may be named several times"
ask '{"model":"m","input":['"$(for ((i = 0; i < 600; i++)); do echo "$named,"; done)"'{"role":"user","content":"b"}]}'
error_is 400 invalid_request_error previous_response_not_found input "but a request does not grow beyond what a body may have"

by_id GET "$first"
is "$(code) $(body '.output[0].content[0].text')" "200 You said: first" "a reply can be read again"
by_id GET "$first" "$other"
is "$(code)" 404 "by its own key only" || diag "$(cat "$T/body")"
ask '{"model":"m","input":"x","previous_response_id":"'"$first"'"}' "$other"
error_is 400 invalid_request_error previous_response_not_found previous_response_id "nor may another key name it"
ask '{"model":"m","input":"x","store":false}'
ask '{"model":"m","input":"y","previous_response_id":"'"$(body .id)"'"}'
is "$(code)" 400 "what must not be stored is not"
ask '{"model":"native","input":"x","previous_response_id":"resp_theirs"}'
is "$(code) $(sim_saw '.path == "/v1/responses"' .body | tail -n 1 | jq -r .previous_response_id)" "200 resp_theirs" \
	"an upstream that keeps its own is asked by their name"
ask '{"model":"native","input":"x","previous_response_id":"'"$first"'"}'
is "$(sim_saw '.path == "/v1/responses"' .body | tail -n 1 | jq -c '[.previous_response_id, (.input | length)]')" "[null,3]" \
	"and gets the conversation of one that is kept here"
by_id DELETE "$first"
is "$(code) $(body '"\(.id == "'"$first"'") \(.deleted)"')" "200 true true" "a reply can be deleted"
ask '{"model":"m","input":"x","previous_response_id":"'"$first"'"}'
is "$(code)" 400 "and is gone"

store_is_sound "the store is sound"
api_end
