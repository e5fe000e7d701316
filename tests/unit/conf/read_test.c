/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/read.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static char dir[] = "/tmp/weir-conf-XXXXXX";
static char name[96];

static const char *
path_of(const char *file)
{
	snprintf(name, sizeof(name), "%s/%s", dir, file);
	return name;
}

static void
put(const char *file, const char *text)
{
	FILE *f = fopen(path_of(file), "w");

	if (f == NULL) {
		ok(0, "%s can be written", name);
		return;
	}
	fputs(text, f);
	fclose(f);
}

/* All problems of a text as lines, "" when it was accepted; with `prefix` cut off from file names. */
static const char *
problems_of(const char *text)
{
	static char	     out[8192];
	struct conf_problem *p;
	struct conf	     c;
	size_t		     n, used = 0;

	put("t.conf", text);
	conf_init(&c);
	out[0] = '\0';
	if (conf_read(&c, path_of("t.conf"), &p, &n) < 0)
		for (size_t i = 0; i < n; i++) {
			struct str line = problem_text(&c.arena, &p[i]);

			line = str_from(line, strlen(dir) + 1);
			used += (size_t)snprintf(out + used, sizeof(out) - used, "%s" STR_FMT, i > 0 ? "\n" : "", STR_ARG(line));
		}
	conf_done(&c);
	return out;
}

static void
test_values(void)
{
	struct conf_problem *p;
	struct conf	     c;
	size_t		     n;

	put("t.conf", "version = 1;\nworkers = 3;\nlisten = [ \"127.0.0.1:1\", \"unix:/tmp/x\" ];\n"
	    "http: { max_body = \"1m\"; head_timeout = 2; };\npricing = { ceiling = 0.25; };\nmemory = 4294967296L;\n"
	    "auth = { required = false; };\n");
	conf_init(&c);
	is_int(conf_read(&c, path_of("t.conf"), &p, &n), 0, "a good file is accepted");
	is_int(c.workers, 3, "a number is taken");
	is_int(c.listen.n, 2, "a list is taken");
	is_int(c.body_bytes, 1 << 20, "a size in a group is taken");
	is_int(c.head_ms, 2000, "a bare number in a group is taken");
	is_int(c.ceiling, 250000000, "a float that is exact is taken");
	is_int(c.memory_bytes, INT64_C(4294967296), "a 64 bit number is taken");
	is_int(c.auth, 0, "loopback and unix sockets need no keys");
	is_int(c.connect_ms, 10000, "what is not said keeps its default");
	conf_done(&c);
}

static void
test_problems(void)
{
	is_str(problems_of("htp = { };\nworkers = 1;"), "t.conf:1: unknown setting \"htp\"; did you mean \"http\"?",
	    "an unknown group is told by line with the likely one");
	is_str(problems_of("http = {\n max_hed = \"1k\";\n};"),
	    "t.conf:2: unknown setting \"http.max_hed\"; did you mean \"http.max_head\"?",
	    "an unknown setting in a group likewise");
	is_str(problems_of("zzzzzz = 1;"), "t.conf:1: unknown setting \"zzzzzz\"", "without a likely one none is named");
	is_str(problems_of("listen = \"x\";"), "t.conf:1: listen: \"x\" is no address; one is HOST:PORT, [V6]:PORT or "
	    "unix:/PATH", "a bad address is told");
	is_str(problems_of("http = 3;"), "t.conf:1: http is a group: write http = { ... };", "a group must be a group");
	is_str(problems_of("workers = { };"), "t.conf:1: workers is a setting, not a group", "a setting must be none");
	is_str(problems_of("\nmemory = 5000000000;"), "t.conf:2: 5000000000 is too large for a bare number: write it in "
	    "quotes, such as \"4g\" or \"5000000000\"", "a number that would be cut silently is refused");
	is_str(problems_of("workers = 1;\nworkers = 2;"), "t.conf:2: duplicate setting name", "a setting comes once");
	is_str(problems_of("workers = ;"), "t.conf:1: syntax error", "a syntax error has its line");
	is_str(problems_of("a = \"x;\n\n"), "t.conf:1: a text in quotes has no end", "an open quote is told where it opens");
	is_str(problems_of("/* x\n\n"), "t.conf:1: a comment has no end", "an open comment likewise");
	is_str(problems_of("pricing = { ceiling = 0.1234567891; };"),
	    "t.conf:1: this number cannot be taken exactly: write it in quotes", "a float that would be rounded is refused");
	is_str(problems_of("workers = 9999;\nhttp = { max_body = 1; };"),
	    "t.conf:1: workers is out of bounds: it can be auto, 1 to 512\n"
	    "t.conf:2: http.max_body is out of bounds: it can be 1k to 1g", "all problems are told at once");
}

