/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_JSON_NAMES_H
#define WEIR_BASE_JSON_NAMES_H

#include "base/json.h"

/* The first member whose name an earlier member has too, or NULL; linear time whatever the names. */
const struct json *json_names_twice(const struct json *object);

#endif
