#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 25-api-upstream-faults - whatever an upstream does, the client gets a clear answer, and a cut never looks whole.
. "$(dirname "$0")/api.sh"
scenario "a table of upstream behaviours: upstream-faults.table"

# ---------------------------------------------------------------- the table

here=$(cd "$(dirname "$0")" && pwd)
piece='{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}'
whole='{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"abc\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8}}'
native='{\"error\":{\"message\":\"words of the upstream\",\"type\":\"its_type\",\"param\":null,\"code\":\"its_code\"}}'
ok_head='HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
sse_head='HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
long=$(printf 'x%.0s' {1..2000})
table=$(grep -v '^#' "$here/upstream-faults.table")
for word in piece whole native ok_head sse_head long; do
	table=${table//\$$word/${!word}}
done
names=()
declare -A mode status code end
while read -r word name m s c e; do
	[ "$word" = case ] || continue
	names+=("$name")
	mode[$name]=$m status[$name]=$s code[$name]=$c end[$name]=$e
done <<<"$table"
sed 's/^case \([^ ]*\).*/on model=\1/' <<<"$table" >"$T/table.script"

start_sim <"$T/table.script"
write_conf <<-EOT
	$(sim_records | grep -v '^channels')
	channels = (
		{ name = "sim"; provider = "sim"; models = [ "*" ]; priority = 900; },
		{ name = "keyed"; provider = "sim"; models = [ "key-*", "bare-*", "forbidden-*", "credit-*" ]; keys = [ "up-secret-key" ]; },
		{ name = "refused"; provider = "sim"; models = [ "invalid-*" ]; keys = [ "up-secret-key-2" ]; }
	);
	upstream = { attempts = 1; connect_timeout = "1s"; first_byte_timeout = "700ms"; idle_timeout = "700ms"; total_timeout = "3s";
		max_event = "64k"; max_reply = "8m"; };
	limits = [ "1000000 requests / 1h", "1000000000 tokens / 1h" ];
EOT
start_weir

# ---------------------------------------------------------------- all at once

mkdir "$T/r"
for name in "${names[@]}"; do
	stream=
	[ "${mode[$name]}" = whole ] || stream='"stream":true'
	chat "$name" "$stream" >"$T/r/$name.ask"
	cat <<-EOT
		url = "http://127.0.0.1:$api_port/v1/chat/completions"
		header = "Content-Type: application/json"
		data = "@$T/r/$name.ask"
		output = "$T/r/$name.body"
		dump-header = "$T/r/$name.head"
		write-out = "$name %{http_code} %{exitcode}\n"
		max-time = 20
		next
	EOT
done | sed '$d' >"$T/curl.conf"
timeout 60 curl -sN --parallel --parallel-immediate --parallel-max 300 -K "$T/curl.conf" >"$T/ends" 2>/dev/null
declare -A got exit line
while read -r name s x; do
	got[$name]=$s exit[$name]=$x
done <"$T/ends"
all_logged() { access_count true "${#names[@]}"; }
until_true 5 all_logged
ok $? "each of the ${#names[@]} requests has one access line"
while read -r name rest; do
	line[$name]=$rest
done < <(access true | jq -r '[.model, .status_code, .end_reason, .error // "-"] | join(" ")')

# in_shape FILE: the code of an error in OpenAI's shape; empty when it is none.
in_shape() {
	jq -r 'if (keys == ["error"]) and (.error | has("message") and has("type") and has("param") and has("code"))
		and (.error.message | type == "string" and length > 0) then .error.code | tostring else empty end' "$1" 2>/dev/null
}

# judge NAME: what is wrong with it; nothing when all is as the table says.
judge() {
	local name=$1 body=$T/r/$1.body want=${code[$1]} logged
	[[ ${got[$name]:-none} =~ ^${status[$name]}$ ]] || echo "status ${got[$name]:-none}, not ${status[$name]}"
	[[ ${line[$name]:-none} =~ ^${status[$name]}\ ${end[$name]}\  ]] || echo "logged '${line[$name]:-nothing}', not ${status[$name]} ${end[$name]}"
	logged=${line[$name]##* }
	case ${mode[$name]} in
	whole | stream)
		[ "${exit[$name]:-none}" = 0 ] || echo "curl ended with ${exit[$name]:-nothing}"
		if [ "$want" != - ] && [ "${got[$name]}" != 200 ]; then
			[[ $(in_shape "$body") =~ ^$want$ ]] || echo "error '$(in_shape "$body")', not $want: $(head -c 300 "$body")"
			[ "$logged" != - ] || echo "no fault is logged"
		elif [ "${mode[$name]}" = whole ]; then
			[ "$(jq -r '.choices[0].message.content' "$body" 2>/dev/null)" = abc ] || echo "not the reply: $(head -c 300 "$body")"
		else
			[ "$(grep -c '^data: {' "$body") $(tail -n 2 "$body" | head -n 1)" = "2 data: [DONE]" ] || echo "not the stream: $(head -c 300 "$body")"
			[ "$(grep '^data: {' "$body" | sed 's/^data: //' | jq -r '.choices[0].delta.content' | sort -u)" = abc ] || echo "not its events"
		fi
		;;
	cut)
		[ "${exit[$name]:-0}" != 0 ] || echo "it looks whole to curl"
		! grep -q DONE "$body" || echo "it has an end"
		sed -n 's/^data: //p' "$body" | tail -n 1 >"$body.last"
		[[ $(in_shape "$body.last") =~ ^($want|${code[$name]})$ ]] || echo "in-band error '$(in_shape "$body.last")', not $want: $(tail -c 300 "$body")"
		[ "$logged" != - ] || echo "no fault is logged"
		;;
	esac
}

for name in "${names[@]}"; do
	faults=$(judge "$name")
	[ -z "$faults" ]
	ok $? "$name: ${mode[$name]} ${status[$name]} ${code[$name]}" || diag "$faults"
done
is "$(sim_saw '.path == "/followed"' .path)" "" "no redirect is followed"
is "$(grep -lE 'up-se' "$T"/r/*.body "$T"/r/*.head "$T"/data/access/*.log "$T/weir.log")" "" "no text about an upstream's key is shown or logged"
is "$(grep -liE '^retry-after' "$T"/r/retry-nonsense-*.head)" "" "nonsense in Retry-After is not passed on"
is "$(tr -d '\r' <"$T/r/retry-sense.head" | grep -i '^retry-after' | sort)" $'retry-after-ms: 7000\nretry-after: 7' "a Retry-After that makes sense is"
is "$(grep -liE '<html|<h1' "$T"/r/*.body)" "" "no page of markup is shown"
is "$(pid_of worker 0) $(pid_of worker 1)" "$(status_get '[.children[] | select(.role == "worker" and .restarts == 0) | .pid] | map(tostring) | join(" ")')" \
	"no worker was lost"
store_is_sound "the store is sound"
api_end
