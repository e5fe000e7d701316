/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROVIDER_PROVIDER_H
#define WEIR_PROVIDER_PROVIDER_H

#include "dialect/dialect.h"
#include "store/records.h"

/*
 * A kind of provider: which dialect it speaks, where it lives, how a call is
 * signed, and its quirks.  A new compatible vendor is one row in preset.def.
 */
enum signing { SIGN_NONE, SIGN_BEARER, SIGN_X_API_KEY };

#define QUIRK_NO_USAGE_OPTION	0x01	/* refuses stream_options; usage comes anyway or never */
#define QUIRK_LOCAL		0x02	/* usually on this machine or network: private addresses are fine */
#define QUIRK_KEYLESS		0x04	/* works without a key */
#define QUIRK_FREE		0x08	/* costs nothing unless a price says otherwise */

struct preset {
	const char     *kind;
	enum dialect_id dialect;
	enum signing	signing;
	unsigned	quirks;
	const char     *base_url;	/* NULL: the provider record must name one */
	const char     *class;
	const char     *headers;	/* one "Name: value" more, or NULL */
	const char     *title;		/* for people */
};

extern const struct preset presets[];
extern const size_t presets_count;

const struct preset *preset_find(struct str kind);	/* NULL when there is none */

/*
 * The base URL with one endpoint's path: "https://host/v1" + "/chat/completions".
 * A base without a path gets /v1; a base that already ends in an endpoint's
 * path loses it; slashes are not doubled.
 */
struct str provider_url(struct arena *, struct str base_url, const char *path);
const char *endpoint_path(enum endpoint);	/* "/chat/completions" */

/*
 * Header lines of a call, in the arena: signing, the preset's, the provider's
 * own (same name replaces), Content-Type, User-Agent.  `secret` may be empty;
 * the line that holds it is named, so that the caller can wipe it.
 */
struct header_lines {
	const char **lines;
	size_t	     n;
	char	    *secret;	/* NUL-terminated, or NULL */
};
struct header_lines provider_headers(struct arena *, const struct preset *, const struct str_list *own, struct str secret,
    struct str user_agent);

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

/* A model list in any of the usual shapes ({data:[{id}]}, {models:[{name}]}, a bare array of ids); -1 when it is none. */
struct listed_model {
	struct str id;
	uint64_t   context, max_output;	/* 0 = not told */
};
int	provider_read_models(struct arena *, struct str body, struct listed_model **, size_t *n) MUST_USE;

#endif
