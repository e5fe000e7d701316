/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - recorded exchanges as answers.
 *
 * Runs in: weir-sim.
 *
 * A recording is a JSON file with response.{status, headers, body_encoding,
 * body, chunk_sizes}; the model "replay/PATH" names DIR/exchanges/PATH.json
 * or DIR/PATH.json.  JSON bodies are sent as they stand in the file.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/sim.h"

static bool
read_file(struct arena *a, const char *path, struct str *text)
{
	int	    fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char	   *bytes;
	ssize_t	    n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		bytes = arena_alloc(a, (size_t)st.st_size + 1);
		n = read(fd, bytes, (size_t)st.st_size);
		*text = (struct str){ bytes, n > 0 ? (size_t)n : 0 };
	}
	close(fd);
	return n > 0;
}

static bool
load(struct arena *a, const char *dir, struct str name, struct json **root)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct str	   text;

	if (str_find(name, STR("..")) < name.n || str_starts(name, STR("/")))
		return false;
	if (!read_file(a, arena_printf(a, "%s/exchanges/" STR_FMT ".json", dir, STR_ARG(name)).p, &text) &&
	    !read_file(a, arena_printf(a, "%s/" STR_FMT ".json", dir, STR_ARG(name)).p, &text))
		return false;
	return json_read(a, text, limits, root, &e) == 0;
}

/* The recorded headers but those of the framing, which is ours. */
static void
put_headers(struct arena *a, const struct json *headers, struct sim_reply *r)
{
	if (!json_is(headers, JSON_OBJECT))
		return;
	for (const struct json *h = headers->child; h != NULL; h = h->next)
		if (json_is(h, JSON_STRING) && !str_eq_nocase(h->name, STR("content-length")) &&
		    !str_eq_nocase(h->name, STR("transfer-encoding")))
			buf_printf(r->headers, STR_FMT ": " STR_FMT "\r\n", STR_ARG(h->name),
			    STR_ARG(json_text(a, h)));
}

/* In the pieces it was recorded in, or of `cut` bytes. */
static void
put_pieces(const struct json *sizes, size_t cut, struct str body, struct sim_reply *r)
{
	const struct json *s = json_is(sizes, JSON_ARRAY) && cut == 0 ? sizes->child : NULL;

	while (body.n > 0) {
		uint64_t n = cut > 0 ? cut : body.n;

		if (s != NULL && (json_u64(s, &n) < 0 || n == 0))
			n = body.n;
		sim_chunk(r, str_upto(body, n));
		body = str_from(body, n);
		s = s != NULL ? s->next : NULL;
	}
	sim_chunks_end(r);
}

bool
replay_answer(struct arena *a, const struct sim_options *o, const struct sim_request *q, struct sim_reply *r)
{
	struct json	  *root;
	const struct json *response, *body;
	struct str	   bytes;
	uint64_t	   status;

	if (o->replay == NULL || !str_starts(q->model, STR("replay/")) ||
	    !load(a, o->replay, str_from(q->model, 7), &root))
		return false;
	response = json_get(root, "response");
	if (json_u64(json_get(response, "status"), &status) < 0)
		return false;
	body = json_get(response, "body");
	bytes = json_is(body, JSON_STRING) ? json_text(a, body) : body != NULL ? body->raw : STR_NONE;
	put_headers(a, json_get(response, "headers"), r);
	if (status == 200 && q->stream) {
		sim_head_chunked(r, STR_NONE);
		put_pieces(json_get(response, "chunk_sizes"), o->cut, bytes, r);
	} else {
		sim_whole(r, (int)status, STR_NONE, bytes);
	}
	return true;
}
