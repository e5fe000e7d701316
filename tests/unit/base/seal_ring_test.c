/* SPDX-License-Identifier: Apache-2.0 */
#include "base/seal_ring.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/stat.h>

#include "tap.h"

#define HEX32 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static char	    dir[] = "/tmp/weir-ring-XXXXXX";
static char	    path[64];
static struct arena a;
static struct str   why;

static void
put_file(const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, mode) < 0)
		abort();
}

/* The newest id of the file, 0 when it is refused. */
static uint32_t
newest(void)
{
	struct seal_ring *r = seal_ring_open(path, &a, &why);
	uint32_t	  id = r == NULL ? 0 : seal_ring_id(r);

	seal_ring_free(r);
	return id;
}

static bool
complains(const char *about)
{
	return str_find(why, str_of(about)) < why.n;
}

static void
test_create(void)
{
	struct seal_ring *first, *second;
	struct stat	  st;

	ok(seal_ring_open(path, &a, &why) == NULL, "a missing file is not opened");
	ok(complains("No such file") && complains(path), "and named");
	first = seal_ring_create(path, &a, &why);
	ok(first != NULL && seal_ring_id(first) == 1, "it is created with key 1");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "for its owner only");
	second = seal_ring_create(path, &a, &why);
	ok(second != NULL && memcmp(seal_ring_key(first, 1), seal_ring_key(second, 1),
	    MASTER_BYTES) == 0,
	    "creating it again keeps the key");
	seal_ring_free(first);
	seal_ring_free(second);
	unlink(path);
	strcpy(path + strlen(dir), "/no/where");
	ok(seal_ring_create(path, &a, &why) == NULL, "a missing directory is not made");
	strcpy(path + strlen(dir), "/key");
}

static void
test_lines(void)
{
	struct seal_ring *r;

	put_file("# master keys\n\n 3 " HEX32 " \n70 " HEX32 "\n", 0600);
	r = seal_ring_open(path, &a, &why);
	ok(r != NULL && seal_ring_id(r) == 70,
	    "comments and blank lines are skipped, the last line seals");
	ok(r != NULL && memcmp(seal_ring_key(r, 3), "\x00\x11\x22\x33", 4) == 0,
	    "hex is read in both cases");
	ok(r != NULL && seal_ring_key(r, 0) == seal_ring_key(r, 70), "0 is the newest");
	ok(r != NULL && seal_ring_key(r, 4) == NULL, "an unknown id has no key");
	seal_ring_free(r);
	put_file("1 " HEX32, 0400);
	is_int(newest(), 1, "a last line without line feed counts, a read-only file too");
}

static void
test_refused(void)
{
	static const struct {
		const char *text;
		mode_t	    mode;
		const char *about;
	} cases[] = {
		{ "1 " HEX32 "\n", 0640, "0600" },
		{ "1 " HEX32 "\n", 0604, "0600" },
		{ "", 0600, "no key" },
		{ "# nothing\n", 0600, "no key" },
		{ "1\n", 0600, "64 hex" },
		{ "x " HEX32 "\n", 0600, "64 hex" },
		{ "0 " HEX32 "\n", 0600, "64 hex" },
		{ "4294967296 " HEX32 "\n", 0600, "64 hex" },
		{ "1 " HEX32 "00\n", 0600, "64 hex" },
		{ "1 0011\n", 0600, "64 hex" },
		{ "2 " HEX32 "\n1 " HEX32 "\n", 0600, "ascend" },
		{ "2 " HEX32 "\n2 " HEX32 "\n", 0600, "ascend" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		put_file(cases[i].text, cases[i].mode);
		is_int(newest(), 0, "file %zu is refused", i);
		ok(complains(cases[i].about), "because of: %s", cases[i].about);
		ok(!complains("00112233"), "without a word of its keys");
	}
	unlink(path);
	ok(mkdir(path, 0700) == 0 && newest() == 0 && complains("regular"),
	    "a directory is no file");
	rmdir(path);
	ok(mkfifo(path, 0600) == 0 && newest() == 0 && complains("regular"),
	    "nor is a pipe, which does not block");
	unlink(path);
}

static void
test_credential(void)
{
	put_file("1 " HEX32 "\n", 0440);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	is_int(newest(), 1, "systemd's credentials may look readable for a group");
	setenv("CREDENTIALS_DIRECTORY", "/tmp/weir", 1);
	is_int(newest(), 0, "another directory's files may not");
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
}

static int
entries(void)
{
	DIR *d = opendir(dir);
	int  n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
test_rotation(void)
{
	struct seal_ring *old = seal_ring_create(path, &a, &why), *now;
	struct secret	  s = { 0 };
	struct str	  sealed;

	secret_set(&s, STR("before"));
	sealed = seal(old, &a, STR("c"), &s);
	is_int(seal_ring_add(path, &why), 0, "a key is added");
	is_int(seal_ring_add(path, &why), 0, "and one more");
	now = seal_ring_open(path, &a, &why);
	ok(now != NULL && seal_ring_id(now) == 3, "the newest is key 3");
	is_int(unseal(now, STR("c"), sealed, &s), 0, "what key 1 sealed is still opened");
	is_int(sealed_key_id(seal(now, &a, STR("c"), &s)), 3, "the newest seals");
	is_int(unseal(old, STR("c"), seal(now, &a, STR("c"), &s), &s), -1,
	    "who has not seen the new key cannot open what it sealed");
	is_int(seal_ring_drop(path, 3, &why), 0, "older keys are dropped");
	seal_ring_free(now);
	now = seal_ring_open(path, &a, &why);
	is_int(unseal(now, STR("c"), sealed, &s), -1, "then what they sealed is lost");
	is_int(seal_ring_drop(path, 4, &why), -1, "the newest key cannot be dropped");
	ok(complains("newest"), "and the reason is told");
	is_int(newest(), 3, "it is still there");
	is_int(entries(), 3, "no other file is left behind");
	seal_ring_free(old);
	seal_ring_free(now);
	secret_done(&s);
	unlink(path);
	is_int(seal_ring_add(path, &why), -1, "a missing file gets no key");
	ok(complains("No such file"), "and the reason is told");
}

static void
test_full(void)
{
	int added = 1;

	seal_ring_free(seal_ring_create(path, &a, &why));
	while (added < 1000 && seal_ring_add(path, &why) == 0)
		added++;
	is_int(added, 64, "64 keys fit");
	ok(complains("too many"), "one more is refused");
	is_int(newest(), 64, "and the file is as before");
	unlink(path);
}

int
main(void)
{
	arena_init(&a);
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/key", dir);
	test_create();
	test_lines();
	test_refused();
	test_credential();
	test_rotation();
	test_full();
	rmdir(dir);
	arena_done(&a);
	return tap_done();
}