static void
test_checks(void)
{
	is_str(problems_of("auth = { required = false; };\nlisten = \"0.0.0.0:7600\";"),
	    "t.conf:1: auth.required is false, but listen has \"0.0.0.0:7600\", which others can reach: without keys only "
	    "loopback addresses and unix sockets are allowed", "no keys on an open address are refused");
	is_str(problems_of("auth = { required = false; };\nlisten = [ \"[::1]:1\", \"localhost:2\", \"127.3.0.1:3\" ];"), "",
	    "every loopback address counts as one");
	is_str(problems_of("listen = [ ];"), "t.conf:1: listen: at least one address is needed", "there must be a listener");
	is_str(problems_of("admin = {\n listen = \"127.0.0.1:7600\";\n};"),
	    "t.conf: listen: \"127.0.0.1:7600\" is the address of admin.listen too", "two listeners need two addresses");
	is_str(problems_of("pricing = { unpriced = \"maybe\"; };"),
	    "t.conf:1: pricing.unpriced: \"maybe\" is none of allow, deny, ceiling", "an unknown policy is refused");
	is_str(problems_of("pricing = { unpriced = \"ceiling\"; };"),
	    "t.conf:1: pricing.unpriced is \"ceiling\", but pricing.ceiling is 0", "a ceiling needs its amount");
	is_str(problems_of("data_dir = \"here\";"), "t.conf:1: data_dir: \"here\" is not an absolute path",
	    "directories are absolute");
	is_str(problems_of("memory = \"1m\";"), "t.conf:1: memory is out of bounds: it can be 0 (no ceiling) or 32m and more",
	    "a ceiling that nothing fits under is refused");
	is_str(problems_of("health = { timeout = \"1s\"; };"),
	    "t.conf: health.degraded is longer than health.timeout: no channel could ever be degraded",
	    "times that contradict each other are refused");
}

static void
test_versions(void)
{
	is_str(problems_of("version = 2;"), "t.conf: version 2 is newer than this program, which knows version 1",
	    "a newer version is refused");
	is_str(problems_of("version = 0;"), "t.conf: version 0 is not known; the current one is 1",
	    "a version that never was is refused");
	is_str(problems_of("version = \"x\";"), "t.conf: version must be a whole number", "a version is a number");
	is_str(problems_of("workers = 1;"), "", "without a version it is the current one");
}

static void
test_missing(void)
{
	struct conf_problem *p;
	struct conf	     c;
	size_t		     n;

	conf_init(&c);
	is_int(conf_read(&c, path_of("none.conf"), &p, &n), -1, "a missing file is refused");
	is_int(n, 1, "with one problem");
	is_slice(p[0].message, "cannot be read: No such file or directory", "that says so");
	conf_done(&c);
	conf_init(&c);
	is_int(conf_read(&c, dir, &p, &n), -1, "a directory is refused");
	conf_done(&c);
	conf_init(&c);
	is_int(conf_read_text(&c, (struct str){ "workers\0= 1;", 12 }, &p, &n), -1, "a NUL byte is refused");
	conf_done(&c);
	conf_init(&c);
	is_int(conf_read_text(&c, STR("@include \"/etc/passwd\"\n"), &p, &n), -1, "the accepted text includes nothing");
	conf_done(&c);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	test_values();
	test_problems();
	test_checks();
	test_versions();
	test_missing();
	unlink(path_of("t.conf"));
	rmdir(dir);
	return tap_done();
}
