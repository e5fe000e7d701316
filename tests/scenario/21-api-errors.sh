#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 21-api-errors - what a caller did wrong is told in OpenAI's shape, and costs no upstream call.
. "$(dirname "$0")/api.sh"
scenario "errors of the caller, keys and permissions"

start_sim </dev/null
write_conf <<-EOT
	$(sim_records | grep -v '^auth\|^channels')
	channels = (
		{ name = "sim"; provider = "sim"; models = [ "gpt-small", "gpt-large", "mistral" ]; },
		{ name = "other"; provider = "sim"; models = [ "gpt-small", "llama" ]; }
	);
	http = { json_depth = 32; };
EOT
start_weir
key=$(new_key anyone)
narrow=$(new_key narrow models=gpt-* channels=sim)
off=$(new_key off) && weirctl key disable off >/dev/null
old=$(new_key old expires=2020-01-01)
gone=$(new_key gone) && weirctl key revoke gone >/dev/null

post_as() {
	local secret=$1
	shift
	post "$@" -H "Authorization: Bearer $secret"
}
takes_key() { post_as "$1" /v1/chat/completions "$(chat gpt-small)" >/dev/null; [ "$(code)" = "$2" ]; }
until_true 5 takes_key "$gone" 401
ok $? "keys that weirctl makes and withdraws are known at once"

# ---------------------------------------------------------------- who

chat=/v1/chat/completions
post $chat "$(chat gpt-small)" >/dev/null
error_is 401 authentication_error invalid_api_key null "no key is a 401"
like "$(header www-authenticate)" Bearer "which says how"
post_as lr-nobody $chat "$(chat gpt-small)" >/dev/null
error_is 401 authentication_error invalid_api_key null "an unknown key is a 401"
unlike "$(cat "$T/body" "$T/data/access/"*)" lr-nobody "the key is not repeated"
post_as "$old" $chat "$(chat gpt-small)" >/dev/null
error_is 401 authentication_error invalid_api_key null "an expired key is a 401"
like "$(body .error.message)" expired "which says so"
post_as "$gone" $chat "$(chat gpt-small)" >/dev/null
error_is 401 authentication_error invalid_api_key null "a revoked key is a 401"
like "$(body .error.message)" revoked "which says so"
post_as "$off" $chat "$(chat gpt-small)" >/dev/null
error_is 403 permission_error key_disabled null "a disabled key is a 403"
post_as "$key" $chat "$(chat gpt-small)" -H "x-api-key: $narrow" >/dev/null
error_is 400 invalid_request_error conflicting_api_keys null "two different keys are a 400"
is "$(post_as "$key" $chat "$(chat gpt-small)" -H "x-api-key: $key" >/dev/null; code)" 200 "the same key twice is fine"
is "$(post $chat "$(chat gpt-small)" -H "x-api-key: $key" >/dev/null; code)" 200 "x-api-key alone is fine"
is "$(post $chat "$(chat gpt-small)" -H "Authorization: bearer   $key" >/dev/null; code)" 200 "Bearer may be written in lower case"
is "$(post $chat "$(chat gpt-small)" -H "Authorization: Basic $key" >/dev/null; code)" 401 "a key under another scheme is none"
is "$(get /v1/models >/dev/null; code)" 401 "the models want a key as well"
is "$(get /health >/dev/null; code)" 200 "health wants none"
is "$(get /v1/nothing >/dev/null; code)" 404 "an unknown path is a 404 without a key"

# ---------------------------------------------------------------- may it

post_as "$narrow" $chat "$(chat mistral)" >/dev/null
error_is 403 permission_error model_not_permitted model "a model that the key may not use is a 403"
post_as "$narrow" $chat "$(chat llama)" >/dev/null
error_is 403 permission_error model_not_permitted model "so is one of a channel it may not use"
is "$(post_as "$narrow" $chat "$(chat gpt-small)" >/dev/null; code) $(header x-weir-channel)" "200 sim" "what it may use is served by its channel"
is "$(get /v1/models -H "x-api-key: $narrow" | jq -c '[.data[].id]')" '["gpt-large","gpt-small"]' "it sees only what it may use"
get /v1/models/mistral -H "x-api-key: $narrow" >/dev/null
error_is 404 invalid_request_error model_not_found model "and nothing else by name"
post_as "$narrow" $chat "$(chat mistrel)" >/dev/null
unlike "$(body .error.message)" "'mistral'" "a 404 names nothing that the key may not use"

# ---------------------------------------------------------------- what

