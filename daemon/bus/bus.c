#include "bus/bus.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "bus/acks.h"
#include "bus/curve.h"
#include "bus/flood.h"
#include "bus/publish.h"
#include "bus/replay.h"
#include "bus/socket.h"
#include "bus/subscribe.h"
#include "rt/loop.h"
#include "rt/pool.h"
#include "rt/pulse.h"

#define BEAT_GAP_MS 20      /* between two heartbeats, however many subscribe */
#define BEAT_BYTES_MS 10000 /* and another ms for so many bytes of it */
#define PLAIN_POLLED 4
#define TROUBLE_MS 1000 /* before a journal that failed is read again */

struct nw_bus {
	void *context;
	struct nw_bus_socket xpub, router;
	struct nw_journal_reader *reader;
	struct nw_publisher publisher;
	struct nw_subscriptions subscriptions;
	struct nw_acks acks;
	struct nw_replays *replays;
	bool has_curve;
	struct nw_bus_curve curve;
	struct nw_flood flood; /* of whoever calls nw_bus_guard */
	int64_t heartbeat_ms;
	int wake; /* an eventfd: readable once somebody called nw_bus_wake */
	pthread_t thread;
	struct nw_pulse pulse; /* from one wait to the next */
	_Atomic bool stopping;
	_Atomic bool is_blind;     /* as in_trouble, for those who look */
	_Atomic int64_t published; /* likewise the publisher's `after` */
	_Atomic size_t prefixes;   /* likewise, of the plain ones */

	/* The thread's own. Times are monotonic ms. */
	bool has_grown; /* there may be something to publish */
	bool in_trouble;
	int64_t now_ms, read_at_ms, beat_at_ms, beaten_ms, replay_at_ms, tell_at_ms;
};

static int64_t monotonic_ms(void)
{
	return nw_monotonic_ns() / 1000000;
}

void nw_bus_wake(struct nw_bus *bus)
{
	const uint64_t one = 1;

	/* It fails only when 2^64 calls have not been answered, and then it is readable. */
	(void)!write(bus->wake, &one, sizeof(one));
}

/* --- the thread --- */

/* A state, told when it changes. */
static void report(struct nw_bus *bus, enum nw_err err, const struct nw_error *error)
{
	if (err && !bus->in_trouble)
		nw_log_error(NW_LOG_ERROR, "the bus cannot read the journal", error);
	if (!err && bus->in_trouble)
		nw_log(NW_LOG_NOTICE, "the bus reads the journal again",
			NW_KVI("seq", bus->publisher.after));
	bus->in_trouble = err != NW_OK;
	atomic_store(&bus->is_blind, bus->in_trouble);
	if (err)
		bus->read_at_ms = bus->now_ms + TROUBLE_MS;
}

static void publish(struct nw_bus *bus)
{
	struct nw_error error = {0};
	enum nw_err err;

	if (!bus->has_grown || bus->now_ms < bus->read_at_ms)
		return;
	err = nw_publisher_page(&bus->publisher, &bus->has_grown, &error);
	if (err)
		bus->has_grown = true;
	atomic_store(&bus->published, bus->publisher.after);
	report(bus, err, &error);
}

static void beat(struct nw_bus *bus)
{
	struct nw_error error = {0};
	enum nw_err err;

	if (bus->now_ms < bus->beat_at_ms)
		return;
	err = nw_publisher_beat(&bus->publisher, nw_unix_ms(), &error);
	if (!err && bus->has_curve)
		nw_bus_curve_beat(&bus->curve, &bus->publisher, nw_unix_ms());
	report(bus, err, &error);
	bus->beaten_ms = bus->now_ms;
	bus->beat_at_ms = bus->now_ms + bus->heartbeat_ms;
	/* Nothing wakes us for what another process wrote. */
	bus->has_grown = true;
}

