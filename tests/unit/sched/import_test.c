/* SPDX-License-Identifier: Apache-2.0 */
/* The programs' own layers are in no archive: their sources are part of this test. */
#include "sched/declared.c"
#include "sched/import.c"

#include <sys/stat.h>

#include "store/generation.h"

#include "tap.h"

static struct db	*db;
static struct seal_ring *ring;
static struct arena	 arena;
static char		 dir[96];

/* Imports what the text declares: "" or the first problem. */
static const char *
import(const char *text)
{
	struct conf_problem *p = NULL;
	struct conf	     c;
	size_t		     n = 0;
	const char	    *result = "";

	conf_init(&c);
	if (conf_read_text(&c, arena_printf(&arena, "#line 1 %s/weir.conf\n%s", dir, text), &p, &n) < 0 ||
	    import_records(db, &c, ring, &arena, &p, &n, NULL) < 0)
		result = n == 0 ? "a problem is missing" : arena_cstr(&arena, str_from(problem_text(&arena, &p[0]), strlen(dir) + 1));
	conf_done(&c);
	return result;
}

static void *
find(enum record_kind kind, const char *name)
{
	struct txn *t = txn_read(db);
	void	   *r = record_find(t, kind, str_of(name), &arena);

	txn_end(t);
	return r;
}

static uint64_t
generation(void)
{
	struct txn *t = txn_read(db);
	uint64_t    g = generation_get(t);

	txn_end(t);
	return g;
}

static void
put_live(enum record_kind kind, const char *name, const char *field, const char *value)
{
	struct record *r = record_new(kind, &arena);
	struct txn    *t = txn_write(db);
	struct str     why = STR("");

	r->name = str_of(name);
	if (fields_set(record_info[kind].fields, &arena, r, str_of(field), str_of(value), &why) < 0 ||
	    record_put(t, kind, r, &why) < 0 || txn_commit(t) < 0)
		ok(0, "%s can be stored: " STR_FMT, name, STR_ARG(why));
}

static bool
unseals(const char *upkey, const char *want)
{
	struct upkey *k = find(RECORD_UPKEY, upkey);
	struct secret secret = { 0 };
	char	      hex[17];
	bool	      good;

	if (k == NULL)
		return false;
	hex_write(hex, k->digest.p, 8);
	good = unseal(ring, arena_printf(&arena, "upkey/%s", hex), k->sealed, &secret) == 0 && str_is(secret_bytes(&secret), want);
	secret_done(&secret);
	return good;
}

#define BASE "providers = ( { name = \"p\"; kind = \"openai\"; } );\n" \
	"channels = ( { name = \"c\"; provider = \"p\"; models = [ \"a\", \"b\" ]; keys = ( { label = \"k\"; secret = \"sk-1\"; } ); } );\n"
#define REST "keys = ( { name = \"ci\"; sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"; } );\n" \
	"prices = ( { model = \"a\"; input = 2.5; } );\nmodels = ( { channel = \"c\"; model = \"a\"; context = 1000; } );\n"

static void
test_all_kinds(void)
{
	struct channel *c;
	struct apikey  *k;
	struct price   *p;
	struct model   *m;
	uint64_t	id, before;

	is_str(import(BASE REST), "", "every kind can be declared");
	c = find(RECORD_CHANNEL, "c");
	ok(c != NULL && c->r.origin == ORIGIN_FILE && c->models.n == 2, "a channel is stored with its origin");
	ok(unseals("c/k", "sk-1"), "its key is sealed");
	k = find(RECORD_APIKEY, "ci");
	ok(k != NULL && k->hash.n == 32 && (unsigned char)k->hash.p[0] == 0x9f, "a client key is its hash");
	p = find(RECORD_PRICE, "*/a");
	ok(p != NULL && p->input == 2500000000, "a price without a name gets one");
	m = find(RECORD_MODEL, "c/a");
	ok(m != NULL && m->context == 1000, "a model is stored under its channel");
	id = ((struct record *)find(RECORD_UPKEY, "c/k"))->id;
	before = generation();
	is_str(import(BASE REST), "", "a second import is fine");
	is_int(generation(), before, "and changes nothing");
	is_int(((struct record *)find(RECORD_UPKEY, "c/k"))->id, id, "the key is still the same record");
}

