/* newswire: the pipeline's steps and a running daemon, from the shell. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <newswire/version.h>

#include "cli/command.h"
#include "cli/option.h"
#include "markup/markup.h"

/* Every command, in the order of the help; NULL at the end. */
static const struct nw_command *const commands[] = {
	&nw_command_parse,
	&nw_command_clean,
	&nw_command_tag,
	&nw_command_check,
	&nw_command_config,
	&nw_command_tail,
	&nw_command_feeds,
	&nw_command_stories,
	&nw_command_cursors,
	&nw_command_alerts,
	&nw_command_alert,
	&nw_command_status,
	&nw_command_top,
	&nw_command_backup,
	&nw_command_restore,
	&nw_command_keygen,
	NULL,
};

static void print_help(FILE *out)
{
	fputs("usage: newswire COMMAND [OPTION...] [OPERAND...]\n\ncommands:\n", out);
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "  %-8s  %s\n", commands[i]->name, commands[i]->help);
	fputs("\noptions:\n"
	      "  --help     print this, or with a command what it does\n"
	      "  --version  print the version\n"
	      "\nexit codes: 0 yes or done, 1 no, 2 wrong use or bad input\n",
		out);
}

static const struct nw_command *find_command(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int wrong_use(const char *problem, const char *subject)
{
	fprintf(stderr, "newswire: %s", problem);
	if (subject) {
		fputs(" '", stderr);
		nw_cli_put(stderr, nw_str(subject));
		fputc('\'', stderr);
	}
	fputs("; see 'newswire --help'\n", stderr);
	return NW_EXIT_WRONG;
}

/* What was printed may have gone nowhere, to a full disk for one. */
static int flush_output(int exit_code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_code;
	fputs("newswire: cannot write to standard output\n", stderr);
	return NW_EXIT_WRONG;
}

int main(int argc, char **argv)
{
	const struct nw_command *command;
	bool done;
	int code;

	nw_markup_need_memory();
	if (argc < 2) {
		print_help(stderr);
		return NW_EXIT_WRONG;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return flush_output(NW_EXIT_YES);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("newswire " NW_VERSION);
		return flush_output(NW_EXIT_YES);
	}
	if (argv[1][0] == '-')
		return wrong_use("unknown option", argv[1]);
	command = find_command(argv[1]);
	if (!command)
		return wrong_use("unknown command", argv[1]);
	code = nw_cli_check(command, argc - 1, argv + 1, &done);
	if (!done)
		code = command->run(argc - 1, argv + 1);
	return flush_output(code);
}
