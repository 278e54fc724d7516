#include "changes/known.h"

#include "base/arena.h"
#include "base/str.h"

#define BODY_BYTES ((size_t)1 << 16)
#define ALIKE_LEAST 4 /* bytes that names have in common */

struct count {
	uint32_t old, now;
	uint32_t names, smalls; /* with a capital where it tells, and without one */
};

static struct count *count_of(const struct nw_known *known, struct nw_str key)
{
	return nw_map_get(&known->counts, key);
}

/* --- forms of a word --- */

/* What a name ends in when it is an adjective, or a people's. "Niger" and "Nigeria" are two. */
static bool is_ending(struct nw_str s)
{
	static const char *const endings[] = {"n", "ns", "an", "ans", "ian", "ians", "i", "is", "s",
		"ese", "ish", "ien", "iens", "ienne", "iennes", "ano", "ana", "ani", "ane", "os"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (nw_str_eq(s, nw_str(endings[i])))
			return true;
	}
	return false;
}

bool nw_known_alike(const struct nw_word *a, const struct nw_word *b)
{
	const struct nw_str one = a->key.n < b->key.n ? a->key : b->key;
	const struct nw_str other = a->key.n < b->key.n ? b->key : a->key;

	if (one.n == other.n)
		return nw_str_eq(one, other);
	return one.n >= ALIKE_LEAST && nw_str_starts(other, one) &&
		is_ending(nw_str_from(other, one.n));
}

/* Arabic: what a verb's form puts before it. */
static struct nw_str cut_prefix(struct nw_str s)
{
	static const char *const prefixes[] = {"و", "ف", "س", "ي", "ت", "ن", "ا"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (s.n >= 8 && nw_str_starts(s, nw_str(prefixes[i])))
			s = nw_str_from(s, 2);
	}
	return s;
}

/* The first letters of a shorter one, all but the last; of two letters the first. */
bool nw_known_inflected(const struct nw_word *a, const struct nw_word *b)
{
	const struct nw_str x = cut_prefix(a->key), y = cut_prefix(b->key);
	const size_t least = x.n < y.n ? x.n : y.n;
	size_t same = 0;

	while (same < least && x.p[same] == y.p[same])
		same++;
	if (least < 3)
		return same == least && x.n == y.n;
	return same >= 3 ? same + 1 >= least || same >= 5 : same + 2 >= least && least <= 4;
}

/* --- reading --- */

static struct count *note(struct nw_known *known, struct nw_str key)
{
	struct count *count = count_of(known, key);

	if (!count && key.n) {
		count = NW_ARENA_NEW(known->reader.arena, struct count);
		(void)nw_map_put(&known->counts, key, count);
	}
	return count;
}

static void note_words(struct nw_known *known, const struct nw_words *words, bool is_old)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct nw_word *w = &words->v[i];
		struct count *count = note(known, w->key);

		if (!count)
			continue;
		count->old += is_old;
		count->now += !is_old;
		if (!w->is_capital)
			count->smalls++;
		else if (!w->begins && !words->is_titled)
			count->names++;
	}
}

/* Every word of what a body begins with. */
static void note_body(struct nw_known *known, struct nw_str body)
{
	struct nw_words *words = NW_ARENA_NEW(known->reader.arena, struct nw_words);
	struct nw_str rest = nw_str_head(body, BODY_BYTES);

	while (rest.n) {
		nw_words_read(&known->reader, rest, words);
		words->is_titled = false;
		note_words(known, words, false);
		rest = words->rest;
	}
}

/* --- names --- */

static bool may_be_name(const struct nw_known *known, const struct nw_word *w)
{
	return w->kind == NW_WORD_PLAIN && w->is_capital && w->text.n > 1 &&
		w->meaning == NW_MEANS_NOTHING && (known->reader.language->names || w->is_loud);
}

static void find_names(struct nw_known *known, struct nw_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		struct nw_word *w = &words->v[i];
		const struct count *count = count_of(known, w->key);

		if (!may_be_name(known, w) || !count)
			continue;
		if ((!w->begins && !words->is_titled) || w->is_loud ||
			(count->names && count->names >= count->smalls))
			w->kind = NW_WORD_NAME;
		else
			w->is_maybe = !count->smalls;
	}
}

void nw_known_read(struct nw_known *known, struct nw_arena *arena,
	const struct nw_language *language, const struct nw_version *old,
	const struct nw_version *now)
{
	*known = (struct nw_known){.reader = {.arena = arena, .language = language}};
	nw_changes_meanings(arena, language, &known->reader.meanings);
	known->old = NW_ARENA_ARRAY(arena, struct nw_words, NW_FIELDS);
	known->now = NW_ARENA_ARRAY(arena, struct nw_words, NW_FIELDS);
	nw_words_read(&known->reader, old->title, &known->old[NW_FIELD_TITLE]);
	nw_words_read(&known->reader, old->lead, &known->old[NW_FIELD_LEAD]);
	nw_words_read(&known->reader, now->title, &known->now[NW_FIELD_TITLE]);
	nw_words_read(&known->reader, now->lead, &known->now[NW_FIELD_LEAD]);
	for (size_t i = 0; i < NW_FIELDS; i++)
		note_words(known, &known->old[i], true);
	note_words(known, &known->now[NW_FIELD_TITLE], false);
	note_body(known, now->body.n ? now->body : now->lead);
	for (size_t i = 0; i < NW_FIELDS; i++) {
		find_names(known, &known->old[i]);
		find_names(known, &known->now[i]);
	}
}

void nw_known_clear(struct nw_known *known)
{
	nw_map_clear(&known->reader.meanings);
	nw_map_clear(&known->counts);
}

size_t nw_known_old(const struct nw_known *known, const struct nw_word *w)
{
	const struct count *count = count_of(known, w->key);

	return count ? count->old : 0;
}

size_t nw_known_now(const struct nw_known *known, const struct nw_word *w)
{
	const struct count *count = count_of(known, w->key);

	return count ? count->now : 0;
}

bool nw_known_was(const struct nw_known *known, const struct nw_word *w)
{
	for (size_t i = 0; i < NW_FIELDS; i++) {
		for (size_t k = 0; k < known->old[i].n; k++) {
			if (nw_known_alike(&known->old[i].v[k], w))
				return true;
		}
	}
	return false;
}
