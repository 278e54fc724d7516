#ifndef NW_STORY_RECENT_H
#define NW_STORY_RECENT_H

#include "base/hash.h"
#include "story/rarity.h"

/*
 * The articles that came lately: a ring, the newest in the place of the oldest, and what
 * finds those that may be like another: chains by the smallest runs and the rarest terms,
 * newest first. Nothing is ever taken out of a chain: it ends where its articles have
 * been overwritten.
 */
#define NW_RECENT_RUNS 6  /* runs an article is found by */
#define NW_RECENT_TERMS 8 /* and terms */
#define NW_RECENT_KEYS (NW_RECENT_RUNS + NW_RECENT_TERMS)
#define NW_RECENT_STEPS 48 /* that a chain is followed */

struct nw_recent_entry {
	struct nw_sketch sketch; /* its first terms are those it is found by */
	struct nw_hash id;
	uint32_t time_s;  /* of publication, Unix */
	uint32_t story;   /* number of */
	uint32_t site;    /* hash of */
	uint32_t same_id; /* the next entry in the chain of its id; a number */
	float norm;       /* of its terms, as they were weighed when it came */
	uint8_t n_keyed;  /* terms it is found by */
	uint8_t is_dead;  /* there is a newer version */
	uint8_t is_cancelled;
	uint8_t is_copy; /* of another in its story */
	uint32_t next[NW_RECENT_KEYS];
};

struct nw_recent {
	struct nw_recent_entry **chunks;
	uint32_t *heads, *id_heads; /* numbers; 0: none */
	size_t max, n_buckets, n_id_buckets;
	uint32_t newest;                 /* number of; the first is 1 */
	struct nw_recent_search *search; /* room for one */
	uint64_t steps;                  /* entries ever looked at, for those who count */
};

void nw_recent_init(struct nw_recent *recent, size_t max);
void nw_recent_clear(struct nw_recent *recent);

/* The entry of a number; NULL when it has been overwritten or never was. */
struct nw_recent_entry *nw_recent_get(const struct nw_recent *recent, uint32_t number);

/* The entry that the next one will overwrite, or NULL. */
struct nw_recent_entry *nw_recent_oldest(const struct nw_recent *recent);

/* The living entry of an article; 0: there is none. */
uint32_t nw_recent_find(struct nw_recent *recent, struct nw_hash id);

/* Adds a copy of the entry (is_keyed: to be found as like others); its number. */
uint32_t nw_recent_add(
	struct nw_recent *recent, const struct nw_recent_entry *entry, bool is_keyed);

/* Articles that share a key with a sketch, those that share the most first. */
#define NW_RECENT_FOUND 48
size_t nw_recent_like(struct nw_recent *recent, const struct nw_recent_entry *entry,
	const float rarities[NW_SKETCH_TERMS], uint32_t numbers[NW_RECENT_FOUND]);

#endif
