/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - recorded exchanges sent through weir; what arrives must be what was recorded.
 *
 *	replay CORPUS BASE_URL KEY
 *
 * weir-sim answers with the recording that the model name tells
 * ("replay/<file without .json>").  A whole reply must arrive byte for byte, a
 * stream event payload by event payload (usage chunks that the client did not
 * ask for are hidden), an error with its status; and the usage that weir
 * accounted, told by the access log, is compared by the shell around this.
 */
#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "dialect/openai.h"
#include "dialect/sse.h"
#include "tap.h"

struct recording {
	struct arena arena;
	struct str   path;	/* below exchanges/, without .json */
	struct str   api;
	int	     status;
	struct str   body;	/* as the provider sent it */
	struct str   request;	/* the client's body, with the model replaced */
	bool	     stream, wants_usage;
};

static struct str
read_file(struct arena *a, const char *path)
{
	int	    fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char	   *bytes;
	ssize_t	    n;

	if (fd < 0 || fstat(fd, &st) < 0)
		exit(66);
	bytes = arena_alloc(a, (size_t)st.st_size + 1);
	n = read(fd, bytes, (size_t)st.st_size);
	close(fd);
	return (struct str){ bytes, n > 0 ? (size_t)n : 0 };
}

/* The recorded request with the model's name replaced by the recording's own. */
static struct str
make_request(struct recording *r, const struct json *body)
{
	struct buf	b = { 0 };
	struct json_out o;
	struct str	made;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	for (const struct json *m = body->child; m != NULL; m = m->next) {
		char *name = arena_cstr(&r->arena, m->name);

		if (strcmp(name, "model") == 0)
			json_str(&o, name, arena_printf(&r->arena, "replay/" STR_FMT, STR_ARG(r->path)));
		else
			json_raw(&o, name, m->raw);
	}
	json_object_end(&o);
	made = arena_str(&r->arena, buf_view(&b));
	buf_done(&b);
	return made;
}

/* False: not for this test. */
static bool
load(struct recording *r, const char *file, struct str path)
{
	struct json	 *root;
	struct json_error e;
	struct json_limits all = { .tree_depth = JSON_WHOLE };
	const struct json *response, *body, *request;
	uint64_t	  status;

	arena_init(&r->arena);
	r->path = path;
	if (json_read(&r->arena, read_file(&r->arena, file), all, &root, &e) < 0)
		return false;
	r->api = json_text(&r->arena, json_get(root, "api"));
	response = json_get(root, "response");
	request = json_path(root, "request.body");
	if (!json_is(request, JSON_OBJECT) || json_u64(json_get(response, "status"), &status) < 0 ||
	    !(str_is(r->api, "openai.chat") || str_is(r->api, "openai.completions") || str_is(r->api, "openai.embeddings")))
		return false;
	r->status = (int)status;
	body = json_get(response, "body");
	r->body = json_is(body, JSON_STRING) ? json_text(&r->arena, body) : body->raw;
	r->stream = json_true(json_get(request, "stream"));
	r->wants_usage = json_true(json_path(request, "stream_options.include_usage"));
	r->request = make_request(r, request);
	return true;
}

static size_t
keep(char *bytes, size_t size, size_t n, void *arg)
{
	buf_add(arg, bytes, size * n);
	return size * n;
}

static CURLcode
post(const char *base, const char *key, struct recording *r, struct buf *got, long *status)
{
	CURL		  *c = curl_easy_init();
	struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
	const char	  *end = str_is(r->api, "openai.chat") ? "chat/completions"
	    : str_is(r->api, "openai.completions")	       ? "completions"
							       : "embeddings";
	CURLcode	   rc;

	h = curl_slist_append(h, arena_printf(&r->arena, "Authorization: Bearer %s", key).p);
	h = curl_slist_append(h, "Expect:");
	curl_easy_setopt(c, CURLOPT_URL, arena_printf(&r->arena, "%s/%s", base, end).p);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)r->request.n);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->request.p);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, got);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
	rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
	curl_slist_free_all(h);
	curl_easy_cleanup(c);
	return rc;
}

/* The payloads of a stream, one a line, up to its end; *error when one of them is an in-band error. */
static void
payloads(struct recording *r, struct str in, bool hide_usage, struct buf *out, bool *error)
{
	struct sse	 s;
	struct sse_event e;
	int		 got;

	sse_init(&s, UINT32_MAX);
	while ((got = sse_next(&s, &in, &e)) > 0 || (got = sse_end(&s, &e)) > 0) {
		struct tap	tap = { 0 };
		enum event_kind k = openai_event(&r->arena, ENDPOINT_CHAT, e.name, e.data, &tap);

		if (!(k == EVENT_USAGE && hide_usage)) {
			buf_str(out, e.data);
			buf_byte(out, '\n');
		}
		*error = *error || k == EVENT_ERROR;
		if (k == EVENT_FINAL || k == EVENT_ERROR)
			break;
	}
	sse_done(&s);
}

