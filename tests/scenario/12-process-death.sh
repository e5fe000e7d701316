#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 12-process-death - whoever is killed or hangs is replaced; without a supervisor nobody stays.
. "$(dirname "$0")/lib.sh"
scenario "death of a worker, the scheduler, the admin process and the supervisor"

# replaced ROLE OLD_PID: another one of that role is ready, and as many as before.
replaced() {
	[ -n "$(pid_of "$1")" ] && ! all_pids | grep -qx "$2" && [ "$(status_get '[.children[] | select(.state == "ready")] | length')" = 4 ]
}

write_conf <<-'EOT'
	workers = 2;
EOT
start_weir
worker=$(pid_of worker 0) other=$(pid_of worker 1)
kill -KILL "$worker"
until_true 5 replaced worker "$worker"; ok $? "a worker that is killed is replaced"
is "$(status_get '[.children[] | select(.role == "worker") | .slot] | sort | join(" ")')" "0 1" "the replacement has the same slot"
is "$(status_get '[.children[] | select(.role == "worker" and .slot == 0)][0].restarts')" 1 "the restart is counted"
all_pids | grep -qx "$other"; ok $? "the other worker stays"
log_has "worker 0 \(pid $worker\) was killed by signal 9"; ok $? "the log tells who died of what"
for role in scheduler admin; do
	pid=$(pid_of $role)
	kill -KILL "$pid"
	until_true 5 replaced $role "$pid"; ok $? "so is the $role"
done
get /health >/dev/null; is "$(code)" 200 "weir serves"

# Connections that wait in a dead worker's queue are served by its successor.
for n in 0 1; do kill -STOP "$(pid_of worker $n)"; done
curl -sS --max-time 30 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$api_port/health?[1-3]" >"$T/queued" 2>&1 &
queued=$!
connected() { [ -n "$(ss -Htn state established "dport = :$api_port")" ]; }
until_true 5 connected
for n in 0 1; do kill -KILL "$(pid_of worker $n)"; done
wait $queued
is "$(uniq -c "$T/queued" | tr -s ' ')" " 3 200" "what waited for a stopped worker is served by its successor when it is killed"

until_true 5 workers_ready 2
worker=$(pid_of worker 0)
kill -STOP "$worker"
until_true 25 replaced worker "$worker"; ok $? "a worker that is stopped does not beat, is killed and replaced"
log_has "worker 0 \(pid $worker\): silent for too long, killed"; ok $? "the log tells why"

children=$(all_pids)
kill -STOP "$(pid_of worker 1)"
kill -KILL "$weir_pid"
until_true 3 all_gone $children; ok $? "no child outlives a supervisor that is killed, not even a stopped one"
wait "$weir_pid" 2>/dev/null

get_pid_is() { [ "$(status_get .pid)" = "$1" ]; }
start_weir
until_true $ready_seconds get_pid_is "$weir_pid"; ok $? "a new supervisor starts where one was killed"
kill -KILL "$weir_pid"
wait "$weir_pid" 2>/dev/null	# its lock goes with it, not with the signal
spawn_weir
until_true $ready_seconds get_pid_is "$weir_pid"; ok $? "also when the children of the dead one have not ended yet"
get /health >/dev/null; is "$(code)" 200 "and serves"
stop_weir
is "$weir_status" 0 "and ends as it should"

write_conf <<-'EOT'
	workers = 1;
EOT
start_weir
another_worker() { local pid; pid=$(pid_of worker); [ -n "$pid" ] && [ "$pid" != "$1" ]; }
for n in 1 2 3 4 5 6; do
	worker=$(pid_of worker)
	kill -KILL "$worker"
	until_true 5 another_worker "$worker" || break
done
is "$n" 6 "a worker that is killed again and again comes again and again"
stop_weir
is "$weir_status" 0 "and weir still ends with status 0"
scenario_end
