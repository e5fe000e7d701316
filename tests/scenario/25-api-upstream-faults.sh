#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 25-api-upstream-faults - whatever an upstream does, the client gets a clear answer, and a cut never looks whole.
. "$(dirname "$0")/api.sh"
scenario "a table of upstream behaviours"

# case NAME MODE STATUS CODE END: standard input is what weir-sim does for the model NAME.
#
#	MODE	whole	a buffered request, answered with STATUS; CODE is its error's code, "-" = a success
#		stream	a streaming request, answered before its first event, or whole with STATUS 200 and CODE "-"
#		cut	a streaming request with output; then an in-band error with CODE, and no end
#	END	the access line's end_reason
declare -A mode status error end
names=()
case_is() {
	local name=$1
	names+=("$name")
	mode[$name]=$2 status[$name]=$3 error[$name]=$4 end[$name]=$5
	printf 'on model=%s\n' "$name"
	cat
}
piece='{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}'
whole='{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"abc\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8}}'
native='{\"error\":{\"message\":\"words of the upstream\",\"type\":\"its_type\",\"param\":null,\"code\":\"its_code\"}}'
ok_head='HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
sse_head='HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'

make_script() {
	local code
	# -------- statuses: redirects are never followed
	for code in 300 301 302 303 304 305 307 308; do
		case_is "redirect-$code" whole 502 upstream_redirect upstream_error <<-EOT
			header "Location: http://127.0.0.1:$sim_port/followed"
			reply $code "$whole"
		EOT
	done
	case_is redirect-stream stream 502 upstream_redirect upstream_error <<-EOT
		header "Location: /followed"
		reply 302
	EOT
	# -------- an error in OpenAI's shape is the client's when it is about his request
	for code in 400 404 409 413 418 422 429 500 502 503 529; do
		case_is "native-$code" whole $code its_code upstream_error <<-EOT
			reply $code "$native"
		EOT
	done
	case_is native-stream stream 400 its_code upstream_error <<-EOT
		reply 400 "$native"
	EOT
	# -------- about our key it is not: own words
	case_is key-401 whole 502 upstream_auth_failed upstream_error <<-EOT
		reply 401 "{\"error\":{\"message\":\"Incorrect API key provided: up-sec*****cret.\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}"
	EOT
	case_is bare-401 whole 502 upstream_forbidden upstream_error <<-EOT
		reply 401 "{\"error\":{\"message\":\"key up-secret-key is not welcome\"}}"
	EOT
	case_is forbidden-403 whole 502 upstream_forbidden upstream_error <<-EOT
		reply 403 "{\"error\":{\"message\":\"up-se** may not\"}}"
	EOT
	case_is credit-402 whole 429 insufficient_quota upstream_error <<-EOT
		reply 402 "{\"error\":{\"message\":\"Insufficient credits of up-se**\",\"code\":402}}"
	EOT
	case_is quota-429 whole 429 insufficient_quota upstream_error <<-EOT
		reply 429 "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}"
	EOT
	case_is key-in-400 whole 400 null upstream_error <<-EOT
		reply 400 "{\"error\":{\"message\":\"bad header: Authorization: Bearer up-secret-key\",\"code\":\"x\"}}"
	EOT
	case_is key-in-200 whole 502 upstream_error upstream_failed <<-EOT
		reply 200 "{\"error\":{\"message\":\"up-secret-key is over\"}}"
	EOT
	case_is key-in-stream cut 200 upstream_error truncated <<-EOT
		stream
		event "$piece"
		event "{\"error\":{\"message\":\"up-secret-key is over\"}}"
		hang
	EOT
	# -------- bodies that are no error of the dialect: own words, right status
	for code in 400 404 451 500 502 503 504 529; do
		case_is "html-$code" whole $(case $code in 503 | 529) echo 503 upstream_overloaded ;; 504) echo 504 upstream_timeout ;;
			500 | 502) echo 502 upstream_error ;; *) echo 502 upstream_bad_answer ;; esac) upstream_error <<-EOT
			header "Content-Type: text/html"
			reply $code "<html><body><h1>It does not work</h1></body></html>"
		EOT
	done
	case_is empty-500 whole 502 upstream_error upstream_error <<-EOT
		reply 500
	EOT
	case_is empty-429 whole 429 rate_limit_exceeded upstream_error <<-EOT
		reply 429
	EOT
	case_is odd-error-500 whole 502 upstream_error upstream_error <<-EOT
		reply 500 "{\"error\":\"words of the upstream\"}"
	EOT
	case_is huge-500 whole 502 upstream_error upstream_error <<-EOT
		send "HTTP/1.1 500 No\r\nContent-Length: 3000000\r\n\r\n"
		fill 3000000
	EOT
	case_is cut-500 whole 502 upstream_error upstream_error <<-EOT
		send "HTTP/1.1 500 No\r\nContent-Length: 3000\r\n\r\nsomething"
		close
	EOT
	case_is hang-in-429 whole 429 rate_limit_exceeded upstream_error <<-EOT
		send "HTTP/1.1 429 No\r\nContent-Length: 3000\r\n\r\nsomething"
		hang
	EOT
	case_is status-600 whole 502 upstream_bad_answer upstream_error <<-EOT
		reply 600 "$native"
	EOT
	case_is status-999 whole 502 upstream_bad_answer upstream_error <<-EOT
		reply 999 "$native"
	EOT
	# -------- interim responses
	case_is interim whole 200 - complete <<-EOT
		repeat 5
		send "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
		reply 200 "$whole"
	EOT
	case_is interim-storm whole 502 upstream_bad_answer upstream_failed <<-EOT
		repeat 5000
		send "HTTP/1.1 100 Continue\r\n\r\n"
		reply 200 "$whole"
	EOT
	case_is interim-drip whole 504 upstream_timeout upstream_failed <<-EOT
		repeat 10
		send "HTTP/1.1 102 Processing\r\n\r\n"
		drip 1 100ms
		send "HTTP/1.1 102 Processing\r\n\r\n"
		hang
	EOT
	case_is switching whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
		hang
	EOT
	# -------- successes that are none
	case_is empty-204 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 204
	EOT
	case_is empty-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200
	EOT
	case_is array-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200 "[$whole]"
	EOT
	case_is scalar-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200 "42"
	EOT
	case_is malformed-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200 "{\"choices\":[{]}"
	EOT
	case_is no-choices-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200 "{\"object\":\"chat.completion\"}"
	EOT
	case_is html-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		header "Content-Type: text/html"
		reply 200 "<html>a login page</html>"
	EOT
	case_is html-200-stream stream 502 upstream_bad_answer upstream_failed <<-EOT
		header "Content-Type: text/html"
		reply 200 "<html>a login page</html>"
	EOT
	case_is error-200 whole 502 upstream_error upstream_failed <<-EOT
		reply 200 "$native"
	EOT
	case_is binary-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		reply 200 "\x00\x01\xfe\xff\x80{}"
	EOT
	case_is gzip-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		header "Content-Encoding: gzip"
		header "Content-Type: application/json"
		reply 200 "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x02\x00"
	EOT
	case_is events-200 whole 502 upstream_bad_answer upstream_failed <<-EOT
		stream
		event "$piece"
		event "[DONE]"
		end
	EOT
	# -------- lengths
	case_is no-length whole 200 - complete <<-EOT
		send "${ok_head}Connection: close\r\n\r\n$whole"
		close
	EOT
	case_is no-length-cut whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Connection: close\r\n\r\n{\"choices\":[{\"in"
		close
	EOT
	case_is length-too-long whole 502 upstream_truncated upstream_failed <<-EOT
		send "${ok_head}Content-Length: 4000\r\n\r\n$whole"
		close
	EOT
	case_is length-too-short whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Content-Length: 20\r\n\r\n$whole"
		hang
	EOT
	case_is length-no-number whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Content-Length: some\r\n\r\n$whole"
		close
	EOT
	case_is length-negative whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Content-Length: -5\r\n\r\n$whole"
		close
	EOT
	case_is lengths-differ whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Content-Length: 30\r\nContent-Length: 31\r\n\r\n$whole"
		close
	EOT
	case_is length-astronomic whole 502 upstream_too_large upstream_failed <<-EOT
		send "${ok_head}Content-Length: 9000000000000000000\r\n\r\n{"
		hang
	EOT
	case_is chunk-size-bad whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
		hang
	EOT
	case_is chunk-size-huge whole 502 '(upstream_bad_answer|upstream_truncated|upstream_stalled)' upstream_failed <<-EOT
		send "${ok_head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n"
		close
	EOT
	case_is chunk-last-missing whole 502 upstream_truncated upstream_failed <<-EOT
		stream application/json
		chunk "$whole"
		close
	EOT
	case_is chunk-cut whole 502 upstream_truncated upstream_failed <<-EOT
		send "${ok_head}Transfer-Encoding: chunked\r\n\r\n400\r\n{\"choices\":[{"
		reset
	EOT
	case_is chunked-and-length whole '(200|502)' '(-|upstream_bad_answer)' '(complete|upstream_failed)' <<-EOT
		send "${ok_head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
		close
	EOT
	case_is coding-unknown whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "${ok_head}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
		close
	EOT
	case_is body-then-more whole 200 - complete <<-EOT
		reply 200 "$whole"
		send "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
		hang
	EOT
	# -------- resets and hangs, at every point
	case_is reset-before-head whole 502 upstream_reset upstream_failed <<-EOT
		reset
	EOT
	case_is close-before-head whole 502 upstream_reset upstream_failed <<-EOT
		close
	EOT
	case_is reset-in-head whole 502 upstream_reset upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nContent-"
		delay 30ms
		reset
	EOT
	case_is close-in-head whole 502 upstream_reset upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nContent-"
		close
	EOT
	case_is reset-in-body whole 502 upstream_truncated upstream_failed <<-EOT
		send "${ok_head}Content-Length: 400\r\n\r\n{\"choices\""
		delay 30ms
		reset
	EOT
	case_is hang-before-head whole 504 upstream_timeout upstream_failed <<-EOT
		hang
	EOT
	case_is hang-in-head whole 504 '(upstream_timeout|upstream_stalled)' upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nContent-"
		hang
	EOT
	case_is hang-in-body whole 504 upstream_stalled upstream_failed <<-EOT
		send "${ok_head}Content-Length: 400\r\n\r\n{\"choices\""
		hang
	EOT
	case_is hang-stream stream 504 upstream_timeout upstream_failed <<-EOT
		hang
	EOT
	case_is drip-head whole 504 '(upstream_timeout|upstream_stalled)' upstream_failed <<-EOT
		drip 1 60ms
		reply 200 "$whole"
	EOT
	case_is drip-body whole 504 '(upstream_timeout|upstream_stalled)' upstream_failed <<-EOT
		send "${ok_head}Content-Length: 200\r\n\r\n"
		drip 1 100ms
		send "$whole"
	EOT
	case_is drip-quick whole 200 - complete <<-EOT
		drip 7 1ms
		reply 200 "$whole"
	EOT
	# -------- heads
	case_is head-huge whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nX-Long: "
		fill 2m
		send "\r\n\r\n{}"
	EOT
	case_is head-many-lines whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\n"
		repeat 20000
		send "X-Header-Of-Many: value-value\r\n"
		send "\r\n{}"
	EOT
	case_is head-nul whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\n{}"
		close
	EOT
	case_is head-cr whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nX-A: a\rX-B: b\r\nContent-Length: 2\r\n\r\n{}"
		close
	EOT
	case_is head-twice whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
		close
	EOT
	case_is http-09 whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "$whole"
		close
	EOT
	case_is http-10 whole 200 - complete <<-EOT
		send "HTTP/1.0 200 OK\r\n\r\n$whole"
		close
	EOT
	case_is http-2 whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
		close
	EOT
	case_is http-2-line whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}"
		close
	EOT
	case_is status-none whole 502 upstream_bad_answer upstream_failed <<-EOT
		send "HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\n{}"
		close
	EOT
	# -------- retry-after: what makes no sense is not passed on
	local n=0 value
	for value in -5 soon 1000000000000 'Wed, 21 Oct 2015 07:28:00 GMT' 1e9 '' 0 '5, 6'; do
		case_is "retry-nonsense-$((++n))" whole 429 its_code upstream_error <<-EOT
			header "Retry-After: $value"
			reply 429 "$native"
		EOT
	done
	case_is retry-sense whole 429 its_code upstream_error <<-EOT
		header "Retry-After: 7"
		reply 429 "$native"
	EOT

	# -------- streams, before any output
	case_is s-error-first stream 502 upstream_error upstream_failed <<-EOT
		stream
		event "$native"
		event "[DONE]"
		end
	EOT
	case_is s-empty stream 502 '(upstream_truncated|upstream_bad_answer)' upstream_failed <<-EOT
		stream
		end
	EOT
	case_is s-comments-only stream 502 upstream_truncated upstream_failed <<-EOT
		stream
		chunk ": a\n\n: b\n\n"
		end
	EOT
	case_is s-reset-first stream 502 '(upstream_truncated|upstream_reset)' upstream_failed <<-EOT
		stream
		delay 30ms
		reset
	EOT
	case_is s-malformed-first stream 502 upstream_bad_answer upstream_failed <<-EOT
		stream
		event "{\"choices\":"
		event "[DONE]"
		end
	EOT
	case_is s-stall-first stream 504 upstream_stalled upstream_failed <<-EOT
		stream
		hang
	EOT
	case_is s-too-large-first stream 502 upstream_too_large upstream_failed <<-EOT
		stream
		chunk "data: {\"choices\":[{\"delta\":{\"content\":\""
		repeat 40
		chunk "$(printf 'x%.0s' {1..2000})"
		hang
	EOT
	# -------- streams that are whole, however they are written
	case_is s-crlf stream 200 - complete <<-EOT
		stream
		chunk "data: $piece\r\n\r\ndata: $piece\r\n\r\ndata: [DONE]\r\n\r\n"
		end
	EOT
	case_is s-cr stream 200 - complete <<-EOT
		stream
		chunk "data: $piece\r\rdata: $piece\r\rdata: [DONE]\r\r"
		end
	EOT
	case_is s-bom stream 200 - complete <<-EOT
		stream
		chunk "\xef\xbb\xbfdata: $piece\n\ndata: $piece\n\ndata: [DONE]\n\n"
		end
	EOT
	case_is s-no-blank stream 200 - complete <<-EOT
		stream
		chunk "data:$piece\n\ndata:$piece\n\ndata:[DONE]\n\n"
		end
	EOT
	case_is s-comments stream 200 - complete <<-EOT
		stream
		chunk ": PROCESSING\n\n"
		event "$piece"
		chunk ": in between\ndata: $piece\n: behind\n\n:\n\n"
		event "[DONE]"
		end
	EOT
	case_is s-multi-line stream 200 - complete <<-EOT
		stream
		event "$piece"
		chunk "id: 7\nretry: 10\ndata: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"abc\"}}]}\n\n"
		event "[DONE]"
		end
	EOT
	case_is s-byte-by-byte stream 200 - complete <<-EOT
		drip 1 1ms
		stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		end
	EOT
	case_is s-no-last-blank stream 200 - complete <<-EOT
		stream
		event "$piece"
		chunk "data: $piece\n\ndata: [DONE]"
		end
	EOT
	case_is s-done-twice stream 200 - complete <<-EOT
		stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		event "[DONE]"
		end
	EOT
	case_is s-data-after-done stream 200 - complete <<-EOT
		stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		event "$piece"
		event "$native"
		end
	EOT
	case_is s-reset-after-done stream 200 - complete <<-EOT
		stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		reset
	EOT
	case_is s-hang-after-done stream 200 - complete <<-EOT
		stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		hang
	EOT
	case_is s-wrong-type stream 200 - complete <<-EOT
		stream application/octet-stream
		event "$piece"
		event "$piece"
		event "[DONE]"
		end
	EOT
	case_is s-type-json stream 200 - complete <<-EOT
		stream application/json
		event "$piece"
		event "$piece"
		event "[DONE]"
		end
	EOT
	case_is s-pings stream 200 - complete <<-EOT
		stream
		chunk "event: ping\ndata: {}\n\n"
		event "$piece"
		chunk "data:\n\ndata: \n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n"
		event "$piece"
		event "[DONE]"
		end
	EOT
	case_is s-by-close stream 200 - complete <<-EOT
		send "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: $piece\n\ndata: $piece\n\ndata: [DONE]\n\n"
		close
	EOT
	# -------- streams that die after output
	case_is s-cut-1 cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		close
	EOT
	case_is s-cut-2 cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		event "$piece"
		close
	EOT
	case_is s-cut-finish cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		event "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
		close
	EOT
	case_is s-cut-in-event cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		chunk "data: {\"choices\":[{\"ind"
		close
	EOT
	case_is s-cut-in-character cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		chunk "data: {\"choices\":[{\"delta\":{\"content\":\"\xe2\x82"
		close
	EOT
	case_is s-cut-in-chunk cut 200 upstream_truncated truncated <<-EOT
		send "$sse_head"
		event "$piece"
		send "400\r\ndata: {"
		close
	EOT
	case_is s-reset cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		delay 30ms
		reset
	EOT
	case_is s-end-without-done cut 200 upstream_truncated truncated <<-EOT
		stream
		event "$piece"
		event "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
		end
	EOT
	case_is s-by-close-cut cut 200 upstream_truncated truncated <<-EOT
		send "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: $piece\n\n"
		close
	EOT
	case_is s-bad-chunk cut 200 upstream_bad_answer truncated <<-EOT
		send "$sse_head"
		event "$piece"
		delay 30ms
		send "zz\r\n"
		hang
	EOT
	case_is s-malformed cut 200 upstream_bad_answer truncated <<-EOT
		stream
		event "$piece"
		event "{\"choices\":[{]}"
		hang
	EOT
	case_is s-not-object cut 200 upstream_bad_answer truncated <<-EOT
		stream
		event "$piece"
		event "[1,2]"
		hang
	EOT
	case_is s-error-after cut 200 its_code truncated <<-EOT
		stream
		event "$piece"
		event "$native"
		event "[DONE]"
		end
	EOT
	case_is s-stall cut 200 upstream_stalled truncated <<-EOT
		stream
		event "$piece"
		hang
	EOT
	case_is s-stall-in-event cut 200 upstream_stalled truncated <<-EOT
		stream
		event "$piece"
		chunk "data: {\"cho"
		hang
	EOT
	case_is s-too-large cut 200 upstream_too_large truncated <<-EOT
		stream
		event "$piece"
		chunk "data: {\"choices\":[{\"delta\":{\"content\":\""
		repeat 40
		chunk "$(printf 'x%.0s' {1..2000})"
		hang
	EOT
}
