/* From the phrases found to the topics they can make fire, and no others. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "tag/match.h"

#define PLACES 64 /* of one part, for those who mark them all */

/* What the phrases found may add up to, a topic. */
struct hopes {
	uint64_t *seen;   /* a bit a line: counted already */
	double *most;     /* a topic */
	uint8_t *state;   /* a topic: HOPE_... */
	uint32_t *topics; /* that have any */
	size_t n;
};
enum { HOPE_NONE, HOPE_SOME, HOPE_MATCH };

static void count_line(const struct nw_topics *t, struct hopes *h, uint32_t line)
{
	const struct nw_rule *r = t->rules[line];
	const uint32_t topic = t->rule_topic[line];

	if (h->seen[line / 64] >> (line % 64) & 1)
		return;
	h->seen[line / 64] |= UINT64_C(1) << (line % 64);
	if (h->state[topic] == HOPE_NONE) {
		h->state[topic] = HOPE_SOME;
		h->topics[h->n++] = topic;
	}
	if (r->section == NW_SECTION_MATCH)
		h->state[topic] = HOPE_MATCH;
	h->most[topic] += 2 * r->points;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Keeps the topics that a match line or the sum of their lines can make fire, in order. */
static void keep_hopeful(const struct nw_topics *t, struct hopes *h)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->n; i++) {
		const uint32_t topic = h->topics[i];

		if (h->state[topic] == HOPE_MATCH || h->most[topic] >= t->topics[topic]->score)
			h->topics[kept++] = topic;
	}
	h->n = kept;
	if (kept > 1)
		qsort(h->topics, kept, sizeof(*h->topics), by_number);
}

static void find_hopes(const struct nw_topics *t, const struct nw_scan *scan, struct hopes *h)
{
	*h = (struct hopes){
		.seen = nw_must_calloc(t->n_rules / 64 + 1, sizeof(*h->seen)),
		.most = nw_must_calloc(t->n_topics, sizeof(*h->most)),
		.state = nw_must_calloc(t->n_topics, sizeof(*h->state)),
		.topics = nw_must_calloc(t->n_topics, sizeof(*h->topics)),
	};
	for (size_t i = 0; i < scan->n_ranges; i++) {
		const uint32_t phrase = scan->ranges[i].phrase;

		for (uint32_t at = t->line_at[phrase]; at < t->line_at[phrase + 1]; at++)
			count_line(t, h, t->lines[at]);
	}
	keep_hopeful(t, h);
}

static void clear_hopes(struct hopes *h)
{
	free(h->seen);
	free(h->most);
	free(h->state);
	free(h->topics);
}

static struct nw_tag *new_tag(struct nw_eval *eval, const struct nw_topic *topic,
	const struct nw_verdict *v, struct nw_arena *arena)
{
	struct nw_tag *tag = NW_ARENA_NEW(arena, struct nw_tag);

	tag->name = nw_arena_str(arena, topic->name);
	tag->score = v->score;
	tag->threshold = topic->score;
	tag->hash = nw_arena_str(arena, nw_str(topic->hash));
	tag->matches = nw_verdict_matches(eval, topic, arena);
	return tag;
}

static struct nw_tag *match_hopes(const struct nw_topics *t, const struct nw_scan *scan,
	size_t places, struct nw_arena *arena)
{
	struct nw_tag *first = NULL, **tail = &first;
	struct nw_eval eval;
	struct hopes h;

	find_hopes(t, scan, &h);
	nw_eval_init(&eval, scan);
	eval.places = places;
	for (size_t i = 0; i < h.n; i++) {
		const struct nw_topic *topic = t->topics[h.topics[i]];
		const struct nw_verdict v = nw_verdict_of(&eval, topic);

		if (v.fires) {
			*tail = new_tag(&eval, topic, &v, arena);
			tail = &(*tail)->next;
		}
	}
	clear_hopes(&h);
	nw_eval_clear(&eval);
	return first;
}

static struct nw_tag *match(const struct nw_topics *topics, const struct nw_article *article,
	size_t places, struct nw_arena *arena)
{
	struct nw_tag *tags = NULL;
	struct nw_scan scan;

	nw_scan_article(&scan, topics, article, arena);
	if (scan.n_ranges)
		tags = match_hopes(topics, &scan, places, arena);
	nw_scan_clear(&scan);
	return tags;
}

struct nw_tag *nw_topics_match(
	const struct nw_topics *topics, const struct nw_article *article, struct nw_arena *arena)
{
	return match(topics, article, 1, arena);
}

struct nw_tag *nw_topics_find(
	const struct nw_topics *topics, const struct nw_article *article, struct nw_arena *arena)
{
	return match(topics, article, PLACES, arena);
}

struct nw_verdict nw_topics_ask(const struct nw_topics *topics, const struct nw_topic *topic,
	const struct nw_article *article)
{
	struct nw_arena *scratch = nw_arena_new();
	struct nw_eval eval;
	struct nw_scan scan;
	struct nw_verdict v;

	nw_scan_article(&scan, topics, article, scratch);
	nw_eval_init(&eval, &scan);
	v = nw_verdict_of(&eval, topic);
	nw_eval_clear(&eval);
	nw_scan_clear(&scan);
	nw_arena_free(scratch);
	return v;
}
