/* newswire cursors: how far each subscriber of the running daemon has come. */
#include <getopt.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/daemon.h"

static const struct nw_command_option options[] = {
	{'f', "forget", "NAME",
		"have the daemon forget a cursor, and no longer keep what follows it"},
	{'j', "json", NULL, "print what the daemon says, as JSON"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

static void print_cursor(const json_t *cursor)
{
	const struct nw_str moved = nw_json_get_str(cursor, "moved");

	nw_cli_put(stdout, nw_json_get_str(cursor, "name"));
	printf("\tat %lld\t%lld behind\tmoved %s\n", (long long)nw_json_get_int(cursor, "seq", 0),
		(long long)nw_json_get_int(cursor, "behind", 0), moved.n ? moved.p : "never");
}

static int forget(const char *runtime, const char *name)
{
	struct nw_error error = {0};
	const enum nw_err err = nw_cli_tell(runtime, "/v1/cursors/forget", nw_str(name), &error);

	if (err != NW_E_GONE)
		return err ? nw_cli_fail(&error) : NW_EXIT_YES;
	fputs("newswire: no cursor '", stderr);
	nw_cli_put(stderr, nw_str(name));
	fputs("'; see 'newswire cursors'\n", stderr);
	return NW_EXIT_NO;
}

static int show(const char *runtime, bool as_json)
{
	struct nw_error error;
	const json_t *cursor;
	json_t *cursors;
	size_t i;

	if (nw_cli_ask(runtime, "/v1/cursors", &cursors, &error))
		return nw_cli_fail(&error);
	if (as_json) {
		(void)json_dumpf(cursors, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		json_array_foreach(cursors, i, cursor)
		{
			print_cursor(cursor);
		}
	}
	json_decref(cursors);
	return NW_EXIT_YES;
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL, *unwanted = NULL;
	bool as_json = false;
	int letter;

	while ((letter = nw_cli_option(&nw_command_cursors, argc, argv)) != -1) {
		if (letter == 'j')
			as_json = true;
		else if (letter == 'f')
			unwanted = optarg;
		else
			runtime = optarg;
	}
	return unwanted ? forget(runtime, unwanted) : show(runtime, as_json);
}

const struct nw_command nw_command_cursors = {
	.name = "cursors",
	.operands = "",
	.help = "Show the durable cursors of the running daemon, or have it forget one.",
	.options = options,
	.run = run,
};
