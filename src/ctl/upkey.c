/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upkey.c - upstream keys, and the master keys that seal them.
 *
 * Runs in: weirctl.
 *
 * A secret comes from standard input or a file and is never an argument; it is
 * wiped as soon as it is sealed.
 */
#include "ctl/upkey.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "ctl/change.h"
#include "ctl/daemon.h"
#include "ctl/open.h"
#include "limit/breaker.h"
#include "sched/declared.h"

#define DIGEST_BYTES 8

/* ---------------------------------------------------------------- reading secrets */

/* One line; a person at a terminal does not see what he types. */
static const char *
read_stdin(struct secret *out)
{
	struct termios plain, silent;
	bool	       person = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &plain) == 0;
	const char    *wrong;

	if (person) {
		silent = plain;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
		fputs("secret: ", stderr);
	}
	wrong = declared_take_secret(STDIN_FILENO, out);
	if (person) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &plain);
		fputc('\n', stderr);
	}
	return wrong;
}

int
upkey_read_secret(struct ctl *c, bool needed, struct secret *out)
{
	const char *wrong;

	if (c->secret_from == SECRET_NONE)
		return needed ? ctl_fail(c, EX_USAGE, "a secret is needed: give it with --secret-stdin or --secret-file FILE") : 0;
	wrong = c->secret_from == SECRET_STDIN ? read_stdin(out) : declared_read_secret(c->secret_path, out);
	if (wrong == NULL)
		return 0;
	return ctl_fail(c, EX_NOINPUT, "the secret cannot be read from %s: %s",
	    c->secret_from == SECRET_STDIN ? "standard input" : c->secret_path, wrong);
}

/* ---------------------------------------------------------------- sealing */

static struct str
context_of(struct arena *a, struct str digest)
{
	char hex[2 * DIGEST_BYTES + 1];

	hex_write(hex, digest.p, DIGEST_BYTES);
	return arena_printf(a, "upkey/%s", hex);
}

static void
seal_into(struct ctl *c, struct upkey *k, const struct secret *secret)
{
	unsigned char hash[SHA256_BYTES];

	sha256(hash, secret_bytes(secret));
	k->digest = arena_str(&c->arena, (struct str){ (const char *)hash, DIGEST_BYTES });
	k->sealed = seal(c->ring, &c->arena, context_of(&c->arena, k->digest), secret);
}

int
upkey_open(struct ctl *c, const struct upkey *k, struct secret *out)
{
	if (k->digest.n == DIGEST_BYTES && unseal(c->ring, context_of(&c->arena, k->digest), k->sealed, out) == 0)
		return 0;
	ctl_fail(c, EX_DATAERR, "the secret of " STR_FMT " does not open with the master key", STR_ARG(k->r.name));
	return -1;
}

void
upkey_put_new(struct edit *e, const struct channel *channel, struct str label, const struct secret *secret)
{
	struct upkey *k = record_new(RECORD_UPKEY, &e->c->arena);

	e->status = open_ring(e->c);
	if (e->status != 0)
		return;
	k->channel = channel->r.id;
	k->r.name = label;
	seal_into(e->c, k, secret);
	edit_put(e, RECORD_UPKEY, k, "added", NULL);
}

/* ---------------------------------------------------------------- commands */

int
upkey_add(struct ctl *c)
{
	struct upkey   *k = record_new(RECORD_UPKEY, &c->arena);
	struct secret	secret = { 0 };
	struct channel *channel;
	struct edit	e;
	int		rc = upkey_read_secret(c, true, &secret);

	if (rc == 0)
		rc = open_ring(c);
	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0) {
		secret_done(&secret);
		return rc;
	}
	channel = change_owner(&e, c->args[0], &k->r.name);
	if (channel != NULL && edit_fields(&e, RECORD_UPKEY, k, c->args + 1, c->n - 1) == 0) {
		k->channel = channel->r.id;
		seal_into(c, k, &secret);
		edit_put(&e, RECORD_UPKEY, k, "added", NULL);
	}
	secret_done(&secret);
	return edit_end(&e);
}

/* What was known of the old secret does not hold for the new one. */
static void
forget_state(struct ctl *c, uint64_t id)
{
	struct txn *t;

	if (c->dry_run || !open_state_if_any(c, true))
		return;
	t = txn_write(c->state);
	keystate_clear(t, id);
	if (txn_commit(t) < 0)
		ctl_say(c, "what was known of the former secret could not be forgotten: `weirctl upkey reset`");
}

