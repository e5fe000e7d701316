/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.c - the rows of fault.def as a table.
 *
 * Runs in: everywhere.
 */
#include "base/fault.h"

#include <assert.h>
#include <stddef.h>

static const struct fault_info faults[FAULTS] = {
#define FAULT(name, status, type, code, retry, blame, text) \
	[FAULT_##name] = { #name, status, type, code, retry, blame, text },
#include "base/fault.def"
#undef FAULT
};

const struct fault_info *
fault_info(enum fault f)
{
	assert((unsigned)f < FAULTS);
	return &faults[f];
}
