# SPDX-License-Identifier: Apache-2.0
# lib.sh - what the benchmarks share: start and stop the three servers, count CPU, take medians.

work=$(mktemp -d "${TMPDIR:-/tmp}/weir-bench.XXXXXX")

die() {
	echo "bench: $*" >&2
	tail -n 20 "$work/weir.log" >&2 2>/dev/null
	exit 69
}

# The four ports: any that nobody uses.  A server left over from elsewhere must not be measured.
mock_port= nginx_port= weir_port= admin_port=
for name in mock_port nginx_port weir_port admin_port; do
	for _ in $(seq 100); do
		port=$((20000 + RANDOM % 10000))
		[[ " $mock_port $nginx_port $weir_port " == *" $port "* ]] && continue
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	printf -v "$name" %s "$port"
done

stop_all() {
	stop_weir
	stop_nginx
	[ -n "${mock_pid:-}" ] && kill "$mock_pid" 2>/dev/null
	wait 2>/dev/null
}
trap 'stop_all; rm -rf "$work"' EXIT

wait_port() {
	for _ in $(seq 200); do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
		sleep 0.05
	done
	die "nothing listens on port $1"
}

# Whoever answers on PORT must give KEY a chat answer: nobody is measured at refusing.
# check_answer PORT KEY
check_answer() {
	local answer
	answer=$(curl -s --max-time 10 "http://127.0.0.1:$1/v1/chat/completions" -H "Authorization: Bearer $2" \
		-H 'Content-Type: application/json' -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}')
	[[ $answer == *'"total_tokens":300'* ]] || die "port $1 gave no chat answer: $answer"
}

start_mock() {
	MOCK_GONE=$work/gone taskset -c "$load_cpu" "$work/mock" $mock_port &
	mock_pid=$!
	wait_port $mock_port
	kill -0 "$mock_pid" || die "the mock upstream does not run"
	check_answer $mock_port x
}

# start_nginx WORKERS CPUS
start_nginx() {
	cat >"$work/nginx.conf" <<-EOT
	worker_processes $1; pid $work/nginx.pid; error_log $work/nginx.log error; daemon off;
	worker_rlimit_nofile 65536;
	events { worker_connections 30000; }
	http {
		access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
		uwsgi_temp_path $work/u; scgi_temp_path $work/s;
		keepalive_requests 100000000; client_max_body_size 64m; client_body_buffer_size 1m;
		upstream mock { server 127.0.0.1:$mock_port; keepalive 1024; keepalive_requests 100000000; }
		server {
			listen 127.0.0.1:$nginx_port reuseport backlog=4096;
			location / {
				proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
				proxy_buffering off; proxy_request_buffering on; proxy_read_timeout 600s;
			}
		}
	}
	EOT
	taskset -c "$2" nginx -c "$work/nginx.conf" 2>>"$work/nginx.err" &
	nginx_pid=$!
	wait_port $nginx_port
	check_answer $nginx_port x
}

stop_nginx() {
	[ -n "${nginx_pid:-}" ] && kill "$nginx_pid" 2>/dev/null && wait "$nginx_pid" 2>/dev/null
	nginx_pid=
}

add_key() { "$WEIR_BIN/weirctl" -c "$work/weir.conf" --json key add "$@" 2>/dev/null | jq -er '.records[0].secret'; }

# start_weir WORKERS CPUS [UPSTREAM HOST]: a fresh store with two keys, governed ($governed) and free ($free)
start_weir() {
	rm -rf "$work/data" "$work/run"
	cat >"$work/weir.conf" <<-EOT
	version = 1;
	workers = $1;
	listen = "127.0.0.1:$weir_port";
	admin = { listen = "127.0.0.1:$admin_port"; };
	data_dir = "$work/data";
	run_dir = "$(run_dir)";
	log = { level = "warn"; };
	http = { max_connections = 20000; max_body = "64m"; };
	providers = (
		{ name = "mock"; kind = "generic"; base_url = "http://${3:-127.0.0.1}:$mock_port/v1"; allow_private = true; },
		{ name = "vendor"; kind = "generic"; dialects = [ "anthropic" ]; base_url = "http://127.0.0.1:$mock_port"; allow_private = true; }
	);
	channels = (
		{ name = "mock"; provider = "mock"; models = [ "gpt-*", "sse-*" ]; },
		{ name = "vendor"; provider = "vendor"; models = [ "claude", "xsse-*" ]; }
	);
	prices = ( { name = "any"; channel = "*"; model = "*"; input = "0.15"; output = "0.60"; } );
	EOT
	"$WEIR_BIN/weirctl" -c "$work/weir.conf" init >"$work/init.out" 2>&1
	governed=$(add_key governed "limits=1000000000 requests / 1m,100000000000 tokens / 1h,1000000 usd / month")
	free=$(add_key free)
	taskset -c "$2" "$WEIR_BIN/weir" -f -c "$work/weir.conf" 2>>"$work/weir.log" &
	weir_pid=$!
	wait_port $weir_port
	check_answer $weir_port "$governed"
	check_answer $weir_port "$free"
}

