/* SPDX-License-Identifier: Apache-2.0 */
/* responses_read_reply_test.c - a whole reply is read: its parts, why it stopped, what it used; and what is none. */
#include "dialect/fold.h"
#include "dialect/responses.h"
#include "tap.h"
#include "transcript.h"

#define HEAD "{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"m\",\"created_at\":7,\"service_tier\":\"flex\","

static const struct {
	const char *what, *body, *want;
} cases[] = {
	{ "a text", HEAD "\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"hi\"}]}]}",
	    "<start resp_1><0 begin text><0 +hi><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "usage", HEAD "\"output\":[],\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":5},"
	    "\"output_tokens\":9,\"output_tokens_details\":{\"reasoning_tokens\":6}}}",
	    "<start resp_1><0 stop end><usage 11 4 5 3 6 0 0 0><done>" },
	{ "a thought, a call and what the vendor ran", HEAD "\"status\":\"completed\",\"output\":["
	    "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"a\"},{\"type\":\"summary_text\",\"text\":\"b\"}],"
	    "\"encrypted_content\":\"gA\"},{\"type\":\"web_search_call\",\"id\":\"ws_1\"},"
	    "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]}",
	    "<start resp_1><0 begin reasoning id=rs_1 sealed=gA><0 +a\n\nb><0 end reasoning id=rs_1 sealed=gA>"
	    "<0 begin native name=web_search_call><0 end native name=web_search_call>"
	    "<0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 stop tools><usage 0 0 0 0 0 0 0 0><done>" },
	{ "what holds nothing is left out", HEAD "\"output\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]},"
	    "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"\"}]}]}",
	    "<start resp_1><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "an end for want of room", HEAD "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}",
	    "<start resp_1><0 stop length><usage 0 0 0 0 0 0 0 0><done>" },
	{ "an end by a filter", HEAD "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"},\"output\":[]}",
	    "<start resp_1><0 stop filter><usage 0 0 0 0 0 0 0 0><done>" },
	{ "a refusal with a link behind it", HEAD "\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"},"
	    "{\"type\":\"output_text\",\"text\":\"x\",\"annotations\":[{\"type\":\"url_citation\",\"url\":\"https://x\"}]}]}]}",
	    "<start resp_1><0 begin refusal><0 +no><0 end refusal><0 begin text><0 +x><0 cite https://x><0 end text><0 stop end>"
	    "<usage 0 0 0 0 0 0 0 0><done>" },
};

static const struct {
	const char *what, *body, *error;
} failed[] = {
	{ "a failure", HEAD "\"status\":\"failed\",\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"no\"}}", "no" },
	{ "a failure without a word", HEAD "\"status\":\"failed\",\"output\":[]}", "the upstream's answer failed" },
	{ "one that was called off", HEAD "\"status\":\"cancelled\",\"output\":[]}", "the upstream's answer failed" },
	{ "an error in a 200", "{\"error\":{\"message\":\"no\"}}", "no" },
	{ "an error that is a text", "{\"error\":\"no\"}", "no" },
};

int
main(void)
{
	static const char *const none[] = { "", "<html>", "[]", "{}", "{\"choices\":[]}", "{\"output\":{}}" };
	struct arena	  a;
	struct chat_reply r;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b = { 0 };

		if (ok(responses_read_reply(&a, str_of(cases[i].body), &r) == 0, "%s is read", cases[i].what))
			unfold(&r, transcript_event, &b);
		is_slice(buf_view(&b), cases[i].want, "%s", cases[i].what);
		buf_done(&b);
	}
	ok(responses_read_reply(&a, str_of(cases[0].body), &r) == 0 && str_is(r.model, "m") && r.created == 7 &&
		str_is(r.service_tier, "flex") && r.error.n == 0, "the head is read");
	for (size_t i = 0; i < LENGTH(failed); i++) {
		is_int(responses_read_reply(&a, str_of(failed[i].body), &r), 0, "%s is read", failed[i].what);
		is_slice(r.error, failed[i].error, "%s: the error", failed[i].what);
	}
	for (size_t i = 0; i < LENGTH(none); i++)
		ok(responses_read_reply(&a, str_of(none[i]), &r) < 0, "'%s' is no reply", none[i]);
	arena_done(&a);
	return tap_done();
}
