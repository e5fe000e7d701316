/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script_fuzz.c - any text as a script of the simulator: it is refused with a reason, or each of its rules
 * can be played.
 */
#include <assert.h>
#include <stdint.h>

#include "sim/play.h"

#define STEPS_MOST 500
#define STEP_BYTES_MOST (1 << 20)

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char body[] = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

static void
check_rule(const struct rule *r)
{
	bool decides = false;

	assert(r->actions != NULL);
	for (const struct action *a = r->actions; a != NULL; a = a->next) {
		assert(a->kind < ACTIONS);
		assert(a->kind != ACTION_REPEAT || (a->next != NULL && a->next->kind != ACTION_REPEAT));
		decides = decides || a->kind >= ACTION_ANSWER;
	}
	assert(decides);
}

/* A script may name any file of this machine: none is opened here. */
static void
play(const struct rule *r)
{
	static const struct sim_options options = { .listen_fd = -1 };
	struct json_limits		limits = { .tree_depth = JSON_WHOLE };
	struct json_error		e;
	struct json		       *root;
	struct play			p;
	enum play_next			next = PLAY_ON;

	play_init(&p);
	p.request = (struct sim_request){ .method = STR("POST"), .path = STR("/v1/chat/completions"),
		.body = STR(body), .model = STR("m"), .stream = true };
	if (json_read(&p.arena, p.request.body, limits, &root, &e) < 0)
		assert(!"the body is JSON");
	p.request.json = root;
	play_begin(&p, r);
	for (int i = 0; i < STEPS_MOST && next <= PLAY_FIN; i++) {
		if (p.action != NULL && p.action->kind == ACTION_FILE)
			break;
		next = play_step(&p, &options);
		assert(p.out.n <= STEP_BYTES_MOST);
		buf_clear(&p.out);
	}
	play_end(&p);
	play_done(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str    text = { (const char *)data, n }, why = STR_NONE;
	struct script s;
	int	      line = 0;

	if (n > 65536)
		return 0;
	if (script_read(&s, text, &line, &why) < 0) {
		assert(line > 0 && why.n > 0);
	} else {
		for (const struct rule *r = s.rules; r != NULL; r = r->next) {
			check_rule(r);
			play(r);
		}
		for (int i = 0; i < 3; i++)
			script_match(&s, STR("POST"), STR("/v1/chat/completions"), STR("m"), STR("X: y"), STR(body));
		script_reset(&s);
	}
	script_done(&s);
	return 0;
}
