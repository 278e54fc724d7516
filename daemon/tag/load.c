/* Topic and set files to one compiled, immutable whole. */
#include "tag/load.h"

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
	size_t problems, cap;
};

/* The file as a source; NULL, and told, when its bytes are not fit to be read. */
static struct nw_source *open_source(struct loading *l, const struct nw_topic_file *file)
{
	struct nw_arena *a = l->topics->arena;
	struct nw_source *source = NW_ARENA_NEW(a, struct nw_source);

	source->name = nw_arena_str(a, file->name);
	source->path = nw_arena_printf(a, "%.*s/%.*s", NW_ARG(l->topics->dir), NW_ARG(file->name));
	source->text = nw_arena_str(a, file->text);
	source->complain = l->complain;
	if (nw_source_check(source))
		return source;
	l->problems++;
	return NULL;
}

/* Names and lines of every set that a pattern asks for, and of those that they ask for. */
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

/* All sets are there before any is parsed: they may name each other in any order. */
static void read_sets(struct loading *l, const struct nw_topic_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nw_source *source;

		if (!nw_str_ends(files[i].name, NW_STR(".set")))
			continue;
		source = open_source(l, &files[i]);
		if (!source)
			continue;
		nw_sets_read(&l->parse, source);
		l->problems += source->problems;
	}
	for (struct nw_set *set = l->parse.sets; set; set = set->next)
		l->problems += !nw_set_get(&l->parse, set->source, set->at, set->name);
}

static void read_topic(struct loading *l, const struct nw_topic_file *file)
{
	struct nw_topics *t = l->topics;
	struct nw_source *source = open_source(l, file);
	struct nw_topic *topic = source ? nw_topic_read(&l->parse, source) : NULL;

	if (topic && !source->problems && !l->problems)
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

static int by_name(const void *a, const void *b)
{
	const struct nw_topic *const *x = a, *const *y = b;

	return nw_str_cmp((*x)->name, (*y)->name);
}

static void sort_topics(struct loading *l)
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

enum nw_err nw_topics_build(const char *dir, const struct nw_topic_file *files, size_t n,
	const struct nw_complain *complain, struct nw_topics **topics)
{
	struct nw_topics *t = nw_must_calloc(1, sizeof(*t));
	struct loading l = {.topics = t, .complain = complain};

	*topics = NULL;
	t->arena = nw_arena_new();
	t->dir = nw_arena_str(t->arena, nw_str(dir));
	nw_fold_init(&t->fold);
	l.parse = (struct nw_parse){.arena = t->arena, .fold = &t->fold};
	read_sets(&l, files, n);
	for (size_t i = 0; i < n; i++) {
		if (nw_str_ends(files[i].name, NW_STR(".topic")))
			read_topic(&l, &files[i]);
	}
	sort_topics(&l);
	nw_map_clear(&l.parse.names);
	if (l.problems) {
		nw_topics_free(t);
		return NW_E_SYNTAX;
	}
	nw_topics_compile(t);
	*topics = t;
	return NW_OK;
}

static enum nw_err complain_of(const struct nw_complain *complain, const struct nw_error *error)
{
	if (complain)
		complain->say(complain->arg, error);
	return NW_E_SYSTEM;
}

/* Every .topic and .set file of a directory, read whole. */
static enum nw_err read_files(struct nw_arena *a, const char *dir,
	const struct nw_complain *complain, struct nw_topic_file **files, size_t *n)
{
	struct nw_error error = {0};
	struct nw_str *sets, *topics;
	size_t n_sets, n_topics;

	if (nw_dir_list(a, dir, NW_STR(".set"), &sets, &n_sets, &error) != NW_OK ||
		nw_dir_list(a, dir, NW_STR(".topic"), &topics, &n_topics, &error) != NW_OK)
		return complain_of(complain, &error);
	*n = n_sets + n_topics;
	*files = NW_ARENA_ARRAY(a, struct nw_topic_file, *n);
	for (size_t i = 0; i < *n; i++) {
		const struct nw_str name = i < n_sets ? sets[i] : topics[i - n_sets];
		const struct nw_str path = nw_arena_printf(a, "%s/%.*s", dir, NW_ARG(name));

		(*files)[i].name = name;
		if (nw_file_read_regular(a, path.p, FILE_MOST, &(*files)[i].text, &error) != NW_OK)
			return complain_of(complain, &error);
	}
	return NW_OK;
}

enum nw_err nw_topics_load(
	const char *dir, const struct nw_complain *complain, struct nw_topics **topics)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_topic_file *files;
	enum nw_err err;
	size_t n;

	*topics = NULL;
	err = read_files(a, dir, complain, &files, &n);
	if (!err)
		err = nw_topics_build(dir, files, n, complain, topics);
	nw_arena_free(a);
	return err;
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
