#ifndef NW_STORY_LIFE_H
#define NW_STORY_LIFE_H

#include "base/map.h"
#include "story/story.h"

/*
 * The stories themselves: who is in them, from how many sources, and how long nothing has
 * come. Which article belongs where is match.h's affair. A story is a number here.
 */
#define NW_TALE_NONE UINT32_MAX
#define NW_TALE_SITES 255 /* told apart in one story; what more there are count as no new source */
#define NW_TALE_FEW_TAGS 4

/* Of one that has more than one article, or many tags. */
struct nw_tale_more {
	char *title;
	struct nw_tale_site {
		uint32_t site, articles;
		uint8_t source;
	} * sites;
	uint16_t tags[NW_STORY_TAGS];
	uint8_t n_sites, cap_sites, n_sources; /* n_sources: numbers given to any */
};

struct nw_tale {
	struct nw_hash id;
	struct nw_tale_more *more; /* NULL: one article, few tags */
	uint32_t opened_s, last_s;
	uint32_t articles; /* that stand */
	uint32_t held;     /* entries that name it, of any kind */
	uint32_t newer,
		older; /* in the list of its state, by last_s; older: of the free ones too */
	uint32_t same_id;
	uint32_t site;     /* of its first article */
	uint32_t title_at; /* in the ring of titles */
	uint16_t title_n;
	uint16_t tags[NW_TALE_FEW_TAGS];
	uint8_t n_tags, state, sources;
	char language[4];
};

struct nw_tale_list {
	uint32_t newest, oldest, n;
};

struct nw_tales {
	struct nw_tale **chunks;
	size_t max, n, n_chunks, used;
	uint32_t free;
	struct nw_tale_list lists[2]; /* NW_STORY_OPEN, NW_STORY_QUIET */
	uint32_t *id_heads;
	size_t n_id_heads;
	char *titles; /* a ring */
	size_t titles_max;
	uint32_t titles_at;     /* bytes ever written to it, in 32 bits */
	struct nw_arena *arena; /* of the names of tags */
	struct nw_map tag_numbers;
	struct nw_str *tag_names;
	size_t n_tags;
};

void nw_tales_init(struct nw_tales *tales, size_t max);
void nw_tales_clear(struct nw_tales *tales);

struct nw_tale *nw_tale_at(const struct nw_tales *tales, uint32_t number);
uint32_t nw_tale_find(const struct nw_tales *tales, struct nw_hash id); /* or NW_TALE_NONE */

/* Opens one, without an article. */
uint32_t nw_tale_open(struct nw_tales *tales, struct nw_hash id, struct nw_str title,
	const char language[4], uint32_t now_s);
void nw_tale_forget(struct nw_tales *tales, uint32_t number);

/*
 * Counts an article of a site; copy_of: the site whose article it is a near-copy of, 0 when
 * of none. True when that is one independent source more.
 */
bool nw_tale_add(struct nw_tales *tales, uint32_t number, uint32_t site, uint32_t copy_of);
void nw_tale_remove(struct nw_tales *tales, uint32_t number, uint32_t site);
void nw_tale_tag(struct nw_tales *tales, uint32_t number, const struct nw_str *tags, size_t n);

/* It is in this state now, and nothing else in it is newer. */
void nw_tale_enter(struct nw_tales *tales, uint32_t number, enum nw_story_state state);

void nw_tale_show(const struct nw_tales *tales, uint32_t number, struct nw_story *story);

#endif
