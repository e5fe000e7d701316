/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_CLIENT_H
#define WEIR_NET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/str.h"

/*
 * The upstream side: start, pause, resume, cancel; events head, bytes, end.
 * Nothing above this header knows which library moves the bytes.  Never
 * follows a redirect, obeys no proxy variable, sends no header that the call
 * does not name, and gives up by four separate time-outs.
 */
struct transfer;

struct transfer_head {
	int	   status;
	struct str content_type;	/* borrowed for the call */
	/* Any header of the final response, "" when absent: valid during head() only. */
	struct str (*get)(const struct transfer *, const char *name);
	const struct transfer *transfer;
};

struct transfer_events {
	/* The final response's head (1xx are skipped, a storm of them is a fault). */
	void (*head)(void *arg, const struct transfer_head *);
	void (*bytes)(void *arg, struct str);
	/*
	 * Exactly one end unless cancelled, and the last event: FAULT_NONE when the message was complete.
	 * `detail` is for the log, valid during the call, "" when there is none.
	 */
	void (*end)(void *arg, enum fault, const char *detail);
	/* Of an upload that transfer_upload() called full: there is room again.  May be NULL for others. */
	void (*drained)(void *arg);
};

/*
 * All memory is the caller's and must stay until end() or transfer_cancel().
 * The four time-outs: connect from the start, or from the end of a kept connection
 * that did not answer, until the request can be sent;
 * first byte from then until the status line of the final response, not counted while
 * more of an upload has to come from the caller; idle between pieces of the rest, not
 * counted while paused; total from the start.
 */
struct call {
	const char	  *method;
	const char	  *url;
	const char *const *headers;	/* "Name: value"; n of them; no CR or LF: asserted */
	size_t		   n;
	struct str	   body;
	/*
	 * When it is not 0, the body is so many bytes that come by transfer_upload()
	 * instead.  Such a call is sent once, on a connection of its own: there is
	 * nothing to send it again from.
	 */
	uint64_t	   upload;
	uint64_t	   connect_ms, first_byte_ms, idle_ms, total_ms;	/* 0 = none */
	uint64_t	   body_most;	/* bytes of a buffered reply or of a stream; more is UP_TOO_LARGE, 0 allows none */
	bool		   stream;	/* chooses the pool: a long-lived transfer */
	bool		   allow_private;	/* private, loopback, link-local addresses: refused otherwise, after resolution */
};

struct client_options {
	unsigned connections_per_host;	/* kept for reuse; never less than what runs at a time needs */
	const char *ca_file;		/* NULL: the system's */
	bool	 library_only;		/* http:// at an address goes through the library too: for tests */
};

void	client_open(const struct client_options *);	/* after loop_open() */
void	client_close(void);				/* before loop_close(); cancels what still runs */
/* What a call to that URL needs is loaded now, which takes milliseconds, not in the turn of the first. */
void	client_expect(const char *url, bool allow_private);
struct transfer *transfer_start(const struct call *, const struct transfer_events *, void *arg);
void	transfer_pause(struct transfer *);	/* from bytes() or any time */
void	transfer_resume(struct transfer *);	/* never from within bytes() */
/* More of an upload, copied.  True: that is enough until drained().  Bytes beyond call.upload are a bug. */
bool	transfer_upload(struct transfer *, struct str bytes);
void	transfer_cancel(struct transfer *);	/* no event follows; the connection is closed within this turn */
/* During end(): the response had no length of its own and ended when the upstream closed; a cut looks the same. */
bool	transfer_delimited_by_close(const struct transfer *);
/* The whole request is out: its body is not read any more, unless it has to be sent again before an answer. */
bool	transfer_sent(const struct transfer *);
unsigned client_active(void);	/* transfers started and not ended */
/* True when the address may be called without allow_private. */
struct sockaddr;
bool	address_public(const struct sockaddr *);
bool	address_text_public(const char *);	/* the same for "192.0.2.1" or "2001:db8::1"; anything else is not */

#endif
