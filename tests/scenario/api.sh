# SPDX-License-Identifier: Apache-2.0
# api.sh - what the scenarios of the API share, behind lib.sh: access lines, keys, answers taken apart.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# access FILTER: the access lines that a jq filter selects.
access() { cat "$T"/data/access/*.log 2>/dev/null | jq -c "select($1)"; }
access_count() { [ "$(access "$1" | wc -l)" = "$2" ]; }
# access_line FILTER [EXPRESSION]: the last one, once it is there; an expression picks from it.
access_line() {
	until_true 5 access_has "$1" || return 1
	access "$1" | tail -n 1 | jq -r "${2:-.}"
}
access_has() { [ -n "$(access "$1")" ]; }

# header NAME: of the last answer, without its name.
header() { tr -d '\r' <"$T/head" | awk -v name="${1,,}" -F': ' 'tolower($1) == name { print substr($0, length($1) + 3) }'; }
# body EXPRESSION: of the last answer, by jq.
body() { jq -r "$1" "$T/body" 2>/dev/null; }
# error_is STATUS TYPE CODE PARAM SENTENCE: the last answer is an error in OpenAI's shape.
error_is() {
	local got
	got=$(body '[.error.type, .error.code, .error.param | tostring] | join(" ")')
	[ -n "$(body '.error.message | strings')" ] || got="no message: $got"
	is "$(code) $got" "$1 $2 $3 $4" "$5"
}

weirctl() { "$WEIRCTL" -c "$T/weir.conf" "$@" 2>>"$T/weirctl.err"; }
# new_key NAME [FIELD=VALUE...]: a client key; prints its secret.
new_key() { weirctl key add "$@" --json | jq -r '.records[0].secret'; }
# settled: the journal is in the ledger.
settled() { [ "$(metric weir_journal_backlog)" = 0 ]; }
nothing_reserved() { [ "$(metric weir_reservations_open)" = 0 ]; }
# store_is_sound SENTENCE: all that must be true of the two environments is.
store_is_sound() {
	local out
	until_true 5 nothing_reserved
	ok $? "nothing is reserved any more"
	out=$("$WEIR_BIN/weir-lmdb" -d "$T/data" -r "$T/run" check 2>&1)
	ok $? "$1" || diag "$out"
}

# raw TEXT [SECONDS]: bytes, with printf's escapes, on a connection of their own; what comes back until it is closed or
# the time is over.
raw() {
	exec 8<>"/dev/tcp/127.0.0.1/$api_port"
	printf '%b' "$1" >&8
	timeout "${2:-5}" cat <&8
	exec 8>&-
}

# sim_saw FILTER [EXPRESSION]: of the requests that weir-sim received.
sim_saw() { jq -r "select(.request and ($1)) | ${2:-.}" "$T/sim.jsonl"; }

# api_end: weir ends as it should, without a word of a sanitizer or an assertion.
api_end() {
	[ -n "$weir_pid" ] && stop_weir
	is "${weir_status:-none}" 0 "weir ends with status 0"
	is "$(grep -hE 'Sanitizer|runtime error|[Aa]ssertion|was killed by signal [^9]|core dumped' "$T/weir.log" | head -n 5)" "" "nothing went wrong inside"
	scenario_end
}
# memory_of PLAIN: KiB that are little; a sanitizer's bookkeeping needs more.
memory_of() { grep -q __asan_init "$WEIR" && echo $(($1 * 4)) || echo "$1"; }
