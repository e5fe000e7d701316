/* SPDX-License-Identifier: Apache-2.0 */
/* pass_test.c - a form that is passed on while it comes: wherever it ends, it is settled, recorded and nothing is left. */
#include "stage.h"
#include "tap.h"

#define PATH "/v1/audio/transcriptions"
#define TYPE "Content-Type: multipart/form-data; boundary=xYz\n"
#define FIELD(name, value) "--xYz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FORM_END "\r\n--xYz--\r\n"
#define MODEL FIELD("model", "whisper") "--xYz\r\n"	/* its end is known by what follows */
#define FILE_REST "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF"
#define DATA "data data data"
#define WHOLE MODEL FILE_REST DATA FORM_END
#define USED "{\"text\":\"hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":14,\"output_tokens\":4,\"total_tokens\":18}}"

static void
fill(void)
{
	put(RECORD_PROVIDER, "p", "kind", "generic", "base_url", "https://one.example", NULL);
	put(RECORD_CHANNEL, "first", "provider", "p", "models", "other", "aliases", "whisper=large-v3", "priority", "1", "limits",
	    "1000 requests / 1m", NULL);
	put(RECORD_CHANNEL, "second", "provider", "p", "aliases", "whisper=turbo", "priority", "2", NULL);
	put(RECORD_PRICE, NULL, "channel", "*", "model", "*", "input", "10", "output", "20", NULL);
	put_key("user", "", "", "1000 requests / 1m,500 usd / day");
	put_key("some", "whisper", "", "");
}

static struct request *
begin(const char *form)
{
	sends = TYPE;
	return come_live(PATH, "user", strlen(form));
}

static void
finish(struct request *r, const char *rest)
{
	part(r, rest);
	part(r, "");
}

static bool
got(const struct transfer *t, const char *form)
{
	return str_eq(buf_view(&t->upload), str_of(form)) && t->call.upload == t->upload.n;
}

static void
test_whole(void)
{
	struct request *r = begin(WHOLE);

	ok(r->live, "a form is live");
	part(r, MODEL FILE_REST);
	turn();
	ok(up() != NULL && !up()->over, "with its model known it is passed on");
	finish(r, DATA FORM_END);
	ok(got(up(), FIELD("model", "large-v3") "--xYz\r\n" FILE_REST DATA FORM_END), "all of it, with the upstream's name");
	up_reply(up(), 200, USED);
	ok(r->status == 200 && answer_has(r, "\"hi\""), "the answer comes back");
	ok(all_clean(), "nothing is reserved any more");
	ok(entry().usage.tokens[USAGE_INPUT] == 14 && entry().cost_nano > 0 && str_is(entry().model, "whisper"), "and the ledger has it");
}

static void
test_kept(void)
{
	struct request *r = ask("POST", "/v1/moderations", "user", "{\"model\":\"other\",\"input\":\"x\"}");

	up_reply(up(), 200, "{\"results\":[]}");
	ok(r->status == 200 && all_clean() && entry().end == END_COMPLETE, "so it is with what is passed on whole");
	ask("POST", "/v1/moderations", "user", "{\"model\":\"nobody\",\"input\":\"x\"}");
	ok(all_clean() && entry().end == END_REFUSED, "and with what is refused");
}

/* Pictures. */
static void
test_large_reply(void)
{
	struct request *r = ask("POST", "/v1/images/generations", "user", "{\"model\":\"other\",\"prompt\":\"cat\"}");
	char	       *picture = xcalloc(1, 3000001);

	memset(picture, 'A', 3000000);
	up_head(up(), 200);
	up_bytes(up(), "{\"data\":[{\"b64_json\":\"");
	up_bytes(up(), picture);
	up_bytes(up(), "\"}],\"usage\":{\"input_tokens\":14,\"output_tokens\":4000,\"total_tokens\":4014,"
		       "\"input_tokens_details\":{\"text_tokens\":14,\"image_tokens\":0}}}");
	up_end(up(), FAULT_NONE);
	turn();
	ok(r->status == 200 && r->answer.n > 3000000 && all_clean(), "a large reply comes whole");
	is_int(entry().usage.tokens[USAGE_OUTPUT], 4000, "and its usage counts");
	free(picture);
}

/* The stage's upstream tells no length: its end may be a cut. */
static void
test_cut_reply(void)
{
	struct request *r = ask("POST", "/v1/moderations", "user", "{\"model\":\"other\",\"input\":\"x\"}");

	up_reply(up(), 200, "{\"results\":[");
	ok(r->status == 502 && all_clean() && entry().end == END_UPSTREAM_FAILED, "half a reply is none");
	clock_advance(3600 * SECOND);
}

static void
test_long_name(void)
{
	struct buf	body = { 0 };
	struct request *r;

	buf_cstr(&body, "{\"model\":\"");
	for (int i = 0; i < 1000; i++)
		buf_byte(&body, 'm');
	buf_cstr(&body, "\"}");
	buf_byte(&body, '\0');
	r = ask("POST", "/v1/moderations", "user", body.p);
	ok(r->status == 404 && all_clean() && entry().model.n <= 512, "no name of any length gets into the ledger");
	buf_done(&body);
}

