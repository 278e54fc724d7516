/* The [tests] of topics. */
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "tag/match.h"

#define STORY_MOST ((size_t)4 << 20)
#define SHOWN 60 /* bytes of a test's text in its complaint */

/* The article of a test; false, and told, when there is none. */
static bool read_story(const struct nw_topics *topics, const struct nw_topic *topic,
	const struct nw_topic_test *test, struct nw_arena *arena, struct nw_article *article)
{
	struct nw_error error = {0};
	struct nw_str text = test->text;

	if (test->is_file) {
		const struct nw_str path = nw_arena_printf(
			arena, "%.*s/%.*s", NW_ARG(topics->dir), NW_ARG(test->text));

		if (nw_file_read_regular(arena, path.p, STORY_MOST, &text, &error) != NW_OK) {
			nw_source_complain(topic->source, test->at, "%s: '%.*s'", error.text,
				NW_ARG(test->text));
			return false;
		}
	}
	if (nw_text_read(arena, text, article, &error) != NW_OK) {
		nw_source_complain(topic->source, test->at, "%s", error.text);
		return false;
	}
	return true;
}

/* A name for the test in its complaint: the first line of its text. */
static struct nw_str shown(const struct nw_topic_test *test)
{
	struct nw_str s = nw_str_head(test->text, nw_str_find(test->text, NW_STR("\n")));

	if (s.n <= SHOWN)
		return s;
	s.n = SHOWN;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0U) == 0x80)
		s.n--;
	return s;
}

static void complain_missed(
	const struct nw_topic *topic, const struct nw_topic_test *test, const struct nw_verdict *v)
{
	const struct nw_rule *r = v->missing ? v->missing : v->barred;

	if (r)
		nw_source_complain(topic->source, test->at,
			"test is yes, the topic says no: %s line %.*s %s; '%.*s'",
			v->missing ? "require" : "exclude", NW_ARG(r->place),
			v->missing ? "does not hold" : "holds", NW_ARG(shown(test)));
	else
		nw_source_complain(topic->source, test->at,
			"test is yes, the topic says no: score %g of %g, no match line holds; '%.*s'",
			v->score, topic->score, NW_ARG(shown(test)));
}

/* What made a topic fire that should not have: its first reason. */
static void complain_fired(const struct nw_topics *topics, const struct nw_topic *topic,
	const struct nw_topic_test *test, const struct nw_article *article, struct nw_arena *arena)
{
	for (const struct nw_tag *tag = nw_topics_match(topics, article, arena); tag;
		tag = tag->next) {
		const struct nw_match *best = tag->matches;

		if (!best || !nw_str_eq(tag->name, topic->name))
			continue;
		for (const struct nw_match *m = best; m; m = m->next) {
			if (m->points > best->points)
				best = m;
		}
		nw_source_complain(topic->source, test->at,
			"test is no, the topic says yes: score %g of %g, %.*s by '%.*s'; '%.*s'",
			tag->score, tag->threshold, NW_ARG(best->rule), NW_ARG(best->quote),
			NW_ARG(shown(test)));
	}
}

static bool run_test(const struct nw_topics *topics, const struct nw_topic *topic,
	const struct nw_topic_test *test)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_article article;
	struct nw_verdict v;
	bool passed = false;

	if (read_story(topics, topic, test, arena, &article)) {
		v = nw_topics_ask(topics, topic, &article);
		passed = v.fires == test->yes;
		if (!passed && test->yes)
			complain_missed(topic, test, &v);
		else if (!passed)
			complain_fired(topics, topic, test, &article, arena);
	}
	nw_arena_free(arena);
	return passed;
}

size_t nw_topics_test(const struct nw_topics *topics, const struct nw_complain *complain, size_t *n)
{
	size_t failed = 0;

	*n = 0;
	for (size_t i = 0; i < topics->n_topics; i++) {
		struct nw_source source = *topics->topics[i]->source;
		struct nw_topic topic = *topics->topics[i];

		source.complain = complain;
		topic.source = &source;
		for (const struct nw_topic_test *test = topic.tests; test; test = test->next) {
			failed += !run_test(topics, &topic, test);
			++*n;
		}
	}
	return failed;
}
