#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 16-process-rights - children give up what they do not need; started by root they become another user.
. "$(dirname "$0")/lib.sh"
scenario "user, sandbox, descriptors"

instrumented() { ldd "$WEIR" | grep -qE 'libasan|libubsan'; }
# each_child FIELD PATTERN: of /proc/PID/status, of every child.
each_child() {
	local pid
	for pid in $(all_pids); do
		grep -qE "^$1:[[:space:]]*$2" "/proc/$pid/status" || return 1
	done
}

write_conf <<-'EOT'
	workers = 1;
EOT
start_weir
each_child NoNewPrivs 1; ok $? "no child can gain privileges"
if instrumented; then
	skip "a binary with sanitizers is not sandboxed"
else
	each_child Seccomp 2; ok $? "every child has a system call filter"
fi
worker=$(pid_of worker)
is "$(awk '/^Max open files/ { print $4 == $5 }' "/proc/$worker/limits")" 1 "a worker may open as many files as the hard limit says"
is "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$worker/limits")" "0 0" "and leaves no core"
# Its listener, its control socket, no listener of another kind.
is "$(ss -Hltnp | grep -c "pid=$worker,")" 1 "a worker has its own listener and no other"
stop_weir

if [ "$(id -u)" -ne 0 ]; then
	skip "only root can become someone else"
	scenario_end
fi
chmod 755 "$T"
rm -rf "$T/data" "$T/run"
write_conf <<-EOT
	workers = 1;
	user = "nobody";
	log = { file = "$T/user.log"; };
EOT
start_weir
nobody=$(id -u nobody)
each_child Uid "$nobody[[:space:]]+$nobody[[:space:]]+$nobody"; ok $? "children become the configured user"
each_child CapEff 0000000000000000; ok $? "and have no capability left"
is "$(stat -c %u "$T/data" "$T/run" "$T/user.log" "$T/data/store" "$T/data/master.key" | sort -u)" "$nobody" "directories, log and key are that user's"
get /health >/dev/null; is "$(code)" 200 "and weir serves"
reload
like "$(last_reload)" '^true ' "it reloads"
kill -KILL "$(pid_of worker)"
until_true 5 workers_ready 1; ok $? "a worker is replaced"
mv "$T/user.log" "$T/user.log.1"
kill -USR1 "$weir_pid"
until_true 5 log_has "logs reopened" "$T/user.log"
is "$(stat -c %u "$T/user.log")" "$nobody" "a log that was reopened is that user's as well"
kill -KILL "$(pid_of worker)"
until_true 5 workers_ready 1
stop_weir
is "$weir_status" 0 "and ends with status 0"
sed -i 's/"nobody"/"no-such-user"/' "$T/weir.conf"
"$WEIR" -t -c "$T/weir.conf" >/dev/null 2>&1; is $? 78 "a user that does not exist is a fault of the configuration"
scenario_end
