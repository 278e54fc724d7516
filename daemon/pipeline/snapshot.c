#include "pipeline/snapshot.h"

#include <stdlib.h>

#include "base/arena.h"

enum nw_err nw_snapshot_load(
	const char *config_file, const struct nw_complain *complain, struct nw_snapshot **snapshot)
{
	struct nw_snapshot *s = nw_must_calloc(1, sizeof(*s));
	size_t tests;
	enum nw_err err;

	*snapshot = NULL;
	atomic_init(&s->holders, 1);
	err = nw_config_load(config_file, complain, &s->config);
	if (!err)
		err = nw_topics_load(s->config->topics_dir.p, complain, &s->topics);
	if (!err && nw_topics_test(s->topics, complain, &tests) > 0)
		err = NW_E_SYNTAX;
	if (err) {
		nw_snapshot_release(s);
		return err;
	}
	*snapshot = s;
	return NW_OK;
}

struct nw_snapshot *nw_snapshot_hold(struct nw_snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->holders, 1);
	return snapshot;
}

void nw_snapshot_release(struct nw_snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->holders, 1) != 1)
		return;
	nw_topics_free(snapshot->topics);
	nw_config_free(snapshot->config);
	free(snapshot);
}
