#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 23-api-limits - limits and quotas are exact, over workers too, and what is refused says when it would not be.
. "$(dirname "$0")/api.sh"
scenario "limits, quotas, and what they answer"

start_sim <<-'EOT'
	# 400 input and 100 output tokens, whatever is asked.
	on model=metered
		usage 400 100
		answer
	on model=slow-metered
		delay 300ms
		usage 400 100
		answer
	on model=fails
		reply 400 "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}"
EOT
write_conf <<-EOT
	workers = 2;
	$(sim_records | grep -v '^auth\|^channels')
	channels = (
		{ name = "few"; provider = "sim"; models = [ "shared" ]; limits = [ "2 requests / 1h" ]; priority = 1; },
		{ name = "tiny"; provider = "sim"; models = [ "shared" ]; limits = [ "50 tokens / 1h" ]; priority = 2; },
		{ name = "many"; provider = "sim"; models = [ "shared" ]; limits = [ "3 requests / 1h" ]; priority = 3; },
		{ name = "sim"; provider = "sim"; models = [ "metered", "slow-metered", "fails", "plain" ]; }
	);
	prices = ( { name = "all"; model = "*"; input = "10"; output = "60"; } );
EOT
start_weir
declare -A key
key[three]=$(new_key three 'limits=3 requests / 1m')
key[tokens]=$(new_key tokens 'limits=1200 tokens / 1m')
key[input]=$(new_key input 'limits=900 input / 1m')
key[output]=$(new_key output 'limits=250 output / 1m')
key[cost]=$(new_key cost 'limits=0.025 usd / 1m')
key[daily]=$(new_key daily 'limits=2 requests / day')
key[zoned]=$(new_key zoned 'limits=0.012 usd / month America/Los_Angeles')
key[short]=$(new_key short 'limits=2 requests / 2s')
key[both]=$(new_key both 'limits=5 requests / 1m,1 requests / 1h')
key[fifty]=$(new_key fifty 'limits=37 requests / 1h')
key[reserve]=$(new_key reserve 'limits=1000 tokens / 1h')
key[free]=$(new_key free)
ask() {
	local who=$1 model=$2 more=${3:-}
	post /v1/chat/completions "$(chat "$model" "$more")" -H "Authorization: Bearer ${key[$who]}" >/dev/null
}
known() { ask free plain; [ "$(code)" = 200 ]; }
until_true 5 known

# ---------------------------------------------------------------- windows

for n in 1 2 3; do ask three plain; done
is "$(code)" 200 "three of three requests pass"
is "$(header x-ratelimit-limit-requests) $(header x-ratelimit-remaining-requests)" "3 0" "the last one is told that none remains"
like "$(header x-ratelimit-reset-requests)" '^(59|6[01])\.[0-9]{3}s$' "and when all is free again"
ask three plain
error_is 429 rate_limit_error rate_limit_exceeded null "the fourth is refused"
like "$(header retry-after) $(header retry-after-ms)" '^(60|59) (60000|59[0-9]{3})$' "with the time when it would pass, in seconds and milliseconds"
is "$(header retry-after)" $((($(header retry-after-ms) + 999) / 1000)) "the one rounded up from the other"
like "$(body .error.message)" 'key limit of 3 requests / 1m is reached\. Please try again in (60|59)\.[0-9]{3}s' "and in words"
is "$(header x-ratelimit-remaining-requests)" 0 "a refusal has the rate headers as well"
post /v1/messages "$(chat plain '"max_tokens":9')" -H "x-api-key: ${key[three]}" >/dev/null
is "$(code) $(body .error.type) $(header anthropic-ratelimit-requests-limit) $(header anthropic-ratelimit-requests-remaining)" \
	"429 rate_limit_error 3 0" "an Anthropic client is told in the words of its own"
is "$(body .request_id)" "$(header request-id)" "with the request's id"
is "$(access_line '.api_key_name == "three" and .status_code == 429' '"\(.error) \(.end_reason) \(.attempts) \(.total_tokens)"')" \
	"rate_limited refused 0 0" "its access line says so"

ask tokens metered '"max_tokens":100'; ask tokens metered '"max_tokens":100'
is "$(code)" 200 "a thousand of 1200 tokens pass"
is "$(header x-ratelimit-limit-tokens) $(header x-ratelimit-remaining-tokens)" "1200 $((1200 - 500 - $(chat metered '"max_tokens":100' | wc -c) / 4 - 100))" \
	"what remains counts the reservation: used, and the estimate of this one"
ask tokens metered '"max_tokens":300'
error_is 429 rate_limit_error rate_limit_exceeded null "a request that would exceed is refused by its estimate"
ask tokens metered '"max_tokens":100'
is "$(code)" 200 "a smaller one passes"
ask tokens metered '"max_tokens":1'
is "$(code)" 429 "what was reported counts, though it was more than reserved"
ask tokens plain '"max_tokens":2000'
error_is 429 rate_limit_error rate_limit_exceeded null "one that is larger than the limit is refused"
is "$(header retry-after)$(header retry-after-ms) $(header x-should-retry)" " false" "without a time: waiting does not help"
like "$(body .error.message)" 'the request alone needs more than the key limit of 1200 tokens / 1m' "which it says"

