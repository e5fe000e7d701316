#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 11-process-reload - HUP starts a new generation beside the old one; what is wrong changes nothing.
. "$(dirname "$0")/lib.sh"
scenario "reload: good, bad, more and fewer workers, under load"

# load N FILE: N requests on one kept-alive connection; the statuses go to FILE.
load() {
	curl -sS --max-time 60 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$api_port/health?[1-$1]" >"$2" 2>"$2.err"
}

write_conf <<-'EOT'
	workers = 2;
EOT
start_weir
old=$(all_pids)
reload
like "$(last_reload)" '^true ' "a reload of the same file succeeds"
is "$(status_get .generation)" 2 "it is a new generation"
until_true 10 all_gone $old; ok $? "all children of the old one end"
is "$(status_get .pid)" "$weir_pid" "the supervisor stays"
is "$(status_get '[.children[] | select(.role == "worker") | .slot] | join(" ")')" "2 3" "the new workers had other slots, for both ran at once"
reload
is "$(status_get '[.children[] | select(.role == "worker" and .generation == 3) | .slot] | join(" ")')" "0 1" "freed slots are taken again"

cp "$T/weir.conf" "$T/good.conf"
echo 'wrokers = 3;' >>"$T/weir.conf"
line=$(grep -n wrokers "$T/weir.conf" | cut -d: -f1)
kept=$(all_pids)
reload
like "$(last_reload)" "^false $T/weir.conf:$line: " "a bad file is refused, and the outcome names file and line"
log_has "error .*$T/weir.conf:$line: "; ok $? "so does the log"
is "$(status_get .generation)" 3 "the old generation goes on"
until_true 5 only_generation 3
is "$(all_pids)" "$(status_get '.children[] | select(.generation == 3) | .pid')" "with the same processes"
for pid in $kept; do kill -0 "$pid" 2>/dev/null || true; done
get /health >/dev/null; is "$(code)" 200 "and serves"
is "$(metric weir_config_last_reload_successful)" 0 "the metrics tell that the last reload failed"

{ cat "$T/good.conf"; echo 'providers = ( { name = "p"; kind = "generic"; base_url = "http://127.0.0.1:1/v1"; nonsense = "x"; } );'; } >"$T/weir.conf"
reload
like "$(last_reload)" "^false .*weir.conf:[0-9]+: " "a bad entity is refused with file and line too"
is "$(status_get .generation)" 3 "and changes nothing"

cp "$T/good.conf" "$T/weir.conf"
reload
like "$(last_reload)" '^true ' "the good file is accepted again"
is "$(metric weir_config_last_reload_successful)" 1 "and the metrics tell so"

sed -i 's/^workers = 2/workers = 4/; s/127.0.0.1:'"$api_port"'/127.0.0.1:1/' "$T/weir.conf"
reload
until_true 5 workers_ready 4; ok $? "more workers run after a reload"
log_has "setting workers: 2 becomes 4"; ok $? "the change is logged"
log_has "warn .*setting listen: .* stays until a restart"; ok $? "a setting that needs a restart is kept, with a warning"
get /health >/dev/null; is "$(code)" 200 "the old address serves on"
is "$(ss -Hltn "sport = :$api_port" | wc -l)" 4 "each worker has a listener of its own"
cp "$T/good.conf" "$T/weir.conf"
sed -i 's/^workers = 2/workers = 1/' "$T/weir.conf"
load 300 "$T/fewer" &
loader=$!
reload
until_true 10 workers_ready 1; ok $? "fewer workers run after a reload"
one_listener() { [ "$(ss -Hltn "sport = :$api_port" | wc -l)" = 1 ]; }
until_true 10 one_listener; ok $? "the listeners of the others are closed"
wait $loader
is "$(sort "$T/fewer" | uniq -c | tr -s ' ' | sed 's/^ //')" "300 200" "no request was lost by that"

cp "$T/good.conf" "$T/weir.conf"
reload
before=$(status_get .generation)
loaders=()
for n in 1 2 3 4; do
	load 3000 "$T/load$n" &
	loaders+=($!)
done
# New connections too, which is where a listener that changes hands could lose some.
(for n in $(seq 150); do
	curl -sS --max-time 10 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$api_port/health"
done >"$T/load5" 2>"$T/load5.err") &
loaders+=($!)
for n in $(seq 20); do
	[ $((n % 5)) = 0 ] && echo 'wrokers = 3;' >>"$T/weir.conf"
	reload
	cp "$T/good.conf" "$T/weir.conf"
done
wait "${loaders[@]}"
is "$(cat "$T"/load[1-5] | sort | uniq -c | tr -s ' ' | sed 's/^ //')" "12150 200" "20 reloads under load, every fifth with a bad file, fail no request"
is "$(cat "$T"/load[1-5].err)" "" "and break no connection that a client uses"
is "$(status_get .generation)" $((before + 16)) "each good one was a new generation"
stop_weir QUIT
is "$weir_status" 0 "QUIT ends it with status 0"
scenario_end