int
upkey_replace(struct ctl *c)
{
	struct secret secret = { 0 };
	struct upkey *k;
	struct edit   e;
	int	      rc = upkey_read_secret(c, true, &secret);

	if (rc == 0)
		rc = open_ring(c);
	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0) {
		secret_done(&secret);
		return rc;
	}
	k = edit_find(&e, RECORD_UPKEY, c->args[0]);
	if (k != NULL) {
		seal_into(c, k, &secret);
		edit_put(&e, RECORD_UPKEY, k, "replaced", NULL);
	}
	secret_done(&secret);
	rc = edit_end(&e);
	if (rc == 0 && k != NULL)
		forget_state(c, k->r.id);
	return rc;
}

/* A key that a file declares may be reset: that changes nothing of what is declared. */
int
upkey_reset(struct ctl *c)
{
	struct edit e;
	int	    rc = open_state(c, true);

	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < c->n; i++) {
		struct record *r = record_find(e.t, RECORD_UPKEY, c->args[i], &c->arena);

		if (r == NULL) {
			edit_fail(&e, EX_NOINPUT, "there is no upkey \"" STR_FMT "\"", STR_ARG(c->args[i]));
			continue;
		}
		if (!c->dry_run)
			forget_state(c, r->id);
		edit_note(&e, "upkey", r->name, "reset");
	}
	return edit_end(&e);
}

/* ---------------------------------------------------------------- rotation */

/* All are opened first: one that does not open stops the rotation before anything is lost. */
static int
reseal_all(struct ctl *c, struct edit *e, size_t *n)
{
	struct record_walk walk;
	struct upkey	 **keys;
	size_t		   count = 0, most = 0;
	struct str	   why;

	for (void *k = record_first(&walk, e->t, RECORD_UPKEY, &c->arena); k != NULL; k = record_next(&walk))
		most++;
	keys = arena_array(&c->arena, struct upkey *, most + 1);
	for (void *k = record_first(&walk, e->t, RECORD_UPKEY, &c->arena); k != NULL; k = record_next(&walk))
		keys[count++] = k;
	for (*n = 0; *n < count; ++*n) {
		struct secret secret = { 0 };

		if (upkey_open(c, keys[*n], &secret) < 0) {
			e->status = EX_DATAERR;
			return -1;
		}
		seal_into(c, keys[*n], &secret);
		secret_done(&secret);
		if (record_put(e->t, RECORD_UPKEY, keys[*n], &why) < 0) {
			edit_fail(e, EX_IOERR, STR_FMT, STR_ARG(why));
			return -1;
		}
	}
	return 0;
}

static int
add_master(struct ctl *c, const char *path)
{
	struct str why = STR_NONE;

	if (c->dry_run)
		return 0;
	if (seal_ring_add(path, &why) < 0)
		return ctl_fail(c, EX_CANTCREAT, "%s: " STR_FMT, path, STR_ARG(why));
	seal_ring_free(c->ring);
	c->ring = NULL;
	return open_ring(c);
}

/*
 * The running daemon must know the new key before the first secret is sealed
 * with it, and forgets the old one only after the last: so the reload stands
 * between.  A rotation that stops on its way leaves both keys, and all secrets
 * open.
 */
int
upkey_rotate(struct ctl *c)
{
	struct edit e;
	const char *path;
	struct str  why = STR_NONE;
	size_t	    n = 0;
	int	    rc = open_store(c, true);

	if (rc == 0)
		rc = open_ring(c);
	path = rc == 0 ? ctl_cstr(c, c->conf.master_key) : NULL;
	if (rc == 0)
		rc = add_master(c, path);
	if (rc == 0 && !c->dry_run)
		rc = daemon_reload_if_running(c);
	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0)
		return rc;
	if (reseal_all(c, &e, &n) == 0)
		edit_note(&e, "master key", arena_printf(&c->arena, "%u", seal_ring_id(c->ring)),
		    arena_printf(&c->arena, "in use, %zu secrets sealed anew", n).p);
	rc = edit_end(&e);
	if (rc == 0 && !c->dry_run && seal_ring_drop(path, seal_ring_id(c->ring), &why) < 0)
		return ctl_fail(c, EX_CANTCREAT, "the old master key could not be forgotten: %s: " STR_FMT, path, STR_ARG(why));
	return rc;
}
