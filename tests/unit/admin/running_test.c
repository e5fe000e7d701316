/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/running.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static const char example[] =
	"{\"pid\":7,\"phase\":\"running\",\"generation\":3,\"since\":\"1970-01-01T00:00:02Z\","
	"\"children\":["
	"{\"role\":\"worker\",\"state\":\"ready\",\"restarts\":2},"
	"{\"role\":\"worker\",\"state\":\"draining\",\"restarts\":0},"
	"{\"role\":\"scheduler\",\"state\":\"ready\",\"restarts\":1}],"
	"\"last_reload\":{\"time\":\"1970-01-01T00:00:03Z\",\"ok\":true,\"message\":\"reloaded\"}}";

static void
test_parse(void)
{
	struct running r;

	running_parse(str_of(example), &r);
	ok(r.known && r.serving, "a supervisor that runs is known to serve");
	is_int(r.generation, 3, "the generation is read");
	is_int(r.since_us, 2000000, "so is the time of the start");
	is_int(r.reload_us, 3000000, "and of the last reload");
	ok(r.reload_good, "and its outcome");
	is_int(r.ready, 1, "workers that are ready are counted");
	is_int(r.others, 1, "so are the others");
	is_int(r.restarts, 3, "restarts are added up over all children");
}

static void
test_bad(void)
{
	static const char *const bad[] = { "", "[]", "{\"phase\":", "\"running\"" };
	struct running		 r;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		running_parse(str_of(bad[i]), &r);
		ok(!r.known && r.ready == 0, "nothing is known from \"%s\"", bad[i]);
	}
	running_parse(STR("{\"phase\":7,\"children\":{},\"last_reload\":[]}"), &r);
	ok(r.known && !r.serving && !r.reload_good, "values of other types count as absent");
}

static void
test_file(void)
{
	char	       dir[] = "/tmp/weir-running-XXXXXX", path[64];
	struct running r;
	FILE	      *f;

	ok(mkdtemp(dir) != NULL, "a temporary directory is made");
	running_read(str_of(dir), &r);
	ok(!r.known, "without a status file nothing is known");
	snprintf(path, sizeof(path), "%s/status.json", dir);
	if ((f = fopen(path, "w")) != NULL) {
		fputs(example, f);
		fclose(f);
	}
	running_read(str_of(dir), &r);
	ok(r.known && r.ready == 1, "with one it is read");
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	test_parse();
	test_bad();
	test_file();
	return tap_done();
}