asks() {
	post_as "$key" "$1" "$2" >/dev/null
	error_is 400 invalid_request_error "$3" "$4" "$5"
}
asked=$(sim_saw true .request | wc -l)
asks $chat '' invalid_json null "an empty body"
asks $chat '{' invalid_json null "half an object"
asks $chat '{"model":"gpt-small",}' invalid_json null "a comma too many"
asks $chat '{"model":"gpt-small"} x' invalid_json null "something behind the object"
asks $chat "{'model':'gpt-small'}" invalid_json null "single quotes"
asks $chat "$(printf '{"model":"gpt-small","messages":[{"role":"user","content":"\xff"}]}')" invalid_json null "bytes that are no UTF-8"
asks $chat "{\"model\":\"gpt-small\",\"messages\":$(printf '[%.0s' {1..40})$(printf ']%.0s' {1..40})}" invalid_json null "nesting above the cap"
like "$(body .error.message)" 'byte [0-9]+' "the place of the fault is told"
asks $chat '[]' null null "an array"
asks $chat '"text"' null null "a string"
asks $chat '{"messages":[{"role":"user","content":"hi"}]}' missing_model model "no model"
asks $chat '{"model":null,"messages":[{"role":"user","content":"hi"}]}' missing_model model "null for a model"
asks $chat '{"model":"","messages":[{"role":"user","content":"hi"}]}' missing_model model "an empty model"
asks $chat '{"model":7,"messages":[{"role":"user","content":"hi"}]}' null model "a number for a model"
asks $chat '{"model":"gpt-small"}' null messages "no messages"
asks $chat '{"model":"gpt-small","messages":[]}' null messages "empty messages"
asks $chat '{"model":"gpt-small","messages":"hi"}' null messages "a string for messages"
asks $chat '{"model":"gpt-small","messages":["hi"]}' null 'messages[0]' "a string for a message"
asks $chat '{"model":"gpt-small","messages":[{"role":"user","content":"a"},{"content":"b"}]}' null 'messages[1].role' "no role"
asks $chat '{"model":"gpt-small","messages":[{"role":"user","content":7}]}' null 'messages[0].content' "a number for content"
asks $chat "$(chat gpt-small '"stream":"yes"')" null stream "a string for stream"
asks $chat "$(chat gpt-small '"max_tokens":"many"')" null max_tokens "a string for max_tokens"
asks $chat "$(chat gpt-small '"n":true')" null n "a boolean for n"
asks $chat "$(chat gpt-small '"temperature":"hot"')" null temperature "a string for temperature"
asks $chat "$(chat gpt-small '"tools":{}')" null tools "an object for tools"
asks $chat "$(chat gpt-small '"stream_options":[]')" null stream_options "an array for stream_options"
asks /v1/completions '{"model":"gpt-small"}' null prompt "a completion without a prompt"
asks /v1/embeddings '{"model":"gpt-small"}' null input "an embedding without an input"
asks /v1/embeddings '{"model":"gpt-small","input":7}' null input "a number to embed"
post_as "$key" $chat "$(chat gpt-smal)" >/dev/null
error_is 404 invalid_request_error model_not_found model "an unknown model is a 404"
like "$(body .error.message)" "did you mean 'gpt-small'" "that names what is close"
post_as "$key" $chat "$(chat zzzzzzzzzzzz)" >/dev/null
unlike "$(body .error.message)" "did you mean" "and nothing when nothing is"
post_as "$key" $chat "$(chat 'a\u0000\"<b>\ud83d\ude00')" >/dev/null
error_is 404 invalid_request_error model_not_found model "an odd name is quoted well in the error"
post_as "$key" $chat "$(chat "gpt-$(printf 'x%.0s' {1..600})")" >/dev/null
error_is 404 invalid_request_error model_not_found model "a name of 600 bytes is no model's"
is "$(jq -r 'select((.model // "") | length > 512)' "$T"/data/access/*.log)" "" "and fills no log"
is "$(sim_saw true .request | wc -l)" "$asked" "none of these reached the upstream"
is "$(post_as "$key" $chat "$(chat gpt-small '"seed":null,"tools":null,"x_unknown":{"deep":[1,2,{"a":null}]}')" >/dev/null; code)" 200 \
	"nulls and unknown members are welcome"
is "$(sim_saw true .body | tail -n 1)" "$(chat gpt-small '"seed":null,"tools":null,"x_unknown":{"deep":[1,2,{"a":null}]}')" \
	"and reach the upstream as they were sent"

access_line '.error == "model_unknown"' >/dev/null
is "$(access_line '.error == "not_permitted"' '"\(.status_code) \(.end_reason) \(.api_key_name) \(.attempts)"')" "403 refused narrow 0" \
	"a refused request has its access line"
is "$(access '.error == "key_unknown" or .error == "key_missing"' | jq -r '.key_id' | sort -u)" 0 "an unknown caller's line names no key"
is "$(access '.error == "key_revoked"' | jq -r '.api_key_name' | sort -u)" gone "that of one who was known names his"
until_true 5 settled
is "$(weirctl usage by=key --json | jq -c '[.[] | select(.name == "narrow") | .refused]')" '[3]' "the ledger counts what was refused to a key"
store_is_sound "the store is sound"
api_end
