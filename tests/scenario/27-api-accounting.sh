#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 27-api-accounting - access lines, ledger, metrics and the upstream's own counts agree to the token and nano-dollar.
. "$(dirname "$0")/api.sh"
scenario "usage and money"

usage() { printf '{\\"choices\\":[{\\"message\\":{\\"content\\":\\"a\\"}}],\\"usage\\":%s}' "${1//\"/\\\"}"; }
start_sim <<-EOT
	on model=classes
		reply 200 "$(usage '{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500,"prompt_tokens_details":{"cached_tokens":300,"cache_write_tokens":100,"audio_tokens":50},"completion_tokens_details":{"reasoning_tokens":200,"audio_tokens":20}}')"
	on model=one-token
		reply 200 "$(usage '{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}')"
	on model=too-many-cached
		reply 200 "$(usage '{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":99}}')"
	on model=no-usage
		reply 200 "{\"choices\":[{\"message\":{\"content\":\"$(printf 'x%.0s' {1..364})\"}}]}"
	on model=null-usage
		reply 200 "$(usage null)"
	on model=absurd
		reply 200 "$(usage '{"prompt_tokens":99999999999999999999,"completion_tokens":-5,"total_tokens":"many"}')"
	on model=*huge
		reply 200 "$(usage '{"prompt_tokens":1000000000,"completion_tokens":1000000000,"total_tokens":2000000000}')"
EOT
configure() {
	{
		sim_records | grep -v '^channels\|^providers'
		cat
		cat <<-EOT
			providers = (
				{ name = "sim"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; },
				{ name = "dear"; kind = "generic"; base_url = "http://127.0.0.1:$sim_port/v1"; allow_private = true; multiplier = "1.5"; }
			);
			channels = (
				{ name = "sim"; provider = "sim"; models = [ "*" ]; priority = 900; },
				{ name = "dear"; provider = "dear"; models = [ "dear-*" ]; }
			);
			prices = (
				{ name = "classes"; model = "classes"; input = "2.50"; cache_read = "0.25"; cache_write = "3.125"; output = "10";
				  reasoning = "12"; audio_input = "40"; audio_output = "80"; request = "0.001"; },
				{ name = "one"; model = "one-token"; input = "0.0005"; output = "0"; },
				{ name = "two"; model = "*-cached"; input = "1"; output = "2"; cache_read = "0.1"; },
				{ name = "known"; model = "*usage"; input = "1"; output = "2"; },
				{ name = "dear"; channel = "dear"; model = "dear-*"; input = "1"; output = "3"; },
				{ name = "huge"; model = "huge"; input = "150"; output = "600"; },
				{ name = "mix"; model = "mix-[ab]"; input = "1"; output = "2"; },
				{ name = "mix-a"; model = "mix-a"; input = "1"; output = "2"; },
				{ name = "mix-b"; model = "mix-b"; input = "3"; output = "15"; }
			);
		EOT
	} | write_conf
}
configure </dev/null
start_weir
ask() { post /v1/chat/completions "$(chat "$@")" >/dev/null; }
# cost MODEL: in nano-dollars, whether it is priced, where the usage comes from.
cost() { access_line ".model == \"$1\"" '"\(.cost_usd | if . then . * 1e9 | round else . end) \(.priced) \(.usage_source)"'; }

# ---------------------------------------------------------------- prices

ask classes
is "$(cost classes)" "11562500 true reported" "each class of tokens has its price, to the nano-dollar"
is "$(access_line '.model == "classes"' '[.input_tokens, .output_tokens, .total_tokens, .cached_tokens, .cache_write_tokens, .reasoning_tokens] | join(" ")')" \
	"1000 500 1500 300 100 200" "the line has the totals and the classes"
is "$(access_line '.model == "classes"' 'keys_unsorted | join(" ")')" \
	"timestamp request_id api_key_name key_id provider channel model model_used request_type stream status status_code end_reason error error_message attempts input_tokens output_tokens total_tokens cached_tokens cache_write_tokens reasoning_tokens cost_usd currency priced usage_source latency_ms ttfb_ms upstream_ms request_bytes response_bytes user_agent client_ip worker" \
	"an access line has exactly its fields"
