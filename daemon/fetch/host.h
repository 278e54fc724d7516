#ifndef NW_FETCH_HOST_H
#define NW_FETCH_HOST_H

#include <sys/queue.h>

#include "base/map.h"
#include "fetch/fetch.h"

/*
 * Whose turn it is at each host, a host being a name and a port. Hosts come with
 * their first job and go with the last, once the pause after it is over. Hosts know
 * nothing of HTTP: they call on_turn, which must start the job and return at once.
 */
struct nw_job {
	TAILQ_ENTRY(nw_job) entry;
	struct nw_host *host;
};

struct nw_hosts {
	struct nw_loop *loop;
	struct nw_map map;
	size_t n_waiting;
	unsigned per_host;
	int64_t pause_ms;
	void (*on_turn)(struct nw_job *job);
};

void nw_hosts_init(
	struct nw_hosts *hosts, struct nw_loop *loop, void (*on_turn)(struct nw_job *job));

/* Jobs are the caller's: those that wait or run are simply forgotten. */
void nw_hosts_clear(struct nw_hosts *hosts);

/* To the end of the queue of the URL's host; its turn may come within the call. */
void nw_hosts_add(struct nw_hosts *hosts, struct nw_str url, struct nw_job *job);

/* A job that had its turn has ended; nothing starts there for the next quiet_ms. */
void nw_hosts_done(struct nw_hosts *hosts, struct nw_job *job, int64_t quiet_ms);

#endif
