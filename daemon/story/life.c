#include "story/life.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"

#define CHUNK ((size_t)1024)
#define TITLE_MEAN 48 /* bytes of the ring a story */
#define TITLE_MAX 400
#define TAG_NAMES 4096 /* different ones; there are as many as topics */

void nw_tales_init(struct nw_tales *tales, size_t max)
{
	*tales = (struct nw_tales){.max = max, .free = NW_TALE_NONE};
	tales->n_chunks = max / CHUNK + 1;
	tales->chunks = nw_must_calloc(tales->n_chunks, sizeof(struct nw_tale *));
	tales->n_id_heads = 64;
	while (tales->n_id_heads < max)
		tales->n_id_heads *= 2;
	tales->id_heads = nw_must_calloc(tales->n_id_heads, sizeof(*tales->id_heads));
	memset(tales->id_heads, 0xff, tales->n_id_heads * sizeof(*tales->id_heads));
	for (size_t i = 0; i < 2; i++)
		tales->lists[i] = (struct nw_tale_list){NW_TALE_NONE, NW_TALE_NONE, 0};
	tales->titles_max = max * TITLE_MEAN + TITLE_MAX;
	tales->titles = nw_must_calloc(tales->titles_max, 1);
	tales->tag_names = nw_must_calloc(TAG_NAMES, sizeof(*tales->tag_names));
	tales->arena = nw_arena_new();
}

static void free_more(struct nw_tale *t)
{
	if (!t->more)
		return;
	free(t->more->title);
	free(t->more->sites);
	free(t->more);
	t->more = NULL;
}

void nw_tales_clear(struct nw_tales *tales)
{
	for (size_t i = 0; i < tales->used; i++)
		free_more(nw_tale_at(tales, (uint32_t)i));
	for (size_t i = 0; i < tales->n_chunks; i++)
		free(tales->chunks[i]);
	free(tales->chunks);
	free(tales->id_heads);
	free(tales->titles);
	free(tales->tag_names);
	nw_map_clear(&tales->tag_numbers);
	nw_arena_free(tales->arena);
	*tales = (struct nw_tales){0};
}

struct nw_tale *nw_tale_at(const struct nw_tales *tales, uint32_t number)
{
	return &tales->chunks[number / CHUNK][number % CHUNK];
}

static uint32_t *id_head(const struct nw_tales *tales, struct nw_hash id)
{
	return &tales->id_heads[id.low & (tales->n_id_heads - 1)];
}

uint32_t nw_tale_find(const struct nw_tales *tales, struct nw_hash id)
{
	uint32_t number = *id_head(tales, id);

	while (number != NW_TALE_NONE && !nw_hash_eq(nw_tale_at(tales, number)->id, id))
		number = nw_tale_at(tales, number)->same_id;
	return number;
}

/* --- states --- */

static void leave_list(struct nw_tales *tales, uint32_t number)
{
	const struct nw_tale *t = nw_tale_at(tales, number);
	struct nw_tale_list *list = &tales->lists[t->state];

	list->n--;
	if (t->newer == NW_TALE_NONE)
		list->newest = t->older;
	else
		nw_tale_at(tales, t->newer)->older = t->older;
	if (t->older == NW_TALE_NONE)
		list->oldest = t->newer;
	else
		nw_tale_at(tales, t->older)->newer = t->newer;
}

static void enter_list(struct nw_tales *tales, uint32_t number)
{
	struct nw_tale *t = nw_tale_at(tales, number);
	struct nw_tale_list *list = &tales->lists[t->state];

	t->newer = NW_TALE_NONE;
	t->older = list->newest;
	if (t->older == NW_TALE_NONE)
		list->oldest = number;
	else
		nw_tale_at(tales, t->older)->newer = number;
	list->newest = number;
	list->n++;
}

void nw_tale_enter(struct nw_tales *tales, uint32_t number, enum nw_story_state state)
{
	struct nw_tale *t = nw_tale_at(tales, number);

	if (t->state != NW_STORY_CLOSED)
		leave_list(tales, number);
	t->state = (uint8_t)state;
	if (t->state != NW_STORY_CLOSED)
		enter_list(tales, number);
}

/* --- titles --- */

