#ifndef NW_STATUS_EXPOSITION_H
#define NW_STATUS_EXPOSITION_H

#include "base/buf.h"
#include "rt/timing.h"

/*
 * Prometheus' text format 0.0.4: families, each with its help, its type and all of its
 * samples. Names are ours and right; a label's value may be any UTF-8. Pure.
 */
#define NW_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define NW_EXPOSITION_PREFIX "newswired_"

struct nw_family {
	const char *name;  /* "feeds" */
	const char *type;  /* "gauge", "counter" */
	const char *label; /* of its samples; NULL: it has one, without */
	const char *help;  /* one line */
};

/* prefix: NW_EXPOSITION_PREFIX, or "" where a name is everybody's. */
void nw_exposition_family(struct nw_buf *out, const char *prefix, const struct nw_family *family);
/* value is of the label; without one it is not looked at. */
void nw_exposition_int(struct nw_buf *out, const char *prefix, const struct nw_family *family,
	struct nw_str value, int64_t n);
void nw_exposition_double(struct nw_buf *out, const char *prefix, const struct nw_family *family,
	struct nw_str value, double x);

/* Of all timings there are (rt/timing.h), as they are now. */
void nw_exposition_timings(struct nw_buf *out);
/* Likewise of all counters (rt/metrics.h). */
void nw_exposition_counters(struct nw_buf *out);

#endif
