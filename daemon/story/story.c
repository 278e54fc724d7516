#include "story/story.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "story/life.h"
#include "story/match.h"

#define ARTICLES 1000000
#define WINDOW_S INT64_C(259200) /* 72 h */
#define QUIET_S INT64_C(21600)   /* 6 h */
#define CLOSE_S INT64_C(86400)   /* 24 h */
#define NOT_KEYED 0.9            /* what is so much like another is found through the other */

struct nw_stories {
	struct nw_stories_options options;
	struct nw_recent recent;
	struct nw_tales tales;
	struct nw_story_rarity rarity;
	uint32_t now_s; /* the latest that was heard of */
};

struct nw_stories *nw_stories_new(const struct nw_stories_options *options)
{
	struct nw_stories *stories = nw_must_calloc(1, sizeof(*stories));
	struct nw_stories_options *o = &stories->options;

	*o = *options;
	o->articles = o->articles ? o->articles : ARTICLES;
	o->window_s = o->window_s ? o->window_s : WINDOW_S;
	o->quiet_s = o->quiet_s ? o->quiet_s : QUIET_S;
	o->close_s = o->close_s ? o->close_s : CLOSE_S;
	assert(o->articles <= (size_t)1 << 28 && o->quiet_s <= o->close_s);
	nw_recent_init(&stories->recent, o->articles);
	nw_tales_init(&stories->tales, stories->recent.max);
	nw_story_rarity_init(&stories->rarity);
	return stories;
}

void nw_stories_free(struct nw_stories *stories)
{
	if (!stories)
		return;
	nw_recent_clear(&stories->recent);
	nw_tales_clear(&stories->tales);
	nw_story_rarity_clear(&stories->rarity);
	free(stories);
}

/* --- articles --- */

static uint32_t to_seconds(int64_t unix_s)
{
	return unix_s < 0 ? 0 : unix_s > UINT32_MAX ? UINT32_MAX : (uint32_t)unix_s;
}

static void hear_time(struct nw_stories *stories, int64_t now_s)
{
	const uint32_t now = to_seconds(now_s);

	if (now > stories->now_s)
		stories->now_s = now;
}

/* A date in the future is a mistake of the publisher's. */
static void fill_entry(const struct nw_stories *stories, const struct nw_story_article *article,
	struct nw_recent_entry *entry)
{
	const uint32_t published_s = to_seconds(article->published_s);

	*entry = (struct nw_recent_entry){.id = article->id};
	if (article->sketch)
		entry->sketch = *article->sketch;
	entry->time_s = published_s && published_s < stories->now_s ? published_s : stories->now_s;
	entry->site = (uint32_t)nw_hash64(article->site) | 1;
}

/* The entry's place is that of the oldest one, which takes its story along when it was the last. */
static uint32_t add_entry(
	struct nw_stories *stories, const struct nw_recent_entry *entry, bool is_keyed)
{
	const struct nw_recent_entry *oldest = nw_recent_oldest(&stories->recent);

	if (oldest) {
		struct nw_tale *tale = nw_tale_at(&stories->tales, oldest->story);

		tale->held--;
		if (!tale->held)
			nw_tale_forget(&stories->tales, oldest->story);
	}
	return nw_recent_add(&stories->recent, entry, is_keyed);
}

/* The story lives: something came. */
static void touch(struct nw_stories *stories, uint32_t number, struct nw_joined *joined)
{
	struct nw_tale *tale = nw_tale_at(&stories->tales, number);

	joined->story = tale->id;
	joined->reopened = tale->state == NW_STORY_CLOSED ||
		(int64_t)stories->now_s - tale->last_s >= stories->options.close_s;
	tale->last_s = stories->now_s;
	nw_tale_enter(&stories->tales, number, NW_STORY_OPEN);
}

/* What was withdrawn counts again; its entry is there already. Whether that is a source more. */
static bool stand(struct nw_stories *stories, struct nw_recent_entry *entry)
{
	const bool is_new = nw_tale_add(&stories->tales, entry->story, entry->site, 0);

	nw_tale_at(&stories->tales, entry->story)->held--;
	entry->is_cancelled = 0;
	return is_new;
}

/* --- a new version --- */

