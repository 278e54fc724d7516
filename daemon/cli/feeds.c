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

/* "2026-11-21T17:04:05Z" -> "17:04:05Z", what a person compares; the day is in --json. */
static struct nw_str time_of(struct nw_str moment)
{
	return nw_str_from(moment, sizeof("2026-11-21T") - 1);
}

/* A column of a feed's names or states is as wide as its widest. */
static int width_of(const json_t *feeds, const char *member)
{
	const json_t *feed;
	size_t i, width = 0;

	json_array_foreach(feeds, i, feed)
	{
		const size_t n = nw_json_get_str(feed, member).n;

		width = n > width ? n : width;
	}
	return (int)width;
}

static void print_feed(const json_t *feed, int id_width, int state_width)
{
	const struct nw_str reason = nw_json_get_str(feed, "reason");
	const bool is_now = json_is_true(json_object_get(feed, "visiting"));

	printf("%-*s  %-*s  visited %9.*s  next %9.*s  %5lld articles", id_width,
		nw_json_get_str(feed, "id").p, state_width, nw_json_get_str(feed, "state").p,
		NW_ARG(time_of(nw_json_get_str(feed, "visited"))),
		NW_ARG(is_now ? NW_STR("now") : time_of(nw_json_get_str(feed, "next"))),
		(long long)nw_json_get_int(feed, "articles", 0));
	if (reason.n) {
		fputs("  ", stdout);
		nw_cli_put(stdout, reason);
	}
	putchar('\n');
}

/* Why nothing is visited, for who wonders: it is no feed's fault. */
static void tell_pause(const char *runtime)
{
	json_t *status;

	if (nw_cli_ask(runtime, "/v1/status", &status, NULL))
		return;
	if (json_is_true(json_object_get(status, "journal_failing")))
		fputs("newswire: the journal cannot be written, and no feed is visited until it can be; "
		      "see 'newswire status' and the daemon's log\n",
			stderr);
	json_decref(status);
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_error error;
	bool as_json = false;
	int failing = 0, id_width, state_width, letter;
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
	id_width = width_of(feeds, "id");
	state_width = width_of(feeds, "state");
	json_array_foreach(feeds, i, feed)
	{
		failing += json_is_true(json_object_get(feed, "failing"));
		if (!as_json)
			print_feed(feed, id_width, state_width);
	}
	json_decref(feeds);
	tell_pause(runtime);
	return failing ? NW_EXIT_NO : NW_EXIT_YES;
}

const struct nw_command nw_command_feeds = {
	.name = "feeds",
	.operands = "",
	.help = "Show the state of each feed of the running daemon; the answer is no when one fails.",
	.options = options,
	.run = run,
};