static struct nw_str cut_title(struct nw_str title)
{
	size_t n = title.n;

	if (n <= TITLE_MAX)
		return title;
	n = TITLE_MAX;
	while (n > 0 && ((unsigned char)title.p[n] & 0xc0) == 0x80)
		n--;
	return nw_str_head(title, n);
}

static void put_title(struct nw_tales *tales, struct nw_tale *t, struct nw_str title)
{
	size_t at = tales->titles_at % tales->titles_max;

	title = cut_title(title);
	if (at + title.n > tales->titles_max) { /* not over the end */
		tales->titles_at += (uint32_t)(tales->titles_max - at);
		at = 0;
	}
	if (title.n)
		memcpy(tales->titles + at, title.p, title.n);
	t->title_at = tales->titles_at;
	t->title_n = (uint16_t)title.n;
	tales->titles_at += (uint32_t)title.n;
}

static struct nw_str title_of(const struct nw_tales *tales, const struct nw_tale *t)
{
	if (t->more)
		return nw_str(t->more->title);
	if (tales->titles_at - t->title_at > tales->titles_max)
		return (struct nw_str){0}; /* overwritten */
	return (struct nw_str){tales->titles + t->title_at % tales->titles_max, t->title_n};
}

/* --- opening and forgetting --- */

static uint32_t take_number(struct nw_tales *tales)
{
	uint32_t number = tales->free;

	if (number != NW_TALE_NONE) {
		tales->free = nw_tale_at(tales, number)->older;
		return number;
	}
	number = (uint32_t)tales->used++;
	if (!tales->chunks[number / CHUNK])
		tales->chunks[number / CHUNK] = nw_must_calloc(CHUNK, sizeof(struct nw_tale));
	return number;
}

uint32_t nw_tale_open(struct nw_tales *tales, struct nw_hash id, struct nw_str title,
	const char language[4], uint32_t now_s)
{
	const uint32_t number = take_number(tales);
	struct nw_tale *t = nw_tale_at(tales, number);

	*t = (struct nw_tale){.id = id, .opened_s = now_s, .last_s = now_s, .state = NW_STORY_OPEN};
	memcpy(t->language, language, sizeof(t->language));
	t->same_id = *id_head(tales, id);
	*id_head(tales, id) = number;
	put_title(tales, t, title);
	enter_list(tales, number);
	tales->n++;
	return number;
}

void nw_tale_forget(struct nw_tales *tales, uint32_t number)
{
	struct nw_tale *t = nw_tale_at(tales, number);
	uint32_t *at = id_head(tales, t->id);

	while (*at != number)
		at = &nw_tale_at(tales, *at)->same_id;
	*at = t->same_id;
	nw_tale_enter(tales, number, NW_STORY_CLOSED); /* out of every list */
	free_more(t);
	t->older = tales->free;
	tales->free = number;
	tales->n--;
}

/* --- sources --- */

static struct nw_tale_site *find_site(struct nw_tale_more *more, uint32_t site)
{
	for (size_t i = 0; i < more->n_sites; i++) {
		if (more->sites[i].site == site)
			return &more->sites[i];
	}
	return NULL;
}

static struct nw_tale_site *add_site(struct nw_tale_more *more, uint32_t site, uint8_t source)
{
	struct nw_tale_site *s;

	if (more->n_sites == NW_TALE_SITES)
		return NULL;
	if (more->n_sites == more->cap_sites) {
		more->cap_sites =
			more->cap_sites < 128 ? (uint8_t)(more->cap_sites * 2) : NW_TALE_SITES;
		more->sites = nw_must_realloc(more->sites, more->cap_sites * sizeof(*more->sites));
	}
	s = &more->sites[more->n_sites++];
	*s = (struct nw_tale_site){.site = site, .source = source};
	return s;
}

static void make_more(struct nw_tales *tales, struct nw_tale *t)
{
	struct nw_tale_more *more;

	if (t->more)
		return;
	more = nw_must_calloc(1, sizeof(*more));
	more->title = nw_must_strdup(title_of(tales, t));
	memcpy(more->tags, t->tags, sizeof(t->tags));
	more->cap_sites = 4;
	more->sites = nw_must_calloc(more->cap_sites, sizeof(*more->sites));
	t->more = more;
	add_site(more, t->site, more->n_sources++)->articles = t->articles;
}

