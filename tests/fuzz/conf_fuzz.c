/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf_fuzz.c - any text as a configuration: it is accepted or has a problem, never both, and what was
 * accepted is written to a text that is accepted with the same values.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 forgets the text it was reading when it meets a syntax error. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

static void
check(int good)
{
	if (!good)
		abort();
}

static void
write_and_read(const struct conf *c)
{
	const struct setting *changed[1];
	struct conf_problem  *problems;
	struct conf	      back;
	struct buf	      first = { 0 }, second = { 0 };
	bool		      restart;
	size_t		      n;

	conf_init(&back);
	conf_write(c, &first);
	check(conf_read_text(&back, buf_view(&first), &problems, &n) == 0);
	check(conf_diff(c, &back, changed, 1, &restart) == 0);
	conf_write(&back, &second);
	check(str_eq(buf_view(&first), buf_view(&second)));
	buf_done(&first);
	buf_done(&second);
	conf_done(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str	     text = { (const char *)data, size };
	struct conf_problem *problems = NULL;
	struct conf	     c;
	size_t		     n = 0;

	if (size > 65536)
		return 0;
	conf_init(&c);
	if (conf_read_text(&c, text, &problems, &n) == 0)
		write_and_read(&c);
	else
		check(n > 0 && problems[0].message.n > 0);
	conf_done(&c);
	return 0;
}