ask input metered; ask input metered; ask input metered
is "$(code)" 200 "input is limited by the estimate of input alone"
ask input metered
is "$(code)" 429 "and by what was reported"
ask output metered '"max_tokens":60'; ask output metered '"max_tokens":60'; 
is "$(code)" 200 "two hundred of 250 output tokens pass"
ask output metered '"max_tokens":60'
is "$(code)" 429 "the reservation of sixty more does not"
ask output metered '"max_completion_tokens":50'
is "$(code)" 200 "fifty fit exactly"
# 400 * 10 + 100 * 60 = 10000 millionths of a dollar each.
ask cost metered '"max_tokens":100'; ask cost metered '"max_tokens":100'
is "$(code)" 200 "two cents of 2.5 are spent"
ask cost metered '"max_tokens":100'
is "$(code)" 429 "the next could cost more than is left"
like "$(body .error.message)" 'key limit of 0\.025 usd / 1m' "which names the limit"
ask cost plain '"max_tokens":20'
is "$(code)" 200 "a cheaper one passes"

ask both plain; ask both plain
is "$(code)" 429 "of two limits the tighter holds"
ask short plain; ask short plain; ask short plain
is "$(code)" 429 "a short window fills"
sleep "$(awk -v ms="$(header retry-after-ms)" 'BEGIN { print ms / 1000 + 0.01 }')"
ask short plain
is "$(code)" 200 "and is open again at the time that was told"
ask three fails; is "$(code)" 429 "a refusal comes before the upstream is asked"

# ---------------------------------------------------------------- quotas

ask daily plain; ask daily plain
is "$(code)" 200 "a quota of two lets two pass"
ask daily plain
error_is 429 insufficient_quota insufficient_quota null "then it is used up"
is "$(header x-should-retry) $(header retry-after)$(header retry-after-ms)" "false " "clients are told not to try again"
like "$(body .error.message)" 'key quota of 2 requests / day is used up' "and what is used up"
unlike "$(body .error.message)" 'try again' "not when to try again"
ask zoned metered '"max_tokens":100'
is "$(code)" 200 "a budget in another zone is spent"
ask zoned metered '"max_tokens":100'
error_is 429 insufficient_quota insufficient_quota null "and used up"
weirctl limits show zoned --json >"$T/zoned.json"
is "$(jq -c '[.. | objects | select(has("used")) | .used, .reserved] | .[0:2]' "$T/zoned.json")" "[10000000,0]" \
	"weirctl shows a cent, in nano-dollars, and no reservation" || diag "$(cat "$T/zoned.json")"

# ---------------------------------------------------------------- exactness

# all_at_once N KEY MODEL [JSON]: so many at once; the statuses, counted.
all_at_once() {
	local n
	for n in $(seq "$1"); do
		cat <<-EOT
			url = "http://127.0.0.1:$api_port/v1/chat/completions"
			header = "Content-Type: application/json"
			header = "Authorization: Bearer ${key[$2]}"
			data = "$(chat "$3" "${4:-}" | sed 's/"/\\"/g')"
			output = "/dev/null"
			write-out = "%{http_code}\n"
			max-time = 20
			next
		EOT
	done | sed '$d' >"$T/many.conf"
	timeout 30 curl -s --parallel --parallel-immediate --parallel-max 300 -K "$T/many.conf" 2>/dev/null | sort | uniq -c | awk '{ printf "%s%s x %s", (NR > 1 ? ", " : ""), $1, $2 }'
}
before=$(sim_saw '.body | contains("plain")' .request | wc -l)
is "$(all_at_once 50 fifty plain)" "37 x 200, 13 x 429" "of fifty at once over two workers exactly as many pass as the limit says"
is "$(($(sim_saw '.body | contains("plain")' .request | wc -l) - before))" 37 "the upstream saw exactly those"
is "$(access '.api_key_name == "fifty"' | jq -r .worker | sort -u | tr '\n' ' ')" "0 1 " "both workers took part"
# Each reserves its estimate of input and 81 of output; they are under way together.
each=$((($(chat slow-metered '"max_tokens":81' | wc -c)) / 4 + 81))
is "$(all_at_once 30 reserve slow-metered '"max_tokens":81')" "$((1000 / each)) x 200, $((30 - 1000 / each)) x 429" \
	"requests under way hold what they may use"
until_true 5 nothing_reserved
is "$(weirctl limits show reserve --json | jq -c '[.. | objects | select(has("used")) | .used, .reserved] | .[0:2]')" "[$((1000 / each * 500)),0]" \
	"afterwards what they did use is counted"

# ---------------------------------------------------------------- channels

used=
for n in 1 2 3 4 5; do ask free shared; used="$used $(header x-weir-channel)"; done
is "$used" " few few many many many" "a channel whose limit is reached is skipped, and one that it is too large for"
ask free shared
like "$(code) $(body .error.code)" '^(503 no_channel_available|429 rate_limit_exceeded)$' "when no channel has room left the client is told"
is "$(header retry-after)$(header retry-after-ms)" "" "an hour is too long to name"
ask three plain
store_is_sound "the store is sound"
until_true 5 settled
is "$(weirctl usage by=key --json | jq -c '.[] | select(.name == "fifty") | [.requests, .succeeded, .refused]')" "[50,37,13]" "the ledger has the same figures"
api_end
