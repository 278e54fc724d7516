/* newswire status: how the running daemon is, for people and for monitoring. */
#include <getopt.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/daemon.h"

static const struct nw_command_option options[] = {
	{'j', "json", NULL, "print what the daemon says, as JSON"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

static void print_value(const char *name, const json_t *value)
{
	const json_t *each;
	size_t i;

	printf("%-22s ", name);
	if (json_is_string(value))
		nw_cli_put(stdout, nw_str(json_string_value(value)));
	else if (json_is_integer(value))
		printf("%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "yes" : "no", stdout);
	json_array_foreach(value, i, each)
	{
		fputs(i ? ", " : "", stdout);
		nw_cli_put(stdout, nw_str(json_string_value(each)));
	}
	putchar('\n');
}

static void print_members(json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (!json_is_object(value))
			print_value(name, value);
	}
}

static long long counter(const json_t *status, const char *name)
{
	return (long long)nw_json_get_int(json_object_get(status, "counters"), name, 0);
}

/* A bar begins the figures, and what a publisher or a receiver answered may have one. */
static void put_reason(struct nw_str reason)
{
	struct nw_str part;

	while (nw_str_cut(&reason, '|', &part)) {
		nw_cli_put(stdout, part);
		if (reason.n)
			putchar('!');
	}
}

/* "journal: database or disk is full; channels: desk: connection refused" */
static void print_reasons(const json_t *status)
{
	json_t *checks = json_object_get(status, "checks"), *check;
	const char *name, *between = "";

	json_object_foreach(checks, name, check)
	{
		if (json_is_true(json_object_get(check, "ok")))
			continue;
		fputs(between, stdout);
		nw_cli_put(stdout, nw_str(name));
		fputs(": ", stdout);
		put_reason(nw_json_get_str(check, "reason"));
		between = "; ";
	}
}

/* The one line that monitoring shows; figures after a bar, as Nagios' plugins have it. */
static void print_summary(const json_t *status, bool is_well)
{
	const struct nw_str state = nw_json_get_str(status, "state");
	const long long feeds = (long long)nw_json_get_int(status, "feeds", 0);
	const long long failing = (long long)nw_json_get_int(status, "feeds_failing", 0);
	const long long articles = counter(status, "articles_total");

	fputs(is_well                                          ? "OK - "
			: nw_str_eq(state, NW_STR("degraded")) ? "DEGRADED - "
							       : "FAILING - ",
		stdout);
	if (is_well)
		printf("%lld feeds, %lld failing, %lld articles", feeds, failing, articles);
	else
		print_reasons(status);
	printf(" | feeds=%lld feeds_failing=%lld articles=%lldc in_flight=%lld bus_lag=%lld\n",
		feeds, failing, articles, (long long)nw_json_get_int(status, "in_flight", 0),
		(long long)nw_json_get_int(status, "bus_lag", 0));
}

static int fail(const struct nw_error *error, bool as_json)
{
	if (!as_json)
		puts("UNREACHABLE - no newswired answers");
	return nw_cli_fail(error);
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_error error;
	bool as_json = false, is_well;
	json_t *status;
	int letter;

	while ((letter = nw_cli_option(&nw_command_status, argc, argv)) != -1) {
		if (letter == 'j')
			as_json = true;
		else
			runtime = optarg;
	}
	if (nw_cli_ask(runtime, "/v1/status", &status, &error))
		return fail(&error, as_json);
	is_well = nw_str_eq(nw_json_get_str(status, "state"), NW_STR("ok"));
	if (as_json) {
		(void)json_dumpf(status, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_summary(status, is_well);
		print_members(status);
		print_members(json_object_get(status, "counters"));
	}
	json_decref(status);
	return is_well ? NW_EXIT_YES : NW_EXIT_NO;
}

const struct nw_command nw_command_status = {
	.name = "status",
	.operands = "",
	.help = "Show how the running daemon is; the answer is no where something it needs is not well.",
	.options = options,
	.run = run,
};
