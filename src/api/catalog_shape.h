/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_CATALOG_SHAPE_H
#define WEIR_API_CATALOG_SHAPE_H

#include "base/json.h"
#include "route/snapshot.h"

/* A part of the model list, in order. */
struct catalog_page {
	const struct offer **of;
	size_t	 n;
	bool	 more;		/* others come behind it */
	bool	 slugs;		/* Codex asks, and fails without its own list of models */
};

/* Model lists as each dialect words them, and one model as its clients want it described. */
void	catalog_write_page(struct json_out *, enum dialect_id, const struct catalog_page *);
void	catalog_write_model(struct json_out *, enum dialect_id, const struct offer *);

#endif
