#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 17-process-streams - what is under way survives reloads and upgrades, and a stop ends it as it should.
. "$(dirname "$0")/lib.sh"
scenario "streams across reload, upgrade, drain, stop and a worker's death"

# Streams of 20 events, 50 ms apart; the model "long" goes on for a minute.
start_sim <<-'EOT'
	on model=slow
		stream
		events 20 50ms
		finish
	on model=long
		stream
		events 1200 50ms
		finish
EOT
configure() {
	{
		sim_records
		echo 'limits = [ "100000 requests / 1m", "100000000 tokens / 1m" ];'
		cat
	} | write_conf
}
configure <<-'EOT'
	workers = 2;
EOT

streams=()
# streams_begin MODEL N: so many streams at once; it returns when each has had an event.
streams_begin() {
	local n
	streams=()
	rm -f "$T"/stream.*
	for n in $(seq "$2"); do
		curl -sS -N --max-time 60 -H 'Content-Type: application/json' -d "$(chat "$1" '"stream":true')" \
			"http://127.0.0.1:$api_port/v1/chat/completions" >"$T/stream.$n" 2>"$T/stream.err.$n" &
		streams+=($!)
	done
	until_true 10 each_has_begun "$2"
}
each_has_begun() { [ "$(grep -lE '^data: ' "$T"/stream.[0-9]* 2>/dev/null | wc -l)" = "$1" ]; }
# streams_end: waits for all; how many were whole is in whole, how many curl found broken in broken.
streams_end() {
	local pid
	broken=0
	for pid in "${streams[@]}"; do
		wait "$pid" || broken=$((broken + 1))
	done
	whole=$(grep -lx 'data: \[DONE\]' "$T"/stream.[0-9]* | wc -l)
}
# A token a stream that is whole has: 20 events besides head, finish and [DONE].
events_of() { grep -c '^data: {' "$T/stream.$1"; }
# Settled: nothing is reserved any more.
nothing_reserved() { [ "$(metric weir_reservations_open)" = 0 ]; }

start_weir
streams_begin slow 6; ok $? "six streams have begun"
[ "$(metric weir_reservations_open)" -gt 0 ]; ok $? "and hold reservations"
workers=$(status_get '.children[] | select(.role == "worker") | .pid')
reload
like "$(last_reload)" '^true ' "a reload succeeds while they run"
is "$(post /v1/chat/completions "$(chat quick)" | jq -r .object)" "chat.completion" "new requests are served beside them"
streams_end
is "$whole broken=$broken" "6 broken=0" "all streams end whole, on the workers they began with"
events=$(events_of 1)
is "$(for n in 1 2 3 4 5 6; do events_of $n; done | sort -u)" "$events" "and none lost or doubled an event"
until_true 10 all_gone $workers; ok $? "then the old workers end"
until_true 5 nothing_reserved; ok $? "nothing stays reserved"

cp "$WEIR" "$T/weir.bin"
streams_begin slow 6
old=$(cat "$T/run/weir.pid")
kill -USR2 "$old"
pid_is_new() { [ "$(status_get .pid)" != "$old" ]; }
until_true 20 pid_is_new; ok $? "an upgrade succeeds while streams run"
is "$(post /v1/chat/completions "$(chat quick)" | jq -r .object)" "chat.completion" "new requests are served beside them"
streams_end
is "$whole broken=$broken" "6 broken=0" "all streams end whole"
until_true 10 all_gone "$old"; ok $? "then the old supervisor ends"
weir_pid=$(cat "$T/run/weir.pid")
until_true 5 nothing_reserved; ok $? "nothing stays reserved"

streams_begin slow 4
children=$(all_pids)
kill -QUIT "$weir_pid"
streams_end
is "$whole broken=$broken" "4 broken=0" "QUIT lets streams end whole"
until_true 10 all_gone "$weir_pid" $children; ok $? "then weir ends"

configure <<-'EOT'
	workers = 2;
	grace = "1s";
EOT
start_weir
streams_begin long 4
kill -QUIT "$weir_pid"
streams_end
is "$whole broken=$broken" "0 broken=4" "after the grace period streams are cut, and none looks whole"
grep -q '"error"' "$T"/stream.1; ok $? "each with an error event before its end"
wait_weir 5; is "$weir_status" 0 "weir ends with status 0"

start_weir
streams_begin long 4
stop_weir TERM
is "$weir_status" 0 "TERM ends weir while streams run"
streams_end
is "$whole broken=$broken" "0 broken=4" "its streams do not look whole"
grep -q '"error"' "$T"/stream.1; ok $? "each got an error event before its end"

start_weir
before=$(metric 'weir_requests_total{code="2xx"}')
until_true 5 nothing_reserved
streams_begin slow 8
victim=$(pid_of worker 0)
kill -KILL "$victim"
streams_end
[ "$broken" -lt 8 ]; ok $? "streams of the other worker survive a worker's death"
is $((whole + broken)) 8 "and what was cut by it does not look whole"
until_true 5 workers_ready 2
until_true 5 nothing_reserved; ok $? "what the dead worker had reserved is given back"
log_has "$broken requests were lost with"; [ $? -eq 0 ] || [ "$broken" -eq 0 ]; ok $? "and as many requests are logged as lost"
counted() { [ "$(metric 'weir_requests_total{code="2xx"}')" = $((before + whole)) ]; }
until_true 5 counted; ok $? "the counters count exactly those that were served"
stop_weir QUIT
is "$weir_status" 0 "QUIT ends weir with status 0"

# The embedded simulator ends after the workers that need it.
kill "$sim_pid"
free_port sim_port
cat >"$T/embedded.script" <"$T/sim.script"
configure <<-EOT
	workers = 1;
	sim = { listen = "127.0.0.1:$sim_port"; script = "$T/embedded.script"; };
EOT
start_weir
sim=$(status_get '.children[] | select(.role == "sim") | .pid')
is "$(post /v1/chat/completions "$(chat quick)" | jq -r .object)" "chat.completion" "the embedded simulator answers"
streams_begin slow 2
reload
is "$(status_get '.children[] | select(.role == "sim") | .pid')" "$sim" "a reload leaves it alone"
kill -QUIT "$weir_pid"
streams_end
is "$whole broken=$broken" "2 broken=0" "a drain lets its streams end whole"
wait_weir 10; is "$weir_status" 0 "weir ends with status 0"
all_gone "$sim"; ok $? "and so does the simulator"
start_weir
sim=$(status_get '.children[] | select(.role == "sim") | .pid')
kill -KILL "$sim"
new_sim() { local pid; pid=$(status_get '.children[] | select(.role == "sim" and .state == "ready") | .pid'); [ -n "$pid" ] && [ "$pid" != "$sim" ]; }
until_true 5 new_sim; ok $? "a simulator that is killed is replaced"
sim=$(status_get '.children[] | select(.role == "sim") | .pid')
kill -KILL "$weir_pid"
until_true 3 all_gone "$sim"; ok $? "it does not outlive the supervisor"
scenario_end
