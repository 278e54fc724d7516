/*
 * Any bytes as a topic file, with a set file beside it. Held: what is refused is
 * told, with a place in one of the two files; what is taken is taken again with the
 * same hash and gives the same tags; its own tests can be run.
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

struct told {
	struct nw_str text; /* of the topic */
	size_t n;
};

static void on_problem(void *arg, const struct nw_error *error)
{
	struct told *told = arg;
	size_t lines = 1;

	for (size_t i = 0; i < told->text.n; i++)
		lines += told->text.p[i] == '\n';
	must(error->text[0] != '\0');
	must(error->line >= 1 && error->column >= 1);
	if (strstr(error->file, ".topic"))
		must((size_t)error->line <= lines && (size_t)error->column <= told->text.n + 1);
	told->n++;
}

static const char set[] =
	"[names]\nLibya | \"Libyan army\" | haft*\n[more]\n@names | =LNA | stem(war)\n";

static struct nw_topics *build(struct nw_str text, struct told *told)
{
	const struct nw_topic_file files[] = {
		{NW_STR("a.set"), nw_str(set)}, {NW_STR("a.topic"), text}};
	const struct nw_complain complain = {on_problem, told};
	struct nw_topics *topics;

	*told = (struct told){.text = text};
	must((nw_topics_build("t", files, 2, &complain, &topics) == NW_OK) == (topics != NULL));
	must((told->n == 0) == (topics != NULL));
	return topics;
}

static void compare(const struct nw_topics *one, const struct nw_topics *two)
{
	const struct nw_article article = {.title = NW_STR("Libyan army and the LNA's wars"),
		.body = NW_STR("Haftar, in a cease-fire.\n\nWar; a b c.")};
	struct nw_arena *arena = nw_arena_new();
	const struct nw_tag *a = nw_topics_match(one, &article, arena);
	const struct nw_tag *b = nw_topics_match(two, &article, arena);

	must(!a == !b);
	must(!a || (nw_str_eq(a->hash, b->hash) && a->score >= b->score && a->score <= b->score));
	nw_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str text = {(const char *)data, size};
	struct told told;
	struct nw_topics *topics = build(text, &told);
	size_t n;

	if (topics) {
		struct nw_topics *again = build(text, &told);

		compare(topics, again);
		must(nw_topics_test(topics, NULL, &n) <= n);
		nw_topics_free(again);
	}
	nw_topics_free(topics);
	return 0;
}
