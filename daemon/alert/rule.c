#include "alert/rule.h"

#include <stdio.h>
#include <stdlib.h>

#include "alert/letter.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "tag/load.h"
#include "tag/match.h"

#define SET_MAX ((size_t)4 << 20)
#define DAY_S INT64_C(86400)
#define QUERY_LINE 4 /* of the topic that is made of a query */

struct compiling {
	struct nw_rules *rules;
	const struct nw_complain *complain;
	size_t problems;
};

static void say(struct compiling *c, const struct nw_error *error)
{
	c->problems++;
	if (c->complain)
		c->complain->say(c->complain->arg, error);
}

static void complain_at(struct compiling *c, const struct nw_config_alert *alert, size_t offset,
	size_t i, const char *format, struct nw_str subject)
{
	const struct nw_config_place at = nw_config_alert_place(alert, offset, i);
	struct nw_error error;
	char text[sizeof(error.text)];

	(void)snprintf(text, sizeof(text), "%s '%.*s'", format, NW_ARG(nw_str_head(subject, 80)));
	(void)nw_fail_at(&error, NW_E_UNKNOWN, at.line, at.column, "%s", text);
	nw_error_set_file(&error, alert->file.p);
	say(c, &error);
}

/* --- topics --- */

/* "libya" is met by "libya/haftar", as its key is. */
static bool is_under(struct nw_str name, struct nw_str topic)
{
	return nw_str_starts(name, topic) && (name.n == topic.n || name.p[topic.n] == '/');
}

static void check_topics(
	struct compiling *c, const struct nw_config_alert *alert, const struct nw_topics *topics)
{
	for (size_t i = 0; i < alert->topics.n; i++) {
		const struct nw_str topic = nw_str(alert->topics.v[i]);
		bool found = false;

		for (size_t k = 0; k < nw_topics_count(topics) && !found; k++)
			found = is_under(nw_topics_name(topics, k), topic);
		if (!found)
			complain_at(c, alert, offsetof(struct nw_config_alert, topics), i,
				"no topic is called so: look into the directory of the topics for",
				topic);
	}
}

/* --- queries --- */

/* What the topic of a query complains of, as the place in the rule. */
static void on_query_complaint(void *arg, const struct nw_error *error)
{
	struct compiling *c = arg;
	const char *name = strrchr(error->file, '/');
	struct nw_error mine = *error;
	unsigned long i;
	char *end;

	name = name ? name + 1 : error->file;
	i = name[0] == 'q' ? strtoul(name + 1, &end, 10) : c->rules->n;
	if (i < c->rules->n && strcmp(end, ".topic") == 0) {
		const struct nw_config_alert *alert = c->rules->rule[i].config;
		const struct nw_config_place at =
			nw_config_alert_place(alert, offsetof(struct nw_config_alert, query), 0);
		const bool is_verbatim = nw_str_find(alert->query, NW_STR("\"")) == alert->query.n;

		mine.line = at.line;
		mine.column = at.column;
		if (at.column && error->line == QUERY_LINE && error->column && is_verbatim)
			mine.column += error->column - 1;
		nw_error_set_file(&mine, alert->file.p);
	}
	say(c, &mine);
}

/* Every set there is, for queries to name. */
static bool read_sets(struct compiling *c, struct nw_arena *arena, struct nw_topic_file **files,
	size_t *n, size_t more)
{
	const char *dir = c->rules->config->topics_dir.p;
	struct nw_error error = {0};
	struct nw_str *names;

	if (nw_dir_list(arena, dir, NW_STR(".set"), &names, n, &error)) {
		say(c, &error);
		return false;
	}
	*files = NW_ARENA_ARRAY(arena, struct nw_topic_file, *n + more);
	for (size_t i = 0; i < *n; i++) {
		const struct nw_str path = nw_arena_printf(arena, "%s/%s", dir, names[i].p);

		(*files)[i].name = names[i];
		if (nw_file_read_regular(arena, path.p, SET_MAX, &(*files)[i].text, &error)) {
			say(c, &error);
			return false;
		}
	}
	return true;
}