static uint8_t count_sources(const struct nw_tale_more *more)
{
	uint64_t bits[4] = {0};
	unsigned n = 0;

	for (size_t i = 0; i < more->n_sites; i++) {
		const uint8_t source = more->sites[i].source;

		if (more->sites[i].articles)
			bits[source / 64] |= (uint64_t)1 << source % 64;
	}
	for (size_t i = 0; i < 4; i++)
		n += (unsigned)__builtin_popcountll(bits[i]);
	return (uint8_t)n;
}

bool nw_tale_add(struct nw_tales *tales, uint32_t number, uint32_t site, uint32_t copy_of)
{
	struct nw_tale *t = nw_tale_at(tales, number);
	const uint8_t before = t->sources;
	struct nw_tale_site *row, *other;

	if (!t->held && !t->more) {
		t->site = site;
		t->held = t->articles = t->sources = 1;
		return true;
	}
	make_more(tales, t);
	t->held++;
	t->articles++;
	row = find_site(t->more, site);
	if (!row) {
		other = copy_of ? find_site(t->more, copy_of) : NULL;
		row = add_site(t->more, site, other ? other->source : t->more->n_sources);
		if (row && !other)
			t->more->n_sources++;
	}
	if (row)
		row->articles++;
	t->sources = count_sources(t->more);
	return t->sources > before;
}

void nw_tale_remove(struct nw_tales *tales, uint32_t number, uint32_t site)
{
	struct nw_tale *t = nw_tale_at(tales, number);
	struct nw_tale_site *row;

	make_more(tales, t);
	t->articles -= t->articles > 0;
	row = find_site(t->more, site);
	if (row && row->articles)
		row->articles--;
	t->sources = count_sources(t->more);
}

/* --- tags --- */

struct tag_name {
	struct nw_str name;
	uint16_t number;
};

/* TAG_NAMES: too many to know this one. */
static uint16_t number_of(struct nw_tales *tales, struct nw_str name)
{
	struct tag_name *tag = nw_map_get(&tales->tag_numbers, name);

	if (tag || tales->n_tags == TAG_NAMES)
		return tag ? tag->number : TAG_NAMES;
	tag = NW_ARENA_NEW(tales->arena, struct tag_name);
	tag->name = nw_arena_str(tales->arena, name);
	tag->number = (uint16_t)tales->n_tags;
	tales->tag_names[tales->n_tags++] = tag->name;
	(void)nw_map_put(&tales->tag_numbers, tag->name, tag);
	return tag->number;
}

static bool has_tag(const uint16_t *tags, size_t n, uint16_t tag)
{
	for (size_t i = 0; i < n; i++) {
		if (tags[i] == tag)
			return true;
	}
	return false;
}

void nw_tale_tag(struct nw_tales *tales, uint32_t number, const struct nw_str *tags, size_t n)
{
	struct nw_tale *t = nw_tale_at(tales, number);

	for (size_t i = 0; i < n && t->n_tags < NW_STORY_TAGS; i++) {
		const uint16_t tag = number_of(tales, tags[i]);

		if (tag == TAG_NAMES || has_tag(t->more ? t->more->tags : t->tags, t->n_tags, tag))
			continue;
		if (t->n_tags == NW_TALE_FEW_TAGS)
			make_more(tales, t);
		(t->more ? t->more->tags : t->tags)[t->n_tags++] = tag;
	}
}

void nw_tale_show(const struct nw_tales *tales, uint32_t number, struct nw_story *story)
{
	const struct nw_tale *t = nw_tale_at(tales, number);
	const uint16_t *tags = t->more ? t->more->tags : t->tags;

	*story = (struct nw_story){.id = t->id,
		.title = title_of(tales, t),
		.opened_s = t->opened_s,
		.last_s = t->last_s,
		.articles = t->articles,
		.sources = t->sources,
		.state = (enum nw_story_state)t->state,
		.n_tags = t->n_tags};
	memcpy(story->language, t->language, sizeof(story->language));
	for (size_t i = 0; i < t->n_tags; i++)
		story->tags[i] = tales->tag_names[tags[i]];
}