/* What a batch runs is not seen here. */
static void
test_batch(void)
{
	struct request *r = ask("POST", "/v1/batches", "some", "{\"input_file_id\":\"f-1\"}");

	ok(r->status == 403 && all_clean(), "a key that may use some models only begins no batch");
	r = ask("GET", "/v1/batches", "some", "");
	up_reply(up(), 200, "{\"data\":[]}");
	ok(r->status == 200 && all_clean(), "though it may look at them");
	r = ask("POST", "/v1/batches", "user", "{\"input_file_id\":\"f-1\"}");
	up_reply(up(), 200, "{\"id\":\"b-1\"}");
	ok(r->status == 200 && all_clean(), "a key that may use all does");
}

static void
test_second_try(void)
{
	struct request *r = begin(WHOLE);

	part(r, MODEL);
	turn();
	up_fail(up(), FAULT_UP_REFUSED);
	part(r, FILE_REST);
	turn();
	finish(r, DATA FORM_END);
	ok(got(up(), FIELD("model", "turbo") "--xYz\r\n" FILE_REST DATA FORM_END), "before more was passed on, another candidate gets it all");
	up_reply(up(), 200, USED);
	ok(all_clean() && entry().attempts == 2, "and is the one that answers");
	r = begin(WHOLE);
	part(r, MODEL);
	turn();
	part(r, FILE_REST);
	up_fail(up(), FAULT_UP_RESET);
	ok(r->status == 502 && all_clean() && entry().attempts == 1, "after that there is none");
	clock_advance(3600 * SECOND);
}

static void
test_pace(void)
{
	struct request *r = begin(WHOLE);

	part(r, MODEL);
	turn();
	up()->full = true;
	part(r, FILE_REST);
	ok(r->held, "a client waits for a full upstream");
	up()->events.drained(up()->arg);
	ok(!r->held, "and goes on with it");
	up_end(up(), FAULT_UP_RESET);
	turn();
	ok(all_clean(), "nothing is left of it");
	clock_advance(3600 * SECOND);
}

static void
test_leaving(void)
{
	static const char *const parts[] = { NULL, MODEL, FILE_REST, DATA, FORM_END, "" };
	struct request		*r;

	for (size_t n = 0; n < LENGTH(parts) + 1; n++)
		for (int turns = 0; turns < 2; turns++) {
			r = begin(WHOLE);
			for (size_t i = 1; i < n; i++) {
				part(r, parts[i]);
				if (turns > 0)
					turn();
			}
			leave(r);
			turn();
			ok(all_clean() && entry().end == END_CLIENT_GONE && (transfers_n == 0 || up()->over), "left after %zu parts%s", n,
			    turns ? ", a turn each" : "");
		}
}

static void
test_cut(void)
{
	struct request *a = begin(WHOLE), *b = begin(WHOLE), *c = begin(WHOLE);

	part(b, MODEL);
	part(c, MODEL);
	turn();
	part(c, FILE_REST);
	exchange_cut_all();
	turn();
	ok(a->status == 503 && b->status == 503 && c->status == 503, "at the end of the grace uploads are cut");
	ok(all_clean() && transfers[transfers_n - 1].over, "and so are their upstreams");
}

static void
test_refused(void)
{
	struct request *r = begin(FIELD("model", "nobody") "--xYz\r\n" FILE_REST);

	part(r, FIELD("model", "nobody") "--xYz\r\n");
	turn();
	ok(r->status == 404 && all_clean(), "a model that nobody has is refused before the file");
	sends = TYPE;
	r = come_live(PATH, "stranger", 1000);
	turn();
	ok(r->status == 401 && all_clean(), "so is who is not known");
}

static size_t
tries(const char *first, const char *second)
{
	struct request *r = begin(WHOLE WHOLE WHOLE WHOLE);
	bool		refused;

	part(r, first);
	turn();
	part(r, second);
	turn();
	refused = r->status == 400 && (transfers_n == 0 || up()->over);
	if (!refused)
		leave(r);
	ok(all_clean(), "which ends it");
	return refused;
}

/* Whoever reads first and whoever reads last would disagree about what was asked. */
static void
test_one_model(void)
{
	is_int(tries(MODEL FILE_REST DATA, "\r\n" FIELD("model", "dear")), 1, "a second model is refused");
	is_int(tries(MODEL FILE_REST DATA "\r\n--xY", "z\r\nContent-Disposition: form-data; name=model\r\n\r\nd"), 1, "without quotes too");
	is_int(tries(MODEL "Content-Disposition: form-data; name=\"language\"\r\n\r\nen\r\n--xYz\r\n" FILE_REST, DATA), 0, "other fields are welcome");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_whole();
	test_kept();
	test_large_reply();
	test_cut_reply();
	test_long_name();
	test_batch();
	test_second_try();
	test_pace();
	test_leaving();
	test_cut();
	test_refused();
	test_one_model();
	stage_close();
	return tap_done();
}
