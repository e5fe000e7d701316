#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 10-process-start - weir starts, says so, serves, and refuses what it cannot run with.
. "$(dirname "$0")/lib.sh"
scenario "start, ready, health, options, refusals"

like "$("$WEIR" --version)" '^weir [0-9]+\.[0-9]+' "--version prints the name and a version"
like "$("$WEIR" -h)" '^usage: weir ' "-h prints the usage on standard output"
"$WEIR" --nonsense >/dev/null 2>&1; is $? 64 "an unknown option is a usage error"
"$WEIR" extra >/dev/null 2>&1; is $? 64 "an argument that is no option is a usage error"

write_conf <<-'EOT'
	workers = 2;
EOT
is "$("$WEIR" -t -c "$T/weir.conf")" "configuration $T/weir.conf is fine" "-t says that a good configuration is fine"
test ! -e "$T/data"; ok $? "-t changes nothing"

{ cat "$T/weir.conf"; echo 'wrokers = 3;'; } >"$T/bad.conf"
line=$(grep -n wrokers "$T/bad.conf" | cut -d: -f1)
"$WEIR" -t -c "$T/bad.conf" >"$T/out" 2>"$T/err"; is $? 78 "-t exits 78 for an unknown setting"
like "$(cat "$T/err")" "^$T/bad.conf:$line: .*wrokers" "and names file and line on standard error"
is "$(cat "$T/out")" "" "and prints nothing on standard output"
"$WEIR" -t -c "$T/none.conf" >/dev/null 2>&1; is $? 78 "-t exits 78 for a file that is not there"
"$WEIR" -c "$T/bad.conf" >/dev/null 2>"$T/err"; is $? 78 "a start with a bad configuration exits 78 as well"
sed 's/127.0.0.1:'"$api_port"'/not-an-address/' "$T/weir.conf" >"$T/bad.conf"
"$WEIR" -t -c "$T/bad.conf" >/dev/null 2>&1; is $? 78 "-t refuses an address that is none"

start_weir
is "$(status_get .pid)" "$weir_pid" "status.json names the supervisor"
is "$(cat "$T/run/weir.pid")" "$weir_pid" "so does the pid file"
is "$(status_get '[.children[] | .role] | sort | join(" ")')" "admin scheduler worker worker" "two workers, a scheduler and an admin process run"
is "$(status_get '[.children[] | select(.state != "ready")] | length')" 0 "all of them are ready"
is "$(status_get '[.children[] | select(.role == "worker") | .slot] | join(" ")')" "0 1" "each worker has a slot of its own"
is "$(status_get '.listeners.api[0]')" "127.0.0.1:$api_port" "status.json names the listener"
get /health >/dev/null; is "$(code)" 200 "the API listener answers /health"
like "$(admin_get /health)" '"status":"ok"' "the admin listener answers /health"
like "$(admin_get /ready)" '"workers":2' "the admin listener knows of two workers that are ready"
is "$(metric weir_workers_up)" 2 "so do the metrics"
is "$(metric weir_config_last_reload_successful)" 1 "the metrics tell that the configuration was accepted"
like "$(admin_get /nothing)" '"error"' "an unknown path of the admin listener gets an error object"
is "$(code)" 404 "with status 404"
is "$(stat -c %a "$T/data/master.key")" 600 "the master key is made, for its owner only"

for pid in $(all_pids); do
	grep -q '^NoNewPrivs:.1' "/proc/$pid/status" || break
	grep -q '^Max core file size *0 *0 ' "/proc/$pid/limits" || break
done
grep -q '^NoNewPrivs:.1' "/proc/$pid/status" && grep -q '^Max core file size *0 *0 ' "/proc/$pid/limits"
ok $? "no child can gain privileges or leave a core"

"$WEIR" -c "$T/weir.conf" >/dev/null 2>"$T/err"; is $? 75 "a second weir in the same run directory is refused with status 75"
like "$(cat "$T/err")" "another weir \(pid $weir_pid\)" "and told who runs there"
sed "s|$T/run|$T/run2|; s|$T/data|$T/data2|" "$T/weir.conf" >"$T/second.conf"
"$WEIR" -c "$T/second.conf" >/dev/null 2>"$T/err"; is $? 69 "a second weir on the same port is refused with status 69"
like "$(cat "$T/err")" "127.0.0.1:$api_port: Address already in use" "and told which address"
get /health >/dev/null; is "$(code)" 200 "the first one still serves"

stop_weir TERM
is "$weir_status" 0 "TERM ends it with status 0"
test ! -e "$T/run/weir.pid" && test ! -e "$T/run/status.json"; ok $? "and takes pid file and status.json away"
unlike "$(warnings)" . "nothing of all that was a warning"

{ cat "$T/weir.conf"; echo 'channels = ( { name = "c"; provider = "none"; } );'; } >"$T/bad.conf"
"$WEIR" -c "$T/bad.conf" >/dev/null 2>"$T/err"; is $? 78 "a channel whose provider does not exist keeps weir from starting, with status 78"
like "$(cat "$T/err")" "bad.conf:[0-9]+: " "and file and line are told"

write_conf <<-EOT
	log = { file = "$T/daemon.log"; };
EOT
WEIR_TEST=$T timeout 20 "$WEIR" -d -c "$T/weir.conf"; is $? 0 "-d returns 0 once weir serves"
get /health >/dev/null; is "$(code)" 200 "and it does serve"
weir_pid=$(cat "$T/run/weir.pid")
kill -TERM "$weir_pid"; until_true 10 all_gone "$weir_pid"; ok $? "the daemon ends on TERM"
like "$(cat "$T/daemon.log")" "ready: 2 workers" "its log went to the configured file"
sed "s|127.0.0.1:$api_port|192.0.2.1:1|" "$T/weir.conf" >"$T/bad.conf"
WEIR_TEST=$T timeout 20 "$WEIR" -d -c "$T/bad.conf" >/dev/null 2>&1; is $? 69 "-d returns the status of a start that failed"

api_listen=$T/api.sock
write_conf <<-EOT
	listen = [ "127.0.0.1:0", "unix:$api_listen" ];
	admin = { listen = "unix:$T/admin.sock"; };
EOT
start_weir
is "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket "$api_listen" http://weir/health)" 200 "a unix socket serves the API"
is "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket "$T/admin.sock" http://weir/health)" 200 "a unix socket serves the admin listener"
is "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 5 "http://$(status_get '.listeners.api[0]')/health")" 200 "port 0 is any free port, and status.json tells which"
stop_weir TERM
test ! -e "$api_listen"; ok $? "the file of a unix socket is removed at the end"
scenario_end
