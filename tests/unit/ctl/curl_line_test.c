/* SPDX-License-Identifier: Apache-2.0 */
/* The programs' own layers are in no archive: the source is part of this test. */
#include "ctl/curl_line.c"

#include "tap.h"

static const char *
line(const char *address, const char *model, const char *key)
{
	static char text[1024];
	struct buf  out = { 0 };

	curl_line_write(&out, str_of(address), str_of(model), str_of(key));
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(buf_view(&out)));
	buf_done(&out);
	return text;
}

#define BODY(model) " -H 'Content-Type: application/json' -d '{\"model\":\"" model "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'"

int
main(void)
{
	is_str(line("127.0.0.1:7600", "m", "lr-x"),
	    "curl http://127.0.0.1:7600/v1/chat/completions -H 'Authorization: Bearer lr-x'" BODY("m"), "an address is called as it is");
	is_str(line("0.0.0.0:80", "m", ""), "curl http://127.0.0.1:80/v1/chat/completions" BODY("m"), "any address is loopback for us");
	is_str(line(":80", "m", ""), "curl http://127.0.0.1:80/v1/chat/completions" BODY("m"), "so is none");
	is_str(line("[::]:80", "m", ""), "curl http://[::1]:80/v1/chat/completions" BODY("m"), "and any of version 6");
	is_str(line("[::1]:80", "", "k"), "curl http://[::1]:80/v1/models -H 'Authorization: Bearer k'", "without a model it asks for the list");
	is_str(line("unix:/run/a b.sock", "", ""), "curl --unix-socket '/run/a b.sock' http://localhost/v1/models", "a unix socket is named");
	is_str(line("127.0.0.1:1", "it's \"x\"", ""), "curl http://127.0.0.1:1/v1/chat/completions" BODY("it'\\''s \\\"x\\\""),
	    "quotes survive JSON and the shell");
	return tap_done();
}
