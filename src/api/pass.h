/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_PASS_H
#define WEIR_API_PASS_H

#include "api/exchange.h"
#include "dialect/multipart.h"

/*
 * Requests that only OpenAI's family knows (audio, images, moderations, rerank,
 * files, batches): the body goes on as it is, but for the model's name, and so
 * does the answer, whatever it is.  A form is passed on while it comes, as soon
 * as its model is known; what came before is kept for another try.
 */
struct pass {
	struct str	 target;	/* path and query below the base URL */
	const char	*type;		/* a form's Content-Type line; NULL: it is JSON, or nothing */
	struct multipart multipart;
	struct buf	 form;		/* what came of a live form, until more was passed on */
	bool		 live;		/* the body comes in parts */
	bool		 known;		/* what routing needs is */
	bool		 whole;		/* all of the body came */
	bool		 uploading;	/* an attempt takes what comes */
	bool		 spent;		/* some of it is gone: no second attempt can have it */
	/* The answer. */
	const char	*reply_type, *disposition;	/* its Content-Type and Content-Disposition; NULL: none */
	bool		 unmeasured;	/* it has no length, and ends with its connection */
	bool		 streams;	/* it is passed on as it comes */
};

bool	pass_is_live(const struct request *);
struct str pass_name(struct arena *, const struct route *);	/* "audio.speech", as in logs */
enum next pass_parse(struct exchange *);	/* the step: WAIT until the model is known */
void	pass_part(struct exchange *, struct str bytes, bool last);
/* For requests that name no model: one candidate for each channel that may be asked, best first. */
void	pass_match(struct exchange *, struct match *);
void	pass_call(struct exchange *, struct arena *, const char *base_url, struct call *);
void	pass_started(struct exchange *);	/* an attempt's transfer runs */
void	pass_drained(struct exchange *);	/* it takes more */
void	pass_done(struct pass *);	/* NULL is welcome */
bool	pass_is_spent(const struct exchange *);	/* what a second attempt would need is gone */

#endif
