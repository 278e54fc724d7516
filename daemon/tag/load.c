/* A directory of topics and sets to one compiled, immutable whole. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "tag/compile.h"
#include "tag/grow.h"

#define FILE_MOST ((size_t)4 << 20)
#define ENGINE "newswire-topics 1\n" /* changes when the same topic gives other tags */

struct loading {
	struct nw_topics *topics;
	struct nw_parse parse;
	const struct nw_complain *complain;
	size_t problems;
	size_t cap;
};

static void complain(struct loading *l, const struct nw_error *error)
{
	l->problems++;
	if (l->complain)
		l->complain->say(l->complain->arg, error);
}

/* Problems name the file as it was found, so that an editor can open it. */
static struct nw_source *open_source(struct loading *l, struct nw_str name)
{
	struct nw_arena *a = l->topics->arena;
	struct nw_source *source = NW_ARENA_NEW(a, struct nw_source);
	const struct nw_str path =
		nw_arena_printf(a, "%.*s/%.*s", NW_ARG(l->topics->dir), NW_ARG(name));
	struct nw_error error = {0};

	source->name = name;
	source->path = path;
	source->complain = l->complain;
	if (nw_file_read(a, path.p, FILE_MOST, &source->text, &error) != NW_OK) {
		complain(l, &error);
		return NULL;
	}
	return nw_source_check(source) ? source : NULL;
}

/* Lines that are long in the same hash need not be looked at: XXH3's 128 bits of all of it. */
static void add_set_text(struct nw_buf *text, const struct nw_expr *e)
{
	if (e->op == NW_OP_SET) {
		const struct nw_set *set = e->set;

		nw_buf_printf(text, "[%.*s]", NW_ARG(set->name));
		nw_buf_add(text,
			(struct nw_str){set->source->text.p + set->body, set->end - set->body});
		add_set_text(text, set->expr);
	}
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next)
		add_set_text(text, kid);
}

static void hash_topic(struct nw_topic *topic)
{
	struct nw_buf text;

	nw_buf_init(&text, SIZE_MAX / 4);
	nw_buf_add(&text, NW_STR(ENGINE));
	nw_buf_add(&text, topic->source->text);
	for (const struct nw_rule *r = topic->rules; r; r = r->next)
		add_set_text(&text, r->expr);
	nw_hash_hex(nw_hash128(nw_buf_str(&text)), topic->hash);
	nw_buf_clear(&text);
}

static int by_name(const void *a, const void *b)
{
	const struct nw_topic *const *x = a, *const *y = b;

	return nw_str_cmp((*x)->name, (*y)->name);
}

static void read_sets(struct loading *l, const struct nw_str *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nw_source *source = open_source(l, names[i]);

		if (!source) {
			l->problems++;
			continue;
		}
		nw_sets_read(l->topics->arena, source, &l->parse.sets);
		l->problems += source->problems;
		source->problems = 0;
	}
	for (struct nw_set *set = l->parse.sets; set; set = set->next) {
		(void)nw_set_get(&l->parse, set->source, set->at, set->name);
		l->problems += set->source->problems;
		set->source->problems = 0;
	}
}

static void read_topic(struct loading *l, struct nw_str name)
{
	struct nw_topics *t = l->topics;
	struct nw_source *source = open_source(l, name);
	struct nw_topic *topic = source ? nw_topic_read(&l->parse, source) : NULL;

	if (topic && !source->problems)
		nw_topic_lint(topic);
	if (!topic || source->problems) {
		l->problems++;
		return;
	}
	hash_topic(topic);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): of pointers */
	NW_GROW(t->topics, t->n_topics, l->cap);
	t->topics[t->n_topics++] = topic;
}

static void check_names(struct loading *l)
{
	struct nw_topics *t = l->topics;

	if (t->n_topics)
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): of pointers */
		qsort(t->topics, t->n_topics, sizeof(*t->topics), by_name);
	for (size_t i = 1; i < t->n_topics; i++) {
		if (!nw_str_eq(t->topics[i]->name, t->topics[i - 1]->name))
			continue;
		nw_source_complain(t->topics[i]->source, 0,
			"topic '%.*s' is there already, in '%.*s'", NW_ARG(t->topics[i]->name),
			NW_ARG(t->topics[i - 1]->source->name));
		l->problems++;
	}
}

static void read_all(struct loading *l)
{
	struct nw_topics *t = l->topics;
	struct nw_error error = {0};
	struct nw_str *names;
	size_t n;

	if (nw_dir_list(t->arena, t->dir.p, NW_STR(".set"), &names, &n, &error) != NW_OK) {
		complain(l, &error);
		return;
	}
	read_sets(l, names, n);
	if (nw_dir_list(t->arena, t->dir.p, NW_STR(".topic"), &names, &n, &error) != NW_OK) {
		complain(l, &error);
		return;
	}
	for (size_t i = 0; i < n; i++)
		read_topic(l, names[i]);
	check_names(l);
}

enum nw_err nw_topics_load(
	const char *dir, const struct nw_complain *complain_to, struct nw_topics **topics)
{
	struct nw_topics *t = nw_must_calloc(1, sizeof(*t));
	struct loading l = {.topics = t, .complain = complain_to};

	*topics = NULL;
	t->arena = nw_arena_new();
	t->dir = nw_arena_str(t->arena, nw_str(dir));
	nw_fold_init(&t->fold);
	l.parse = (struct nw_parse){.arena = t->arena, .fold = &t->fold};
	read_all(&l);
	if (l.problems) {
		nw_topics_free(t);
		return NW_E_SYNTAX;
	}
	nw_topics_compile(t);
	*topics = t;
	return NW_OK;
}

void nw_topics_free(struct nw_topics *topics)
{
	if (!topics)
		return;
	nw_vocab_clear(&topics->vocab);
	nw_phrases_clear(&topics->phrases);
	free(topics->topics);
	free(topics->rules);
	free(topics->rule_topic);
	nw_arena_free(topics->arena);
	free(topics);
}

size_t nw_topics_count(const struct nw_topics *topics)
{
	return topics->n_topics;
}

struct nw_str nw_topics_name(const struct nw_topics *topics, size_t i)
{
	return i < topics->n_topics ? topics->topics[i]->name : NW_STR("");
}
