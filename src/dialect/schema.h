/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_SCHEMA_H
#define WEIR_DIALECT_SCHEMA_H

#include "dialect/chat.h"

/*
 * JSON Schema and the two forms that Google reads: its own Schema message, a
 * subset of OpenAPI 3.0 (parameters, responseSchema), and JSON Schema with some
 * rules (parametersJsonSchema, responseJsonSchema).
 */

/* Google's Schema as JSON Schema: lower-case types, nullable as a type, properties in propertyOrdering's order. */
struct str schema_from_google(struct arena *, const struct json *schema);
/*
 * JSON Schema in the form in which Google takes it: nothing that it refuses.
 * What can be said otherwise is; what cannot is reported as "`where`.keyword".
 * Empty when `schema` is no object.
 */
struct str schema_for_google(struct arena *, struct str schema, struct report *, const char *where);

/* Each property of the object's schema is among those that it requires. */
bool	schema_requires_all(struct arena *, const struct json *schema);

#endif
