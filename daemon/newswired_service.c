/* What the service manager is told while newswired runs: how it is, and that it gets on. */
#include <stdio.h>

#include "base/log.h"
#include "base/str.h"
#include "newswired.h"
#include "pipeline/look.h"
#include "rt/notify.h"

#define SUMMARY_EVERY_MS 10000
#define FED_AT_MOST_MS 500 /* apart: what is stuck is noticed that late */

/* --- the line of `systemctl status` --- */

static void tell_summary(void *arg)
{
	struct nw_daemon *d = arg;
	struct nw_error why;
	char text[160];

	nw_pipeline_summary(d->pipeline, text, sizeof(text));
	if (atomic_load(&d->in_trouble)) {
		pthread_mutex_lock(&d->trouble_lock);
		why = d->trouble_why;
		pthread_mutex_unlock(&d->trouble_lock);
		nw_notify_status("the journal cannot be written: %s; %s", why.text, text);
	} else {
		nw_notify_status("%s", text);
	}
	nw_timer_set(d->summary, SUMMARY_EVERY_MS);
}

/* --- the watchdog --- */

static void give_up(const char *thread, int64_t busy_ms)
{
	nw_log(NW_LOG_ERROR, "a thread is stuck; the service manager is asked to start us anew",
		NW_KV("thread", nw_str(thread)), NW_KVI("seconds", busy_ms / 1000));
	nw_notify_stuck();
}

/*
 * Fed by the LOOP itself: when that hangs nobody does. Another thread that has been at one thing
 * for as long as the manager would wait is as bad.
 */
static void feed(void *arg)
{
	struct nw_daemon *d = arg;
	const struct {
		const char *name;
		int64_t busy_ms;
	} threads[] = {{"store", nw_writer_busy_ms(d->writer)},
		{"pool", nw_pipeline_busy_ms(d->pipeline)}, {"follow", nw_bus_busy_ms(d->bus)}};
	const int64_t often_ms = d->watchdog_ms / 4;
	const size_t n = sizeof(threads) / sizeof(threads[0]);
	size_t i = 0;

	while (i < n && threads[i].busy_ms < d->watchdog_ms)
		i++;
	if (i < n)
		give_up(threads[i].name, threads[i].busy_ms);
	else
		nw_notify_well();
	nw_timer_set(d->watchdog, often_ms < FED_AT_MOST_MS ? often_ms : FED_AT_MOST_MS);
}

void nw_service_begin(struct nw_daemon *d)
{
	d->summary = nw_timer_new(d->loop, tell_summary, d);
	d->watchdog = nw_timer_new(d->loop, feed, d);
	d->watchdog_ms = nw_notify_watchdog_ms();
	tell_summary(d);
	if (d->watchdog_ms)
		feed(d);
}

void nw_service_end(struct nw_daemon *d)
{
	if (d->summary)
		nw_timer_free(d->summary);
	if (d->watchdog)
		nw_timer_free(d->watchdog);
}
