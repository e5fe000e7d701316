/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin.c - the admin listener in a process of its own.
 *
 * Runs in: admin.
 */
#include "admin/admin.h"
#include "proc/role.h"

static int
open_admin(struct role_env *env)
{
	struct admin_env admin = {
		.conf = &env->conf,
		.store = env->store,
		.state = env->state,
		.listen_fd = env->listeners_n > 0 ? env->listeners[0] : -1,
	};

	return admin_open(&admin);
}

const struct role role_admin = {
	.role = ROLE_ADMIN,
	.comm = "weir-admin",
	.open = open_admin,
	.drain = admin_drain,
	.idle = admin_idle,
	.close = admin_close,
};
