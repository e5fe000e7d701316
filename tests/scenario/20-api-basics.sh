#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 20-api-basics - every endpoint answers, and what is no request of one is refused in its shape.
. "$(dirname "$0")/api.sh"
scenario "the endpoints"

start_sim </dev/null
write_conf <<-EOT
	$(sim_records | grep -v '^channels')
	channels = (
		{ name = "sim"; provider = "sim"; models = [ "org/model-a:free", "b c", "sim-small", "wild-*" ]; aliases = [ "nick=sim-small" ]; }
	);
	http = { max_body = "64k"; max_head = "4k"; };
EOT
start_weir

is "$(get /health | jq -r .status) $(code)" "ok 200" "/health says ok"
is "$(get /ready | jq -r .status) $(code)" "ready 200" "/ready says ready"
is "$(get /health -I >/dev/null; code)" 200 "HEAD is answered where GET is"
is "$(curl -sS --max-time 5 -I "http://127.0.0.1:$api_port/health" | tr -d '\r' | awk -F': ' 'tolower($1) == "content-length" { print $2 }')" \
	15 "a HEAD tells the length of what GET would send"

for path in /v1/chat/completions /chat/completions; do
	is "$(post $path "$(chat sim-small)" | jq -r '.object + " " + .choices[0].message.content')" \
		"chat.completion You said: hi" "$path answers a chat"
done
is "$(header x-request-id)" "$(header request-id)" "x-request-id and request-id are the same"
like "$(header x-request-id)" '^req_[0-9a-z]{26}$' "and look as an id does"
is "$(header content-type)" application/json "an answer is JSON"
is "$(header x-weir-channel) $(header x-weir-attempts)" "sim 1" "its channel and attempts are named"
is "$(access_line ".request_id == \"$(header x-request-id)\"" .model)" sim-small "the access line has the same id"
for path in /v1/completions /completions; do
	is "$(post $path '{"model":"sim-small","prompt":"hi"}' | jq -r '.object + " " + .choices[0].text')" \
		"text_completion You said: hi" "$path completes a text"
done
for path in /v1/embeddings /embeddings; do
	is "$(post $path '{"model":"sim-small","input":["a","b"]}' | jq -c '[.object, (.data | length)]')" '["list",2]' \
		"$path embeds"
done
is "$(post /v1/chat/completions "$(chat nick)" | jq -r .model)" sim-small "an alias is sent under the upstream's name"
is "$(post /v1/chat/completions "$(chat wild-x)" | jq -r .model)" wild-x "a glob takes names that nobody lists"
is "$(post /v1/chat/completions "$(chat 'sim/sim-small')" | jq -r .model)" sim-small "a provider before the name is understood"
is "$(post /v1/chat/completions "$(chat 'SIM-small')" | jq -r .model)" sim-small "so is another case"
is "$(post /v1/chat/completions "$(chat 'model-a:free')" | jq -r .model)" org/model-a:free "and the last segment of a name"

ids='["b c","nick","org/model-a:free","sim-small"]'
for path in /v1/models /models; do
	is "$(get $path | jq -c '[.object, [.data[].id]]')" "[\"list\",$ids]" "$path lists the names that are served"
done
is "$(get /v1/models | jq -c '[.data[] | .object, .owned_by] | unique')" '["model","sim"]' "each is a model with an owner"
is "$(get /v1/models | jq -c '[.data[].created | numbers] | length')" 4 "and a time"
for id in org/model-a:free org%2Fmodel-a%3Afree org%2fmodel-a:free; do
	is "$(get "/v1/models/$id" | jq -r .id)" org/model-a:free "/v1/models/$id is found"
done
is "$(get /v1/models/b%20c | jq -r .id)" "b c" "an id with a blank is found"
is "$(get '/v1/models/sim-small?x=y' | jq -r .id)" sim-small "a query does not matter"
get /v1/models/none >/dev/null
error_is 404 invalid_request_error model_not_found model "an id that is not served is a 404"
is "$(get /v1/models/wild-y >/dev/null; code)" 404 "a glob's names are not listed one by one"

get /v1/nothing >/dev/null
error_is 404 invalid_request_error unknown_url null "an unknown path is a 404"
is "$(get /) $(code)" "Ollama is running 200" "the root says what Ollama's clients look for"
is "$(get / -I >/dev/null; code)" 200 "to a HEAD as well"
get /v1/chat/completions -D "$T/head" >/dev/null
error_is 405 invalid_request_error method_not_allowed null "GET of a chat is a 405"
is "$(header allow)" POST "which names what is allowed"
get /v1/models -D "$T/head" -X POST -d '{}' >/dev/null
is "$(code) $(header allow)" "405 GET, HEAD" "so does POST to the models"
get /v1/models -D "$T/head" -X DELETE >/dev/null
is "$(code) $(header allow)" "405 GET, HEAD" "and DELETE"
head -c 70000 /dev/zero | tr '\0' ' ' >"$T/big"
get /v1/chat/completions -H 'Content-Type: application/json' --data-binary "@$T/big" >/dev/null
error_is 413 invalid_request_error request_too_large null "a body above the cap is a 413"
get /v1/chat/completions -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary "@$T/big" >/dev/null
error_is 413 invalid_request_error request_too_large null "a chunked one too"
get /v1/models -H "x-long: $(head -c 5000 /dev/zero | tr '\0' a)" >/dev/null
error_is 431 invalid_request_error headers_too_large null "a head above the cap is a 431"
get "/v1/models/$(head -c 9000 /dev/zero | tr '\0' a)" >/dev/null
like "$(code) $(body .error.code)" '^(414 uri_too_long|431 headers_too_large)$' "a target above it is a 414 or 431"
like "$(raw 'NONSENSE\r\n\r\n')" '^HTTP/1.1 400 ' "what is no HTTP is a 400"
like "$(raw 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}')" \
	'"code":"bad_http"' "two lengths are a 400 in the API's shape"
is "$(post /v1/chat/completions "$(chat sim-small)" -H 'Content-Type: text/plain' >/dev/null; code)" 200 \
	"JSON under another name is read as JSON"
is "$(get /v1/models >/dev/null; code)" 200 "and the server goes on"
is "$(sim_saw '.path | test("chat/completions|/completions|/embeddings") | not' .path | sort -u)" "" "no other path was asked of the upstream"
store_is_sound "the store is sound"
api_end
