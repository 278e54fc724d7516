/* newswire feeds: the state of each feed of the running daemon. */
#include <getopt.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/daemon.h"

static const struct nw_command_option options[] = {
	{'j', "json", NULL, "print what the daemon says, as JSON"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

/* "2026-11-21T17:04:05Z" -> "17:04:05", what a person compares; the day is in --json. */
static struct nw_str time_of(struct nw_str moment)
{
	return nw_str_head(nw_str_from(moment, 11), 8);
}

static void print_feed(const json_t *feed)
{
	const struct nw_str visited = nw_json_get_str(feed, "visited");
	const struct nw_str next = nw_json_get_str(feed, "next");
	const struct nw_str reason = nw_json_get_str(feed, "reason");

	nw_cli_put(stdout, nw_json_get_str(feed, "id"));
	putchar('\t');
	nw_cli_put(stdout, nw_json_get_str(feed, "state"));
	printf("\t%s\t", json_is_true(json_object_get(feed, "visiting")) ? "now" : "");
	if (visited.n)
		printf("visited %.*s", NW_ARG(time_of(visited)));
	putchar('\t');
	if (next.n)
		printf("next %.*s", NW_ARG(time_of(next)));
	printf("\t%lld articles\t", (long long)nw_json_get_int(feed, "articles", 0));
	nw_cli_put(stdout, reason);
	putchar('\n');
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_error error;
	bool as_json = false;
	int failing = 0, letter;
	json_t *feeds;
	const json_t *feed;
	size_t i;

	while ((letter = nw_cli_option(&nw_command_feeds, argc, argv)) != -1) {
		if (letter == 'j')
			as_json = true;
		else
			runtime = optarg;
	}
	if (nw_cli_ask(runtime, "/v1/feeds", &feeds, &error))
		return nw_cli_fail(&error);
	if (as_json) {
		(void)json_dumpf(feeds, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_array_foreach(feeds, i, feed)
	{
		failing += json_is_true(json_object_get(feed, "failing"));
		if (!as_json)
			print_feed(feed);
	}
	json_decref(feeds);
	return failing ? NW_EXIT_NO : NW_EXIT_YES;
}

const struct nw_command nw_command_feeds = {
	.name = "feeds",
	.operands = "",
	.help = "Show the state of each feed of the running daemon; the answer is no when one fails.",
	.options = options,
	.run = run,
};
