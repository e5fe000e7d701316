/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_CURL_LINE_H
#define WEIR_CTL_CURL_LINE_H

#include "base/arena.h"
#include "base/buf.h"

/* Works when pasted.  model "": none is known, then it asks for the list of models; key "": none is needed. */
void	curl_line_write(struct buf *, struct str address, struct str model, struct str key);

#endif
