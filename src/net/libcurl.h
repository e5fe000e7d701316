/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_LIBCURL_H
#define WEIR_NET_LIBCURL_H

#define CURL_DISABLE_TYPECHECK	/* its macros take a function's name for a function */
#include <curl/curl.h>

/*
 * libcurl is loaded by the first transfer that needs it: it brings twenty
 * libraries along, which would cost every process half a megabyte and
 * milliseconds of its start whether it makes transfers or not.  Callers write
 * its functions' names as ever; those not listed here cannot be linked.
 */
#define LIBCURL_CALLS(CALL) \
	CALL(easy_cleanup) \
	CALL(easy_getinfo) \
	CALL(easy_header) \
	CALL(easy_init) \
	CALL(easy_pause) \
	CALL(easy_setopt) \
	CALL(easy_strerror) \
	CALL(global_cleanup) \
	CALL(global_init_mem) \
	CALL(multi_add_handle) \
	CALL(multi_cleanup) \
	CALL(multi_info_read) \
	CALL(multi_init) \
	CALL(multi_remove_handle) \
	CALL(multi_setopt) \
	CALL(multi_socket_action) \
	CALL(multi_timeout) \
	CALL(share_cleanup) \
	CALL(share_init) \
	CALL(share_setopt)

#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt
#undef curl_share_setopt

struct libcurl {
#define CALL(name) __typeof__(curl_##name) *name;
	LIBCURL_CALLS(CALL)
#undef CALL
};
extern struct libcurl libcurl;

void	libcurl_load(void);	/* before any of them; ends the process when it is not there */

#define curl_easy_cleanup	 libcurl.easy_cleanup
#define curl_easy_getinfo	 libcurl.easy_getinfo
#define curl_easy_header	 libcurl.easy_header
#define curl_easy_init		 libcurl.easy_init
#define curl_easy_pause		 libcurl.easy_pause
#define curl_easy_setopt	 libcurl.easy_setopt
#define curl_easy_strerror	 libcurl.easy_strerror
#define curl_global_cleanup	 libcurl.global_cleanup
#define curl_global_init_mem	 libcurl.global_init_mem
#define curl_multi_add_handle	 libcurl.multi_add_handle
#define curl_multi_cleanup	 libcurl.multi_cleanup
#define curl_multi_info_read	 libcurl.multi_info_read
#define curl_multi_init		 libcurl.multi_init
#define curl_multi_remove_handle libcurl.multi_remove_handle
#define curl_multi_setopt	 libcurl.multi_setopt
#define curl_multi_socket_action libcurl.multi_socket_action
#define curl_multi_timeout	 libcurl.multi_timeout
#define curl_share_cleanup	 libcurl.share_cleanup
#define curl_share_init		 libcurl.share_init
#define curl_share_setopt	 libcurl.share_setopt

#endif
