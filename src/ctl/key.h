/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_KEY_H
#define WEIR_CTL_KEY_H

#include "ctl/edit.h"

/* Client keys: what callers present. */
int	key_add(struct ctl *);
int	key_regenerate(struct ctl *);
int	key_revoke(struct ctl *);
int	key_restore(struct ctl *);
int	key_test(struct ctl *);

/* A fresh key in the record; the arena holds the text, which is to be shown once. */
struct str key_generate(struct ctl *, struct apikey *);

#endif
