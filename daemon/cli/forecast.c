#include "cli/forecast.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "alert/forecast.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"
#include "cli/tail.h"
#include "config/alert.h"

#define DAY_S 86400

/* --- for a person --- */

static void put(const char *before, struct nw_str text)
{
	fputs(before, stdout);
	nw_cli_put(stdout, text);
}

static void put_list(const json_t *list, const char *between)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		put(i ? between : "", nw_str(json_string_value(one)));
	}
}

static void put_why(const json_t *why)
{
	const json_t *score = json_object_get(why, "score"),
		     *quotes = json_object_get(why, "quotes");

	put("    why: ", nw_json_get_str(why, "topic"));
	if (score)
		printf(" (%g of %g)", json_number_value(score),
			json_number_value(json_object_get(why, "threshold")));
	if (json_array_size(quotes))
		fputs(": ", stdout);
	put_list(quotes, ", ");
	putchar('\n');
}

static void put_held(const char *before, const json_t *o)
{
	const json_t *held = json_object_get(o, "held");

	if (!held)
		return;
	put(before, nw_json_get_str(held, "since"));
	put(": ", nw_json_get_str(held, "why"));
	putchar('\n');
}

static void put_headline(const json_t *article)
{
	const struct nw_str source = nw_json_get_str(article, "source");

	nw_cli_put(stdout, nw_json_get_str(article, "title"));
	if (source.n)
		put(" - ", source);
	putchar('\n');
}

static void put_item(const json_t *item)
{
	put("    ", nw_json_get_str(item, "transition"));
	fputs("  ", stdout);
	put_headline(item);
	put_held("      held since ", item);
}

static void print_message(const json_t *message)
{
	const json_t *items = json_object_get(message, "items"), *one;
	const int64_t more = nw_json_get_int(message, "more_items", 0);
	size_t i;

	put("", nw_json_get_str(message, "at"));
	put("  ", nw_json_get_str(message, "transition"));
	fputs("  ", stdout);
	put_list(json_object_get(message, "channels"), " ");
	fputs("  ", stdout);
	if (items)
		printf("%lld of a digest\n", (long long)json_array_size(items) + (long long)more);
	else
		put_headline(json_object_get(message, "article"));
	json_array_foreach(json_object_get(message, "why"), i, one)
	{
		put_why(one);
	}
	put_held("    held since ", message);
	json_array_foreach(items, i, one)
	{
		put_item(one);
	}
	if (more)
		printf("    and %lld more\n", (long long)more);
}

static void print_sum(const struct nw_forecast *sum)
{
	const double days = (double)(sum->to_s - sum->from_s) / DAY_S;
	char from[NW_WHEN_TEXT], to[NW_WHEN_TEXT];

	printf("%s to %s: %zu articles looked at, %zu matched, %zu incidents, %zu messages",
		nw_when_rfc3339(sum->from_s, from), nw_when_rfc3339(sum->to_s, to), sum->articles,
		sum->matched, sum->incidents, sum->messages);
	if (days >= 1)
		printf(" (%.1f a day)", (double)sum->messages / days);
	printf(", %zu held, %zu waiting still\n", sum->held, sum->waiting);
}

/* --- for a program --- */

static void print_line(const json_t *o)
{
	(void)json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
}

static void print_json_sum(const struct nw_forecast *sum, const struct nw_list *topics)
{
	const double days = (double)(sum->to_s - sum->from_s) / DAY_S;
	json_t *line = json_object(), *o = json_object(), *unseen = json_array();
	char text[NW_WHEN_TEXT];

	nw_json_set_str(o, "from", nw_str(nw_when_rfc3339(sum->from_s, text)));
	nw_json_set_str(o, "to", nw_str(nw_when_rfc3339(sum->to_s, text)));
	nw_json_set(o, "trimmed", json_boolean(sum->is_trimmed));
	nw_json_set_int(o, "articles", (int64_t)sum->articles);
	nw_json_set_int(o, "unreadable", (int64_t)sum->unreadable);
	nw_json_set_int(o, "matched", (int64_t)sum->matched);
	nw_json_set_int(o, "incidents", (int64_t)sum->incidents);
	nw_json_set_int(o, "messages", (int64_t)sum->messages);
	nw_json_set_int(o, "held", (int64_t)sum->held);
	nw_json_set_int(o, "waiting", (int64_t)sum->waiting);
	for (size_t i = 0; i < topics->n; i++) {
		if (sum->unseen >> i & 1)
			nw_json_append(unseen, nw_json_str(nw_str(topics->v[i])));
	}
	nw_json_set(o, "unseen_topics", unseen);
	if (days >= 1)
		nw_json_set(o, "messages_per_day", json_real((double)sum->messages / days));
	nw_json_set(line, "summary", o);
	print_line(line);
	json_decref(line);
}

