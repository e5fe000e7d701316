#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 33-api-pass - sound, pictures, files and batches go through as they are.
. "$(dirname "$0")/api.sh"
scenario "what only OpenAI's family knows is passed on"

start_sim <<-'EOT'
	on path=/v1/audio/speech model=cut
		stream audio/mpeg
		chunk "ID3 one"
		reset
	on path=/v1/audio/speech
		stream audio/mpeg
		chunk "ID3 one"
		delay 100ms
		chunk "two"
		end
	on path=/v1/audio/transcriptions "body~busy" times=1
		reply 503 "{\"error\":{\"message\":\"busy\",\"type\":\"server_error\"}}"
	on path=/v1/audio/transcriptions
		reply 200 "{\"text\":\"hello\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":14,\"output_tokens\":4,\"total_tokens\":18}}"
	on path=/v1/images/generations
		stream
		event "{\"type\":\"image_generation.partial_image\",\"b64_json\":\"AAAA\"}"
		event "{\"type\":\"image_generation.completed\",\"b64_json\":\"BBBB\",\"usage\":{\"input_tokens\":5,\"output_tokens\":7,\"total_tokens\":12}}"
		end
	on path=/v1/moderations
		reply 400 "{\"error\":{\"message\":\"not that\",\"type\":\"invalid_request_error\",\"param\":\"input\",\"code\":null}}"
	on path=/v1/files/f-1/content
		header "Content-Type: application/octet-stream"
		header "Content-Disposition: attachment; filename=\"a.bin\""
		reply 200 "the bytes"
	on path=/v1/files*
		reply 200 "{\"id\":\"f-1\",\"object\":\"file\"}"
	on path=/v1/batches*
		reply 200 "{\"id\":\"b-1\",\"object\":\"batch\"}"
EOT
write_conf <<-EOT
	$(sim_records | grep -v -e '^channels' -e '^auth' -e '^prices')
	channels = (
		{ name = "near"; provider = "sim"; priority = 10; models = [ "tts", "cut", "picture" ]; aliases = [ "whisper=large-v3" ]; },
		{ name = "far"; provider = "sim"; priority = 20; aliases = [ "whisper=turbo" ]; models = [ "tts" ]; }
	);
	http = { max_body = "64k"; max_upload = "8m"; };
EOT
start_weir
key=$(new_key user)
only_far=$(new_key narrow channels=far)
call() { curl -s --max-time 20 -D "$T/head" -o "$T/body" -w "%{http_code}" -H "Authorization: Bearer $key" "$@" "http://127.0.0.1:$api_port$path" >"$T/code"; }
head -c 3000000 /dev/urandom >"$T/big"
head -c 1000 /dev/urandom >"$T/small"

path=/v1/audio/speech call -H 'Content-Type: application/json' -d '{"model":"tts","input":"hi","voice":"alloy"}'
is "$(code) $(header content-type) $(cat "$T/body")" "200 audio/mpeg ID3 onetwo" "sound streams back as it is"
path=/v1/audio/speech call -H 'Content-Type: application/json' -d '{"model":"cut","input":"hi","voice":"alloy"}'
ok $(($? == 0)) "a cut one does not look whole"
is "$(cat "$T/body")" "ID3 one" "and nothing is added to what came of it"

path=/v1/audio/transcriptions call -F model=whisper -F "file=@$T/big"
is "$(code) $(body .text)" "200 hello" "a file larger than any kept body goes up behind its model"
is "$(sim_saw '.path == "/v1/audio/transcriptions"' '.headers[] | select(startswith("Content-Type"))' | tail -n 1 | cut -c1-34)" \
	"Content-Type: multipart/form-data;" "as the form that it is"
ok "$([ "$(sim_saw '.path == "/v1/audio/transcriptions"' '.headers[] | select(startswith("Content-Length")) | .[16:]' | tail -n 1)" -gt 3000000 ])$?" \
	"with its length"
is "$(access_line '.request_type == "audio.transcriptions"' '"\(.model) \(.model_used) \(.input_tokens) \(.output_tokens)"')" \
	"whisper large-v3 14 4" "counted as the upstream said, under its own name"
path=/v1/audio/transcriptions call -F "file=@$T/small" -F model=whisper
is "$(code)" 200 "a small file may come before its model"
path=/v1/audio/transcriptions call -F "file=@$T/big" -F model=whisper
error_is 413 invalid_request_error request_too_large model "a large one may not, and that is told"
path=/v1/audio/transcriptions call -F model=whisper -F prompt=busy -F "file=@$T/small"
is "$(code) $(header x-weir-attempts)" "200 2" "what is still here of a form has a second try"
path=/v1/audio/transcriptions call -F model=unknown -F "file=@$T/big"
error_is 404 invalid_request_error model_not_found model "a model that is not there is told before the file is read"
path=/v1/audio/transcriptions call -F "file=@$T/small"
error_is 400 invalid_request_error missing_model model "and so is one that is not named"
path=/v1/audio/transcriptions call -F model=whisper -F "file=@$T/big" -F model=tts
error_is 400 invalid_request_error null null "a second model behind the file is refused, as nobody knows which one counts"
head -c 9000000 /dev/zero >"$T/huge"
path=/v1/audio/transcriptions call -F model=whisper -F "file=@$T/huge"
error_is 413 invalid_request_error request_too_large null "no file is larger than http.max_upload"

path=/v1/images/generations call -H 'Content-Type: application/json' -d '{"model":"picture","prompt":"cat","stream":true}'
is "$(grep -c '^data: {"type":"image_generation' "$T/body") $(header content-type)" "2 text/event-stream" "pictures come as events"
is "$(access_line '.request_type == "images.generations"' '"\(.input_tokens) \(.output_tokens)"')" "5 7" "with their usage"
path=/v1/moderations call -H 'Content-Type: application/json' -d '{"model":"tts","input":"x"}'
is "$(code) $(body .error.message)" "400 not that" "a refusal arrives as it was said"

path=/v1/files call -F purpose=batch -F "file=@$T/big"
is "$(code) $(body .id) $(header x-weir-channel)" "200 f-1 near" "a file goes to the first channel"
path="/v1/files?limit=2&key=$key&after=../x" call
is "$(sim_saw '.method == "GET"' .path | tail -n 1)" "/v1/files?limit=2" "of a query only plain words go on, and no key"
path=/v1/files/f-1/content call
is "$(cat "$T/body") $(header content-disposition)" 'the bytes attachment; filename="a.bin"' "its content comes back"
path=/v1/files/f-1 call -X DELETE
is "$(code) $(sim_saw '.method == "DELETE"' .path)" "200 /v1/files/f-1" "it can be deleted"
path=/v1/batches/b-1/cancel call -X POST
is "$(code) $(body .id)" "200 b-1" "a batch can be cancelled"
for path in /v1/files/../models /v1/files/%2e%2e/models /v1/files/f-1/other /v1/batches/b-1/cancel/x; do
	path=$path call --path-as-is
	is "$(code)" 404 "$path leads nowhere"
done
key=$only_far path=/v1/files call
is "$(code) $(header x-weir-channel)" "200 far" "a key's channels are what counts"

store_is_sound "the store is sound"
api_end