# State lives on tmpfs, as in production.
run_dir() {
	if [ -d /dev/shm ]; then
		echo "/dev/shm/$(basename "$work")"
	else
		echo "$work/run"
	fi
}

stop_weir() {
	[ -n "${weir_pid:-}" ] && kill "$weir_pid" 2>/dev/null && wait "$weir_pid" 2>/dev/null
	weir_pid=
	rm -rf "$(run_dir)"
}

# All processes of a tree.
tree() {
	local p
	echo "$1"
	for p in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do tree "$p"; done
}

# CPU nanoseconds used so far by a process tree, all threads.
cpu_ns() {
	local sum=0 p ns
	for p in $(tree "$1"); do
		while read -r ns _; do
			sum=$((sum + ns))
		done < <(cat "/proc/$p/task"/*/schedstat 2>/dev/null)
	done
	echo $sum
}

# Proportional set size of a process tree, KiB.
pss() {
	local sum=0 p kb
	for p in $(tree "$1"); do
		kb=$(awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null) || continue
		sum=$((sum + ${kb:-0}))
	done
	echo $sum
}

# wait_line PATTERN FILE
wait_line() { until grep -q "$1" "$2" 2>/dev/null; do sleep 0.05; done; }

median() { sort -g | awk '{ v[NR] = $1 } END { if (NR == 0) print "nan"; else if (NR % 2) print v[(NR + 1) / 2]; else print (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

who() { case $1 in "$mock_port") echo mock ;; "$nginx_port") echo nginx ;; *) echo weir ;; esac; }

# wrk's numbers of one run: sets rps, p50 (us), requests, errors
# load URL_PORT KEY CONNECTIONS SECONDS BODY_FILE
drive() {
	local out
	cat >"$work/post.lua" <<-EOT
	local f = io.open("$5"); wrk.body = f:read("*a"); f:close()
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	wrk.headers["Authorization"] = "Bearer $2"
	done = function(s, l)
		local e = s.errors
		local kinds = string.format("connect=%d,read=%d,write=%d,status=%d,timeout=%d", e.connect, e.read, e.write, e.status, e.timeout)
		io.write(string.format("RESULT %d %d %d %d %s\n", s.requests, s.duration, l:percentile(50), e.connect + e.read + e.write + e.status + e.timeout, kinds))
	end
	EOT
	out=$(taskset -c "$load_cpu" wrk -t1 -c"$3" -d"$4"s --timeout 30s -s "$work/post.lua" "http://127.0.0.1:$1/v1/chat/completions" | grep RESULT)
	read -r _ requests duration p50 errors kinds <<<"$out"
	rps=$(awk "BEGIN { print $requests / ($duration / 1e6) }")
	[ "$errors" -eq 0 ] || die "$(who $1): $errors errors of $requests requests: $kinds"
}

# The CPU time of a process that died is in no sum: what was measured across a death is void.
# begin_cpu PID; ...; end_cpu PID EVENTS: sets cpu, microseconds per event
begin_cpu() {
	tree_before=$(tree "$1" | sort)
	ns_before=$(cpu_ns "$1")
}

end_cpu() {
	local ns
	ns=$(cpu_ns "$1")
	[ "$(tree "$1" | sort)" = "$tree_before" ] || die "a process of the gateway died while it was measured"
	cpu=$(awk "BEGIN { print ($ns - $ns_before) / 1000 / $2 }")
}

# CPU microseconds per request of a process tree under a load; sets cpu, rps, p50
# measure PID PORT KEY CONNECTIONS SECONDS BODY_FILE
measure() {
	begin_cpu "$1"
	drive "$2" "$3" "$4" "$5" "$6"
	end_cpu "$1" "$requests"
}

div() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }

row() { printf '| %s | %s | %s |\n' "$1" "$2" "$3" | tee -a "$work/table"; }

# verdict VALUE BAR: "1.8 x" with a mark when the bar is missed
verdict() { awk "BEGIN { print ($1 <= $2) ? \"met\" : \"MISSED\" }"; }
