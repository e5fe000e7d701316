/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "conf/problem.h"
#include "conf/settings.h"

#include "tap.h"

/* A fixed sequence, so that what fails once fails again. */
static uint64_t seed = 42;

static uint64_t
any(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 33) % below;
}

static struct str
any_text(struct arena *a, const char *alphabet, size_t most)
{
	size_t n = any(most) + 1;
	char  *p = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = alphabet[any(strlen(alphabet))];
	p[n] = '\0';
	return (struct str){ p, n };
}

/* Within the bounds, sometimes at them. */
static uint64_t
any_number(const struct setting *s)
{
	uint64_t least = s->type == SETTING_WORKERS ? 1 : s->least, span = s->most - s->least;

	if (any(4) == 0)
		return any(2) == 0 ? least : s->most;
	return least + (span == 0 ? 0 : any(span < UINT32_MAX ? span : UINT32_MAX));
}

static uint64_t
at_least(uint64_t v, uint64_t least)
{
	return v < least ? least : v;
}

static void
randomize(struct conf *c)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings[i];
		void		     *at = (char *)c + s->offset;

		if (s->type == SETTING_COUNT || s->type == SETTING_MS || s->type == SETTING_BYTES || s->type == SETTING_WORKERS)
			*(uint64_t *)at = any_number(s);
		else if (s->type == SETTING_NANO)
			*(int64_t *)at = (int64_t)any_number(s);
		else if (s->type == SETTING_BOOL)
			*(bool *)at = any(2);
	}
	/* As check.c demands. */
	c->memory_bytes = at_least(c->memory_bytes, 32 << 20);
	c->stream_keepalive_ms = at_least(c->stream_keepalive_ms, 1000);
	c->health_ms = at_least(c->health_ms, 1000);
	c->discovery_ms = at_least(c->discovery_ms, 10000);
	c->event_bytes = c->stream_bytes < c->event_bytes ? c->stream_bytes : c->event_bytes;
	c->health_degraded_ms = 1 + any(c->health_timeout_ms);
	c->log_level = (enum log_level)any(4);
	c->user_agent = any_text(&c->arena, "ab\"\\ /*#;{}=\xc3\xa4", 20);
	c->log_file = arena_printf(&c->arena, "/" STR_FMT, STR_ARG(any_text(&c->arena, "x \"\\'", 9)));
	c->limits.items = arena_array(&c->arena, struct str, 3);
	c->limits.n = any(4);
	for (size_t i = 0; i < c->limits.n; i++)
		c->limits.items[i] = arena_printf(&c->arena, "a" STR_FMT "z", STR_ARG(any_text(&c->arena, "1 /,\\\"", 9)));
}

static struct conf_record **
add_record(struct conf *c, struct conf_record **end, const char *noun, struct str name, const char *third, struct str value)
{
	static const char *const files[] = { "/etc/weir/weir.conf", "/etc/weir/a b#\".conf" };
	struct conf_record	*r = arena_new(&c->arena, struct conf_record);

	r->noun = str_of(noun);
	r->file = str_of(files[any(2)]);
	r->line = 1 + (int)any(1000);
	r->names.items = arena_array(&c->arena, struct str, 3);
	r->values.items = arena_array(&c->arena, struct str, 3);
	r->lines = arena_array(&c->arena, int, 3);
	r->names.n = r->values.n = 3;
	r->names.items[0] = STR("name");
	r->values.items[0] = name;
	r->names.items[1] = strcmp(noun, "upkey") == 0 ? STR("channel") : STR("f1");
	r->values.items[1] = str_upto(name, str_find_byte(name, '/'));
	r->names.items[2] = str_of(third);
	r->values.items[2] = value;
	for (int i = 0; i < 3; i++)
		r->lines[i] = strcmp(noun, "upkey") == 0 && i == 1 ? r->line : r->line + (int)any(5);
	*end = r;
	return &r->next;
}

static const char odd[] = "ab,\\\"'\x01\x1f\x7f\xc3\xa4 #/*;{}()=@\n";

static void
add_records(struct conf *c)
{
	struct conf_record **end = &c->records;
	size_t		     channels = any(4);

	for (size_t i = 0; i < channels; i++)
		end = add_record(c, end, "channel", arena_printf(&c->arena, "c%zu", i), "f2", any_text(&c->arena, odd, 30));
	for (size_t i = 0; i < channels; i++)
		for (size_t k = any(3); k > 0; k--)
			end = add_record(c, end, "upkey", arena_printf(&c->arena, "c%zu/k%zu", i, k), "secret",
			    any_text(&c->arena, odd, 30));
	for (size_t k = any(3); k > 0; k--)
		end = add_record(c, end, "provider", arena_printf(&c->arena, "p%zu", k), "f2", any_text(&c->arena, odd, 30));
	for (size_t k = any(3); k > 0; k--)
		end = add_record(c, end, "apikey", arena_printf(&c->arena, "a%zu", k), "f2", any_text(&c->arena, odd, 30));
}

