# SPDX-License-Identifier: Apache-2.0
# lib.sh - what scenarios share: a directory, ports, configurations, weir and weir-sim, TAP.
#
# A scenario sources this file, calls scenario "what the story is", tells its
# story with the functions below, and ends with scenario_end.  All processes it
# started are gone afterwards, whatever happened.  Nothing waits by sleeping:
# until_true looks every 20 ms until something is so, or its time is over.
#
#	. "$(dirname "$0")/lib.sh"
#	scenario "a worker that is killed is replaced"
#	write_conf <<-'EOT'
#		workers = 2;
#	EOT
#	start_weir
#	...
#	scenario_end

set -u
WEIR_BIN=${WEIR_BIN:?the directory of the built programs}
WEIR=$WEIR_BIN/weir
WEIRCTL=$WEIR_BIN/weirctl
SIM=$WEIR_BIN/weir-sim
PORTS=${TMPDIR:-/tmp}/weir-test-ports	# one directory per port in use
T=				# this scenario's directory
weir_pid= sim_pid= ready_seconds=20
tap_count=0 tap_failed=0
port_dirs=() started_pids=()

# ---------------------------------------------------------------- TAP

# ok STATUS SENTENCE: passes when the status is 0:  test -e file; ok $? "the file is there"
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
	return "$1"
}

# is GOT WANT SENTENCE
is() {
	[ "$1" = "$2" ]
	ok $? "$3" || printf '#  got: %s\n# want: %s\n' "${1//$'\n'/$'\n# '}" "${2//$'\n'/$'\n# '}"
}

# like TEXT PATTERN SENTENCE: an extended regular expression, any line.
like() {
	grep -qE -- "$2" <<<"$1"
	ok $? "$3" || printf '#  got: %s\n# want: /%s/\n' "${1//$'\n'/$'\n# '}" "$2"
}

# unlike TEXT PATTERN SENTENCE
unlike() {
	! grep -qE -- "$2" <<<"$1"
	ok $? "$3" || printf '#  got: %s\n# want no: /%s/\n' "${1//$'\n'/$'\n# '}" "$2"
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP"
}

diag() { sed 's/^/# /' <<<"$*"; }

# bail TEXT: nothing after this makes sense.
bail() {
	ok 1 "$1"
	[ -s "$T/weir.log" ] && tail -n 30 "$T/weir.log" | sed 's/^/# weir: /'
	scenario_end
}

scenario() {
	T=$(mktemp -d "${TMPDIR:-/tmp}/weir-test.XXXXXX")
	trap clean_up EXIT
	trap 'exit 1' TERM INT
	diag "$1 ($T)"
	free_port api_port
	free_port admin_port
}

scenario_end() {
	echo "1..$tap_count"
	if [ $tap_failed -gt 0 ] && [ -s "$T/weir.log" ]; then
		tail -n 30 "$T/weir.log" | sed 's/^/# weir: /'
	fi
	[ $tap_failed -eq 0 ]
	exit
}

clean_up() {
	local pid dir
	[ "$BASHPID" = $$ ] || return
	for pid in "${started_pids[@]}" $weir_pid; do
		kill -KILL "$pid" 2>/dev/null
	done
	for pid in $(cat "$T/run/weir.lock" 2>/dev/null) $(status_get .pid); do
		kill -KILL "$pid" 2>/dev/null
	done
	# An upgraded supervisor is no child of ours: it and its children name this directory.
	for pid in $(pids_naming "$T"); do
		kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	for dir in "${port_dirs[@]}"; do
		rmdir "$dir" 2>/dev/null
	done
	[ -n "${WEIR_KEEP:-}" ] || rm -rf "$T"
}

