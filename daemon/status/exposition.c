#include "status/exposition.h"

#include <inttypes.h>

#include "base/str.h"
#include "rt/metrics.h"

#define P NW_EXPOSITION_PREFIX

static void add_header(struct nw_buf *out, const char *prefix, const char *name, const char *type,
	const char *help)
{
	nw_buf_printf(
		out, "# HELP %s%s %s\n# TYPE %s%s %s\n", prefix, name, help, prefix, name, type);
}

void nw_exposition_family(struct nw_buf *out, const char *prefix, const struct nw_family *family)
{
	add_header(out, prefix, family->name, family->type, family->help);
}

/* As the format has it: what would end the value, or the line. */
static void add_escaped(struct nw_buf *out, struct nw_str value)
{
	for (size_t i = 0; i < value.n; i++) {
		const char c = value.p[i];

		if (c == '\n')
			nw_buf_add(out, NW_STR("\\n"));
		else if (c == '\\' || c == '"')
			nw_buf_printf(out, "\\%c", c);
		else
			nw_buf_add_c(out, c);
	}
}

static void add_name(
	struct nw_buf *out, const char *prefix, const struct nw_family *family, struct nw_str value)
{
	nw_buf_printf(out, "%s%s", prefix, family->name);
	if (!family->label)
		return;
	nw_buf_printf(out, "{%s=\"", family->label);
	add_escaped(out, value);
	nw_buf_add(out, NW_STR("\"}"));
}

void nw_exposition_int(struct nw_buf *out, const char *prefix, const struct nw_family *family,
	struct nw_str value, int64_t n)
{
	add_name(out, prefix, family, value);
	nw_buf_printf(out, " %" PRId64 "\n", n);
}

void nw_exposition_double(struct nw_buf *out, const char *prefix, const struct nw_family *family,
	struct nw_str value, double x)
{
	add_name(out, prefix, family, value);
	nw_buf_printf(out, " %.9g\n", x);
}

/* --- timings --- */

/* "step=\"parse\"" and, before another label, a comma. */
static void add_label(struct nw_buf *out, const struct nw_timing_row *row, const char *after)
{
	if (row->family->label)
		nw_buf_printf(out, "%s=\"%s\"%s", row->family->label, row->value, after);
}

static void add_end(struct nw_buf *out, const struct nw_timing_row *row, const char *part)
{
	nw_buf_printf(out, P "%s_%s", row->family->name, part);
	if (!row->family->label)
		return;
	nw_buf_add_c(out, '{');
	add_label(out, row, "");
	nw_buf_add_c(out, '}');
}

static void add_timing(
	struct nw_buf *out, const struct nw_timing_row *row, const struct nw_timing_view *view)
{
	for (size_t i = 0; i <= NW_TIMING_BOUNDS; i++) {
		nw_buf_printf(out, P "%s_bucket{", row->family->name);
		add_label(out, row, ",");
		if (i < NW_TIMING_BOUNDS)
			nw_buf_printf(out, "le=\"%g\"} ", row->family->bounds[i]);
		else
			nw_buf_add(out, NW_STR("le=\"+Inf\"} "));
		nw_buf_printf(out, "%" PRIu64 "\n", view->upto[i]);
	}
	add_end(out, row, "sum");
	nw_buf_printf(out, " %.9f\n", view->sum_s);
	add_end(out, row, "count");
	nw_buf_printf(out, " %" PRIu64 "\n", view->upto[NW_TIMING_BOUNDS]);
}

void nw_exposition_timings(struct nw_buf *out)
{
	const struct nw_timing_family *last = NULL;

	for (size_t i = 0; i < NW_N_TIMINGS; i++) {
		const struct nw_timing_row *row = &nw_timing_rows[i];
		struct nw_timing_view view;

		if (row->family != last)
			add_header(out, P, row->family->name, "histogram", row->family->help);
		last = row->family;
		nw_timing_read((enum nw_timing)i, &view);
		add_timing(out, row, &view);
	}
}

void nw_exposition_counters(struct nw_buf *out)
{
	for (size_t i = 0; i < NW_N_COUNTERS; i++) {
		const struct nw_counter_row *row = &nw_counter_rows[i];

		add_header(out, P, row->name, "counter", row->help);
		nw_buf_printf(
			out, P "%s %" PRIu64 "\n", row->name, nw_counter_value((enum nw_counter)i));
	}
}
