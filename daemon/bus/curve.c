#include "bus/curve.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"

/* Who comes without CURVE sees as soon as we do that it will not do, and may be the first to leave. */
#define EVENTS                                                                        \
	(ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | \
		ZMQ_EVENT_DISCONNECTED)

static const char *first_of(const char *const *endpoints)
{
	for (; *endpoints; endpoints++) {
		if (nw_str_starts(nw_str(*endpoints), NW_STR(NW_BUS_CURVE)))
			return *endpoints;
	}
	return NULL;
}

bool nw_bus_curve_is_wanted(const struct nw_bus_options *options)
{
	return first_of(options->live) || first_of(options->replay);
}

/* A flood of events may not make libzmq's thread wait for ours: no limit. */
static void *open_monitor(void *context, void *socket, const char *name)
{
	void *monitor = zmq_socket(context, ZMQ_PAIR);
	const int none = 0;

	if (!monitor)
		return NULL;
	(void)zmq_setsockopt(monitor, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(monitor, ZMQ_RCVHWM, &none, sizeof(none));
	if (zmq_socket_monitor(socket, name, EVENTS) == 0 && zmq_connect(monitor, name) == 0)
		return monitor;
	(void)zmq_socket_monitor(socket, NULL, 0);
	(void)zmq_close(monitor);
	return NULL;
}

static enum nw_err open_monitors(struct nw_bus_curve *curve, void *context, struct nw_error *error)
{
	curve->leavers[0].monitor = open_monitor(context, curve->xpub.zmq, "inproc://live-monitor");
	curve->leavers[1].monitor =
		open_monitor(context, curve->router.zmq, "inproc://replay-monitor");
	if (curve->leavers[0].monitor && curve->leavers[1].monitor)
		return NW_OK;
	return nw_fail(error, NW_E_SYSTEM, "cannot watch a socket of the bus: %s",
		zmq_strerror(zmq_errno()));
}

static enum nw_err check_key(const struct nw_bus_options *options, struct nw_error *error)
{
	const char *endpoint = first_of(options->live);

	if (options->server_key)
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX,
		"'%s' takes a server key: newswire keygen --out FILE, then server-key = FILE",
		endpoint ? endpoint : first_of(options->replay));
}

enum nw_err nw_bus_curve_open(struct nw_bus_curve *curve, void *context,
	const struct nw_bus_options *options, struct nw_journal_reader *reader,
	struct nw_error *error)
{
	enum nw_err err = check_key(options, error);

	curve->rights = nw_rights_new(options->clients, options->n_clients);
	curve->guests = (struct nw_guests){
		.xpub = &curve->xpub, .rights = curve->rights, .leavers = &curve->leavers[0]};
	nw_shares_init(&curve->guests.shares, options->max_subscriptions);
	if (!err)
		err = nw_fence_open(context, &curve->fence, error);
	if (!err)
		err = nw_zap_open(context, &curve->leavers[0], &curve->zap, error);
	if (!err)
		err = nw_bus_socket_open(
			context, ZMQ_XPUB, options->live, options->server_key, &curve->xpub, error);
	if (!err)
		err = nw_bus_socket_open(context, ZMQ_ROUTER, options->replay, options->server_key,
			&curve->router, error);
	if (!err)
		err = open_monitors(curve, context, error);
	if (err)
		return err;
	nw_acks_init(&curve->acks, curve->router.zmq, options->store);
	curve->replays =
		nw_replays_new(curve->router.zmq, reader, &curve->acks, options->max_replays);
	nw_replays_restrict(curve->replays, &curve->router, curve->rights);
	return NW_OK;
}

/* The monitor ends before its reader goes, and ZAP after whoever might be let in unasked. */
void nw_bus_curve_close(struct nw_bus_curve *curve)
{
	struct nw_bus_socket *const sockets[] = {&curve->xpub, &curve->router};

	if (curve->replays)
		nw_acks_clear(&curve->acks);
	nw_replays_free(curve->replays);
	nw_guests_clear(&curve->guests);
	for (size_t i = 0; i < 2; i++) {
		if (curve->leavers[i].monitor) {
			(void)zmq_socket_monitor(sockets[i]->zmq, NULL, 0);
			(void)zmq_close(curve->leavers[i].monitor);
		}
		nw_leavers_clear(&curve->leavers[i]);
		nw_bus_socket_close(sockets[i]);
	}
	nw_zap_close(&curve->zap);
	nw_fence_close(&curve->fence);
	nw_rights_free(atomic_load(&curve->next));
	nw_rights_free(curve->rights);
}

void nw_bus_curve_give(struct nw_bus_curve *curve, struct nw_rights *rights)
{
	nw_rights_free(atomic_exchange(&curve->next, rights));
}

void nw_bus_curve_poll(const struct nw_bus_curve *curve, zmq_pollitem_t items[NW_BUS_CURVE_POLLED])
{
	void *const sockets[] = {curve->zap.rep, curve->xpub.zmq, curve->router.zmq,
		curve->leavers[0].monitor, curve->leavers[1].monitor};

	for (size_t i = 0; i < NW_BUS_CURVE_POLLED - 1; i++)
		items[i] = (zmq_pollitem_t){sockets[i], 0, ZMQ_POLLIN, 0};
	items[NW_BUS_CURVE_POLLED - 1] =
		(zmq_pollitem_t){NULL, curve->acks.done.wake, ZMQ_POLLIN, 0};
}

static void take_rights(struct nw_bus_curve *curve)
{
	struct nw_rights *new = atomic_exchange(&curve->next, NULL), *old = curve->rights;

	if (!new)
		return;
	nw_rights_carry(new, old);
	curve->rights = new;
	nw_guests_judge_anew(&curve->guests, new);
	nw_replays_restrict(curve->replays, &curve->router, new);
	nw_rights_free(old);
}

/* Without CURVE, or for another server's key: nobody asks ZAP about those. */
static void count_failures(struct nw_bus_curve *curve, int64_t now_ms)
{
	size_t n = 0;
	int64_t times;

	for (size_t i = 0; i < 2; i++) {
		nw_leavers_read(&curve->leavers[i]);
		n += curve->leavers[i].failures;
		curve->leavers[i].failures = 0;
	}
	if (!n)
		return;
	nw_count(NW_C_CLIENTS_REFUSED, n);
	times = nw_seldom_count(&curve->failures, (int64_t)n, NW_REFUSALS_MS, now_ms);
	if (times)
		nw_log(NW_LOG_WARNING,
			"somebody came without CURVE, for another server's key, or left in the middle",
			NW_KVI("times", times));
}

bool nw_bus_curve_turn(struct nw_bus_curve *curve, int64_t now_ms)
{
	bool subscribed;

	take_rights(curve);
	count_failures(curve, now_ms);
	subscribed = nw_guests_receive(&curve->guests, now_ms);
	/* guests.h says why only then, and why the fence. */
	if (curve->guests.drained && nw_zap_receive(&curve->zap, curve->rights, now_ms))
		nw_fence_wait(&curve->fence);
	return subscribed;
}

void *nw_bus_curve_live(const struct nw_bus_curve *curve)
{
	return curve->guests.connections.n ? curve->xpub.zmq : NULL;
}

void nw_bus_curve_beat(
	struct nw_bus_curve *curve, struct nw_publisher *publisher, int64_t now_unix_ms)
{
	nw_guests_count_listeners(&curve->guests);
	for (size_t i = 0; i < curve->rights->n; i++) {
		const struct nw_right *right = &curve->rights->rights[i];

		if (right->listeners)
			nw_publisher_beat_for(publisher, right, now_unix_ms);
	}
}