is "$(access_line '.model == "classes"' '"\(.request_bytes) \(.response_bytes) \(.client_ip) \(.currency) \(.stream)"')" \
	"$(chat classes | wc -c) $(wc -c <"$T/body") 127.0.0.1 USD false" "sizes are those of request and answer"
ask one-token
is "$(cost one-token)" "1 true reported" "half a nano-dollar is rounded up"
ask too-many-cached
is "$(cost too-many-cached)" "3000 true reported" "a class larger than its whole is cut to it"
ask no-usage
input=$(($(chat no-usage | wc -c) / 4)) output=$(($(wc -c <"$T/body") / 4))
is "$(cost no-usage) $(access_line '.model == "no-usage"' '"\(.input_tokens) \(.output_tokens)"')" \
	"$(((input + 2 * output) * 1000)) true estimated $input $output" "usage that was not told is estimated, and marked so"
ask null-usage
is "$(access_line '.model == "null-usage"' .usage_source)" estimated "null is no usage"
ask absurd
is "$(code)" 200 "figures that make no sense are passed on"
is "$(access_line '.model == "absurd"' '"\(.usage_source) \(.input_tokens < 1000)"')" "estimated true" "but not accounted"
ask dear-built-in
is "$(access_line '.model == "dear-built-in"' '(.cost_usd * 1e9) == (.input_tokens * 1500 + .output_tokens * 4500)')" true "a provider's multiplier is in the price"
ask huge
is "$(cost huge)" "750000000000000 true reported" "a large sum does not overflow"
ask nobody-knows
is "$(cost nobody-knows)" "null false reported" "a model without a price is unpriced, not free"

# ---------------------------------------------------------------- policies

configure <<-'EOT'
	pricing = { unpriced = "deny"; };
EOT
reload
only_new() { ask nobody-knows; [ "$(code)" = 403 ]; }
until_true 5 only_new
error_is 403 permission_error model_unpriced model "policy deny refuses a model without a price"
ask classes
is "$(code)" 200 "and lets the others pass"
configure <<-'EOT'
	pricing = { unpriced = "ceiling"; ceiling = "100"; };
EOT
reload
ceiling_holds() { ask nobody-knows && [ "$(code)" = 200 ]; }
until_true 5 ceiling_holds
is "$(access_line '.model == "nobody-knows" and .status_code == 200 and .priced' '(.cost_usd * 1e7 | round) == (.total_tokens * 1000)')" true \
	"policy ceiling counts it at the ceiling's price"

# ---------------------------------------------------------------- sums

until_true 5 settled
a=$(new_key a) b=$(new_key b)
curl -s --max-time 5 -o /dev/null "http://127.0.0.1:$sim_port/sim/reset"
from=$(access true | wc -l)
for n in {1..60}; do
	model=mix-$([ $((n % 3)) = 0 ] && echo b || echo a) key=$([ $((n % 2)) = 0 ] && echo "$a" || echo "$b")
	path=/v1/chat/completions
	case $((n % 4)) in
	0) body=$(chat $model '"stream":true') ;;
	1) body=$(chat $model) ;;
	2) body="{\"model\":\"$model\",\"prompt\":\"some words to say\"}" path=/v1/completions ;;
	3) body="{\"model\":\"$model\",\"input\":\"x\"}" path=/v1/embeddings ;;
	esac
	cat <<-EOT
		url = "http://127.0.0.1:$api_port$path"
		header = "Content-Type: application/json"
		header = "x-api-key: $key"
		data = "${body//\"/\\\"}"
		output = "/dev/null"
		next
	EOT
