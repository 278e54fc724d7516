#ifndef NW_PIPELINE_PIPELINE_H
#define NW_PIPELINE_PIPELINE_H

#include "base/json.h"
#include "fetch/fetch.h"
#include "pipeline/snapshot.h"
#include "rt/loop.h"
#include "store/reader.h"

/*
 * The order of things: which feed is visited when, what becomes of a visit, and the
 * steps of an article. Belongs to the LOOP; every call from there.
 */
struct nw_pipeline;

struct nw_pipeline_options {
	struct nw_loop *loop;
	struct nw_fetch *fetch;
	struct nw_mailbox *store;     /* the writer's */
	struct nw_snapshot *snapshot; /* held by the pipeline from now on */
	uint64_t seed;                /* of the schedule's jitter */
};

struct nw_pipeline *nw_pipeline_new(const struct nw_pipeline_options *options);

/* Takes over what the journal remembers: feed states, identities, stories. Before the start. */
enum nw_err nw_pipeline_restore(
	struct nw_pipeline *p, struct nw_journal_reader *reader, struct nw_error *error) NW_MUST;
void nw_pipeline_start(struct nw_pipeline *p);

/* Another configuration; feeds keep their state by name. What is under way ends with the old one. */
void nw_pipeline_replace(struct nw_pipeline *p, struct nw_snapshot *snapshot);

/* Publishes, under sys/reload/, that the configuration was taken; not NULL: where it was not. */
void nw_pipeline_tell_reload(struct nw_pipeline *p, const struct nw_error *mistake);

/* Valid until the next nw_pipeline_replace. */
const struct nw_config *nw_pipeline_config(const struct nw_pipeline *p);

/* No feed is handed out while paused; what is under way goes on. */
void nw_pipeline_pause(struct nw_pipeline *p, bool paused);

/*
 * Lets the pool finish what it has. The fetcher must be gone (nothing arrives any
 * more); the writer must still run. Visits that are not whole are met again.
 */
void nw_pipeline_stop(struct nw_pipeline *p);
void nw_pipeline_free(struct nw_pipeline *p); /* once no thread but the LOOP is left */

/* For the control path: JSON of every feed; the members of the daemon's own state. */
void nw_pipeline_write_feeds(struct nw_pipeline *p, struct nw_buf *json);
/* The last 1000 stories, the one where something came last first. */
void nw_pipeline_write_stories(struct nw_pipeline *p, struct nw_buf *json);
void nw_pipeline_write_status(struct nw_pipeline *p, json_t *object);
/* "15 feeds, 2 failing, 1,204 articles today": one line for the service manager. */
void nw_pipeline_summary(struct nw_pipeline *p, char *text, size_t size);

#endif