static void compile_queries(struct compiling *c, size_t n_queries)
{
	const struct nw_complain complain = {on_query_complaint, c};
	struct nw_arena *arena = nw_arena_new();
	struct nw_topic_file *files;
	size_t n;

	if (read_sets(c, arena, &files, &n, n_queries)) {
		for (size_t i = 0; i < c->rules->n; i++) {
			const struct nw_rule_ready *r = &c->rules->rule[i];

			if (!r->query.n)
				continue;
			files[n].name = nw_arena_printf(arena, "%s.topic", r->query.p);
			files[n++].text = nw_arena_printf(arena, "topic %s\n\n[match]\n%.*s\n",
				r->query.p, NW_ARG(r->config->query));
		}
		if (nw_topics_build(c->rules->config->topics_dir.p, files, n, &complain,
			    &c->rules->queries) != NW_OK &&
			!c->problems)
			c->problems++;
	}
	nw_arena_free(arena);
}

/* --- templates --- */

/* At the place that names it: what is wrong within it has its own line in the text. */
static void check_template(
	struct compiling *c, const struct nw_config_channel *channel, struct nw_arena *arena)
{
	const struct nw_config_place at =
		nw_config_channel_place(channel, offsetof(struct nw_config_channel, template_file));
	struct nw_error error = {0}, mine;
	struct nw_str text;
	enum nw_err err = nw_file_read_regular(
		arena, channel->template_file.p, NW_TEMPLATE_MAX, &text, &error);

	if (!err)
		err = nw_letter_check(text, &error);
	if (!err)
		return;
	(void)nw_fail_at(&mine, err, at.line, at.column, "template '%.80s': %.200s",
		channel->template_file.p, error.text);
	nw_error_set_file(&mine, channel->file.p);
	say(c, &mine);
}

static void check_templates(struct compiling *c)
{
	struct nw_arena *arena = nw_arena_new();

	for (size_t i = 0; i < c->rules->config->n_channels; i++) {
		if (c->rules->config->channels[i].template_file.n)
			check_template(c, &c->rules->config->channels[i], arena);
	}
	nw_arena_free(arena);
}

/* --- the whole --- */

/* The option in which the zone stands: its own, or that of the quiet hours. */
static size_t zone_place(const struct nw_config_alert *alert)
{
	const size_t space = nw_str_find(alert->quiet_text, NW_STR(" "));

	return space < alert->quiet_text.n &&
			nw_str_eq(alert->zone, nw_str_from(alert->quiet_text, space + 1))
		? offsetof(struct nw_config_alert, quiet_text)
		: offsetof(struct nw_config_alert, zone);
}

static size_t ready_all(struct compiling *c, struct nw_arena *arena, const struct nw_topics *topics)
{
	struct nw_rules *rules = c->rules;
	size_t n_queries = 0;

	for (size_t i = 0; i < rules->n; i++) {
		struct nw_rule_ready *r = &rules->rule[i];

		r->config = &rules->config->alerts[i];
		r->zone = nw_zone_open(r->config->zone);
		if (!r->zone)
			complain_at(c, r->config, zone_place(r->config), 0,
				"no such zone: write one of /usr/share/zoneinfo, not",
				r->config->zone);
		if (topics)
			check_topics(c, r->config, topics);
		if (r->config->query.n) {
			r->query = nw_arena_printf(arena, "q%zu", i);
			n_queries++;
		}
	}
	return n_queries;
}

enum nw_err nw_rules_compile(const struct nw_config *config, const struct nw_topics *topics,
	const struct nw_complain *complain, struct nw_rules **rules)
{
	struct nw_rules *r = nw_must_calloc(1, sizeof(*r));
	struct compiling c = {.rules = r, .complain = complain};
	size_t n_queries;

	*rules = NULL;
	r->config = config;
	r->n = config->n_alerts;
	r->arena = nw_arena_new();
	r->rule = NW_ARENA_ARRAY(r->arena, struct nw_rule_ready, r->n);
	n_queries = ready_all(&c, r->arena, topics);
	if (n_queries)
		compile_queries(&c, n_queries);
	check_templates(&c);
	if (c.problems) {
		nw_rules_free(r);
		return NW_E_SYNTAX;
	}
	*rules = r;
	return NW_OK;
}

