#ifndef NW_TEST_TAG_TOPICS_H
#define NW_TEST_TAG_TOPICS_H

/* Topics from text, articles from text, and what the one says of the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "tag/load.h"

#define TELL_MAX 16

/* Problems as "file:line:column: text", in the order they were told. */
struct told {
	char text[TELL_MAX][NW_ERROR_TEXT];
	size_t n;
};

static inline void on_problem(void *arg, const struct nw_error *error)
{
	struct told *told = arg;

	if (told->n < TELL_MAX)
		(void)nw_error_text(error, told->text[told->n]);
	told->n++;
}

static inline struct nw_topics *build(const char *topic, const char *set, struct told *told)
{
	const struct nw_topic_file files[] = {
		{NW_STR("a.set"), nw_str(set)}, {NW_STR("a.topic"), nw_str(topic)}};
	const struct nw_complain complain = {on_problem, told};
	struct nw_topics *topics;

	told->n = 0;
	if (nw_topics_build("t", files, 2, &complain, &topics) != NW_OK)
		assert_null(topics);
	return topics;
}

/* One topic of one match line; the line must be right. */
static inline struct nw_topics *build_line(const char *line)
{
	struct told told;
	char text[1024];
	struct nw_topics *topics;

	(void)snprintf(text, sizeof(text), "topic t\n[match]\n%s\n", line);
	topics = build(text, "", &told);
	if (!topics)
		fail_msg("%s: %s", line, told.text[0]);
	return topics;
}

/* What is told of one match line that must be wrong; without its file. */
static inline void assert_refused(const char *line, const char *want)
{
	struct told told;
	char text[1024];
	struct nw_topics *topics;

	(void)snprintf(text, sizeof(text), "topic t\n[match]\n%s\n", line);
	topics = build(text, "[names]\nword\n", &told);
	nw_topics_free(topics);
	if (topics || told.n == 0)
		fail_msg("%s: taken, want '%s'", line, want);
	if (!strstr(told.text[0], want))
		fail_msg("%s: '%s', want '%s'", line, told.text[0], want);
}

static inline bool fires_on(
	const struct nw_topics *topics, const char *title, const char *body, const char *language)
{
	const struct nw_article article = {
		.title = nw_str(title), .body = nw_str(body), .language = nw_str(language)};
	struct nw_arena *arena = nw_arena_new();
	const bool fires = nw_topics_match(topics, &article, arena) != NULL;

	nw_arena_free(arena);
	return fires;
}

static inline bool line_matches(const char *line, const char *body)
{
	struct nw_topics *topics = build_line(line);
	const bool fires = fires_on(topics, "", body, "");

	nw_topics_free(topics);
	return fires;
}

static inline void assert_line(const char *line, const char *body, bool want)
{
	if (line_matches(line, body) != want)
		fail_msg("'%s' %s '%s'", line, want ? "misses" : "meets", body);
}

#endif
