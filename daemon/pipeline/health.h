#ifndef NW_PIPELINE_HEALTH_H
#define NW_PIPELINE_HEALTH_H

#include "pipeline/internal.h"

/*
 * What newswired says about itself, under sys/ on the bus: it goes through the journal
 * as articles do, and so is replayed, and has a prev, as they have.
 */
struct nw_health {
	struct nw_journal_key key;
	struct nw_record record; /* in the arena; without a key there is nothing to say */
};

/* That a feed's state is another than it was. */
void nw_health_of_feed(struct nw_arena *arena, const struct nw_polled *feed,
	enum nw_feed_status was, struct nw_health *health);

/* On the STORE thread; perhaps several times. */
enum nw_err nw_health_append(
	struct nw_journal *journal, struct nw_health *health, struct nw_error *error) NW_MUST;

#endif