# pids_naming TEXT: our programs whose command line or environment names it.
pids_naming() {
	local proc
	for proc in /proc/[0-9]*; do
		[ "${proc#/proc/}" = $$ ] && continue
		case $(readlink "$proc/exe" 2>/dev/null) in
		"$WEIR_BIN"/*) ;;
		"$1"/*) ;;
		*) continue ;;
		esac
		if tr '\0' '\n' <"$proc/environ" 2>/dev/null | grep -qF -- "WEIR_TEST=$1"; then
			echo "${proc#/proc/}"
		fi
	done
}

# ---------------------------------------------------------------- waiting

# until_true SECONDS COMMAND...: its last status.
until_true() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" 2>/dev/null; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		sleep 0.02
	done
}

gone() { ! kill -0 "$1" 2>/dev/null; }
all_gone() {
	local pid
	for pid in "$@"; do
		# A zombie of another parent is gone as well.
		[ -e "/proc/$pid" ] && ! grep -q '^State:.[ZX]' "/proc/$pid/status" 2>/dev/null && return 1
	done
	return 0
}

# log_has PATTERN [FILE]
log_has() { grep -qE -- "$1" "${2:-$T/weir.log}"; }

# warnings [FILE]: of the log, but those about a busy machine.
warnings() { grep -E ' (warn|error) ' "${1:-$T/weir.log}" | grep -v "a turn took"; }

# ---------------------------------------------------------------- ports, configuration

# free_port VARIABLE: a port that nobody listens on and no other scenario has.
free_port() {
	local try port
	mkdir -p "$PORTS"
	find "$PORTS" -mindepth 1 -mmin +60 -delete 2>/dev/null	# of scenarios that were killed
	for try in $(seq 500); do
		port=$((20000 + RANDOM % 10000))
		mkdir "$PORTS/$port" 2>/dev/null || continue
		port_dirs+=("$PORTS/$port")
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
		printf -v "$1" %s "$port"
		return 0
	done
	bail "no port is free"
}

# write_conf [FILE]: settings and records from standard input, behind what every test needs.  WITHOUT names that
# standard input gives itself are not repeated: `workers = ...;` at the start of a line replaces the default.
write_conf() {
	local file=${1:-$T/weir.conf} given
	given=$(cat)
	{
		echo 'version = 1;'
		conf_default "$given" workers '2'
		conf_default "$given" listen "\"127.0.0.1:$api_port\""
		conf_default "$given" data_dir "\"$T/data\""
		conf_default "$given" run_dir "\"$T/run\""
		conf_default "$given" admin "{ listen = \"127.0.0.1:$admin_port\"; }"
		conf_default "$given" grace '"5s"'
		printf '%s\n' "$given"
	} >"$file"
}

conf_default() {
	grep -qE "^[[:space:]]*$2[[:space:]]*[=:]" <<<"$1" || echo "$2 = $3;"
}

# ---------------------------------------------------------------- weir

# start_weir [ARGUMENT...]: starts it and waits until it serves.
start_weir() {
	spawn_weir "$@"
	until_true $ready_seconds weir_is running || bail "weir does not become ready"
}

spawn_weir() {
	WEIR_TEST=$T "$WEIR" -c "$T/weir.conf" "$@" >>"$T/weir.out" 2>>"$T/weir.log" &
	weir_pid=$!
	started_pids+=("$weir_pid")
}

weir_is() { [ "$(status_get .phase)" = "$1" ]; }

# stop_weir [SIGNAL]: its exit status is in weir_status.
stop_weir() {
	kill "-${1:-TERM}" "$weir_pid" 2>/dev/null
	wait_weir 20
}

# wait_weir SECONDS: 1 when it does not end.
wait_weir() {
	until_true "$1" gone_or_zombie "$weir_pid" || return 1
	wait "$weir_pid"
	weir_status=$?
}

gone_or_zombie() { all_gone "$1"; }

# status_get FILTER: of status.json, by jq.
status_get() { jq -r "$1" "$T/run/status.json" 2>/dev/null; }

# pid_of ROLE [N]: the n-th ready one of the newest generation.
pid_of() { status_get "[.children[] | select(.role == \"$1\" and .state == \"ready\")][${2:-0}].pid // empty"; }
all_pids() { status_get '.children[].pid'; }
generation_is() { [ "$(status_get .generation)" = "$1" ] && weir_is running; }
workers_ready() { [ "$(status_get '[.children[] | select(.role == "worker" and .state == "ready")] | length')" = "$1" ]; }
# only_generation N: the older ones have ended.
only_generation() { [ "$(status_get '[.children[].generation | numbers] | unique | map(tostring) | join(",")')" = "$1" ]; }
# reloads SECONDS OK: the next outcome after time $1 is OK (true, false).
last_reload() { status_get '"\(.last_reload.ok) \(.last_reload.message)"'; }

# reload: HUP, and waits for its outcome.
reload() {
	local before
	before=$(status_get .last_reload.time)
	kill -HUP "$(status_get .pid)"
	until_true 20 reload_after "$before"
}
reload_after() {
	local time
	time=$(status_get .last_reload.time)
	[ -n "$time" ] && [ "$time" != "$1" ]
}

# ---------------------------------------------------------------- requests

# get PATH [CURL ARGUMENT...]: the body; its status is in $T/code.
get() {
	local path=$1
	shift
	curl -sS --max-time 10 -o "$T/body" -w '%{http_code}' "$@" "http://127.0.0.1:$api_port$path" >"$T/code" 2>"$T/curl.err"
	cat "$T/body" 2>/dev/null
}
code() { cat "$T/code"; }
admin_get() {
	curl -sS --max-time 10 -o "$T/body" -w '%{http_code}' "http://127.0.0.1:$admin_port$1" >"$T/code" 2>"$T/curl.err"
	cat "$T/body" 2>/dev/null
}
# metric NAME_AND_LABELS
metric() { admin_get /metrics | awk -v name="$1" '$1 == name { print $2 }'; }

# ---------------------------------------------------------------- weir-sim

# start_sim [ARGUMENT...]: the script comes from standard input when that is no terminal; its port is sim_port.  What it
# receives is in $T/sim.jsonl, a JSON object a line.
start_sim() {
	local script=$T/sim.script
	cat >"$script"
	rm -f "$T/sim.port"
	WEIR_TEST=$T "$SIM" -q -l 127.0.0.1:0 -p "$T/sim.port" -o "$T/sim.jsonl" -s "$script" "$@" >>"$T/sim.out" 2>&1 </dev/null &
	sim_pid=$!
	started_pids+=("$sim_pid")
	until_true 10 test -s "$T/sim.port" || bail "weir-sim does not start: $(cat "$T/sim.out")"
	sim_port=$(sed 's/.*://' "$T/sim.port")
	sim_port=${sim_port%%[!0-9]*}
}

# sim_records: configuration text: clients need no key, one channel "sim" for all models on weir-sim at sim_port.
# SIM_HOST=sim.localhost: by a name, so that weir calls it through libcurl instead of net/plain.
sim_records() {
	cat <<-EOT
		auth = { required = false; };
		health = { interval = "0"; };
		discovery = { interval = "0"; };
		providers = ( { name = "sim"; kind = "generic"; base_url = "http://${SIM_HOST:-127.0.0.1}:$sim_port/v1"; allow_private = true; } );
		channels = ( { name = "sim"; provider = "sim"; models = [ "*" ]; } );
	EOT
}

# chat MODEL [JSON MEMBERS]: a chat request's body.
chat() { printf '{"model":"%s","messages":[{"role":"user","content":"hi"}]%s}' "$1" "${2:+,$2}"; }

# post PATH BODY [CURL ARGUMENT...]: the answer's body; its status is in $T/code, its head in $T/head.
post() {
	local path=$1 body=$2
	shift 2
	curl -sS -N --max-time 30 -D "$T/head" -o "$T/body" -w '%{http_code}' -H 'Content-Type: application/json' "$@" \
		-d "$body" "http://127.0.0.1:$api_port$path" >"$T/code" 2>"$T/curl.err"
	cat "$T/body" 2>/dev/null
}
