#ifndef NW_PIPELINE_OUTAGE_H
#define NW_PIPELINE_OUTAGE_H

#include "pipeline/internal.h"

/*
 * Our own network is out, and it is over: what follows for the schedule from
 * fetch/outage.h. While it is out no feed is handed out but one every few seconds.
 */

/* What came of a feed's request. */
void nw_pipeline_hear(struct nw_visit *v, const struct nw_http_response *r);

/* Whether nobody answered for no fault of the feed's host. */
bool nw_pipeline_pardons(const struct nw_visit *v);

void nw_pipeline_probe(void *pipeline); /* of the timer */

#endif
