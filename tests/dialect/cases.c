/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.c - runs the cases of tests/dialect: what one dialect says, said in another.
 *
 * usage: cases [-b] [DIRECTORY]	(tests/dialect; -b writes what is got as what is wanted: read it before you commit it)
 *
 * DIRECTORY/features says which feature is there in which dialect; each has a
 * directory, with the files
 *
 *	<client>.ask.json		what a client of that dialect sends
 *	<upstream>.answer.json		what an upstream of that dialect answers, whole
 *	<upstream>.stream.txt		and streamed, as it is on the wire
 *	<client>-<upstream>.sent.txt	what the upstream must get of that client: "dropped: ..." and the body, or "refused: ..."
 *	<client>-<upstream>.out.json	what the client must see of the whole answer
 *	<client>-<upstream>.stream.txt	and of the stream, byte for byte, wherever the upstream's bytes were cut
 *
 * Every pair of a feature's dialects must have its files.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "dialect/dialect.h"
#include "dialect/sse.h"
#include "tap.h"

static const char *root;
static bool	   bless;

/*
 * Files.
 */
static bool
read_file(struct arena *a, const char *path, struct str *text)
{
	FILE	  *f = fopen(path, "r");
	struct buf b = { 0 };
	size_t	   n;

	*text = STR_NONE;
	if (f == NULL)
		return false;
	while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
		b.n += n;
	fclose(f);
	*text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return true;
}

static const char *
file_name(struct arena *a, struct str feature, const char *client, const char *upstream, const char *what)
{
	return arena_printf(a, "%s/" STR_FMT "/%s%s%s.%s", root, STR_ARG(feature), client, upstream[0] != '\0' ? "-" : "", upstream, what).p;
}

/* Line breaks between members, so that a difference is a line. */
static struct str
spread(struct arena *a, struct str json)
{
	struct buf b = { 0 };
	struct str text;
	bool	   in_string = false, escaped = false;
	int	   depth = 0;

	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];

		if (c == '"' && !escaped)
			in_string = !in_string;
		escaped = in_string && c == '\\' && !escaped;
		if (!in_string && strchr(" \t\r\n", c) != NULL)
			continue;
		depth += in_string ? 0 : c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
		buf_byte(&b, c);
		if (!in_string && (c == ',' || ((c == '{' || c == '[') && i + 1 < json.n && strchr("{[", json.p[i + 1]) != NULL)))
			buf_printf(&b, "\n%*s", depth, "");
	}
	buf_byte(&b, '\n');
	text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text;
}

static void
write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
		printf("Bail out! %s cannot be written\n", path);
}

/* The file says the same; or, when blessing, does from now on. */
static void
compare(struct arena *a, const char *path, struct str got, const char *what)
{
	struct str want;
	size_t	   at = 0;

	if (bless) {
		write_file(path, got);
		return;
	}
	if (!read_file(a, path, &want)) {
		ok(false, "%s is there", path);
		return;
	}
	if (ok(str_eq(got, want), "%s: %s", path + strlen(root) + 1, what))
		return;
	while (at < got.n && at < want.n && got.p[at] == want.p[at])
		at++;
	printf("# differ at byte %zu\n# want: %.160s\n#  got: %.160s\n", at, at < want.n ? want.p + at : "(end)",
	    at < got.n ? got.p + at : "(end)");
}

/*
 * Requests.
 */
static bool
read_ask(struct arena *a, const struct dialect *client, struct str body, struct chat *chat, struct complaint *why)
{
	struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = body, .model = STR("asked-model"), .sse = true };
	struct ask     ask;

	return client->ask(a, &in, &ask, why) == 0 && client->read_request(a, &ask, chat, why) == 0;
}

static struct str
sent_text(struct arena *a, const struct chat *chat, const struct dialect *upstream)
{
	struct target	 target = { .model = STR("up-model"), .usage_option = true };
	struct report	 report = { .arena = a };
	struct complaint why;
	struct buf	 b = { 0 };
	struct str	 body, text;

	report_notes(&report, chat);
	if (upstream->write_request(a, chat, &target, &report, &body, &why) < 0)
		return arena_printf(a, "refused: " STR_FMT "\n", STR_ARG(why.message));
	for (const struct name_list *n = report.names; n != NULL; n = n->next)
		buf_printf(&b, "%s" STR_FMT, n == report.names ? "dropped: " : ", ", STR_ARG(n->name));
	if (report.names != NULL)
		buf_byte(&b, '\n');
	buf_str(&b, spread(a, body));
	text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text;
}

/*
 * Answers.
 */
static struct voice
voice_of(const struct dialect *client, const struct chat *chat, bool stream)
{
	return (struct voice){ .id = STR("req_case"), .model = STR("asked-model"), .now = 1700000000, .endpoint = ENDPOINT_CHAT,
		.stream = stream, .wants_usage = true, .framing = client->framing, .chat = chat };
}

static struct str
whole_text(struct arena *a, const struct dialect *client, const struct dialect *upstream, const struct chat *chat, struct str answer)
{
	struct voice	  voice = voice_of(client, chat, false);
	struct chat_reply reply = { 0 };
	struct buf	  out = { 0 };
	struct str	  text;

	if (upstream->read_reply(a, answer, &reply) < 0)
		return STR("not read\n");
	client->write_reply(a, &reply, &voice, &out);
	text = spread(a, buf_view(&out));
	buf_done(&out);
	return text;
}

/* Splits what an upstream sends, by its framing. */
struct splitter {
	const struct dialect *upstream;
	struct chat_reader   *reader;
	struct arena	      scratch;
	struct sse	      sse;
	struct values	      values;
	struct tap	      tap;
	enum event_kind	      last;
};