static void
test_changes(void)
{
	uint64_t channel = ((struct record *)find(RECORD_CHANNEL, "c"))->id, upkey = ((struct record *)find(RECORD_UPKEY, "c/k"))->id;

	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; } );\nchannels = ( { name = \"c\"; provider = \"p2\"; "
	    "priority = 5; keys = ( { label = \"k\"; secret = \"sk-2\"; } ); } );"), "", "declarations may change");
	ok(find(RECORD_PROVIDER, "p") == NULL, "what is no longer declared is removed");
	ok(find(RECORD_APIKEY, "ci") == NULL && find(RECORD_PRICE, "*/a") == NULL && find(RECORD_MODEL, "c/a") == NULL,
	    "of every kind");
	is_int(((struct record *)find(RECORD_CHANNEL, "c"))->id, channel, "a channel that moved to another provider keeps its id");
	is_int(((struct channel *)find(RECORD_CHANNEL, "c"))->priority, 5, "and has its new fields");
	is_int(((struct channel *)find(RECORD_CHANNEL, "c"))->models.n, 0, "what is not said any more has its default again");
	ok(unseals("c/k", "sk-2"), "a new secret is sealed");
	ok(((struct record *)find(RECORD_UPKEY, "c/k"))->id != upkey, "as a new record");
}

static void
test_live(void)
{
	put_live(RECORD_PROVIDER, "mine", "kind", "openai");
	put_live(RECORD_CHANNEL, "hand", "provider", "p2");
	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; }, { name = \"mine\"; kind = \"groq\"; } );"),
	    "weir.conf:1: provider mine: one made with weirctl has the same name: declare another name, or `weirctl provider "
	    "remove mine` first", "a record made by hand is not taken over");
	ok(find(RECORD_CHANNEL, "c") != NULL, "and then nothing at all is changed");
	is_str(import(""), "weir.conf: provider p2 is no longer declared, but the channel hand, made with weirctl, uses it",
	    "a provider in use by a channel made by hand does not go");
	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; } );"), "", "all else may");
	ok(find(RECORD_CHANNEL, "c") == NULL && find(RECORD_UPKEY, "c/k") == NULL, "a channel goes with its keys");
	ok(find(RECORD_CHANNEL, "hand") != NULL && find(RECORD_PROVIDER, "mine") != NULL, "what was made by hand stays");
}

static void
test_found_model(void)
{
	struct model  *m = record_new(RECORD_MODEL, &arena);
	struct txn    *t = txn_write(db);
	struct str     why = STR("");
	int	       rc;

	m->channel = STR("hand");
	m->model = STR("seen");
	m->seen = 77;
	m->r.origin = ORIGIN_FOUND;
	rc = record_put(t, RECORD_MODEL, m, &why);
	ok(txn_commit(t) == 0 && rc == 0, "a discovered model is stored");
	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; } );\nmodels = ( { channel = \"hand\"; model = \"seen\"; "
	    "context = 5; } );"), "", "a discovered model may be declared");
	m = find(RECORD_MODEL, "hand/seen");
	ok(m != NULL && m->context == 5 && m->seen == 77 && m->r.origin == ORIGIN_FILE, "what discovery knew is kept");
}

static void
test_secrets(void)
{
	char  path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/one.key", dir);
	f = fopen(path, "w");
	ok(f != NULL && fputs("  sk-file \r\nignored\n", f) >= 0 && fclose(f) == 0, "a secret is in a file");
	setenv("WEIR_TEST_KEY", "sk-env", 1);
	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; } );\nchannels = ( { name = \"s\"; provider = \"p2\"; "
	    "keys = [ \"file:one.key\", \"env:WEIR_TEST_KEY\" ]; } );\nkeys = ( { name = \"f\"; key_file = \"one.key\"; } );"), "",
	    "secrets come from files beside the configuration and from the environment");
	ok(unseals("s/one.key", "sk-file"), "of a file it is the first line, trimmed");
	ok(unseals("s/WEIR_TEST_KEY", "sk-env"), "of the environment the whole value");
	ok(find(RECORD_APIKEY, "f") != NULL, "a client key may be in a file");
	unsetenv("WEIR_TEST_KEY");
	is_str(import("providers = ( { name = \"p2\"; kind = \"groq\"; } );\nchannels = ( { name = \"s\"; provider = \"p2\";\n"
	    "keys = [ \"env:WEIR_TEST_KEY\" ]; } );"), "weir.conf:3: the environment has no variable WEIR_TEST_KEY for the key "
	    "s/WEIR_TEST_KEY", "a missing variable is told by line");
	ok(strstr(import("channels = ( { name = \"s\"; provider = \"p2\"; keys = [ \"file:none\" ]; } );\n"
	    "providers = ( { name = \"p2\"; kind = \"groq\"; } );"), "No such file") != NULL, "so is a missing file");
	unlink(path);
}

