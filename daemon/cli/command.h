#ifndef NW_CLI_COMMAND_H
#define NW_CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include <newswire/base.h>

/* The configuration of the commands that read one, when they are given none. */
#define NW_CONFIG_DEFAULT NW_SYSCONFDIR "/newswired/newswired.conf"

/*
 * A command of newswire(1): daemon/cli/<name>.c exports one of these, and
 * newswire.c has a row for it. Help, option parsing and the check of the man
 * page read these tables and nothing else.
 */
enum nw_exit {
	NW_EXIT_YES = 0,   /* done, or the answer is yes */
	NW_EXIT_NO = 1,    /* the answer is no */
	NW_EXIT_WRONG = 2, /* wrong use or bad input */
};

struct nw_command_option {
	char letter;      /* what nw_cli_option answers for it; never typed by anyone */
	const char *name; /* "json", typed as --json */
	const char *arg;  /* "URL"; NULL: it takes none */
	const char *help; /* lower case, one line */
};

struct nw_command {
	const char *name;
	const char *operands; /* as help shows them: "FILE..."; empty: none */
	int min_operands;
	int max_operands;                        /* -1: as many as there are */
	const char *help;                        /* one sentence */
	const struct nw_command_option *options; /* ends with letter 0; NULL: none */

	/*
	 * argv[0] is the command's name. Options and the number of operands are
	 * already known to be right and --help is dealt with: run only takes
	 * options with nw_cli_option, then operands from argv[optind].
	 */
	int (*run)(int argc, char **argv); /* an enum nw_exit */
};

extern const struct nw_command nw_command_parse;
extern const struct nw_command nw_command_clean;
extern const struct nw_command nw_command_tag;
extern const struct nw_command nw_command_check;
extern const struct nw_command nw_command_config;
extern const struct nw_command nw_command_tail;
extern const struct nw_command nw_command_feeds;
extern const struct nw_command nw_command_stories;
extern const struct nw_command nw_command_cursors;
extern const struct nw_command nw_command_alerts;
extern const struct nw_command nw_command_alert;
extern const struct nw_command nw_command_status;
extern const struct nw_command nw_command_top;
extern const struct nw_command nw_command_backup;
extern const struct nw_command nw_command_restore;
extern const struct nw_command nw_command_keygen;

/* The next option's letter, its argument in optarg; -1 after the last. */
int nw_cli_option(const struct nw_command *command, int argc, char **argv);

/* Prints "newswire: file:line:column: text" on standard error; answers NW_EXIT_WRONG. */
int nw_cli_fail(const struct nw_error *error);
/* The same for what is wrong with the command line; the text ends with what to do. */
int nw_cli_wrong(const struct nw_command *command, const char *format, ...) NW_PRINTF(2, 3);

/*
 * Text from outside, safe for a terminal and for a line-based reader: controls
 * (line ends and tabs too), bidirectional controls and bytes that are not UTF-8
 * are shown as "\xNN" or "\u{NNNN}".
 */
void nw_cli_put(FILE *out, struct nw_str text);

/* Whether standard output is a terminal that shows colours to somebody who wants them (NO_COLOR). */
bool nw_cli_wants_colour(void);

#endif
