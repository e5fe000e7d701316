/* SPDX-License-Identifier: Apache-2.0 */
#include "net/transfer.h"

#include "tap.h"

static const struct {
	const char	*what;
	enum transfer_at at;
	CURLcode	 code;
	enum fault	 fault;
} cases[] = {
	{ "a name that does not resolve", TRANSFER_CONNECTING, CURLE_COULDNT_RESOLVE_HOST, FAULT_UP_REFUSED },
	{ "a connection that fails", TRANSFER_CONNECTING, CURLE_COULDNT_CONNECT, FAULT_UP_REFUSED },
	{ "a certificate that is not trusted", TRANSFER_CONNECTING, CURLE_PEER_FAILED_VERIFICATION, FAULT_UP_REFUSED },
	{ "a handshake that fails", TRANSFER_CONNECTING, CURLE_SSL_CONNECT_ERROR, FAULT_UP_REFUSED },
	{ "a connection that takes too long", TRANSFER_CONNECTING, CURLE_OPERATION_TIMEDOUT, FAULT_UP_TIMEOUT },
	{ "a request that cannot be sent", TRANSFER_WAITING, CURLE_SEND_ERROR, FAULT_UP_RESET },
	{ "no answer at all", TRANSFER_WAITING, CURLE_GOT_NOTHING, FAULT_UP_RESET },
	{ "a cut in the head", TRANSFER_HEAD, CURLE_RECV_ERROR, FAULT_UP_RESET },
	{ "an odd head", TRANSFER_WAITING, CURLE_WEIRD_SERVER_REPLY, FAULT_UP_GARBAGE },
	{ "HTTP/0.9", TRANSFER_WAITING, CURLE_UNSUPPORTED_PROTOCOL, FAULT_UP_GARBAGE },
	{ "a URL of another protocol", TRANSFER_CONNECTING, CURLE_UNSUPPORTED_PROTOCOL, FAULT_UP_REFUSED },
	{ "a head line without end", TRANSFER_HEAD, CURLE_OUT_OF_MEMORY, FAULT_UP_GARBAGE },
	{ "no memory", TRANSFER_BODY, CURLE_OUT_OF_MEMORY, FAULT_INTERNAL },
	{ "a cut in the body", TRANSFER_BODY, CURLE_PARTIAL_FILE, FAULT_UP_TRUNCATED },
	{ "a reset in the body", TRANSFER_BODY, CURLE_RECV_ERROR, FAULT_UP_TRUNCATED },
	{ "a code that nobody thought of, early", TRANSFER_CONNECTING, CURLE_LDAP_CANNOT_BIND, FAULT_UP_REFUSED },
	{ "a code that nobody thought of, while waiting", TRANSFER_WAITING, CURLE_LDAP_CANNOT_BIND, FAULT_UP_RESET },
	{ "a code that nobody thought of, late", TRANSFER_BODY, CURLE_LDAP_CANNOT_BIND, FAULT_UP_TRUNCATED },
	{ "an end before the head was complete", TRANSFER_HEAD, CURLE_OK, FAULT_UP_RESET },
	{ "an end in the body", TRANSFER_BODY, CURLE_OK, FAULT_NONE },
};

int
main(void)
{
	struct transfer t = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		t = (struct transfer){ .at = cases[i].at };
		is_int(verdict(&t, cases[i].code), cases[i].fault, "%s", cases[i].what);
	}
	t = (struct transfer){ .at = TRANSFER_BODY, .counted = true, .length = 10, .body_seen = 9 };
	is_int(verdict(&t, CURLE_OK), FAULT_UP_TRUNCATED, "a body shorter than its length is not whole, whatever libcurl says");
	t.bodiless = true;
	is_int(verdict(&t, CURLE_OK), FAULT_NONE, "unless there is none by the rules");
	t = (struct transfer){ .at = TRANSFER_BODY, .fault = FAULT_UP_TOO_LARGE };
	is_int(verdict(&t, CURLE_WRITE_ERROR), FAULT_UP_TOO_LARGE, "what was found before goes before libcurl's word");
	t = (struct transfer){ .at = TRANSFER_CONNECTING, .blocked = true };
	is_int(verdict(&t, CURLE_COULDNT_CONNECT), FAULT_UP_BLOCKED, "all addresses refused is no refused connection");
	t.opened = true;
	is_int(verdict(&t, CURLE_COULDNT_CONNECT), FAULT_UP_REFUSED, "one that was tried is");
	t = (struct transfer){ .at = TRANSFER_BODY };
	strcpy(t.detail, "Illegal or missing hexadecimal sequence in chunked-encoding");
	is_int(verdict(&t, CURLE_RECV_ERROR), FAULT_UP_GARBAGE, "broken chunks are garbage and no cut");
	return tap_done();
}
