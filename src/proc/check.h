/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_CHECK_H
#define WEIR_PROC_CHECK_H

/* -t: 0 and a sentence, or 78 and "file:line: message" on stderr for each problem. */
int	check_run(const char *path);

#endif