static void take_subscriptions(struct nw_bus *bus)
{
	const int64_t at =
		bus->beaten_ms + BEAT_GAP_MS + (int64_t)(bus->publisher.beat_bytes / BEAT_BYTES_MS);
	bool any = nw_subscriptions_receive(&bus->subscriptions, bus->now_ms);

	if (bus->has_curve) {
		any |= nw_bus_curve_turn(&bus->curve, bus->now_ms);
		bus->publisher.guests = nw_bus_curve_live(&bus->curve);
	}
	atomic_store(&bus->prefixes, bus->subscriptions.prefixes.n);
	if (any && bus->beat_at_ms > at)
		bus->beat_at_ms = at;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When there is something to do again. */
static int64_t run_some(struct nw_replays *replays, int64_t now_ms)
{
	const bool more = nw_replays_receive(replays, now_ms);
	const int64_t due = nw_replays_run(replays, now_ms);

	if (more)
		return now_ms;
	return due < 0 ? INT64_MAX : now_ms + due;
}

static int64_t tell_some(struct nw_acks *acks, int64_t now_ms)
{
	const int64_t due = nw_acks_tell(acks, now_ms);

	return due < 0 ? INT64_MAX : now_ms + due;
}

static void tell_acks(struct nw_bus *bus)
{
	bus->tell_at_ms = tell_some(&bus->acks, bus->now_ms);
	if (bus->has_curve)
		bus->tell_at_ms =
			earlier(bus->tell_at_ms, tell_some(&bus->curve.acks, bus->now_ms));
}

static void run_replays(struct nw_bus *bus)
{
	bus->replay_at_ms = run_some(bus->replays, bus->now_ms);
	if (bus->has_curve)
		bus->replay_at_ms =
			earlier(bus->replay_at_ms, run_some(bus->curve.replays, bus->now_ms));
}

static void wait_for_work(struct nw_bus *bus)
{
	zmq_pollitem_t items[PLAIN_POLLED + NW_BUS_CURVE_POLLED] = {
		{bus->xpub.zmq, 0, ZMQ_POLLIN, 0},
		{bus->router.zmq, 0, ZMQ_POLLIN, 0},
		{NULL, bus->wake, ZMQ_POLLIN, 0},
		{NULL, bus->acks.done.wake, ZMQ_POLLIN, 0},
	};
	int64_t at = earlier(earlier(bus->beat_at_ms, bus->replay_at_ms), bus->tell_at_ms), wait;
	uint64_t wakes;

	if (bus->has_curve)
		nw_bus_curve_poll(&bus->curve, items + PLAIN_POLLED);
	if (bus->has_grown)
		at = earlier(at, bus->read_at_ms);
	wait = at - monotonic_ms();
	(void)zmq_poll(items, PLAIN_POLLED + (bus->has_curve ? NW_BUS_CURVE_POLLED : 0),
		wait > 0 ? (long)wait : 0);
	if (items[2].revents & ZMQ_POLLIN) {
		(void)!read(bus->wake, &wakes, sizeof(wakes));
		bus->has_grown = true;
	}
	bus->now_ms = monotonic_ms();
}

static void *follow(void *arg)
{
	struct nw_bus *bus = arg;

	while (!atomic_load(&bus->stopping)) {
		nw_pulse_end(&bus->pulse);
		wait_for_work(bus);
		nw_pulse_begin(&bus->pulse);
		take_subscriptions(bus);
		publish(bus);
		beat(bus);
		run_replays(bus);
		tell_acks(bus);
	}
	bus->has_grown = true;
	bus->read_at_ms = 0;
	while (bus->has_grown && !bus->in_trouble)
		publish(bus);
	return NULL;
}

/* --- start and stop --- */

static enum nw_err open_all(
	struct nw_bus *bus, const struct nw_bus_options *options, struct nw_error *error)
{
	enum nw_err err;

	bus->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (bus->wake < 0)
		return nw_fail_errno(error, "", "cannot make an eventfd");
	bus->context = zmq_ctx_new();
	if (!bus->context)
		return nw_fail(
			error, NW_E_SYSTEM, "cannot start libzmq: %s", zmq_strerror(zmq_errno()));
	err = nw_journal_reader_open(options->journal, &bus->reader, error);
	if (!err)
		err = nw_bus_socket_open(
			bus->context, ZMQ_XPUB, options->live, NULL, &bus->xpub, error);
	if (!err)
		err = nw_bus_socket_open(
			bus->context, ZMQ_ROUTER, options->replay, NULL, &bus->router, error);
	if (!err)
		err = nw_publisher_open(&bus->publisher, bus->xpub.zmq, bus->reader, error);
	if (err)
		return err;
	bus->subscriptions = (struct nw_subscriptions){
		.xpub = &bus->xpub, .max = options->max_subscriptions, .cut = -1};
	nw_acks_init(&bus->acks, bus->router.zmq, options->store);
	bus->replays =
		nw_replays_new(bus->router.zmq, bus->reader, &bus->acks, options->max_replays);
	bus->heartbeat_ms = options->heartbeat_ms;
	bus->has_curve = nw_bus_curve_is_wanted(options);
	return bus->has_curve
		? nw_bus_curve_open(&bus->curve, bus->context, options, bus->reader, error)
		: NW_OK;
}

static void close_all(struct nw_bus *bus)
{
	if (bus->has_curve)
		nw_bus_curve_close(&bus->curve);
	if (bus->replays)
		nw_acks_clear(&bus->acks);
	nw_replays_free(bus->replays);
	nw_subscriptions_clear(&bus->subscriptions);
	nw_publisher_close(&bus->publisher);
	nw_flood_clear(&bus->flood);
	nw_bus_socket_close(&bus->router);
	nw_bus_socket_close(&bus->xpub);
	nw_journal_reader_close(bus->reader);
	/* Waits, for as long as the sockets linger, until what was sent has left. */
	while (bus->context && zmq_ctx_term(bus->context) && zmq_errno() == EINTR)
		continue;
	if (bus->wake >= 0)
		(void)close(bus->wake);
	free(bus);
}

enum nw_err nw_bus_start(
	const struct nw_bus_options *options, struct nw_bus **bus, struct nw_error *error)
{
	struct nw_bus *b = nw_must_calloc(1, sizeof(*b));
	enum nw_err err;

	*bus = NULL;
	err = open_all(b, options, error);
	if (err) {
		close_all(b);
		return err;
	}
	b->now_ms = b->replay_at_ms = monotonic_ms();
	b->beat_at_ms = b->now_ms;
	atomic_store(&b->published, b->publisher.after);
	/* From here on the sockets are the thread's: its start is the fence they need. */
	nw_thread_start(&b->thread, "nw-follow", follow, b);
	*bus = b;
	return NW_OK;
}

/* Where the sockets are bound does not change; who is there the kernel says. */
void nw_bus_guard(struct nw_bus *bus, int64_t now_ms)
{
	const struct nw_bus_socket *const sockets[NW_FLOOD_SOCKETS] = {
		&bus->xpub, &bus->router, &bus->curve.xpub, &bus->curve.router};

	nw_flood_look(&bus->flood, sockets, now_ms);
}

int64_t nw_bus_busy_ms(const struct nw_bus *bus)
{
	return nw_pulse_busy_ms(&bus->pulse);
}

void nw_bus_look(const struct nw_bus *bus, struct nw_bus_view *view)
{
	*view = (struct nw_bus_view){.published = atomic_load(&bus->published),
		.prefixes = atomic_load(&bus->prefixes),
		.subscribers = bus->flood.peers[0] + bus->flood.peers[2],
		.is_blind = atomic_load(&bus->is_blind)};
}

void nw_bus_end_acks(struct nw_bus *bus)
{
	nw_acks_close(&bus->acks);
	if (bus->has_curve)
		nw_acks_close(&bus->curve.acks);
}

void nw_bus_set_clients(struct nw_bus *bus, const struct nw_config_client *clients, size_t n)
{
	if (!bus->has_curve)
		return;
	nw_bus_curve_give(&bus->curve, nw_rights_new(clients, n));
	nw_bus_wake(bus);
}

void nw_bus_stop(struct nw_bus *bus)
{
	if (!bus)
		return;
	atomic_store(&bus->stopping, true);
	nw_bus_wake(bus);
	pthread_join(bus->thread, NULL);
	close_all(bus);
}

/* The plain ones first. */
static const char *endpoint_at(
	const struct nw_bus_socket *plain, const struct nw_bus_socket *curve, size_t i)
{
	size_t n = 0;

	while (n < NW_BUS_ENDPOINTS && plain->endpoints[n][0])
		n++;
	if (i < n)
		return plain->endpoints[i];
	i -= n;
	return i < NW_BUS_ENDPOINTS && curve->endpoints[i][0] ? curve->endpoints[i] : NULL;
}

const char *nw_bus_live(const struct nw_bus *bus, size_t i)
{
	return endpoint_at(&bus->xpub, &bus->curve.xpub, i);
}

const char *nw_bus_replay(const struct nw_bus *bus, size_t i)
{
	return endpoint_at(&bus->router, &bus->curve.router, i);
}