static bool
same(struct str a, struct str b)
{
	size_t at = 0;

	if (str_eq(a, b))
		return true;
	while (at < a.n && at < b.n && a.p[at] == b.p[at])
		at++;
	printf("# differ at byte %zu: recorded %zu, arrived %zu bytes\n# recorded: %.200s\n#  arrived: %.200s\n", at, a.n, b.n,
	    a.p + at, b.n > at ? b.p + at : "");
	return false;
}

static void
check_stream(struct recording *r, CURLcode rc, struct str got)
{
	struct buf want = { 0 }, have = { 0 };
	bool	   error = false, seen = false;

	payloads(r, r->body, !r->wants_usage, &want, &error);
	payloads(r, got, false, &have, &seen);
	buf_byte(&want, '\0');
	buf_byte(&have, '\0');
	ok(same(buf_view(&want), buf_view(&have)), STR_FMT ": every event as it was sent", STR_ARG(r->path));
	ok((rc != CURLE_OK) == error, STR_FMT ": the body ends %s", STR_ARG(r->path), error ? "unterminated" : "whole");
	buf_done(&want);
	buf_done(&have);
}

/* What is said of credentials may show them: weir tells it anew, without them. */
static bool
own_words(const struct recording *r)
{
	return r->status == 401 || r->status == 402 || r->status == 403;
}

/* An error in OpenAI's own shape arrives byte for byte; any other one in that shape, with its words kept. */
static void
check_error(struct recording *r, int status, struct str got)
{
	struct error_view was, is;

	openai_read_error(&r->arena, r->status, r->body, &was);
	openai_read_error(&r->arena, status, got, &is);
	if (was.native)
		ok(status == r->status && same(r->body, got), STR_FMT ": %d, byte for byte", STR_ARG(r->path), r->status);
	else
		ok(is.native && status / 100 == r->status / 100 && str_find(is.message, was.message) < is.message.n,
		    STR_FMT ": %d becomes %d, in shape, its words kept", STR_ARG(r->path), r->status, status);
}

static void
check(struct recording *r, const char *base, const char *key)
{
	struct buf got = { 0 };
	long	   status = 0;
	CURLcode   rc = post(base, key, r, &got, &status);
	bool	   first_is_error = false;
	struct buf events = { 0 };

	buf_byte(&got, '\0');
	got.n--;
	if (r->status == 200 && r->stream) {
		payloads(r, r->body, true, &events, &first_is_error);
		first_is_error = first_is_error && memchr(events.p, '\n', events.n) == events.p + events.n - 1;
	}
	if (own_words(r))
		ok(status / 100 == 4 && rc == CURLE_OK, STR_FMT ": refused credentials are a %ld", STR_ARG(r->path), status);
	else if (first_is_error)
		ok(status >= 429 && rc == CURLE_OK, STR_FMT ": a stream that begins with an error is a %ld", STR_ARG(r->path), status);
	else if (r->status == 200 && r->stream)
		check_stream(r, rc, buf_view(&got));
	else if (r->status >= 400)
		check_error(r, (int)status, buf_view(&got));
	else
		ok(status == r->status && same(r->body, buf_view(&got)), STR_FMT ": %d, byte for byte (got %ld)",
		    STR_ARG(r->path), r->status, status);
	buf_done(&events);
	buf_done(&got);
}

static void
walk(const char *root, const char *below, const char *base, const char *key)
{
	struct arena	a;
	struct dirent **names;
	int		n;

	arena_init(&a);
	n = scandir(arena_printf(&a, "%s/%s", root, below).p, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct str name = str_of(names[i]->d_name);
		struct str path = arena_printf(&a, "%s%s" STR_FMT, below, below[0] != '\0' ? "/" : "", STR_ARG(name));
		struct recording r = { 0 };

		if (str_ends(name, STR(".json"))) {
			if (load(&r, arena_printf(&a, "%s/" STR_FMT, root, STR_ARG(path)).p, str_upto(path, path.n - 5)))
				check(&r, base, key);
			arena_done(&r.arena);
		} else if (name.p[0] != '.') {
			walk(root, path.p, base, key);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	arena_done(&a);
}

int
main(int argc, char **argv)
{
	struct arena a;

	if (argc != 4) {
		fprintf(stderr, "usage: replay CORPUS BASE_URL KEY\n");
		return 64;
	}
	arena_init(&a);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	walk(arena_printf(&a, "%s/exchanges", argv[1]).p, "", argv[2], argv[3]);
	arena_done(&a);
	curl_global_cleanup();
	return tap_done();
}
