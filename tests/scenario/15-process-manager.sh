#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 15-process-manager - what weir tells a service manager, and takes from it.
. "$(dirname "$0")/lib.sh"
scenario "readiness, reload, upgrade and stop as the service manager hears them; socket activation"

if ! command -v systemd-socket-activate >/dev/null; then
	skip "systemd-socket-activate is not installed"
	scenario_end
fi

# It receives the datagrams of NOTIFY_SOCKET for us, and hands listeners over.
systemd-socket-activate --datagram --listen="$T/notify" bash -c "exec cat <&3 >>'$T/heard'" 2>/dev/null &
started_pids+=($!)
until_true 5 test -S "$T/notify"
heard() { grep -qE -- "$1" "$T/heard"; }

write_conf <<-'EOT'
	workers = 2;
EOT
export NOTIFY_SOCKET=$T/notify WATCHDOG_USEC=200000
start_weir
until_true 5 heard '^READY=1'; ok $? "READY is sent when the workers accept"
until_true 5 heard '^WATCHDOG=1'; ok $? "the watchdog is fed"
reload
until_true 5 heard '^RELOADING=1'; ok $? "a reload is announced"
like "$(cat "$T/heard")" '^MONOTONIC_USEC=[0-9]+' "with the time"
ready_twice() { [ "$(grep -c '^READY=1' "$T/heard")" -ge 2 ]; }
until_true 5 ready_twice; ok $? "and its end is announced"
old=$weir_pid
kill -USR2 "$old"
until_true 20 all_gone "$old"
weir_pid=$(cat "$T/run/weir.pid")
heard "^MAINPID=$weir_pid"; ok $? "an upgrade names the new main process"
! heard '^STOPPING=1'; ok $? "and the old one does not say that the service stops"
: >"$T/heard"
until_true 5 heard '^WATCHDOG=1'; ok $? "the new one feeds the watchdog"
kill -TERM "$weir_pid"
until_true 5 heard '^STOPPING=1'; ok $? "a stop is announced"
until_true 10 all_gone "$weir_pid"
unset NOTIFY_SOCKET WATCHDOG_USEC

free_port passed_port
WEIR_TEST=$T systemd-socket-activate --listen="127.0.0.1:$passed_port" -E WEIR_TEST="$T" "$WEIR" -c "$T/weir.conf" >>"$T/weir.out" 2>>"$T/weir.log" &
weir_pid=$!
started_pids+=("$weir_pid")
listening() { [ -n "$(ss -Hltn "sport = :$passed_port")" ]; }
until_true 5 listening
is "$(curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$passed_port/health")" 200 "the connection that activated weir is answered"
until_true 5 weir_is running
is "$(status_get '.listeners.api | join(" ")')" "127.0.0.1:$passed_port" "the passed socket is used instead of the configured address"
reload
is "$(curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$passed_port/health")" 200 "it serves after a reload"
old=$(status_get .pid)
kill -USR2 "$old"
new_supervisor() { [ "$(status_get .pid)" != "$old" ] && weir_is running; }
until_true 20 new_supervisor
is "$(curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$passed_port/health")" 200 "and after an upgrade"
weir_pid=$(status_get .pid)
kill -QUIT "$weir_pid"
until_true 10 all_gone "$weir_pid"; ok $? "it ends on QUIT"
scenario_end
