/*
 * Any bytes as an article: its title is the first line. Held: the same article
 * gives the same tags; every quote is the field's own bytes at its place; a fired
 * topic reached its score or has a line that matched; and the case of ASCII letters
 * makes no difference to a topic without exact words and sentences.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "tag/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
	if (!holds)
		abort();
}

static const struct nw_topic_file files[] = {
	{{"a.set", 5},
		{"[x]\na | b | \"a b\" | cease-fire | a-b-c | xy?z\n[ar]\n\xd9\x87\xd8\xaf\xd9\x86\xd8\xa9 | \"\xd9\x88\xd9\x82\xd9\x81 \xd8\xa7\xd9\x84\xd9\x86\xd8\xa7\xd8\xb1\"\n",
			0}},
	{{"folded.topic", 12},
		{"topic folded\nscore 3\n[score]\n1 @x\n1 @ar\n1 title:(@x NEAR/3 c)\n"
		 "2 atleast3(@x)\n-1 para(a AND NOT b)\n1 stem(fighting)\n"
		 "[match]\na NEAR/2 b ONEAR/2 (c | d)\nfirst5(d)\n\"a b a c\"\nlead:xyz\n"
		 "[exclude]\ntitle:quiz\n",
			0}},
	{{"exact.topic", 11}, {"topic exact\n[match]\n=LNA\n=\"A b\"\n=US\nsent(a AND abc*)\n", 0}},
};
#define N_FILES (sizeof(files) / sizeof(*files))

static struct nw_topics *load(void)
{
	struct nw_topic_file sized[N_FILES];
	struct nw_topics *topics;

	for (size_t i = 0; i < N_FILES; i++) {
		sized[i].name = files[i].name;
		sized[i].text = nw_str(files[i].text.p);
	}
	must(nw_topics_build("t", sized, N_FILES, NULL, &topics) == NW_OK);
	return topics;
}

static void check_match(const struct nw_article *article, const struct nw_match *m)
{
	const struct nw_str field =
		nw_str_eq(m->field, NW_STR("title")) ? article->title : article->body;

	must(m->start < m->end && m->end <= field.n);
	must(nw_str_eq(m->quote, (struct nw_str){field.p + m->start, m->end - m->start}));
	must(m->rule.n > 0);
}

static void check_tags(const struct nw_article *article, const struct nw_tag *tags)
{
	for (const struct nw_tag *t = tags; t; t = t->next) {
		bool matched = false;

		must(!t->next || nw_str_cmp(t->name, t->next->name) < 0);
		for (const struct nw_match *m = t->matches; m; m = m->next) {
			check_match(article, m);
			matched = matched || m->points == 0;
		}
		must(matched || (t->threshold > 0 && t->score >= t->threshold));
	}
}

static void check_same(const struct nw_tag *a, const struct nw_tag *b)
{
	for (; a && b; a = a->next, b = b->next) {
		const struct nw_match *m = a->matches, *n = b->matches;

		must(nw_str_eq(a->name, b->name) && nw_str_eq(a->hash, b->hash));
		must(a->score >= b->score && a->score <= b->score);
		for (; m && n; m = m->next, n = n->next)
			must(nw_str_eq(m->quote, n->quote) && m->start == n->start);
		must(!m && !n);
	}
	must(!a && !b);
}

static const struct nw_tag *find_tag(const struct nw_tag *tags, struct nw_str name)
{
	while (tags && !nw_str_eq(tags->name, name))
		tags = tags->next;
	return tags;
}

static struct nw_str swap_case(struct nw_arena *arena, struct nw_str s)
{
	char *p = nw_arena_alloc(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		const bool letter =
			(s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z');

		p[i] = letter ? (char)(s.p[i] ^ 0x20) : s.p[i];
	}
	return (struct nw_str){p, s.n};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nw_topics *topics;
	struct nw_arena *arena = nw_arena_new();
	struct nw_str rest = {(const char *)data, size};
	struct nw_article article = {.language = NW_STR("en")}, swapped;
	const struct nw_tag *tags, *other;

	if (!topics)
		topics = load();
	(void)nw_str_cut(&rest, '\n', &article.title);
	article.body = rest.p ? rest : NW_STR("");
	tags = nw_topics_match(topics, &article, arena);
	check_tags(&article, tags);
	check_same(tags, nw_topics_match(topics, &article, arena));
	swapped = article;
	swapped.title = swap_case(arena, article.title);
	swapped.body = swap_case(arena, article.body);
	other = nw_topics_match(topics, &swapped, arena);
	check_tags(&swapped, other);
	must(!find_tag(tags, NW_STR("folded")) == !find_tag(other, NW_STR("folded")));
	nw_arena_free(arena);
	return 0;
}
