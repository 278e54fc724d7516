#include "rt/pulse.h"

#include <time.h>

int64_t nw_monotonic_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void nw_pulse_begin(struct nw_pulse *pulse)
{
	atomic_store_explicit(&pulse->since_ns, nw_monotonic_ns(), memory_order_relaxed);
}

void nw_pulse_end(struct nw_pulse *pulse)
{
	atomic_store_explicit(&pulse->since_ns, 0, memory_order_relaxed);
}

int64_t nw_pulse_busy_ms(const struct nw_pulse *pulse)
{
	const int64_t since = atomic_load_explicit(&pulse->since_ns, memory_order_relaxed);

	return since ? (nw_monotonic_ns() - since) / 1000000 : 0;
}
