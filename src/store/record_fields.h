/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_RECORD_FIELDS_H
#define WEIR_STORE_RECORD_FIELDS_H

#include "store/records.h"
#include "store/valid.h"

/* The rows that every kind begins with, tags 1 to 9; a kind's own tags begin at 10. */
#define RECORD_FIELDS(type, name_flags, name_check) \
	{ 1, "id", FIELD_U64, offsetof(type, r.id), FIELD_READONLY, NULL, \
	    "Number given by weir, never used again.", NULL }, \
	{ 2, "name", FIELD_STR, offsetof(type, r.name), (name_flags), NULL, \
	    "Name, unique among its kind.", (name_check) }, \
	{ 3, "enabled", FIELD_BOOL, offsetof(type, r.enabled), 0, "true", \
	    "Whether it is in use.", NULL }, \
	{ 4, "origin", FIELD_U64, offsetof(type, r.origin), FIELD_READONLY | FIELD_HIDDEN, NULL, \
	    "0 made by hand, 1 declared in a file, 2 discovered.", NULL }, \
	{ 5, "created", FIELD_TIME, offsetof(type, r.created), FIELD_READONLY | FIELD_HIDDEN, NULL, \
	    "When it was made.", NULL }, \
	{ 6, "changed", FIELD_TIME, offsetof(type, r.changed), FIELD_READONLY | FIELD_HIDDEN, NULL, \
	    "When it was last changed.", NULL }

/* A kind's table from its rows. */
#define RECORD_TABLE(word, type, rows) \
	{ (word), (rows), LENGTH(rows), sizeof(type), offsetof(type, r.unknown) }

#endif
