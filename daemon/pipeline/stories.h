#ifndef NW_PIPELINE_STORIES_H
#define NW_PIPELINE_STORIES_H

#include "pipeline/internal.h"

/*
 * Stories in the walk of an article: sketched in the POOL, joined on the LOOP, which alone
 * asks and changes what stories there are, and kept and told in the transaction of the
 * article's record. What the journal then did not keep counts in no story.
 */
struct nw_storied {
	struct nw_sketch sketch;
	struct nw_kept_sketch kept;
	struct nw_str *tags;
	size_t n_tags;
	struct nw_joined joined;
	bool is_joined;          /* by this work: an article that stands joins when it is kept */
	struct nw_record record; /* of what changed; without a key there is nothing to tell */
};

void nw_storied_sketch(struct nw_article_work *a);
void nw_storied_join(struct nw_article_work *a);
/* On the STORE thread, after the article's record; perhaps several times. */
enum nw_err nw_storied_write(
	struct nw_article_work *a, struct nw_journal *journal, struct nw_error *error) NW_MUST;
void nw_storied_settle(struct nw_article_work *a, bool is_kept);

/* What stories there were, from the journal. */
enum nw_err nw_pipeline_recall_stories(
	struct nw_pipeline *p, struct nw_journal_reader *reader, struct nw_error *error) NW_MUST;

/* telling.c: the record of a story's change, in the arena; for a story without tags none. */
struct nw_story_change {
	const char *name;    /* "opened", "grew", "corrected", "reopened", "cancelled", "closed" */
	struct nw_str title; /* where the story's own is long forgotten */
	struct nw_hash article; /* that did it; zero for closed */
	bool backfill;          /* and it was no news */
};
void nw_story_tell(struct nw_arena *arena, const struct nw_story *story,
	const struct nw_story_change *change, struct nw_record *record);

/* At the start and then each minute: which stories are quiet or closed by now. */
void nw_pipeline_age_stories(void *pipeline);

#endif
