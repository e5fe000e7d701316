/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_DATE_H
#define WEIR_NET_DATE_H

/* The value of a Date header, now; valid until the next call. */
const char *date_text(void);

#endif
