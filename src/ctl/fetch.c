/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.c - one GET on behalf of the operator.
 *
 * Runs in: weirctl.
 *
 * As the workers do: no redirect is followed, no proxy variable obeyed, and an
 * address that is not public is refused unless the provider allows it.
 */
#include "ctl/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/client.h"

#define TIMEOUT_MS  10000L
#define BODY_MOST   (16u << 20)

static size_t
take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;

	if (f->body.n + size * n > BODY_MOST)
		return 0;
	buf_add(&f->body, bytes, size * n);
	return size * n;
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetch *f = arg;

	(void)purpose;
	if (!f->allow_private && !address_public(&address->addr)) {
		snprintf(f->error, sizeof(f->error), "its address is private: allow_private=true lets weir call it");
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void
set_options(CURL *easy, struct fetch *f, struct curl_slist *lines, char *error)
{
	curl_easy_setopt(easy, CURLOPT_URL, f->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, f);
	if (f->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, f->ca_file);
}

void
fetch_run(struct fetch *f)
{
	char		   error[CURL_ERROR_SIZE] = "";
	struct curl_slist *lines = NULL;
	uint64_t	   begun = clock_now_us();
	CURL		  *easy;
	CURLcode	   rc;
	long		   status = 0;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	easy = curl_easy_init();
	if (easy == NULL) {
		snprintf(f->error, sizeof(f->error), "libcurl cannot be used");
		return;
	}
	for (size_t i = 0; i < f->n; i++)
		lines = curl_slist_append(lines, f->headers[i]);
	set_options(easy, f, lines, error);
	rc = curl_easy_perform(easy);
	f->ms = (clock_now_us() - begun) / 1000;
	if (rc == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	else if (f->error[0] == '\0')
		snprintf(f->error, sizeof(f->error), "%s", error[0] != '\0' ? error : curl_easy_strerror(rc));
	f->status = (int)status;
	curl_slist_free_all(lines);
	curl_easy_cleanup(easy);
}

void
fetch_done(struct fetch *f)
{
	buf_done(&f->body);
}
