/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload.c - the body of a request: there from the start, or coming in pieces.
 *
 * Runs in: worker, scheduler.
 */
#include <assert.h>

#include "net/transfer.h"

#define HIGH_BYTES (256u << 10)	/* of an upload that waits for its upstream */
#define LOW_BYTES (64u << 10)

uint64_t
transfer_body_bytes(const struct transfer *t)
{
	return t->call.upload > 0 ? t->call.upload : t->call.body.n;
}

struct str
transfer_unsent(const struct transfer *t)
{
	return t->call.upload > 0 ? buf_view(&t->upload) : str_from(t->call.body, (size_t)t->body_sent);
}

void
transfer_took(struct transfer *t, size_t n)
{
	t->body_sent += n;
	if (t->call.upload == 0)
		return;
	buf_drop(&t->upload, n);
	if (!t->full || t->upload.n > LOW_BYTES)
		return;
	t->full = false;
	t->events.drained(t->arg);
}

bool
transfer_upload(struct transfer *t, struct str bytes)
{
	assert(bytes.n <= t->call.upload - t->upload_came);
	t->upload_came += bytes.n;
	if (t->cancelled || t->body_sent == t->call.upload)
		return false;	/* nobody takes it any more */
	buf_str(&t->upload, bytes);
	transfer_fed(t);
	t->full = t->upload.n > HIGH_BYTES;
	return t->full;
}
