#ifndef NW_FETCH_OUTAGE_H
#define NW_FETCH_OUTAGE_H

#include <stdbool.h>

#include <newswire/base.h>

#include "base/hash.h"
#include "net/http.h"

/*
 * Is it our own network that is out? A host that does not answer is in trouble itself;
 * when one after the other does not, and none between them does, the trouble is ours:
 * no link, no resolver, no descriptor left, a clock by which no certificate holds. Then
 * nobody is to blame, only a few are asked, and all are asked again once one answers.
 * Hosts that are dead anyway are heard not to answer again and again, and in a row where
 * the others are asked seldom: each tells something once, until it answers. Only when there
 * is nobody else do they all count.
 * All times are monotonic ms. A zeroed struct has heard of nobody.
 */
#define NW_OUTAGE_FEWEST 3 /* hosts in a row; of fewer nothing follows */
#define NW_OUTAGE_MOST 10  /* and so many are enough, however many there are */

struct nw_outage {
	struct nw_hash silent[NW_OUTAGE_MOST]; /* hosts that did not answer since one did */
	size_t n_silent, n_news; /* n_news: those of them that had answered when last asked */
	int64_t since_ms;        /* when the first of them was heard not to */
	int64_t ended_ms;        /* the last outage */
	bool is_on, has_ended;
};

/* Whether no server was heard at all. What is neither this nor an answer, an address we may not visit, says nothing. */
bool nw_outage_is_silence(const struct nw_http_response *response);

/*
 * A host did not answer; is_news: it did before, or was never asked; n_hosts: how many there
 * are. True: it is an outage from now on.
 */
bool nw_outage_silence(struct nw_outage *o, struct nw_hash host, bool is_news, size_t n_hosts,
	int64_t now_ms) NW_MUST;

/* Some host answered. True: an outage is over. */
bool nw_outage_answer(struct nw_outage *o, int64_t now_ms) NW_MUST;

/* Whether a request that began then, and met silence, is the outage's fault and not its host's. */
bool nw_outage_covers(const struct nw_outage *o, int64_t began_ms);

/* How long to wait before somebody is asked whether it is over: 2 s, later up to 8. */
int64_t nw_outage_probe_ms(const struct nw_outage *o, int64_t now_ms);

#endif
