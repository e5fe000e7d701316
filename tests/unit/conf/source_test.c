/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/source.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static char dir[] = "/tmp/weir-source-XXXXXX";

static struct str
path_of(struct arena *a, const char *file)
{
	return arena_printf(a, "%s/%s", dir, file);
}

static void
put(struct arena *a, const char *file, const char *text)
{
	FILE *f = fopen(path_of(a, file).p, "w");

	if (f == NULL)
		abort();
	fputs(text, f);
	fclose(f);
}

/* Where the line of the text that holds `needle` came from: "file:line". */
static const char *
origin(struct source *s, const char *needle)
{
	struct str file, text = buf_view(&s->text);
	size_t	   at = str_find(text, str_of(needle));
	int	   line = 1, real;

	if (at == text.n)
		return "nowhere";
	for (size_t i = 0; i < at; i++)
		line += text.p[i] == '\n';
	source_locate(s, line, &file, &real);
	file = str_from(file, strlen(dir) + 1);
	return arena_printf(s->arena, STR_FMT ":%d", STR_ARG(file), real).p;
}

static void
test_includes(struct arena *a)
{
	struct problems p = { .arena = a };
	struct source	s;

	mkdir(path_of(a, "d").p, 0700);
	put(a, "main", "one = 1;\n# @include \"not\"\ns = \"\n@include \\\"not\\\"\";\n  @include \"d/part\" two = 2;\nthree = 3;\n"
	    "/*\n@include \"not\"\n*/\n@include \"d/*.conf\"\n@include \"d/x*.none\"\nlast = 9;");
	put(a, "d/part", "four = 4;\n@include \"inner\"\nfive = 5;");
	put(a, "d/inner", "\nsix = 6;\n");
	put(a, "d/b.conf", "bee = 1;\n");
	put(a, "d/a.conf", "ay = 1;\n");
	source_init(&s, a, &p);
	source_add_file(&s, path_of(a, "main"));
	is_int(p.n, 0, "comments, quoted texts and patterns without a match are no problem");
	is_str(origin(&s, "one"), "main:1", "a line before includes is found");
	is_str(origin(&s, "four"), "d/part:1", "an included line is found in its own file");
	is_str(origin(&s, "six"), "d/inner:2", "an include is relative to its including file");
	is_str(origin(&s, "five"), "d/part:3", "the lines behind an include go on counting");
	is_str(origin(&s, "two"), "main:5", "what stands behind an include keeps its line");
	is_str(origin(&s, "three"), "main:6", "and so do the next lines");
	is_str(origin(&s, "last"), "main:12", "up to the end");
	ok(str_find(buf_view(&s.text), STR("ay")) < str_find(buf_view(&s.text), STR("bee")), "a pattern takes names in order");
	is_int(s.parts_n, 5, "every file is remembered");
	source_done(&s);
}

static const char *
problem_with(struct arena *a, const char *text)
{
	struct problems p = { .arena = a };
	struct source	s;

	put(a, "main", text);
	source_init(&s, a, &p);
	source_add_file(&s, path_of(a, "main"));
	source_done(&s);
	if (p.n == 0)
		return "";
	return arena_cstr(a, str_from(problem_text(a, &p.items[0]), strlen(dir) + 1));
}

static void
test_bad_includes(struct arena *a)
{
	put(a, "loop", "@include \"loop\"\n");
	ok(strstr(problem_with(a, "\n@include \"gone\"\n"), "main:2: cannot include") != NULL, "a missing file is told by line");
	ok(strstr(problem_with(a, "@include \"loop\"\n"), "loop:1: includes are nested too deep") != NULL, "a circle ends");
	is_str(problem_with(a, "@include \"\"\n"), "main:1: @include names no file", "an empty name is refused");
	is_str(problem_with(a, "@include \"x\n"), "main:1: the name of an included file has no end", "an open name is refused");
}

static void
test_numbers(struct arena *a)
{
	is_str(problem_with(a, "a = 2147483647; b = -2147483648; c = 0xffffffff; d = 5000000000L; e = 1.5e300; f99999999999 = 1;"),
	    "", "numbers that fit, or say that they are long, pass");
	is_str(problem_with(a, "# 99999999999\n// 99999999999\ns = \"99999999999\";"), "", "comments and texts are no numbers");
	ok(problem_with(a, "a = 2147483648;")[0] != '\0', "one more than fits is refused");
	ok(problem_with(a, "a = -2147483649;")[0] != '\0', "one less than fits is refused");
	ok(problem_with(a, "a = 0x100000000;")[0] != '\0', "a long hexadecimal number is refused");
	ok(problem_with(a, "a = 99999999999999999999L;")[0] != '\0', "more than 64 bits are refused even when long");
}

static void
test_markers(struct arena *a)
{
	struct problems p = { .arena = a };
	struct source	s;
	struct str	file;
	int		line;

	source_init(&s, a, &p);
	source_add_text(&s, STR("#line 7 /etc/a b.conf\nx = 1;\n#line 3 /etc/c\n#line 9 /etc/d\ny = 1;\n"), STR("text"));
	source_locate(&s, 2, &file, &line);
	is_slice(file, "/etc/a b.conf", "a marker names the file, blanks included");
	is_int(line, 7, "and the line behind it");
	source_locate(&s, 5, &file, &line);
	is_slice(file, "/etc/d", "of two markers the last counts");
	is_int(line, 9, "with its line");
	source_done(&s);
}

int
main(void)
{
	struct arena a;
	char	     command[64];

	arena_init(&a);
	if (mkdtemp(dir) == NULL)
		return 1;
	test_includes(&a);
	test_bad_includes(&a);
	test_numbers(&a);
	test_markers(&a);
	arena_done(&a);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(system(command) == 0, "the temporary directory is removed");
	return tap_done();
}
