/* newswire check: configuration, feeds, clients, alerts, topics and the topics' own tests, before the daemon is asked to. */
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <newswire/tag.h>

#include "alert/rule.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "config/config.h"

#define SHOWN_MAX 512 /* bytes; a longer line is not shown */

/* How wide a text stands on the terminal as nw_cli_put shows it. */
static size_t columns_of(struct nw_str text)
{
	size_t n = 0, columns;
	char *shown = NULL;
	FILE *out = open_memstream(&shown, &n);

	if (!out)
		return 0;
	nw_cli_put(out, text);
	columns = fclose(out) == 0 ? nw_utf8_columns((struct nw_str){shown, n}) : 0;
	free(shown);
	return columns;
}

/* The line itself with a caret below the place. */
static void show_line(struct nw_str line, int column)
{
	const size_t before = (size_t)column - 1;

	if (line.n > SHOWN_MAX || before > line.n)
		return;
	fputs("  ", stderr);
	nw_cli_put(stderr, line);
	fprintf(stderr, "\n  %*s^\n", (int)columns_of(nw_str_head(line, before)), "");
}

/* What is said here ends up in a log: neither a token nor an address with a password in it does. */
static bool may_be_secret(FILE *f, struct nw_str line)
{
	struct stat st;

	return fstat(fileno(f), &st) || !(st.st_mode & S_IROTH) ||
		nw_str_find(line, NW_STR("@")) < line.n ||
		nw_str_find(line, NW_STR("token")) < line.n;
}

/* For a complaint that names file, line and column. */
static void show_place(const struct nw_error *error)
{
	FILE *f = error->file[0] && error->line && error->column ? fopen(error->file, "re") : NULL;
	char *line = NULL;
	size_t cap = 0;
	struct nw_str text;
	ssize_t n = -1;

	for (int at = 0; f && at < error->line; at++)
		n = getline(&line, &cap, f);
	if (n > 0) {
		text = (struct nw_str){line, (size_t)n - (line[n - 1] == '\n')};
		if (!may_be_secret(f, text))
			show_line(text, error->column);
	}
	free(line);
	if (f)
		(void)fclose(f);
}

static void say(void *arg, const struct nw_error *error)
{
	size_t *n = arg;

	(void)nw_cli_fail(error);
	show_place(error);
	(*n)++;
}

/* What is in their files is right already; now what they ask for is looked up. */
static void check_alerts(const struct nw_config *config, const struct nw_topics *topics,
	const struct nw_complain *complain)
{
	struct nw_rules *rules;

	printf("alerts: %zu, with %zu channels\n", config->n_alerts, config->n_channels);
	if (nw_rules_compile(config, topics, complain, &rules) == NW_OK)
		nw_rules_free(rules);
}

static bool has_topic(const struct nw_topics *topics, struct nw_str tag)
{
	for (size_t i = 0; i < nw_topics_count(topics); i++) {
		const struct nw_str name = nw_topics_name(topics, i);

		if (nw_str_starts(name, tag) && (name.n == tag.n || name.p[tag.n] == '/'))
			return true;
	}
	return false;
}

/* No problem: messages may have a tag that no topic gives any more. But a slip would lose what is to be kept. */
static void note_keeps(const struct nw_config *config, const struct nw_topics *topics)
{
	struct nw_str tag;
	int64_t keep_s;

	for (size_t i = 0; i < config->keep_topics.n; i++)
		if (nw_config_keep(nw_str(config->keep_topics.v[i]), &tag, &keep_s) &&
			!has_topic(topics, tag))
			fprintf(stderr,
				"newswire: note: keep-topics names '%.*s', but no topic is called so: "
				"nothing new is kept by it\n",
				NW_ARG(tag));
}

static void check_topics(const struct nw_config *config, const struct nw_complain *complain)
{
	struct nw_topics *topics;
	size_t tests;

	if (nw_topics_load(config->topics_dir.p, complain, &topics))
		return;
	(void)nw_topics_test(topics, complain, &tests);
	printf("topics: %zu, with %zu tests\n", nw_topics_count(topics), tests);
	note_keeps(config, topics);
	check_alerts(config, topics, complain);
	nw_topics_free(topics);
}

static void check_key(const struct nw_config *config, const struct nw_complain *complain)
{
	char key[NW_CURVE_TEXT + 1];
	struct nw_error error;

	if (config->server_key.n && nw_curve_read(config->server_key.p, key, &error))
		complain->say(complain->arg, &error);
}

static int run(int argc, char **argv)
{
	size_t problems = 0;
	const struct nw_complain complain = {say, &problems};
	struct nw_config *config;
	const char *path;

	(void)nw_cli_option(&nw_command_check, argc, argv);
	path = optind < argc ? argv[optind] : NW_CONFIG_DEFAULT;
	if (nw_config_load(path, &complain, &config) == NW_OK) {
		fputs("configuration: ", stdout);
		nw_cli_put(stdout, nw_str(path));
		printf("\nfeeds: %zu\nclients: %zu\n", config->n_feeds, config->n_clients);
		check_key(config, &complain);
		check_topics(config, &complain);
		nw_config_free(config);
	}
	if (problems) {
		fprintf(stderr, "newswire: %zu problem%s in ", problems, problems == 1 ? "" : "s");
		nw_cli_put(stderr, nw_str(path));
		fputc('\n', stderr);
		return NW_EXIT_WRONG;
	}
	puts("all is well");
	return NW_EXIT_YES;
}

const struct nw_command nw_command_check = {
	.name = "check",
	.operands = "[CONFIG]",
	.max_operands = 1,
	.help = "Check a configuration with its feeds, clients, alerts and topics, and run the topics' tests.",
	.run = run,
};
