#include "rt/timing.h"

#include <stdatomic.h>

#define NS_PER_S 1e9

/* From a request on loopback to the longest timeout that is usual. */
static const struct nw_timing_family fetch = {"fetch_seconds", "what",
	"From the start of a request to its answer's last byte, without the wait for its host's turn.",
	{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60}};
/* From a tag matched to a commit on a slow disk. */
static const struct nw_timing_family step = {"step_seconds", "step",
	"A step of a visit or an article; append: from its way to the STORE to its commit.",
	{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10}};
static const struct nw_timing_family commit = {"commit_seconds", NULL,
	"A transaction of the journal made durable, its fsync included.",
	{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10}};
static const struct nw_timing_family publish = {"publish_delay_seconds", NULL,
	"From when a record was written to when it went out live on the bus.",
	{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60}};

const struct nw_timing_row nw_timing_rows[NW_N_TIMINGS] = {
	[NW_T_FETCH_FEED] = {&fetch, "feed"},
	[NW_T_FETCH_PAGE] = {&fetch, "page"},
	[NW_T_PARSE] = {&step, "parse"},
	[NW_T_CLEAN] = {&step, "clean"},
	[NW_T_TAG] = {&step, "tag"},
	[NW_T_SKETCH] = {&step, "sketch"},
	[NW_T_ENCODE] = {&step, "encode"},
	[NW_T_JOIN] = {&step, "join"},
	[NW_T_APPEND] = {&step, "append"},
	[NW_T_COMMIT] = {&commit, NULL},
	[NW_T_PUBLISH] = {&publish, NULL},
};

struct timing {
	_Atomic uint64_t buckets[NW_TIMING_BOUNDS + 1];
	_Atomic uint64_t sum_ns;
};

static struct timing timings[NW_N_TIMINGS];

void nw_time_took(enum nw_timing timing, int64_t ns)
{
	const double *bounds = nw_timing_rows[timing].family->bounds;
	const double s = (double)(ns > 0 ? ns : 0) / NS_PER_S;
	size_t i = 0;

	while (i < NW_TIMING_BOUNDS && s > bounds[i])
		i++;
	atomic_fetch_add_explicit(&timings[timing].buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&timings[timing].sum_ns, (uint64_t)(ns > 0 ? ns : 0), memory_order_relaxed);
}

void nw_timing_read(enum nw_timing timing, struct nw_timing_view *view)
{
	const struct timing *t = &timings[timing];
	uint64_t n = 0;

	for (size_t i = 0; i <= NW_TIMING_BOUNDS; i++) {
		n += atomic_load_explicit(&t->buckets[i], memory_order_relaxed);
		view->upto[i] = n;
	}
	view->sum_s = (double)atomic_load_explicit(&t->sum_ns, memory_order_relaxed) / NS_PER_S;
}