done | sed '$d' >"$T/many.conf"
curl -sN --max-time 20 --parallel --parallel-immediate -K "$T/many.conf" 2>/dev/null
mixed='.model // "" | startswith("mix-")'
all_logged() { access_count "$mixed" 60; }
until_true 5 all_logged
ok $? "sixty requests have sixty lines"
access "$mixed" | jq -s . >"$T/lines"
# sums FIELD: by it, from the access lines: name requests input output nano-dollars.
sums() { jq -c --arg by "$1" 'group_by(.[$by])[] | [.[0][$by], length, (map(.input_tokens) | add), (map(.output_tokens) | add), (map(.cost_usd * 1e9 | round) | add)]' "$T/lines" | sort; }
ledger() { weirctl usage "by=$1" --json | jq -c '.[] | [.name, .requests, .input_tokens, .output_tokens, (.cost_usd | tonumber * 1e9 | round)]' | sort; }
until_true 5 settled
ok $? "the scheduler has moved the journal into the ledger"
is "$(ledger key | grep -E '^\["[ab]"')" "$(sums api_key_name)" "by key, the ledger sums to what the lines say"
is "$(ledger model | grep -E '^\["mix-')" "$(sums model)" "so it does by model"
access '.channel == "sim"' | jq -s . >"$T/lines.sim"
total() { jq -c '[length, (map(.input_tokens) | add), (map(.output_tokens) | add), (map(.cost_usd // 0 | . * 1e9 | round) | add)]' "$1"; }
is "$(ledger channel | jq -c 'select(.[0] == "sim") | .[1:]')" "$(total "$T/lines.sim")" "and by channel"
# Strangers who were refused leave a line and no record.
access '.attempts > 0 or .key_id > 0' | jq -s . >"$T/lines.all"
is "$(ledger total | jq -c '.[1:]')" "$(total "$T/lines.all")" "in total it has all requests since the start"
is "$(weirctl usage by=day --json | jq '[.[].requests] | add')" "$(jq length "$T/lines.all")" "so it does by day"
is "$(curl -s --max-time 5 "http://127.0.0.1:$sim_port/sim/stats" | jq -c '[.requests, .tokens_in]')" \
	"$(jq -c '[length, (map(.input_tokens) | add)]' "$T/lines")" "the upstream counted the same requests and input tokens"
is "$(curl -s --max-time 5 "http://127.0.0.1:$sim_port/sim/stats" | jq -c .tokens_out)" \
	"$(($(jq '[.[] | select(.request_type != "embeddings") | .output_tokens] | add' "$T/lines") + $(jq '[.[] | select(.request_type == "embeddings")] | length' "$T/lines") * 3))" \
	"and the same output tokens, but for 3 that it counts for each embedding and does not tell"

# ---------------------------------------------------------------- metrics

figures() { admin_get /metrics | grep -E '^weir_(requests_total|tokens_total|cost_micro_total|upstream_attempts_total|request_duration_seconds_count)'; }
expected() {
	jq -r '"weir_requests_total{code=\"2xx\"} \(map(select(.status_code < 300)) | length)",
		"weir_requests_total{code=\"4xx\"} \(map(select(.status_code >= 400 and .status_code < 500 and .status_code != 429 and .status_code != 499)) | length)",
		"weir_requests_total{code=\"429\"} \(map(select(.status_code == 429)) | length)",
		"weir_requests_total{code=\"499\"} \(map(select(.status_code == 499)) | length)",
		"weir_requests_total{code=\"5xx\"} \(map(select(.status_code >= 500)) | length)",
		"weir_tokens_total{direction=\"input\"} \(map(.input_tokens) | add)",
		"weir_tokens_total{direction=\"output\"} \(map(.output_tokens) | add)",
		"weir_cost_micro_total \(map(.cost_usd // 0 | . * 1e9 | round) | add / 1000 | floor)",
		"weir_upstream_attempts_total{result=\"ok\"} \(map(select(.attempts > 0)) | length)",
		"weir_upstream_attempts_total{result=\"fault\"} 0",
		"weir_upstream_attempts_total{result=\"cancelled\"} 0",
		"weir_request_duration_seconds_count \(length)"' "$T/lines.all"
}
figures_agree() {
	access true | jq -s . >"$T/lines.all"
	[ "$(figures)" = "$(expected)" ]
}
get /v1/nothing >/dev/null
until_true 5 figures_agree
is "$(figures)" "$(expected)" "the metrics are the sums of the access lines, over workers and reloads"
before=$(figures)
for n in 1 2; do
	victim=$(pid_of worker 0)
	kill -KILL "$victim"
	replaced() { workers_ready 2 && [ "$(pid_of worker 0)" != "$victim" ]; }
	until_true 10 replaced
	is "$(figures)" "$before" "after a worker was killed the metrics are the same"
done
for n in {1..8}; do ask mix-a; done
until_true 5 figures_agree
is "$(figures)" "$(expected)" "and count on from there"
store_is_sound "the store is sound"
api_end