/* --- the rule, and the journal --- */

static void on_message(void *arg, const json_t *message)
{
	const struct nw_cli_forecast *asked = arg;

	if (asked->json)
		print_line(message);
	else
		print_message(message);
}

static void say(void *arg, const struct nw_error *error)
{
	(void)arg;
	(void)nw_cli_fail(error);
}

static void warn(const struct nw_forecast *sum, const struct nw_list *topics)
{
	char from[NW_WHEN_TEXT];

	for (size_t i = 0; sum->articles && i < topics->n; i++) {
		if (!(sum->unseen >> i & 1))
			continue;
		fputs("newswire: no article has the topic '", stderr);
		nw_cli_put(stderr, nw_str(topics->v[i]));
		fputs("': one that is new counts from now on\n", stderr);
	}

	if (sum->is_trimmed)
		fprintf(stderr,
			"newswire: the journal was trimmed: what was before %s is not in it\n",
			nw_when_rfc3339(sum->from_s, from));
	if (sum->unreadable)
		fprintf(stderr, "newswire: %zu records cannot be read\n", sum->unreadable);
}

static int forecast_rules(const struct nw_cli_forecast *asked, const struct nw_rules *rules,
	struct nw_forecast_options *options)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *set = getenv("NEWSWIRE_STATE");
	const char *state = asked->state ? asked->state
		: set && set[0]          ? set
					 : NW_CLI_STATE_DEFAULT;
	struct nw_forecast sum;
	struct nw_error error;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/journal.db", state);
	if (access(path, R_OK)) {
		(void)nw_fail_errno(&error, path, "cannot read the journal; is --state right?");
		return nw_cli_fail(&error);
	}
	options->journal = path;
	options->rules = rules;
	if (nw_forecast_run(options, &sum, &error))
		return nw_cli_fail(&error);
	warn(&sum, &rules->rule[0].config->topics);
	if (asked->json)
		print_json_sum(&sum, &rules->rule[0].config->topics);
	else
		print_sum(&sum);
	return NW_EXIT_YES;
}

/* The rule by itself: what is wrong with another is not its affair. */
static int forecast_alert(const struct nw_cli_forecast *asked, const struct nw_config *config,
	struct nw_config_alert *alert, struct nw_forecast_options *options)
{
	const struct nw_complain complain = {say, NULL};
	struct nw_config alone = *config;
	struct nw_topics *topics;
	struct nw_rules *rules;
	int code = NW_EXIT_WRONG;

	alone.alerts = alert;
	alone.n_alerts = 1;
	if (nw_topics_load(config->topics_dir.p, &complain, &topics))
		return code;
	if (nw_rules_compile(&alone, topics, &complain, &rules) == NW_OK) {
		code = forecast_rules(asked, rules, options);
		nw_rules_free(rules);
	}
	nw_topics_free(topics);
	return code;
}

static struct nw_config_alert *find_alert(const struct nw_config *config, struct nw_str name)
{
	for (size_t i = 0; i < config->n_alerts; i++) {
		if (nw_str_eq(config->alerts[i].name, name))
			return &config->alerts[i];
	}
	return NULL;
}

int nw_cli_forecast(const struct nw_cli_forecast *asked)
{
	const char *path = asked->config ? asked->config : NW_CONFIG_DEFAULT;
	const struct nw_complain complain = {say, NULL};
	struct nw_forecast_options options = {
		.after = -1, .now_s = (int64_t)time(NULL), .on_message = on_message};
	struct nw_client_options since = {0};
	struct nw_config_alert *alert;
	struct nw_config *config;
	int code = NW_EXIT_NO;

	options.arg =
		(void *)(uintptr_t)asked; /* NOLINT(performance-no-int-to-ptr): casts const away */
	if (!nw_tail_since(asked->since, options.now_s, &since))
		return nw_cli_wrong(&nw_command_alert,
			"'%s' is no time and no number; say 2h, 7d, 2026-11-21 or 42",
			asked->since);
	if (since.from == NW_FROM_SEQ)
		options.after = since.seq;
	else
		options.since_s = since.since_s;
	if (nw_config_load(path, &complain, &config))
		return NW_EXIT_WRONG;
	alert = find_alert(config, nw_str(asked->rule));
	if (alert) {
		code = forecast_alert(asked, config, alert, &options);
	} else {
		fputs("newswire: no alert is called so: '", stderr);
		nw_cli_put(stderr, nw_str(asked->rule));
		fputs("'; see the directory alerts of ", stderr);
		nw_cli_put(stderr, nw_str(path));
		fputc('\n', stderr);
	}
	nw_config_free(config);
	return code;
}
