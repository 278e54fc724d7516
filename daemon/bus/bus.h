#ifndef NW_BUS_BUS_H
#define NW_BUS_BUS_H

#include <newswire/base.h>

/*
 * The FOLLOW thread: owns every ZeroMQ socket and one reader of the journal. It
 * publishes what was committed after where it stands, answers replays in short
 * pages, and sends heartbeats. Protocol: newswire-bus(7).
 */
struct nw_bus;

struct nw_bus_options {
	const char *journal;             /* path of the database */
	const char *const *live;         /* endpoints to bind the XPUB to; NULL at the end */
	const char *const *replay;       /* endpoints for the ROUTER */
	int64_t heartbeat_ms;
	size_t max_subscriptions;        /* in all; more are refused and counted */
	size_t max_replays;              /* replays under way at a time */
};

/* NW_E_SYSTEM when an endpoint cannot be bound: the reason names it. */
enum nw_err nw_bus_start(
	const struct nw_bus_options *options, struct nw_bus **bus, struct nw_error *error) NW_MUST;
void nw_bus_wake(struct nw_bus *bus); /* from any thread: the journal has grown */
/* Publishes what is committed, then closes; returns when the thread is gone. */
void nw_bus_stop(struct nw_bus *bus);

#endif
