/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_CATALOG_H
#define WEIR_API_CATALOG_H

#include "api/exchange.h"

/* The models that the caller's key may use, in the shape of the caller's dialect. */
enum next catalog_list(struct exchange *);
enum next catalog_show(struct exchange *, struct str id);
enum next catalog_show_asked(struct exchange *);	/* the body names it */

#endif
