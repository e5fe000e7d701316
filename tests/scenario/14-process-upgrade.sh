#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 14-process-upgrade - USR2 puts a new binary on the same listeners, or changes nothing.
. "$(dirname "$0")/lib.sh"
scenario "upgrade of the binary, and its failures"

mkdir "$T/bin"
cp "$WEIR" "$T/bin/weir"
WEIR=$T/bin/weir
write_conf <<-'EOT'
	workers = 2;
EOT
# replace FILE: as an installation does it.
replace() {
	cp "$1" "$T/bin/new" && chmod 755 "$T/bin/new" && mv "$T/bin/new" "$T/bin/weir"
}
supervisor_is_not() { local pid; pid=$(cat "$T/run/weir.pid" 2>/dev/null) && [ "$pid" != "$1" ] && [ "$(status_get .pid)" = "$pid" ]; }
upgraded() { supervisor_is_not "$1" && all_gone "$1"; }

start_weir
first=$weir_pid
children=$(all_pids)
cp "$T/bin/weir" "$T/good"
replace "$T/good"
kill -USR2 "$first"
until_true 20 upgraded "$first"; ok $? "USR2 starts the new binary, and the old supervisor ends"
second=$(cat "$T/run/weir.pid")
is "$(status_get .pid)" "$second" "status.json and pid file name the new one"
is "$(readlink "/proc/$second/exe")" "$T/bin/weir" "which runs the file that is there now"
until_true 5 all_gone $children; ok $? "the old children are gone"
is "$(status_get '[.children[] | select(.state == "ready")] | length')" 4 "as many new ones are ready"
get /health >/dev/null; is "$(code)" 200 "the same port serves"
wait "$first"; is $? 0 "the old supervisor ended with status 0"
weir_pid=$second
reload
like "$(last_reload)" '^true ' "the new one reloads"
"$WEIR" -c "$T/weir.conf" >/dev/null 2>&1; is $? 75 "and holds the lock"

printf '#!/bin/sh\nexit 3\n' >"$T/fails"
replace "$T/fails"
kill -USR2 "$second"
until_true 10 log_has "upgrade failed: the new binary exited with status 3"; ok $? "a binary that ends at once is given up"
like "$(last_reload)" '^false upgrade failed' "status.json tells so"
is "$(status_get .pid)" "$second" "the old one carries on"
get /health >/dev/null; is "$(code)" 200 "and serves"
rm "$T/bin/weir"
kill -USR2 "$second"
until_true 10 log_has "upgrade failed: the new binary exited with status 69"; ok $? "so it is when there is no binary"
kill -KILL "$(pid_of worker 0)"
until_true 5 workers_ready 2; ok $? "a worker is replaced although the file of its binary is gone"
replace "$T/good"
cp "$T/weir.conf" "$T/good.conf"
echo 'wrokers = 3;' >>"$T/weir.conf"
kill -USR2 "$second"
until_true 10 log_has "upgrade failed: the new binary exited with status 78"; ok $? "a bad configuration rolls an upgrade back"
cp "$T/good.conf" "$T/weir.conf"
get /health >/dev/null; is "$(code)" 200 "and weir serves"

loaders=()
for n in 1 2; do
	curl -sS --max-time 60 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$api_port/health?[1-3000]" >"$T/load$n" 2>"$T/load$n.err" &
	loaders+=($!)
done
(for n in $(seq 150); do
	curl -sS --max-time 10 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$api_port/health"
done >"$T/load3" 2>"$T/load3.err") &
loaders+=($!)
for n in 1 2 3 4 5; do
	pid=$(cat "$T/run/weir.pid")
	kill -USR2 "$pid"
	until_true 20 upgraded "$pid" || break
done
is "$n" 5 "five upgrades follow each other"
wait "${loaders[@]}"
is "$(cat "$T"/load[123] | sort | uniq -c | tr -s ' ' | sed 's/^ //')" "6150 200" "under load they fail no request"
is "$(cat "$T"/load[123].err)" "" "and break no connection that a client uses"
weir_pid=$(cat "$T/run/weir.pid")
children=$(all_pids)
kill -QUIT "$weir_pid"
until_true 10 all_gone "$weir_pid" $children; ok $? "the last one ends on QUIT, and no process is left"
test ! -e "$T/run/weir.pid"; ok $? "nor its pid file"
scenario_end
