/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_CATALOG_H
#define WEIR_API_CATALOG_H

#include "api/exchange.h"

/* The models that the caller's key may use, in the OpenAI shape. */
enum next catalog_list(struct exchange *);
enum next catalog_show(struct exchange *, struct str id);

#endif
