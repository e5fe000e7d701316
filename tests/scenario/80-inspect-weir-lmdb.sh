#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 80-inspect-weir-lmdb - records are loaded, printed, watched, checked, copied and dumped again, byte for byte.
set -u
bin=${WEIR_BIN:?the directory of the built programs}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0 failed=0

# ok STATUS SENTENCE: one TAP line.
ok() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}
lmdb() { "$bin/weir-lmdb" -d "$dir/data" -r "$dir/run" "$@"; }
# exits STATUS COMMAND...: the command ends with that status.
exits() {
	local want=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err"
	[ $? -eq "$want" ]
}

# A provider "main" (1), its channel "chan" (2), a model "chan/org/gpt" (4), their names, the id sequence, a line of the audit.
cat >"$dir/text" <<'DUMP'
{"table":"meta","key":"6964","value":"0000000000000004"}
{"table":"meta","key":"736368656d61","value":"00000001"}
{"table":"provider","key":"0000000000000001","value":"01010102046d61696e0301010a0767656e65726963"}
{"table":"channel","key":"0000000000000002","value":"01010202046368616e0301010a046d61696e"}
{"table":"model","key":"0000000000000004","value":"010104020c6368616e2f6f72672f6770740301010a046368616e0b076f72672f677074"}
{"table":"name","key":"006d61696e","value":"0000000000000001"}
{"table":"name","key":"016368616e","value":"0000000000000002"}
{"table":"name","key":"046368616e2f6f72672f677074","value":"0000000000000004"}
{"table":"audit","key":"00000000000000010000000000000001","value":"68656c6c6f"}
DUMP

exits 66 lmdb print provider; ok $? "a missing store is told with status 66"
exits 66 lmdb check; ok $? "nothing to check is told with status 66"
exits 0 lmdb load "$dir/text"; ok $? "portable text is loaded into a store that is made for it"
[ "$(stat -c %a "$dir/data/store/data.mdb")" = 600 ]; ok $? "the store is its owner's only"
exits 0 lmdb check; ok $? "what was loaded is as it must be"
lmdb print channel chan | grep -q '^    provider: main$'; ok $? "a record is printed in words, found by name"
lmdb print channel 2 --json | grep -q '"name":"chan".*"weight":100'; ok $? "and in JSON, found by id, defaults included"
lmdb print meta id | grep -q 'last_id: 4'; ok $? "the id sequence is printed"
[ "$(lmdb print name 4/chan | grep -c kind)" = 1 ]; ok $? "a key prefix chooses records"
lmdb print audit | grep -q 'change: hello'; ok $? "a plain text is printed as such"
lmdb tables | grep -Eq '^store +model +1 '; ok $? "the tables are listed with their records"
lmdb stat 2>/dev/null | grep -q 'map: 1024 MiB'; ok $? "sizes are shown"

for t in provider channel model name audit; do lmdb dump "$t"; done >"$dir/again"
grep -v '"meta"' "$dir/text" | diff -q - "$dir/again" >/dev/null; ok $? "a dump is what was loaded, byte for byte"
lmdb copy store "$dir/copy" >/dev/null && "$bin/weir-lmdb" -d "$dir/copy" dump model | diff -q - <(lmdb dump model) >/dev/null
ok $? "a copy has the same records"
exits 73 lmdb copy store "$dir/copy"; ok $? "a copy is not written over another"

lmdb -n 1 watch channel >"$dir/seen" &
watcher=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo '{"table":"channel","key":"0000000000000002","value":"01010202046368616e0301000a046d61696e0401'"$(printf %02x "$_")"'"}' |
		lmdb load - >/dev/null
	kill -0 "$watcher" 2>/dev/null || break
	sleep 0.1
done
wait "$watcher"; ok $? "a watch ends after the changes it was asked for"
grep -q '^changed channel 2' "$dir/seen" && grep -q 'enabled: false' "$dir/seen"; ok $? "and printed the changed record"

printf '%s\n%s\n' '{"table":"audit","key":"0000000000000002","value":"00"}' 'not json' >"$dir/bad"
exits 65 lmdb load "$dir/bad"; ok $? "bad text is refused with status 65"
grep -q ':2: ' "$dir/err"; ok $? "with its line"
lmdb dump audit | grep -q '"0000000000000002"'; [ $? -eq 1 ]; ok $? "and nothing of it is stored"
exits 0 lmdb load <(grep audit "$dir/text"); ok $? "text is loaded from a pipe"
exits 65 lmdb load <(echo '{"table":"meta","key":"736368656d61","value":"00000063"}'); ok $? "text of another schema is refused"
exits 64 lmdb print chanel; ok $? "a misspelt table is refused with status 64"
grep -q 'did you mean "channel"' "$dir/err"; ok $? "with the nearest name"

cat >"$dir/faults" <<'DUMP'
{"table":"channel","key":"0000000000000009","value":"01010902046c6f73740301010a046e6f6e65"}
{"table":"name","key":"00746f6f","value":"0000000000000001"}
{"table":"price","key":"0000000000000003","value":"017f"}
DUMP
lmdb load "$dir/faults" >/dev/null
exits 65 lmdb check --json; ok $? "faults are told with status 65"
for what in "its provider is not there" "its name does not lead to it" "its id is beyond the sequence" \
	"it leads to a record that does not have it" "its bytes are not understood"; do
	grep -q "$what" "$dir/out"; ok $? "a check finds: $what"
done
lmdb print price | grep -q '    hex: 017f'; ok $? "bytes that are not understood are printed in hex"
exits 74 bash -c "'$bin/weir-lmdb' -d '$dir/data' -r '$dir/run' print name >/dev/full"; ok $? "a full disk is told with status 74"
echo "1..$count"
exit $failed
