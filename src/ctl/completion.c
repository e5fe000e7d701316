/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completion.c - completion scripts for shells, from the table of commands.
 *
 * Runs in: weirctl.
 */
#include <string.h>

#include "ctl/command.h"
#include "ctl/help.h"

static const char *const long_options[] = { "--config", "--data-dir", "--run-dir", "--json", "--dry-run", "--secret-stdin",
	"--secret-file", "--import-stdin", "--wait", "--no-color", "--help", "--version" };

/* The distinct words behind `first` (STR_NONE: the first words), with blanks between. */
static struct str
words_after(struct arena *a, struct str first)
{
	size_t	   at = first.n > 0 ? 1 : 0;
	struct str all = STR(""), last = STR_NONE;

	for (size_t i = 0; i < commands_count; i++) {
		struct str word = command_word(&commands[i], at);

		if (word.n == 0 || (at == 1 && !str_eq(command_word(&commands[i], 0), first)) || str_eq(word, last))
			continue;
		all = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n > 0 ? " " : "", STR_ARG(word));
		last = word;
	}
	return all;
}

static struct str
all_options(struct arena *a)
{
	struct str all = STR("");

	for (size_t i = 0; i < LENGTH(long_options); i++)
		all = arena_printf(a, STR_FMT "%s%s", STR_ARG(all), all.n > 0 ? " " : "", long_options[i]);
	return all;
}

/* `variable` gets the second words that go with the first. */
static void
write_cases(struct buf *out, struct arena *a, const char *variable)
{
	struct str firsts = words_after(a, STR_NONE), first;

	while (str_split(&firsts, ' ', &first)) {
		struct str seconds = words_after(a, first);

		if (seconds.n > 0)
			buf_printf(out, "\t" STR_FMT ") %s='" STR_FMT "' ;;\n", STR_ARG(first), variable, STR_ARG(seconds));
	}
}

/* The place is counted without options, so that `weirctl --json channel ...` completes as well. */
static void
write_bash(struct buf *out, struct arena *a)
{
	buf_cstr(out, "# bash completion for weirctl, made by `weirctl completion bash`\n_weirctl() {\n"
	    "\tlocal current=${COMP_WORDS[COMP_CWORD]} words= said=() i\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t-c | -d | -r | --config | --data-dir | --run-dir | --secret-file) i=$((i + 1)) ;;\n\t\t-*) ;;\n"
	    "\t\t*) said+=(\"${COMP_WORDS[i]}\") ;;\n\t\tesac\n\tdone\n");
	buf_printf(out, "\tif [[ $current == -* ]]; then words='" STR_FMT "'\n", STR_ARG(all_options(a)));
	buf_printf(out, "\telif [[ ${#said[@]} -eq 0 ]]; then words='" STR_FMT "'\n", STR_ARG(words_after(a, STR_NONE)));
	buf_cstr(out, "\telif [[ ${#said[@]} -eq 1 ]]; then case ${said[0]} in\n");
	write_cases(out, a, "words");
	buf_cstr(out, "\tesac; fi\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n"
	    "complete -o default -F _weirctl weirctl\n");
}

static void
write_zsh(struct buf *out, struct arena *a)
{
	buf_cstr(out, "#compdef weirctl\n# zsh completion for weirctl, made by `weirctl completion zsh`\nlocal -a said\nlocal words_now=\n"
	    "said=(${(@)${(@)words[2,CURRENT-1]}:#-*})\n");
	buf_printf(out, "if [[ $PREFIX == -* ]]; then words_now='" STR_FMT "'\n", STR_ARG(all_options(a)));
	buf_printf(out, "elif (( ${#said} == 0 )); then words_now='" STR_FMT "'\n", STR_ARG(words_after(a, STR_NONE)));
	buf_cstr(out, "elif (( ${#said} == 1 )); then case ${said[1]} in\n");
	write_cases(out, a, "words_now");
	buf_cstr(out, "esac; fi\nif [[ -n $words_now ]]; then compadd -- ${=words_now}; else _files; fi\n");
}

static void
write_fish(struct buf *out, struct arena *a)
{
	struct str firsts = words_after(a, STR_NONE), first;

	buf_cstr(out, "# fish completion for weirctl, made by `weirctl completion fish`\n");
	for (size_t i = 0; i < LENGTH(long_options); i++)
		buf_printf(out, "complete -c weirctl -l %s\n", long_options[i] + 2);
	buf_printf(out, "complete -c weirctl -f -n __fish_use_subcommand -a '" STR_FMT "'\n", STR_ARG(firsts));
	while (str_split(&firsts, ' ', &first)) {
		struct str seconds = words_after(a, first);

		if (seconds.n > 0)
			buf_printf(out, "complete -c weirctl -f -n '__fish_seen_subcommand_from " STR_FMT
			    "; and not __fish_seen_subcommand_from " STR_FMT "' -a '" STR_FMT "'\n", STR_ARG(first), STR_ARG(seconds),
			    STR_ARG(seconds));
	}
}

int
completion_write(struct buf *out, struct arena *a, struct str shell)
{
	static const struct {
		const char *shell;
		void	  (*write)(struct buf *, struct arena *);
	} shells[] = { { "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish } };

	for (size_t i = 0; i < LENGTH(shells); i++) {
		if (!str_is(shell, shells[i].shell))
			continue;
		shells[i].write(out, a);
		return 0;
	}
	return -1;
}
