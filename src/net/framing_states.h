/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_FRAMING_STATES_H
#define WEIR_NET_FRAMING_STATES_H

#include "net/framing.h"

/*
 * What the parts of the framing automaton share: the reasons to refuse, the
 * classes of bytes, the states.  Nobody else includes it.
 */

/*
 * Why a message is refused: fault, status, the sentence for the client.
 */
#define REASONS(X)                                                                                 \
	X(METHOD_CHAR, BAD_HTTP, 400, "the request line does not begin with a method")             \
	X(METHOD_UNKNOWN, NOT_IMPLEMENTED, 501, "the method is not implemented")                   \
	X(PREFACE, BAD_HTTP, 400, "HTTP/2 is not spoken here")                                     \
	X(TARGET, BAD_HTTP, 400, "the request target is not well-formed")                          \
	X(TARGET_LONG, URI_TOO_LONG, 414, "the request line is too long")                          \
	X(AUTHORITY, BAD_HTTP, 400, "the authority in the request target is not well-formed")      \
	X(VERSION, BAD_HTTP, 400, "the request line does not end with an HTTP version")            \
	X(VERSION_OTHER, BAD_HTTP, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here")              \
	X(BARE_LF, BAD_HTTP, 400, "a line ends in LF without CR")                                  \
	X(BARE_CR, BAD_HTTP, 400, "a CR is not followed by LF")                                    \
	X(HEAD_LARGE, HEAD_TOO_LARGE, 431, "the request head is too large")                        \
	X(HEADERS_MANY, HEAD_TOO_LARGE, 431, "there are too many header lines")                    \
	X(FOLD, BAD_HTTP, 400, "a header line begins with a blank")                                \
	X(NAME, BAD_HTTP, 400, "a header name is not a token")                                     \
	X(UNDERSCORE, BAD_HTTP, 400, "a header name contains an underscore")                       \
	X(NAME_BLANK, BAD_HTTP, 400, "there is a blank before the colon of a header")              \
	X(VALUE, BAD_HTTP, 400, "a header value contains a control character")                     \
	X(HOST, BAD_HTTP, 400, "the Host header is not well-formed")                               \
	X(HOST_MISSING, BAD_HTTP, 400, "the Host header is missing")                               \
	X(REPEATED, BAD_HTTP, 400, "a header that may occur once is repeated")                     \
	X(LENGTH, BAD_HTTP, 400, "Content-Length is not a plain number")                           \
	X(CODING, BAD_HTTP, 400, "Transfer-Encoding is anything but 'chunked'")                    \
	X(CODING_OLD, BAD_HTTP, 400, "Transfer-Encoding in an HTTP/1.0 request")                   \
	X(LENGTH_BOTH, BAD_HTTP, 400, "both Content-Length and Transfer-Encoding are given")       \
	X(CONNECTION, BAD_HTTP, 400, "the Connection header is not a list of tokens")              \
	X(EXPECT, BAD_HTTP, 417, "only the expectation 100-continue can be met")                   \
	X(BODY_ODD, BAD_HTTP, 400, "the method takes no body")                                     \
	X(BODY_LARGE, BODY_TOO_LARGE, 413, "the body is larger than this server accepts")          \
	X(CHUNK_SIZE, BAD_HTTP, 400, "a chunk size is not a hexadecimal number")                   \
	X(CHUNK_EXTENSION, BAD_HTTP, 400, "a chunk extension is not well-formed")                  \
	X(CHUNK_LINE, BAD_HTTP, 400, "the line of a chunk size is too long")                       \
	X(CHUNK_END, BAD_HTTP, 400, "a chunk does not end where its size says")                    \
	X(TRAILER, BAD_HTTP, 400, "a trailer carries a header that belongs before the body")

enum reason {
#define REASON(name, fault, status, text) R_##name,
	REASONS(REASON)
#undef REASON
};

/*
 * Classes of bytes.
 */
enum {
	C_NAME = 1,	/* tchar without '_': header names */
	C_TOKEN = 2,	/* tchar */
	C_VALUE = 4,	/* field-vchar, blank, tab */
	C_TARGET = 8,	/* pchar, '/' and '?', without '%' */
	C_HEX = 16,
	C_DIGIT = 32,
	C_HOST = 64,	/* of a registered name or an IPv4 address */
	C_BLANK = 128,
};

extern const uint8_t framing_class[256];

static inline bool
is(unsigned char c, unsigned classes)
{
	return (framing_class[c] & classes) != 0;
}

static inline unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/*
 * States, in the order of a message: those of the request line, of header
 * lines, of chunked bodies.  The second column is the class of bytes that the
 * state runs over without a call.
 */
#define LINE_STATES(X)                                                                             \
	X(begin, 0)                                                                                \
	X(begin_lf, 0)                                                                             \
	X(method, 0)                                                                               \
	X(target, 0)                                                                               \
	X(origin, C_TARGET)                                                                        \
	X(percent, 0)                                                                              \
	X(percent_2, 0)                                                                            \
	X(asterisk, 0)                                                                             \
	X(scheme, 0)                                                                               \
	X(authority, 0)                                                                            \
	X(version, 0)                                                                              \
	X(version_end, 0)                                                                          \
	X(line_lf, 0)

#define FIELD_STATES(X)                                                                            \
	X(field, 0)                                                                                \
	X(name, 0)                                                                                 \
	X(name_plain, C_NAME)                                                                      \
	X(blank, C_BLANK)                                                                          \
	X(value, C_VALUE)                                                                          \
	X(value_host, 0)                                                                           \
	X(value_length, 0)                                                                         \
	X(value_word, 0)                                                                           \
	X(value_list, 0)                                                                           \
	X(value_end, C_BLANK)                                                                      \
	X(value_lf, 0)                                                                             \
	X(head_lf, 0)

#define CHUNK_STATES(X)                                                                            \
	X(size, 0)                                                                                 \
	X(extension, C_BLANK)                                                                      \
	X(ext_name, 0)                                                                             \
	X(ext_name_rest, C_TOKEN)                                                                  \
	X(ext_equals, C_BLANK)                                                                     \
	X(ext_value, C_BLANK)                                                                      \
	X(ext_token, C_TOKEN)                                                                      \
	X(ext_quoted, 0)                                                                           \
	X(ext_escape, 0)                                                                           \
	X(ext_next, 0)                                                                             \
	X(size_lf, 0)                                                                              \
	X(data_cr, 0)                                                                              \
	X(data_lf, 0)

enum state {
#define STATE(name, run) S_##name,
	LINE_STATES(STATE)
	FIELD_STATES(STATE)
	S_data,			/* counted, never looked at */
	CHUNK_STATES(STATE)
#undef STATE
	STATE_COUNT
};

typedef void state_fn(struct framing *, unsigned char);

/* Headers that framing reads.  Each may occur once but Connection. */
enum field { F_HOST, F_LENGTH, F_CODING, F_EXPECT, F_CONNECTION, F_PLAIN };

/* framing.seen: one bit per field, and: */
#define SEEN(field) (1u << (field))
#define SEEN_CLOSE (1u << 5)
#define SEEN_KEEP_ALIVE (1u << 6)
#define IN_TRAILER (1u << 7)

void	framing_refuse(struct framing *, enum reason);
/* Moves on when `good`; says which line ending is wrong when that is what is wrong. */
void	framing_expect(struct framing *, bool good, enum state next, unsigned char, enum reason);
void	framing_expect_lf(struct framing *, unsigned char c, enum state next);
void	framing_end_message(struct framing *);

/* One byte of a host with port, in f->match and f->number; then whether it may end here. */
#define HOST_EMPTY 0
bool	framing_host_byte(struct framing *, unsigned char c);
bool	framing_host_whole(const struct framing *);

void	framing_line_byte(struct framing *, unsigned char c);
void	framing_field_byte(struct framing *, unsigned char c);
void	framing_chunk_byte(struct framing *, unsigned char c);

#endif
