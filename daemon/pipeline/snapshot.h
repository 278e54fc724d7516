#ifndef NW_PIPELINE_SNAPSHOT_H
#define NW_PIPELINE_SNAPSHOT_H

#include <stdatomic.h>

#include "config/config.h"
#include <newswire/tag.h>

/*
 * Configuration and compiled topics as they were at one moment: never changed,
 * held by whoever works with them, freed by the last to let go. Any thread.
 */
struct nw_snapshot {
	atomic_uint holders;
	struct nw_config *config;
	struct nw_topics *topics;
};

/*
 * Reads both; every problem is a complaint, the topics' own tests among them, and any
 * of them fails the load. The caller is the first holder.
 */
enum nw_err nw_snapshot_load(const char *config_file, const struct nw_complain *complain,
	struct nw_snapshot **snapshot) NW_MUST;
struct nw_snapshot *nw_snapshot_hold(struct nw_snapshot *snapshot);
void nw_snapshot_release(struct nw_snapshot *snapshot); /* NULL is fine */

#endif
