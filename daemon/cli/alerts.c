/* newswire alerts: what the running daemon has told, tells and holds back. */
#include <getopt.h>
#include <time.h>

#include "base/str.h"
#include "base/when.h"
#include "cli/command.h"
#include "cli/daemon.h"

static const struct nw_command_option options[] = {
	{'j', "json", NULL, "print what the daemon says, as JSON"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

static void put(const char *before, struct nw_str text)
{
	if (!text.n)
		return;
	fputs(before, stdout);
	nw_cli_put(stdout, text);
}

static void print_channel(const json_t *channel)
{
	const struct nw_str reason = nw_json_get_str(channel, "reason");
	const bool is_failing = json_is_true(json_object_get(channel, "failing"));

	put("channel ", nw_json_get_str(channel, "name"));
	printf("  %s  %lld waiting", is_failing ? "failing" : "ok",
		(long long)nw_json_get_int(channel, "waiting", 0));
	put("  left alone until ", nw_json_get_str(channel, "left_alone_until"));
	put("  ", reason);
	putchar('\n');
}

/* A rule's own row is no incident, but it knows whether the rule is muted. */
static void print_rule(const json_t *rule)
{
	const int64_t until_s = nw_json_get_int(json_object_get(rule, "body"), "mute_until", 0);
	char when[NW_WHEN_TEXT];

	if (until_s <= time(NULL))
		return;
	put("rule ", nw_json_get_str(rule, "rule"));
	printf("  muted until %s\n", nw_when_rfc3339(until_s, when));
}

/* Of the report that is shown. */
static struct nw_str find_title(const json_t *body)
{
	const struct nw_str shown = nw_json_get_str(body, "shown");
	const json_t *report;
	size_t i;

	json_array_foreach(json_object_get(body, "reports"), i, report)
	{
		const json_t *article = json_object_get(report, "article");

		if (nw_str_eq(nw_json_get_str(article, "id"), shown))
			return nw_json_get_str(article, "title");
	}
	return (struct nw_str){0};
}

static void print_incident(const json_t *incident)
{
	const json_t *body = json_object_get(incident, "body");

	if (!nw_json_get_str(incident, "story").n) {
		print_rule(incident);
		return;
	}
	put("", nw_json_get_str(incident, "changed"));
	put("  ", nw_json_get_str(incident, "state"));
	put("  ", nw_json_get_str(incident, "id"));
	put("  ", nw_json_get_str(body, "why"));
	put("  acknowledged by ", nw_json_get_str(body, "acked_by"));
	put("  ", find_title(body));
	putchar('\n');
}

static void print_letter(const json_t *letter)
{
	const struct nw_str ended = nw_json_get_str(letter, "ended");

	printf("letter %lld  ", (long long)nw_json_get_int(letter, "letter", 0));
	put("", ended.n ? ended : nw_json_get_str(letter, "created"));
	put("  ", nw_json_get_str(letter, "state"));
	put("  ", nw_json_get_str(letter, "channel"));
	put("  ", nw_json_get_str(letter, "incident"));
	put("  ", nw_json_get_str(letter, "transition"));
	put("  next ", nw_json_get_str(letter, "next"));
	put("  ", nw_json_get_str(letter, "error"));
	putchar('\n');
}

static void print_each(const json_t *answer, const char *name, void (*print)(const json_t *one))
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, name), i, one)
	{
		print(one);
	}
}

static bool is_failing(const json_t *answer)
{
	const json_t *channel;
	size_t i;

	json_array_foreach(json_object_get(answer, "channels"), i, channel)
	{
		if (json_is_true(json_object_get(channel, "failing")))
			return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_error error;
	bool as_json = false, failing;
	json_t *answer;
	int letter;

	while ((letter = nw_cli_option(&nw_command_alerts, argc, argv)) != -1) {
		if (letter == 'j')
			as_json = true;
		else
			runtime = optarg;
	}
	if (nw_cli_ask(runtime, "/v1/alerts", &answer, &error))
		return nw_cli_fail(&error);
	if (as_json) {
		(void)json_dumpf(answer, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_each(answer, "channels", print_channel);
		print_each(answer, "incidents", print_incident);
		print_each(answer, "letters", print_letter);
	}
	failing = is_failing(answer);
	json_decref(answer);
	return failing ? NW_EXIT_NO : NW_EXIT_YES;
}

const struct nw_command nw_command_alerts = {
	.name = "alerts",
	.operands = "",
	.help = "Show channels, incidents and what was sent of them; the answer is no when a channel fails.",
	.options = options,
	.run = run,
};
