#ifndef NW_BUS_BUS_H
#define NW_BUS_BUS_H

#include <stdbool.h>

#include "config/config.h"

/*
 * The FOLLOW thread: owns every ZeroMQ socket and one reader of the journal. It
 * publishes what was committed after where it stands, answers replays in short
 * pages, and sends heartbeats. Protocol: newswire-bus(7).
 */
struct nw_bus;
struct nw_mailbox;

struct nw_bus_options {
	const char *journal;       /* path of the database */
	struct nw_mailbox *store;  /* of its writer, who moves cursors; NULL: ACKs are refused */
	const char *const *live;   /* endpoints to bind the XPUB to; NULL at the end */
	const char *const *replay; /* endpoints for the ROUTER */
	const char *server_key; /* secret, as text; NULL: none, and none with CURVE can be bound */
	const struct nw_config_client *clients; /* who may come in by CURVE */
	size_t n_clients;
	int64_t heartbeat_ms;
	/* By CURVE as many once more, and one client a share of them: shares.h, replay.h. */
	size_t max_subscriptions; /* different prefixes; who asks for more is cut off and counted */
	size_t max_replays;       /* replays under way at a time; more are refused and counted */
};

/*
 * ipc:// and loopback tcp:// are plain, curve+tcp:// takes the server key: NW_E_SYNTAX for
 * others, and where the key is missing. NW_E_SYSTEM when an endpoint cannot be bound.
 * Each reason names the endpoint.
 */
enum nw_err nw_bus_start(
	const struct nw_bus_options *options, struct nw_bus **bus, struct nw_error *error) NW_MUST;
void nw_bus_wake(struct nw_bus *bus); /* from any thread: the journal has grown */
/* From any thread: these are the clients from now on; who has lost a right is disconnected. */
void nw_bus_set_clients(struct nw_bus *bus, const struct nw_config_client *clients, size_t n);
/*
 * From one other thread, every quarter of a second or so: cuts off who floods the bus
 * (bus/flood.h), for which the FOLLOW thread itself may have no time left.
 */
void nw_bus_guard(struct nw_bus *bus, int64_t now_ms);
/* How it goes, for whoever calls nw_bus_guard. */
struct nw_bus_view {
	int64_t published;  /* all up to this seq is out */
	size_t subscribers; /* connections to the live endpoints, as of the last nw_bus_guard */
	size_t prefixes;    /* different ones subscribed to, by those without CURVE */
	bool is_blind;      /* it cannot read the journal, and tries again */
};
void nw_bus_look(const struct nw_bus *bus, struct nw_bus_view *view);
/* How long the FOLLOW thread has not waited for more to do; from any thread. */
int64_t nw_bus_busy_ms(const struct nw_bus *bus);
/* From any thread, before the writer stops: ACKs are refused from now on. */
void nw_bus_end_acks(struct nw_bus *bus);
/* Once the writer has stopped: publishes what is committed, then closes; returns when the thread is gone. */
void nw_bus_stop(struct nw_bus *bus);

/* The i-th endpoint as it was bound, with a port where '*' was asked for; NULL past the last. */
const char *nw_bus_live(const struct nw_bus *bus, size_t i);
const char *nw_bus_replay(const struct nw_bus *bus, size_t i);

#endif