static void join_version(struct nw_stories *stories, const struct nw_story_article *article,
	uint32_t known, struct nw_joined *joined)
{
	struct nw_recent_entry *old = nw_recent_get(&stories->recent, known), entry;
	const uint32_t number = old->story;
	float rarities[NW_SKETCH_TERMS];

	fill_entry(stories, article, &entry);
	entry.story = number;
	entry.site = old->site;
	entry.is_copy = old->is_copy;
	old->is_dead = 1;
	if (old->is_cancelled)
		joined->new_source = stand(stories, old);
	nw_tale_at(&stories->tales, number)->held++;
	nw_story_weigh(&stories->rarity, &entry, rarities);
	(void)add_entry(stories, &entry, true);
	nw_tale_tag(&stories->tales, number, article->tags, article->n_tags);
	touch(stories, number, joined);
	joined->is_version = true;
	joined->like = article->id;
	joined->score = 1;
}

/* --- a new article --- */

static void add_article(struct nw_stories *stories, const struct nw_story_article *article,
	struct nw_recent_entry *entry, const struct nw_story_match *match, struct nw_joined *joined)
{
	struct nw_recent_entry *like = nw_recent_get(&stories->recent, match->number);
	const bool is_keyed = !match->is_copy || match->score < NOT_KEYED;

	entry->is_copy = match->is_copy;
	joined->is_copy = match->is_copy;
	joined->score = match->score;
	if (like)
		joined->like = like->id;
	joined->new_source = nw_tale_add(&stories->tales, entry->story, entry->site,
		like && match->is_copy ? like->site : 0);
	nw_tale_tag(&stories->tales, entry->story, article->tags, article->n_tags);
	if (!match->is_copy)
		nw_story_rarity_learn(&stories->rarity, &entry->sketch, !match->number);
	if (like && !is_keyed && like->time_s < entry->time_s)
		like->time_s = entry->time_s; /* it stands for both */
	(void)add_entry(stories, entry, is_keyed);
	touch(stories, entry->story, joined);
}

void nw_stories_join(struct nw_stories *stories, const struct nw_story_article *article,
	struct nw_joined *joined)
{
	const uint32_t known = nw_recent_find(&stories->recent, article->id);
	const struct nw_recent_entry *like;
	float rarities[NW_SKETCH_TERMS];
	struct nw_recent_entry entry;
	struct nw_story_match match;

	*joined = (struct nw_joined){0};
	hear_time(stories, article->seen_s);
	if (known) {
		join_version(stories, article, known, joined);
		return;
	}
	fill_entry(stories, article, &entry);
	nw_story_weigh(&stories->rarity, &entry, rarities);
	nw_story_find(&stories->recent, &stories->rarity, &entry, rarities,
		stories->options.window_s, &match);
	like = nw_recent_get(&stories->recent, match.number);
	joined->opened = !like;
	entry.story = like ? like->story
			   : nw_tale_open(&stories->tales, article->id, article->title,
				     entry.sketch.language, stories->now_s);
	add_article(stories, article, &entry, &match, joined);
}

/* What it is like of its own story, as it was found then or is now. */
static void find_again(struct nw_stories *stories, const struct nw_recent_entry *entry,
	const float rarities[NW_SKETCH_TERMS], const struct nw_joined *then, bool is_found,
	struct nw_story_match *match)
{
	const struct nw_recent_entry *like;

	*match = (struct nw_story_match){.is_copy = then->is_copy, .score = then->score};
	if (!is_found)
		match->number = nw_recent_find(&stories->recent, then->like);
	else
		nw_story_find(&stories->recent, &stories->rarity, entry, rarities,
			stories->options.window_s, match);
	like = nw_recent_get(&stories->recent, match->number);
	if (!like || like->story != entry->story)
		*match = (struct nw_story_match){0};
}

void nw_stories_restore(struct nw_stories *stories, const struct nw_story_article *article,
	const struct nw_joined *then, bool is_found)
{
	float rarities[NW_SKETCH_TERMS];
	struct nw_recent_entry entry;
	struct nw_story_match match;
	struct nw_joined joined = {0};

	hear_time(stories, article->seen_s);
	if (nw_recent_find(&stories->recent, article->id)) {
		nw_stories_join(stories, article, &joined);
		return;
	}
	fill_entry(stories, article, &entry);
	nw_story_weigh(&stories->rarity, &entry, rarities);
	entry.story = nw_tale_find(&stories->tales, then->story);
	if (entry.story == NW_TALE_NONE)
		entry.story = nw_tale_open(&stories->tales, then->story, article->title,
			entry.sketch.language, stories->now_s);
	find_again(stories, &entry, rarities, then, is_found, &match);
	add_article(stories, article, &entry, &match, &joined);
}

