#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 30-api-cuts - an answer that is cut at any byte is an error to the client, and never looks whole.
. "$(dirname "$0")/api.sh"
scenario "answers cut at each byte"
export LC_ALL=C

# ---------------------------------------------------------------- what is cut

event='{"choices":[{"index":0,"delta":{"content":"a€"}}]}'
reply='{"choices":[{"index":0,"message":{"content":"a€"}}]}'
events=$'data: '$event$'\n\ndata: '$event$'\r\n\r\ndata: [DONE]\n\n'
printf -v size %x ${#events}
printf -v reply_size %x ${#reply}
head=$'HTTP/1.1 200 OK\r\n'
declare -A whole=(
	[stream-chunked]="${head}Transfer-Encoding: chunked"$'\r\n\r\n'"$size"$'\r\n'"$events"$'\r\n0\r\n\r\n'
	[stream-close]="$head"$'\r\n'"$events"
	[reply-length]="${head}Content-Length: ${#reply}"$'\r\n\r\n'"$reply"
	[reply-chunked]="${head}Transfer-Encoding: chunked"$'\r\n\r\n'"$reply_size"$'\r\n'"$reply"$'\r\n0\r\n\r\n'
	[reply-close]="$head"$'\r\n'"$reply"
)
quoted() {
	local s=${1//\\/\\\\}
	s=${s//\"/\\\"} s=${s//$'\n'/\\n}
	printf '%s' "${s//$'\r'/\\r}"
}
for kind in "${!whole[@]}"; do
	for ((n = 0; n <= ${#whole[$kind]}; n++)); do
		printf 'on model=%s-%d\n\tsend "%s"\n\t%s\n' "$kind" $n "$(quoted "${whole[$kind]:0:n}")" close
	done
done >"$T/cuts.script"
start_sim <"$T/cuts.script"
write_conf <<-EOT
	$(sim_records)
	upstream = { attempts = 1; first_byte_timeout = "3s"; idle_timeout = "3s"; };
	limits = [ "1000000 requests / 1h", "1000000000 tokens / 1h" ];
EOT
start_weir

# ---------------------------------------------------------------- all of them

mkdir "$T/r"
for kind in "${!whole[@]}"; do
	for ((n = 0; n <= ${#whole[$kind]}; n++)); do
		stream=
		[[ $kind = stream* ]] && stream=',\"stream\":true'
		cat <<-EOT
			url = "http://127.0.0.1:$api_port/v1/chat/completions"
			header = "Content-Type: application/json"
			data = "{\"model\":\"$kind-$n\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]$stream}"
			output = "$T/r/$kind-$n"
			write-out = "$kind $n %{http_code} %{exitcode}\n"
			max-time = 30
			next
		EOT
	done
done | sed '$d' >"$T/curl.conf"
timeout 100 curl -sN --parallel --parallel-immediate --parallel-max 100 -K "$T/curl.conf" >"$T/ends" 2>/dev/null
total=0
for kind in "${!whole[@]}"; do total=$((total + ${#whole[$kind]} + 1)); done
is "$(wc -l <"$T/ends")" $total "each of $total requests has ended"

# What a whole answer is: the stream's is as weir frames it.
printf 'data: %s\n\ndata: %s\n\ndata: [DONE]\n\n' "$event" "$event" >"$T/whole.stream"
printf '%s' "$reply" >"$T/whole.reply"
declare -A refused cut first_whole
wrong=
while read -r kind n status exit; do
	file=$T/r/$kind-$n
	if [ "$exit" = 0 ] && [ "$status" = 200 ]; then
		cmp -s "$file" "$T/whole.${kind%%-*}" || wrong="$wrong $kind-$n:looks-whole"
		[ "$n" -lt "${first_whole[$kind]:-9999}" ] && first_whole[$kind]=$n
	elif [ "$exit" = 0 ]; then
		[[ $status =~ ^50[24]$ ]] && [ -s "$file" ] || wrong="$wrong $kind-$n:$status"
		echo "$file" >>"$T/errors"
		refused[$kind]=$((${refused[$kind]:-0} + 1))
	else
		[[ $status = 200 && $exit =~ ^(18|56)$ ]] && ! grep -q DONE "$file" || wrong="$wrong $kind-$n:$status:$exit"
		sed -n 's/^data: //p' "$file" | tail -n 1 >"$file.last"
		echo "$file.last" >>"$T/errors"
		cut[$kind]=$((${cut[$kind]:-0} + 1))
	fi
done <"$T/ends"
is "$wrong" "" "none looks whole that is not, none has another status than 502 or 504"
is "$(xargs cat <"$T/errors" | jq -r '[.error.message, .error.type, .error.code] | map(type) | unique | join(" ")' | sort | uniq -c | awk '{ print $1, $2 }')" \
	"$(wc -l <"$T/errors") string" "each error has message, type and code"
missing() { echo $((${#whole[$1]} - ${first_whole[$1]})); }
is "$(missing stream-chunked) $(missing stream-close)" "7 2" \
	"a stream is whole when the blank line behind [DONE] is there, or [DONE] and a clean close"
is "$(missing reply-length) $(missing reply-chunked) $(missing reply-close)" "0 0 0" "a reply is whole when it is there to the last byte"
is "${cut[stream-chunked]:-0} ${cut[stream-close]:-0}" "$((${#event} + 24)) $((${#event} + 24))" "streams with output were cut in band"
is "$((${refused[reply-length]} + 1)) $((${refused[reply-chunked]} + 1)) $((${refused[reply-close]} + 1))" \
	"$((${#whole[reply-length]} + 1)) $((${#whole[reply-chunked]} + 1)) $((${#whole[reply-close]} + 1))" "all shorter replies were errors"
store_is_sound "the store is sound"
api_end
