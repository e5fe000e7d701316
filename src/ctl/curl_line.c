/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curl_line.c - a first call to try, as a line for a shell.
 *
 * Runs in: weirctl.
 */
#include "ctl/curl_line.h"

#include "base/json.h"

/* Where a client on this machine reaches the address. */
static struct str
host_of(struct arena *a, struct str address)
{
	size_t	   colon = address.n;
	struct str host;

	while (colon > 0 && address.p[colon - 1] != ':')
		colon--;
	host = str_upto(address, colon > 0 ? colon - 1 : 0);
	if (host.n == 0 || str_is(host, "*") || str_is(host, "0.0.0.0"))
		host = STR("127.0.0.1");
	if (str_is(host, "[::]"))
		host = STR("[::1]");
	return arena_printf(a, STR_FMT ":" STR_FMT, STR_ARG(host), STR_ARG(str_from(address, colon)));
}

/* Inside single quotes of a shell. */
static void
quote_shell(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_cstr(out, "'\\''");
		else
			buf_byte(out, s.p[i]);
	}
}

void
curl_line_write(struct buf *out, struct str address, struct str model, struct str key)
{
	struct arena	a;
	struct json_out json;
	struct buf	body = { 0 };

	arena_init(&a);
	if (str_starts(address, STR("unix:"))) {
		buf_cstr(out, "curl --unix-socket '");
		quote_shell(out, str_from(address, 5));
		buf_cstr(out, "' http://localhost");
	} else {
		buf_printf(out, "curl http://" STR_FMT, STR_ARG(host_of(&a, address)));
	}
	buf_cstr(out, model.n > 0 ? "/v1/chat/completions" : "/v1/models");
	if (key.n > 0)
		buf_printf(out, " -H 'Authorization: Bearer " STR_FMT "'", STR_ARG(key));
	if (model.n > 0) {
		json_start(&json, &body, false);
		json_object(&json, NULL);
		json_str(&json, "model", model);
		json_raw(&json, "messages", STR("[{\"role\":\"user\",\"content\":\"Hello\"}]"));
		json_object_end(&json);
		buf_cstr(out, " -H 'Content-Type: application/json' -d '");
		quote_shell(out, buf_view(&body));
		buf_byte(out, '\'');
	}
	buf_done(&body);
	arena_done(&a);
}