bool nw_stories_cancel(struct nw_stories *stories, struct nw_hash article, struct nw_hash *story)
{
	struct nw_recent_entry *entry =
		nw_recent_get(&stories->recent, nw_recent_find(&stories->recent, article));

	*story = (struct nw_hash){0};
	if (!entry)
		return false;
	*story = nw_tale_at(&stories->tales, entry->story)->id;
	if (!entry->is_cancelled)
		nw_tale_remove(&stories->tales, entry->story, entry->site);
	entry->is_cancelled = 1;
	return true;
}

void nw_stories_stand(struct nw_stories *stories, struct nw_hash article)
{
	struct nw_recent_entry *entry =
		nw_recent_get(&stories->recent, nw_recent_find(&stories->recent, article));

	if (entry && entry->is_cancelled)
		(void)stand(stories, entry);
}

/* --- time --- */

/* From one state to the next, those of whom nothing was heard for so long. */
static void age(struct nw_stories *stories, enum nw_story_state from, int64_t after_s,
	void (*on_change)(void *arg, const struct nw_story *story), void *arg)
{
	const struct nw_tale_list *list = &stories->tales.lists[from];

	while (list->oldest != NW_TALE_NONE) {
		const uint32_t number = list->oldest;
		struct nw_story story;

		if (nw_tale_at(&stories->tales, number)->last_s + after_s > stories->now_s)
			return;
		nw_tale_enter(&stories->tales, number,
			from == NW_STORY_OPEN ? NW_STORY_QUIET : NW_STORY_CLOSED);
		nw_tale_show(&stories->tales, number, &story);
		on_change(arg, &story);
	}
}

void nw_stories_tick(struct nw_stories *stories, int64_t now_s,
	void (*on_change)(void *arg, const struct nw_story *story), void *arg)
{
	hear_time(stories, now_s);
	age(stories, NW_STORY_OPEN, stories->options.quiet_s, on_change, arg);
	age(stories, NW_STORY_QUIET, stories->options.close_s, on_change, arg);
}

/* --- asking --- */

bool nw_stories_get(const struct nw_stories *stories, struct nw_hash id, struct nw_story *story)
{
	const uint32_t number = nw_tale_find(&stories->tales, id);

	*story = (struct nw_story){0};
	if (number == NW_TALE_NONE)
		return false;
	nw_tale_show(&stories->tales, number, story);
	return true;
}

bool nw_stories_of(struct nw_stories *stories, struct nw_hash article, struct nw_hash *story)
{
	const struct nw_recent_entry *entry =
		nw_recent_get(&stories->recent, nw_recent_find(&stories->recent, article));

	*story = (struct nw_hash){0};
	if (entry)
		*story = nw_tale_at(&stories->tales, entry->story)->id;
	return entry != NULL;
}

bool nw_stories_stands(struct nw_stories *stories, struct nw_hash article)
{
	const struct nw_recent_entry *entry =
		nw_recent_get(&stories->recent, nw_recent_find(&stories->recent, article));

	return entry && !entry->is_cancelled;
}

void nw_stories_each(const struct nw_stories *stories,
	bool (*on_story)(void *arg, const struct nw_story *story), void *arg)
{
	for (uint32_t i = 0; i < stories->tales.used; i++) {
		struct nw_story story;

		if (!nw_tale_at(&stories->tales, i)->held)
			continue;
		nw_tale_show(&stories->tales, i, &story);
		if (!on_story(arg, &story))
			return;
	}
}

struct nw_stories_counts nw_stories_count(const struct nw_stories *stories)
{
	const struct nw_recent *recent = &stories->recent;

	return (struct nw_stories_counts){
		.articles = recent->newest < recent->max ? recent->newest : recent->max,
		.stories = stories->tales.n,
		.open = stories->tales.lists[NW_STORY_OPEN].n,
		.steps = recent->steps};
}