void nw_rules_free(struct nw_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->n; i++)
		nw_zone_close(rules->rule[i].zone);
	nw_topics_free(rules->queries);
	nw_arena_free(rules->arena);
	free(rules);
}

/* --- asking --- */

struct nw_tag *nw_rules_ask(
	const struct nw_rules *rules, const struct nw_event *event, struct nw_arena *arena)
{
	const struct nw_article article = {.id = event->id,
		.kind = event->kind,
		.version = event->version,
		.url = event->url,
		.title = event->title,
		.summary = event->summary,
		.body = event->body,
		.language = event->language,
		.section = event->section,
		.published = event->published,
		.authors = event->authors,
		.feed = event->feed,
		.source = event->source,
		.feed_country = event->country};

	return rules->queries ? nw_topics_find(rules->queries, &article, arena) : NULL;
}

static bool is_in_list(const struct nw_list *list, struct nw_str value)
{
	for (size_t i = 0; i < list->n; i++) {
		if (nw_str_eq_nocase(nw_str(list->v[i]), value))
			return true;
	}
	return false;
}

/* "pt" of "pt-BR". */
static struct nw_str primary(struct nw_str language)
{
	return nw_str_head(language, nw_str_find(language, NW_STR("-")));
}

/* The best score of what is under a topic; false when nothing is. */
static bool find_score(const struct nw_tag *tags, struct nw_str topic, double *score)
{
	bool found = false;

	for (const struct nw_tag *t = tags; t; t = t->next) {
		if (topic.n && !is_under(t->name, topic))
			continue;
		if (!found || t->score > *score)
			*score = t->score;
		found = true;
	}
	return found;
}

bool nw_rule_is_tagged(const struct nw_event *event, struct nw_str topic)
{
	double score;

	return find_score(event->tags, topic, &score);
}

static bool meets_topics(
	const struct nw_config_alert *alert, const struct nw_event *event, double *score)
{
	*score = 0;
	if (!alert->topics.n)
		(void)find_score(event->tags, NW_STR(""), score);
	for (size_t i = 0; i < alert->topics.n; i++) {
		double one = 0;

		if (!find_score(event->tags, nw_str(alert->topics.v[i]), &one))
			return false;
		if (i == 0 || one < *score)
			*score = one;
	}
	return true;
}

static bool meets_query(const struct nw_rule_ready *rule, const struct nw_tag *asked)
{
	if (!rule->query.n)
		return true;
	for (const struct nw_tag *t = asked; t; t = t->next) {
		if (nw_str_eq(t->name, rule->query))
			return true;
	}
	return false;
}

/* Of a day alone, its end counts; without a date an article is as new as it was seen. */
static bool is_older(struct nw_when published, int64_t seen_s, int64_t max_age_s)
{
	if (published.precision == NW_WHEN_UNKNOWN)
		return false;
	if (published.precision == NW_WHEN_DAY)
		published.unix_s += DAY_S;
	return seen_s - published.unix_s > max_age_s;
}

/* A new version does not make an article newer. */
static bool is_old(const struct nw_config_alert *alert, const struct nw_event *event)
{
	const int64_t seen_s = event->unix_ms / 1000;

	return is_older(event->published, seen_s, alert->max_age_s) ||
		is_older(event->first_published, seen_s, alert->max_age_s);
}

bool nw_rule_meets(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, double *score)
{
	const struct nw_config_alert *alert = rule->config;

	if (!meets_topics(alert, event, score) || !meets_query(rule, asked))
		return false;
	if (alert->languages.n && !is_in_list(&alert->languages, primary(event->language)))
		return false;
	if (alert->feeds.n && !is_in_list(&alert->feeds, event->feed))
		return false;
	return *score >= (double)alert->min_score && !event->backfill && !is_old(alert, event);
}
