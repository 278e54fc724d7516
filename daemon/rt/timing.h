#ifndef NW_RT_TIMING_H
#define NW_RT_TIMING_H

#include <stddef.h>
#include <stdint.h>

/*
 * How long things take, as histograms: each timing is one series of a family, told apart by
 * one label. Any thread may observe and read. What is read while others observe is some
 * moment's, give or take what they are at.
 */
enum nw_timing {
	NW_T_FETCH_FEED,
	NW_T_FETCH_PAGE,
	NW_T_PARSE,
	NW_T_CLEAN,
	NW_T_TAG,
	NW_T_SKETCH,
	NW_T_ENCODE,
	NW_T_JOIN,
	NW_T_APPEND,
	NW_T_COMMIT,
	NW_T_PUBLISH,
	NW_N_TIMINGS
};

#define NW_TIMING_BOUNDS 14

struct nw_timing_family {
	const char *name;  /* as Prometheus wants it, without the prefix */
	const char *label; /* NULL: it has one series alone */
	const char *help;
	double bounds
		[NW_TIMING_BOUNDS]; /* of the buckets, seconds, each more than the one before */
};

struct nw_timing_row {
	const struct nw_timing_family *family;
	const char *value; /* of the label; rows of one family stand side by side */
};

extern const struct nw_timing_row nw_timing_rows[NW_N_TIMINGS];

void nw_time_took(enum nw_timing timing, int64_t ns);

/* How many were at most bounds[i], the last: all there were; and the seconds of all. */
struct nw_timing_view {
	uint64_t upto[NW_TIMING_BOUNDS + 1];
	double sum_s;
};
void nw_timing_read(enum nw_timing timing, struct nw_timing_view *view);

#endif