static bool
same_record(const struct conf_record *a, const struct conf_record *b)
{
	if (!str_eq(a->noun, b->noun) || !str_eq(a->file, b->file) || a->line != b->line || a->names.n != b->names.n)
		return false;
	for (size_t i = 0; i < a->names.n; i++)
		if (!str_eq(a->names.items[i], b->names.items[i]) || !str_eq(a->values.items[i], b->values.items[i]) ||
		    a->lines[i] != b->lines[i])
			return false;
	return true;
}

static bool
same_records(const struct conf_record *a, const struct conf_record *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next)
		if (!same_record(a, b))
			return false;
	return a == b;
}

/* Writes, reads and compares; true when nothing was lost. */
static bool
survives(const struct conf *c)
{
	const struct setting *changed[1];
	struct conf_problem  *problems;
	struct conf	      back;
	struct buf	      text = { 0 };
	bool		      restart, good;
	size_t		      n;

	conf_init(&back);
	conf_write(c, &text);
	good = conf_read_text(&back, buf_view(&text), &problems, &n) == 0;
	if (!good)
		printf("# " STR_FMT ":%d: " STR_FMT "\n", STR_ARG(problems[0].file), problems[0].line, STR_ARG(problems[0].message));
	else if (conf_diff(c, &back, changed, 1, &restart) > 0)
		good = printf("# %s differs\n", changed[0]->path) < 0;
	else if (!same_records(c->records, back.records))
		good = printf("# records differ\n") < 0;
	if (!good)
		printf("# %.3000s\n", text.p);
	conf_done(&back);
	buf_done(&text);
	return good;
}

static void
test_random(void)
{
	int lost = 0;

	for (int i = 0; i < 300 && lost == 0; i++) {
		struct conf c;

		conf_init(&c);
		randomize(&c);
		add_records(&c);
		lost += !survives(&c);
		conf_done(&c);
	}
	is_int(lost, 0, "what is written reads back to an equal configuration, records with file and line");
}

/* The text with the "#" taken away in front of each setting that is commented out. */
static struct str
uncommented(struct arena *a, struct str text, size_t *settings_seen)
{
	struct buf out = { 0 };
	struct str line, result;

	*settings_seen = 0;
	while (str_split(&text, '\n', &line)) {
		struct str s = str_trim(line);

		if (str_starts(s, STR("#")) && s.n > 1 && s.p[1] >= 'a' && s.p[1] <= 'z') {
			s = str_from(s, 1);
			++*settings_seen;
		}
		buf_str(&out, s);
		buf_byte(&out, '\n');
	}
	result = arena_str(a, buf_view(&out));
	buf_done(&out);
	return result;
}

static void
test_example(void)
{
	const struct setting *changed[4];
	struct conf_problem  *problems;
	struct conf	      c, plain;
	FILE		     *f = fopen("etc/weir.conf", "r");
	char		      text[65536];
	size_t		      n, seen;
	bool		      restart;

	ok(f != NULL, "the example is found (the tests run from the top directory)");
	if (f == NULL)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	conf_init(&plain);
	conf_init(&c);
	is_int(conf_read(&c, "etc/weir.conf", &problems, &n) < 0 ? (int)n : 0, 0, "the example is accepted");
	is_int(conf_diff(&plain, &c, changed, 4, &restart), 1, "it changes one setting only");
	is_str(changed[0]->path, "sim.listen", "the simulator's address");
	ok(survives(&c), "it survives writing and reading");
	conf_done(&c);
	conf_init(&c);
	n = 0;
	if (conf_read_text(&c, uncommented(&c.arena, str_of(text), &seen), &problems, &n) < 0)
		printf("# " STR_FMT "\n", STR_ARG(problem_text(&c.arena, &problems[0])));
	is_int(n, 0, "with all settings uncommented it is accepted");
	is_int(conf_diff(&plain, &c, changed, 4, &restart), 1, "every commented value is the default");
	is_int(seen, settings_count - 1, "and every setting is shown");
	conf_done(&c);
	conf_done(&plain);
}

int
main(void)
{
	test_random();
	test_example();
	return tap_done();
}
