/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/migrate.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/read.h"

#include "tap.h"

static char dir[] = "/tmp/weir-migrate-XXXXXX";

/* A version 0 that never was: what is max_body now was called body_limit. */
static void
from_0(struct arena *a, struct str text, struct buf *out)
{
	(void)a;
	migrate_rename(text, STR("body_limit"), STR("max_body"), out);
}

static const struct conf_step step_0 = { 0, from_0 };
static const struct conf_steps steps = { 1, &step_0, 1 };

static struct str
path_of(struct arena *a, const char *file)
{
	return arena_printf(a, "%s/%s", dir, file);
}

static void
put(struct arena *a, const char *file, const char *text)
{
	FILE *f = fopen(path_of(a, file).p, "w");

	if (f == NULL)
		abort();
	fputs(text, f);
	fclose(f);
}

static const char *
get(struct arena *a, const char *file)
{
	char   text[4096];
	FILE  *f = fopen(path_of(a, file).p, "r");
	size_t n;

	if (f == NULL)
		return "(none)";
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return arena_cstr(a, (struct str){ text, n });
}

#define OLD_MAIN "# old\nversion = 0; # first\nhttp = {\n\tbody_limit = \"1m\"; # body_limit in bytes\n};\n@include \"part\"\n"
#define OLD_PART "upstream = { user_agent = \"body_limit\"; };\n# body_limit\n"

static void
test_memory(struct arena *a)
{
	struct conf_problem *p;
	struct conf	     c;
	size_t		     n;

	conf_init(&c);
	is_int(read_with_steps(&c, path_of(a, "main").p, &steps, &p, &n), 0, "an older version is read");
	is_int(c.body_bytes, 1 << 20, "under its new name");
	is_slice(c.user_agent, "body_limit", "texts in quotes are left alone");
	conf_done(&c);
	is_str(get(a, "main"), OLD_MAIN, "reading changes no file");
	conf_init(&c);
	is_int(conf_read(&c, path_of(a, "main").p, &p, &n), -1, "without the step it is refused");
	conf_done(&c);
}

static void
test_disk(struct arena *a)
{
	struct conf_problem *p;
	struct conf	     c;
	struct stat	     st;
	struct str	     why = STR("");
	size_t		     n;

	chmod(path_of(a, "main").p, 0640);
	is_int(read_migrate_with(a, path_of(a, "main").p, &steps, &why), 1, "one file is rewritten");
	is_str(get(a, "main"), "# old\nversion = 1; # first\nhttp = {\n\tmax_body = \"1m\"; # body_limit in bytes\n};\n"
	    "@include \"part\"\n", "with its comments and lines");
	is_str(get(a, "main.v0"), OLD_MAIN, "what it was stays beside it");
	is_str(get(a, "part"), OLD_PART, "a file with nothing to change is not touched");
	is_str(get(a, "part.v0"), "(none)", "and has no backup");
	ok(stat(path_of(a, "main").p, &st) == 0 && (st.st_mode & 0777) == 0640, "the mode is kept");
	conf_init(&c);
	is_int(conf_read(&c, path_of(a, "main").p, &p, &n), 0, "then it is of the current version");
	conf_done(&c);
	is_int(read_migrate_with(a, path_of(a, "main").p, &steps, &why), 0, "a second time nothing is to do");
	put(a, "main", "version = 7;\n");
	is_int(read_migrate_with(a, path_of(a, "main").p, &steps, &why), -1, "a newer one is not migrated");
	ok(str_find(why, STR("newer")) < why.n, "and the reason says so");
}

static void
test_rename(struct arena *a)
{
	struct buf out = { 0 };

	migrate_rename(STR("old = 1; older = 2; \"old\\\"old\" old# old\nold /* old */ x-old//old\nold"), STR("old"), STR("new"), &out);
	is_slice(arena_str(a, buf_view(&out)), "new = 1; older = 2; \"old\\\"old\" new# old\nnew /* old */ x-old//old\nnew",
	    "only whole names outside of comments and texts are replaced");
	buf_done(&out);
}

int
main(void)
{
	struct arena a;
	char	     command[64];

	arena_init(&a);
	log_set_level(LOG_LEVEL_ERROR);
	if (mkdtemp(dir) == NULL)
		return 1;
	put(&a, "main", OLD_MAIN);
	put(&a, "part", OLD_PART);
	test_memory(&a);
	test_disk(&a);
	test_rename(&a);
	arena_done(&a);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(system(command) == 0, "the temporary directory is removed");
	return tap_done();
}
