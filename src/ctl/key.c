/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c - client keys: made, shown once, withdrawn.
 *
 * Runs in: weirctl.
 *
 * The store has a key's SHA-256 only, so what is not read when it is shown is
 * lost.  Standard output has the key and nothing else.
 */
#include "ctl/key.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/change.h"
#include "ctl/command.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/upkey.h"

#define SECRET_LEAST 16	/* shorter ones can be guessed */
#define SECRET_MOST  4096

struct str
key_generate(struct ctl *c, struct apikey *k)
{
	struct str secret = apikey_generate(&c->arena, c->conf.key_prefix);

	apikey_set_secret(&c->arena, k, secret);
	return secret;
}

/* After all is stored, and with --json not twice. */
static int
finish(struct edit *e, struct str secret)
{
	struct ctl *c = e->c;
	int	    rc = edit_end(e);

	if (rc == 0 && secret.n > 0 && !c->dry_run && !c->json) {
		ctl_say(c, "the key is shown only now:");
		printf(STR_FMT "\n", STR_ARG(secret));
	}
	return rc;
}

/* ---------------------------------------------------------------- making */

/* What an existing key may look like: it must fit into a header line. */
static int
check_imported(struct ctl *c, const struct secret *secret)
{
	struct str s = secret_bytes(secret);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return ctl_fail(c, EX_DATAERR, "a key may have printable ASCII characters without blanks only");
	if (s.n < SECRET_LEAST || s.n > SECRET_MOST)
		return ctl_fail(c, EX_DATAERR, "a key has %d to %d characters", SECRET_LEAST, SECRET_MOST);
	return 0;
}

static int
make_key(struct ctl *c, struct edit *e, const struct secret *imported, struct str *shown)
{
	struct apikey *k = record_new(RECORD_APIKEY, &c->arena);

	k->r.name = c->args[0];
	if (record_find(e->t, RECORD_APIKEY, c->args[0], &c->arena) != NULL) {
		edit_fail(e, EX_CANTCREAT, "there is a key " STR_FMT " already: `weirctl key regenerate` gives it a new secret",
		    STR_ARG(c->args[0]));
		return -1;
	}
	if (edit_fields(e, RECORD_APIKEY, k, c->args + 1, c->n - 1) < 0 || edit_check(e, RECORD_APIKEY, k) < 0)
		return -1;
	if (imported->bytes != NULL)
		apikey_set_secret(&c->arena, k, secret_bytes(imported));
	else
		*shown = key_generate(c, k);
	return edit_put(e, RECORD_APIKEY, k, "added", shown->n > 0 && !c->dry_run ? shown : NULL);
}

int
key_add(struct ctl *c)
{
	struct secret imported = { 0 };
	struct str    shown = STR_NONE;
	struct edit   e;
	int	      rc = upkey_read_secret(c, false, &imported);

	if (rc == 0 && imported.bytes != NULL)
		rc = check_imported(c, &imported);
	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc == 0) {
		if (make_key(c, &e, &imported, &shown) < 0)
			shown = STR_NONE;
		rc = finish(&e, shown);
	}
	secret_done(&imported);
	return rc;
}

int
key_regenerate(struct ctl *c)
{
	struct str     shown = STR_NONE;
	struct apikey *k;
	struct edit    e;
	int	       rc = edit_begin(c, &e);

	if (rc != 0)
		return rc;
	k = edit_find(&e, RECORD_APIKEY, c->args[0]);
	if (k != NULL) {
		shown = key_generate(c, k);
		edit_put(&e, RECORD_APIKEY, k, "regenerated", c->dry_run ? NULL : &shown);
	}
	return finish(&e, shown);
}

/* ---------------------------------------------------------------- withdrawing */

static void
revoke(struct edit *e, void *object)
{
	((struct apikey *)object)->revoked = true;
	edit_put(e, RECORD_APIKEY, object, "revoked", NULL);
}

static void
restore(struct edit *e, void *object)
{
	((struct apikey *)object)->revoked = false;
	edit_put(e, RECORD_APIKEY, object, "restored", NULL);
}

int
key_revoke(struct ctl *c)
{
	return change_each(c, RECORD_APIKEY, revoke);
}

int
key_restore(struct ctl *c)
{
	return change_each(c, RECORD_APIKEY, restore);
}

/* ---------------------------------------------------------------- whose is it? */

static struct apikey *
find_by_hash(struct ctl *c, struct txn *t, const unsigned char *hash)
{
	struct record_walk walk;

	for (struct apikey *k = record_first(&walk, t, RECORD_APIKEY, &c->arena); k != NULL; k = record_next(&walk)) {
		if (k->hash.n != SHA256_BYTES || !bytes_equal(k->hash.p, hash, SHA256_BYTES))
			continue;
		walk_end(&walk.walk);
		return k;
	}
	return NULL;
}

static const char *
verdict(const struct apikey *k)
{
	if (k->revoked)
		return "revoked";
	if (!k->r.enabled)
		return "disabled";
	return k->expires != 0 && k->expires <= clock_wall_us() ? "expired" : "ok";
}

int
key_test(struct ctl *c)
{
	unsigned char	hash[SHA256_BYTES];
	struct secret	secret = { 0 };
	struct json_out out;
	struct apikey  *k;
	struct txn     *t;
	struct buf	json = { 0 };
	int		rc = upkey_read_secret(c, true, &secret);

	if (rc == 0)
		rc = open_store(c, false);
	if (rc != 0) {
		secret_done(&secret);
		return rc;
	}
	sha256(hash, secret_bytes(&secret));
	secret_done(&secret);
	t = txn_read(c->store);
	k = find_by_hash(c, t, hash);
	txn_end(t);
	if (k == NULL)
		return ctl_fail(c, EX_NOINPUT, "no client key has this secret");
	json_start(&out, &json, true);
	json_object(&out, NULL);
	json_str(&out, "name", k->r.name);
	json_cstr(&out, "state", verdict(k));
	json_str(&out, "role", k->role);
	json_str(&out, "hint", k->hint);
	json_object_end(&out);
	print_object(c, &json);
	return strcmp(verdict(k), "ok") == 0 ? 0 : EX_NOPERM;
}
