#ifndef NW_STATUS_PORT_H
#define NW_STATUS_PORT_H

#include "config/config.h"
#include "rt/loop.h"
#include "status/page.h"

/*
 * The status port: HTTP for Prometheus and for whoever asks whether the daemon is alive, on a
 * thread and a loop of its own, so that it answers when the LOOP, a disk or a reader of the other
 * HTTP port hangs. What is the LOOP's it asks the LOOP for, by letter, and waits for half a
 * second at most. Answers that are a tenth of a second old are given again, so that nobody can
 * keep the LOOP busy by asking.
 *
 * A loopback address is open to this machine, any other to clients that may read sys/.
 */
struct nw_status_port;

struct nw_status_port_options {
	struct nw_loop *loop;      /* the LOOP */
	const char *const *listen; /* "127.0.0.1:7343" ...; NULL at the end */
	struct nw_status_pages pages;
	const struct nw_config_client *clients; /* copied */
	size_t n_clients;
};

/* NW_E_SYSTEM, with the endpoint's name, when one cannot be bound; *port is to be ended all the same. */
enum nw_err nw_status_port_start(const struct nw_status_port_options *options,
	struct nw_status_port **port, struct nw_error *error) NW_MUST;
/* On the LOOP: these are the clients from now on. */
void nw_status_port_set(
	struct nw_status_port *port, const struct nw_config_client *clients, size_t n);
/* On the LOOP: returns when the thread is gone. NULL is fine, for both. */
void nw_status_port_stop(struct nw_status_port *port);
void nw_status_port_free(struct nw_status_port *port); /* once the LOOP is freed */

/* The i-th endpoint as it was bound; NULL past the last. */
const char *nw_status_port_endpoint(const struct nw_status_port *port, size_t i);

#endif
