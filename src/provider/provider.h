/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROVIDER_PROVIDER_H
#define WEIR_PROVIDER_PROVIDER_H

#include "dialect/dialect.h"
#include "store/records.h"

/*
 * A kind of provider: which dialects it speaks, where it lives, how a call is
 * signed, and its quirks.  A new compatible vendor is one row in preset.def.
 */
#define SIGN_BEARER		0x01
#define SIGN_X_API_KEY		0x02
#define SIGN_X_GOOG_API_KEY	0x04

#define QUIRK_NO_USAGE_OPTION	0x01	/* refuses stream_options; usage comes anyway or never */
#define QUIRK_LOCAL		0x02	/* usually on this machine or network: private addresses are fine */
#define QUIRK_KEYLESS		0x04	/* works without a key */
#define QUIRK_FREE		0x08	/* costs nothing unless a price says otherwise */

#define SPEAKS(dialect)		(1u << DIALECT_##dialect)

struct preset {
	const char     *kind;
	enum dialect_id dialect;	/* its own: requests of dialects that it does not speak are written in this one */
	unsigned	others;		/* bits of SPEAKS(): what it takes besides */
	unsigned	signing;	/* bits */
	enum flavour	flavour;
	unsigned	quirks;
	const char     *base_url;	/* NULL: the provider record must name one */
	const char     *class;
	const char     *headers;	/* one "Name: value" more, or NULL */
	const char     *title;		/* for people */
};

extern const struct preset presets[];
extern const size_t presets_count;

const struct preset *preset_find(struct str kind);	/* NULL when there is none */

/* What one provider speaks: its own dialect, and all with that one, as bits. */
struct tongues {
	enum dialect_id own;
	unsigned	all;
};
/* The preset's, unless the record's list names others; the first named is its own.  Unknown names are passed over. */
struct tongues provider_tongues(const struct preset *, const struct str_list *named);

/*
 * Where an endpoint of a dialect is, below a provider's base URL; STR_NONE when
 * the dialect has no such endpoint.  People give base URLs with and without a
 * version, a slash or an endpoint's path at the end: all of it is understood.
 * Gemini's ends in "models/", and provider_call_url() makes it whole.
 */
struct str provider_url(struct arena *, struct str base_url, enum dialect_id own, enum dialect_id, enum endpoint);
struct str provider_call_url(struct arena *, const char *url, enum dialect_id, enum endpoint, struct str model, bool stream);
/* The model list, from the page on that `page` names (struct model_list.next; empty: the first). */
struct str provider_list_url(struct arena *, struct str base_url, enum dialect_id own, struct str page);

/*
 * Header lines of a call, in the arena: signing, the dialect's, those taken
 * over from the client, the preset's, the provider's own (same name replaces),
 * Content-Type, User-Agent.
 */
struct header_wish {
	enum dialect_id	dialect;	/* of the call */
	const struct str_list *own;	/* the provider's */
	struct str	secret;		/* may be empty */
	struct str	user_agent;	/* may be empty */
	const char *const *taken;	/* the client's lines */
	size_t		taken_n;
};
struct header_lines {
	const char **lines;
	size_t	     n;
	char	    *secrets[3];	/* the lines that hold the secret, or NULL */
};
struct header_lines provider_headers(struct arena *, const struct preset *, const struct header_wish *);
void	provider_headers_wipe(struct header_lines *);	/* their secrets */

/* What an upstream's answer means. */
struct verdict {
	enum fault fault;		/* FAULT_NONE: a success */
	uint64_t   retry_after_ms;	/* 0 = not told, or nonsense */
	struct error_view view;		/* the error body, read */
};

/* The three header values that matter for it, "" when absent. */
struct reply_headers {
	struct str retry_after, retry_after_ms, content_type;
};

void provider_classify(struct arena *, const struct dialect *, int status, const struct reply_headers *, struct str body,
    uint64_t wall_us, struct verdict *);
/* Retry-After as seconds or an HTTP date; 0 for nonsense (negative, not a number, above a day). */
uint64_t retry_after_ms(struct str value, struct str value_ms, uint64_t wall_us);
/* Whether the URL is what the upstream does not know, rather than the model or the caller: it lacks this endpoint. */
bool	provider_lacks_endpoint(const struct verdict *);

/* A model list in any of the usual shapes ({data:[{id}]}, {models:[{name}]}, a bare array of ids); -1 when it is none. */
struct listed_model {
	struct str id;
	uint64_t   context, max_output;	/* 0 = not told */
};
struct model_list {
	struct listed_model *of;
	size_t	   n;
	struct str next;		/* names the page behind this one; empty: there is none */
};
int	provider_read_models(struct arena *, struct str body, struct model_list *) MUST_USE;

#endif