static void
test_refusals(void)
{
	is_str(import("providers = ( { name = \"x\";\nkind = \"opnai\"; } );"),
	    "weir.conf:2: there is no kind of provider \"opnai\"; did you mean \"openai\"?", "an unknown kind is told by line");
	is_str(import("providers = ( { name = \"x\"; kind = \"generic\"; } );"),
	    "weir.conf:1: a provider of kind \"generic\" needs a base_url", "a generic provider needs its URL");
	is_str(import("providers = ( { name = \"x\"; knd = \"openai\"; } );"),
	    "weir.conf:1: a provider has no field \"knd\"; did you mean \"kind\"?", "an unknown field has a suggestion");
	is_str(import("providers = ( { name = \"x\"; } );"), "weir.conf:1: this provider has no kind", "a needed field is missed");
	is_str(import("channels = ( { name = \"x\"; provider = \"nobody\"; } );"),
	    "weir.conf:1: channel x: there is no provider nobody", "a missing provider is told");
	is_str(import("keys = ( { name = \"x\"; } );"), "weir.conf:1: this key has neither sha256 nor key_file; `weirctl key add` "
	    "makes new keys", "a client key needs its secret's hash");
	is_str(import("keys = ( { name = \"x\"; key = \"lr-abc\"; } );"), "weir.conf:1: a client key itself does not stand here: "
	    "give its sha256, or a key_file", "the key itself is refused");
	ok(strstr(import("channels = ( { name = \"x\"; provider = \"p\"; limits = [ \"5 requests / day Mars\" ]; } );"), "Mars") != NULL,
	    "a limit in an unknown time zone is refused");
	ok(strstr(import("limits = [ \"many requests / day\" ];"), "weir.conf: limits: \"many requests / day\"") != NULL,
	    "a bad global limit is refused");
}

static void
test_check(void)
{
	struct conf_problem *p;
	struct conf	     c;
	size_t		     n;

	conf_init(&c);
	is_int(conf_read_text(&c, STR("keys = ( { name = \"x\"; key_file = \"/none\"; } );\n"
	    "channels = ( { name = \"c\"; provider = \"p\"; keys = [ \"file:/none\" ]; wieght = 3; } );"), &p, &n), 0, "names are fine");
	is_int(import_check(&c, &arena, &p, &n), -1, "the check finds what the store's table refuses");
	is_int(n, 1, "and reads no secrets");
	is_int(p[0].line, 2, "it tells the line");
	conf_done(&c);
}

int
main(void)
{
	struct str why;
	char	   key[128];

	log_set_level(LOG_LEVEL_ERROR);
	arena_init(&arena);
	snprintf(dir, sizeof(dir), "/tmp/weir-import-%d", (int)getpid());
	mkdir(dir, 0700);
	snprintf(key, sizeof(key), "%s/master.key", dir);
	db = db_open(ENV_STORE, dir, DB_CREATE, 0, &why);
	ring = seal_ring_create(key, &arena, &why);
	if (db == NULL || ring == NULL)
		return 1;
	test_all_kinds();
	test_changes();
	test_live();
	test_found_model();
	test_secrets();
	test_refusals();
	test_check();
	db_close(db);
	seal_ring_free(ring);
	arena_done(&arena);
	snprintf(key, sizeof(key), "rm -r %s", dir);
	ok(system(key) == 0, "the temporary directory is removed");
	return tap_done();
}
