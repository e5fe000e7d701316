#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 13-process-signals - TERM stops, QUIT drains, USR1 reopens logs, a second TERM insists.
. "$(dirname "$0")/lib.sh"
scenario "signals of the supervisor"

write_conf <<-EOT
	workers = 2;
	log = { file = "$T/weir.log"; };
EOT

for signal in TERM INT QUIT; do
	start_weir
	children=$(all_pids)
	stop_weir $signal
	is "$weir_status" 0 "$signal ends weir with status 0"
	all_gone $children; ok $? "and no process is left"
	unlike "$(warnings)" . "without a warning"
done

start_weir
mv "$T/weir.log" "$T/weir.log.1"
kill -USR1 "$weir_pid"
until_true 5 test -s "$T/weir.log"; ok $? "USR1 makes a new log file"
like "$(cat "$T/weir.log")" "logs reopened" "and the supervisor writes to it"
worker=$(pid_of worker 0)
children_reopened() { [ "$(readlink "/proc/$worker/fd/"* 2>/dev/null | grep -cx "$T/weir.log")" -ge 1 ]; }
until_true 5 children_reopened; ok $? "so do the workers"

children=$(all_pids)
kill -STOP "$worker"
kill -TERM "$weir_pid"
until_true 5 log_has "stopping"
kill -TERM "$weir_pid"
until_true 3 gone_or_zombie "$weir_pid"; ok $? "a second TERM kills what does not end"
wait "$weir_pid"
all_gone $children; ok $? "and no process is left"

start_weir
children=$(all_pids)
kill -STOP "$(pid_of worker 0)"
kill -TERM "$weir_pid"
wait_weir 10; ok $? "after one TERM a stopped worker is killed as well"
all_gone $children; ok $? "and no process is left then"

# A request under way when QUIT comes is answered; a connection that is kept alive is not.
start_weir
exec 5<>"/dev/tcp/127.0.0.1/$api_port"
printf 'GET /health HTTP/1.1\r\nHost: x\r\n' >&5
until_true 5 test -n "$(ss -Htn state established "sport = :$api_port")"
sleep 0.1
kill -QUIT "$weir_pid"
until_true 5 log_has "draining"
printf '\r\n' >&5
answer=$(timeout 10 cat <&5)
exec 5>&-
like "$answer" '^HTTP/1.1 200' "a request whose head was under way when QUIT came is answered"
like "$answer" '^Connection: close' "and told that the connection ends"
wait_weir 10; ok $? "then weir ends"
is "$weir_status" 0 "with status 0"
scenario_end
