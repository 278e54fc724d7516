/* newswire status: how the running daemon is. */
#include <getopt.h>

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
		return nw_cli_fail(&error);
	if (as_json) {
		(void)json_dumpf(status, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_members(status);
		print_members(json_object_get(status, "counters"));
	}
	is_well = !json_is_true(json_object_get(status, "journal_failing"));
	json_decref(status);
	return is_well ? NW_EXIT_YES : NW_EXIT_NO;
}

const struct nw_command nw_command_status = {
	.name = "status",
	.operands = "",
	.help = "Show how the running daemon is; the answer is no when it cannot write its journal.",
	.options = options,
	.run = run,
};
