/* newswire stories: what the running daemon's articles tell, and how many tell it. */
#include <getopt.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/daemon.h"

static const struct nw_command_option options[] = {
	{'a', "all", NULL,
		"the last 1000 whatever their state, not the last 100 that are not closed"},
	{'j', "json", NULL, "print what the daemon says, as JSON"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

#define OPEN_SHOWN 100

/* What is closed, or was taken back altogether, is of yesterday. */
static bool is_over(const json_t *story)
{
	const struct nw_str state = nw_json_get_str(story, "state");

	return nw_str_eq(state, NW_STR("closed")) || nw_str_eq(state, NW_STR("cancelled"));
}

static void leave_open(json_t *stories)
{
	for (size_t i = 0; i < json_array_size(stories);) {
		if (i >= OPEN_SHOWN || is_over(json_array_get(stories, i)))
			(void)json_array_remove(stories, i);
		else
			i++;
	}
}

static void print_story(const json_t *story)
{
	const json_t *tags = json_object_get(story, "tags"), *tag;
	size_t i;

	nw_cli_put(stdout, nw_json_get_str(story, "state"));
	printf("\t%lld articles\t%lld sources\t", (long long)nw_json_get_int(story, "articles", 0),
		(long long)nw_json_get_int(story, "sources", 0));
	nw_cli_put(stdout, nw_json_get_str(story, "opened"));
	putchar('\t');
	nw_cli_put(stdout, nw_json_get_str(story, "last"));
	putchar('\t');
	json_array_foreach(tags, i, tag)
	{
		fputs(i ? " " : "", stdout);
		nw_cli_put(stdout, nw_str(json_string_value(tag)));
	}
	putchar('\t');
	nw_cli_put(stdout, nw_json_get_str(story, "title"));
	putchar('\n');
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_error error;
	bool as_json = false, all = false;
	const json_t *story;
	json_t *stories;
	int letter;
	size_t i;

	while ((letter = nw_cli_option(&nw_command_stories, argc, argv)) != -1) {
		if (letter == 'j')
			as_json = true;
		else if (letter == 'a')
			all = true;
		else
			runtime = optarg;
	}
	if (nw_cli_ask(runtime, "/v1/stories", &stories, &error))
		return nw_cli_fail(&error);
	if (!all)
		leave_open(stories);
	if (as_json) {
		(void)json_dumpf(stories, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		json_array_foreach(stories, i, story)
		{
			print_story(story);
		}
	}
	json_decref(stories);
	return NW_EXIT_YES;
}

const struct nw_command nw_command_stories = {
	.name = "stories",
	.operands = "",
	.help = "Show the stories of the running daemon, the one that had news last first.",
	.options = options,
	.run = run,
};