static void
give(struct splitter *s, struct str name, struct str payload)
{
	arena_reset(&s->scratch);
	s->last = s->upstream->read_event(s->reader, &s->scratch, name, payload, &s->tap);
}

static void
feed(struct splitter *s, struct str bytes)
{
	struct sse_event e;
	struct str	 value;

	if (s->upstream->framing == FRAME_LINES)
		while (values_next(&s->values, &bytes, &value) > 0)
			give(s, STR(""), value);
	else
		while (sse_next(&s->sse, &bytes, &e) > 0)
			give(s, e.name, e.data);
}

static struct str
stream_text(struct arena *a, const struct dialect *client, const struct dialect *upstream, const struct chat *chat, struct str bytes,
    size_t cut)
{
	struct arena	    life;
	struct voice	    voice = voice_of(client, chat, true);
	struct buf	    out = { 0 };
	struct splitter	    s = { .upstream = upstream };
	struct chat_writer *w;
	struct str	    text;

	arena_init(&life);
	arena_init(&s.scratch);
	sse_init(&s.sse, UINT32_MAX);
	values_init(&s.values, UINT32_MAX);
	w = client->writer_new(&life, &voice, &out);
	s.reader = upstream->reader_new(&life, client->write_event, w);
	feed(&s, str_upto(bytes, cut));
	feed(&s, str_from(bytes, cut));
	if (s.last != EVENT_FINAL && !(upstream->ends_by_close && upstream->read_end(s.reader)))
		buf_cstr(&out, "(not whole)\n");
	text = arena_str(a, buf_view(&out));
	if (upstream->reader_free != NULL)
		upstream->reader_free(s.reader);
	if (client->writer_free != NULL)
		client->writer_free(w);
	sse_done(&s.sse);
	values_done(&s.values);
	arena_done(&s.scratch);
	arena_done(&life);
	buf_done(&out);
	return text;
}

/* The same wherever it is cut. */
static void
check_stream(struct arena *a, const char *path, const struct dialect *client, const struct dialect *upstream, const struct chat *chat,
    struct str bytes)
{
	struct str   want = stream_text(a, client, upstream, chat, bytes, bytes.n);
	struct arena each;
	size_t	     bad = 0, first = 0;

	compare(a, path, want, "the stream as the client sees it");
	arena_init(&each);
	for (size_t cut = 1; cut < bytes.n && !bless; cut++) {
		if (!str_eq(stream_text(&each, client, upstream, chat, bytes, cut), want) && bad++ == 0)
			first = cut;
		arena_reset(&each);
	}
	arena_done(&each);
	if (!bless)
		ok(bad == 0, "%s: the same at every cut (first other at %zu)", path + strlen(root) + 1, first);
}

/*
 * A pair, a feature, all.
 */
static void
check_pair(struct arena *a, struct str feature, const struct dialect *client, const struct dialect *upstream)
{
	const char	*c = client->name, *u = upstream->name;
	struct complaint why = { 0 };
	struct chat	 chat = { 0 };
	struct str	 ask, answer, stream;

	if (!read_file(a, file_name(a, feature, c, "", "ask.json"), &ask) ||
	    !read_file(a, file_name(a, feature, u, "", "answer.json"), &answer) ||
	    !read_file(a, file_name(a, feature, u, "", "stream.txt"), &stream)) {
		ok(false, STR_FMT ": %s asks, %s answers: all three files are there", STR_ARG(feature), c, u);
		return;
	}
	if (!read_ask(a, client, ask, &chat, &why)) {
		ok(false, STR_FMT ": %s's ask is read (" STR_FMT ")", STR_ARG(feature), c, STR_ARG(why.message));
		return;
	}
	compare(a, file_name(a, feature, c, u, "sent.txt"), sent_text(a, &chat, upstream), "what is sent");
	compare(a, file_name(a, feature, c, u, "out.json"), whole_text(a, client, upstream, &chat, answer), "the whole answer");
	check_stream(a, file_name(a, feature, c, u, "stream.txt"), client, upstream, &chat, stream);
}

static const struct dialect *
find(struct str name)
{
	for (size_t i = 0; i < DIALECTS; i++)
		if (str_is(name, dialects[i].name))
			return &dialects[i];
	return NULL;
}

/* "tools: openai responses anthropic gemini ollama" */
static void
check_feature(struct str line)
{
	const struct dialect *have[DIALECTS];
	struct str	      feature, word;
	struct arena	      a;
	size_t		      n = 0;

	if (!str_split(&line, ':', &feature) || feature.n == 0 || feature.p[0] == '#')
		return;
	while (str_split(&line, ' ', &word))
		if (find(word) != NULL && n < DIALECTS)
			have[n++] = find(word);
	for (size_t c = 0; c < n; c++)
		for (size_t u = 0; u < n; u++) {
			if (c == u)
				continue;
			arena_init(&a);
			check_pair(&a, feature, have[c], have[u]);
			arena_done(&a);
		}
}

int
main(int argc, char **argv)
{
	struct arena a;
	struct str   table, line;

	bless = argc > 1 && strcmp(argv[1], "-b") == 0;
	if (argc > 2 + bless) {
		fprintf(stderr, "usage: cases [-b] [DIRECTORY]\n");
		return 64;
	}
	root = argc == 2 + bless ? argv[1 + bless] : "tests/dialect";
	arena_init(&a);
	if (!read_file(&a, arena_printf(&a, "%s/features", root).p, &table))
		ok(false, "%s/features is there", root);
	while (str_split(&table, '\n', &line))
		check_feature(line);
	arena_done(&a);
	return tap_done();
}
