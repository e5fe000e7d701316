#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 31-api-named - an upstream with a name is called through libcurl, and nothing differs for the client.
. "$(dirname "$0")/api.sh"
scenario "an upstream with a name"

event='{"choices":[{"index":0,"delta":{"content":"a"}}]}'
start_sim <<EOT
on model=streams
	stream
	event "${event//\"/\\\"}"
	event "[DONE]"
	end
on model=breaks
	stream
	event "${event//\"/\\\"}"
	event "{\"error\":{\"message\":\"mid\"}}"
	close
on model=cut
	stream
	event "${event//\"/\\\"}"
	close
on model=fails
	reply 400 "{\"error\":{\"message\":\"not so\"}}"
EOT
SIM_HOST=sim.localhost sim_records | write_conf
start_weir
chat=/v1/chat/completions
stream() { post $chat "$(chat "$1" '"stream":true')" "${@:2}"; }

is "$(post $chat "$(chat m)" | jq -r '.choices[0].message.content') $(code)" "You said: hi 200" "it answers"
is "$(sim_saw 'true' '.headers[] | select(startswith("Host:"))' | tail -n 1)" "Host: sim.localhost:$sim_port" "and is called by its name"
is "$(stream streams)" "data: $event"$'\n\ndata: [DONE]' "its stream passes as it is"
is "$(stream breaks 2>/dev/null | grep -c "^data: {\"error\":{\"message\":\"mid\"")" 1 "its error within a stream is the last word"
is "$(stream cut 2>/dev/null | grep -cE "^data: (\{\"choices|\{\"error)")" 2 "a cut is told after what came"
is "$(post $chat "$(chat fails)" | jq -r .error.message) $(code)" "not so 400" "its refusal is told"
chat m "\"user\":\"$(head -c 300000 /dev/zero | tr '\0' x)\"" >"$T/large"
is "$(post $chat "@$T/large" | jq -r '.choices[0].message.content')" "You said: hi" "a large request arrives"
store_is_sound "the store is sound"
api_end
