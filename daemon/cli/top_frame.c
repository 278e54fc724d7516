#include "cli/top.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/when.h"
#include "cli/command.h"

#define NAME_COLUMNS 20
#define STATE_COLUMNS 12
#define TIMING_COLUMNS 13
#define ROWS_FOR_TIMINGS 20 /* with fewer the feeds need them more */
#define ROWS_FOR_RATES 10

/* --- lines --- */

/* As many whole characters as there are columns for. */
static size_t fit(struct nw_str text, size_t columns)
{
	struct nw_str rest = text;
	size_t used = 0;

	while (rest.n) {
		struct nw_str next = rest;

		(void)nw_utf8_next(&next);
		used += nw_utf8_columns((struct nw_str){rest.p, rest.n - next.n});
		if (used > columns)
			break;
		rest = next;
	}
	return text.n - rest.n;
}

static void make_ascii(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		const unsigned char c = (unsigned char)*from;

		if (c < 0x80)
			*to++ = *from;
		else if ((c & 0xc0) != 0x80)
			*to++ = '?';
	}
	*to = '\0';
}

/* Takes text, which open_memstream made, over. */
static void add_line(struct nw_top_frame *f, enum nw_top_look look, char *text)
{
	text[fit(nw_str(text), f->width)] = '\0';
	if (f->is_ascii)
		make_ascii(text);
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 64;
		f->line = nw_must_realloc(f->line, f->cap * sizeof(*f->line));
	}
	f->line[f->n++] = (struct nw_top_line){text, look};
}

/* A line being written; ended by end_line. */
struct line {
	FILE *out;
	char *text;
	size_t n;
};

static void begin_line(struct line *line)
{
	line->text = NULL;
	line->out = open_memstream(&line->text, &line->n);
	if (!line->out)
		abort();
}

static void end_line(struct nw_top_frame *f, enum nw_top_look look, struct line *line)
{
	(void)fclose(line->out);
	add_line(f, look, line->text);
}

static void NW_PRINTF(3, 4)
	print_line(struct nw_top_frame *f, enum nw_top_look look, const char *format, ...)
{
	struct line line;
	va_list ap;

	begin_line(&line);
	va_start(ap, format);
	(void)vfprintf(line.out, format, ap);
	va_end(ap);
	end_line(f, look, &line);
}

/* Text from outside in so many columns: cut, or padded. */
static void put_column(FILE *out, struct nw_str text, size_t columns)
{
	char *safe = NULL;
	size_t n, kept, width;
	FILE *stream = open_memstream(&safe, &n);

	if (!stream)
		abort();
	nw_cli_put(stream, text);
	(void)fclose(stream);
	kept = fit(nw_str(safe), columns);
	width = nw_utf8_columns((struct nw_str){safe, kept});
	(void)fwrite(safe, 1, kept, out);
	for (; width < columns; width++)
		fputc(' ', out);
	free(safe);
}

/* --- figures --- */

static double counted(const struct nw_top_sample *sample, const char *name)
{
	return (double)nw_json_get_int(json_object_get(sample->status, "counters"), name, 0);
}

/* A daemon that was started anew begins at nothing. */
static double rate(const struct nw_top *top, const char *name)
{
	const double more = counted(&top->now, name) - counted(&top->before, name);
	const double s = top->now.at_s - top->before.at_s;

	return top->before.status && s > 0 && more > 0 ? more / s : 0;
}

static long long level(const struct nw_top *top, const char *name)
{
	return (long long)nw_json_get_int(top->now.status, name, 0);
}

static double at(const json_t *array, size_t i)
{
	return json_number_value(json_array_get(array, i));
}

double nw_top_quantile(const json_t *now, const json_t *before, double share)
{
	const json_t *bounds = json_object_get(now, "bounds"), *upto = json_object_get(now, "upto");
	const json_t *then = json_object_get(before, "upto");
	const size_t n = json_array_size(bounds);
	const double all = at(upto, n) - at(then, n);
	double below = 0, from = 0;

	if (all <= 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const double here = at(upto, i) - at(then, i);

		if (here >= all * share)
			return from +
				(at(bounds, i) - from) * (all * share - below) / (here - below);
		below = here;
		from = at(bounds, i);
	}
	return from; /* past the last bound: at least that */
}

/* "120us", "3.4ms", "1.2s" in seven columns. */
static const char *span(double s, char text[16])
{
	if (s < 0)
		return "-";
	if (s < 0.001)
		(void)snprintf(text, 16, "%.0fus", s * 1e6);
	else if (s < 1)
		(void)snprintf(text, 16, "%.1fms", s * 1e3);
	else
		(void)snprintf(text, 16, "%.1fs", s);
	return text;
}

static const char *bytes(double n, char text[16])
{
	static const char *const units[] = {"B", "K", "M", "G", "T"};
	size_t i = 0;

	for (; n >= 1024 && i < 4; i++)
		n /= 1024;
	(void)snprintf(text, 16, i ? "%.1f%s" : "%.0f%s", n, units[i]);
	return text;
}

/* --- the head --- */

static void add_state(struct nw_top_frame *f, const struct nw_top *top)
{
	json_t *checks = json_object_get(top->now.status, "checks"), *check;
	const char *name;
	struct line line;
	bool any = false, is_bad = false;

	begin_line(&line);
	json_object_foreach(checks, name, check)
	{
		const struct nw_str reason = nw_json_get_str(check, "reason");

		if (!reason.n)
			continue;
		is_bad |= !json_is_true(json_object_get(check, "ok"));
		fprintf(line.out, "%s%s: ", any ? "; " : "", name);
		nw_cli_put(line.out, reason);
		any = true;
	}
	end_line(f, is_bad ? NW_TOP_BAD : NW_TOP_PLAIN, &line);
}

static void add_head(struct nw_top_frame *f, const struct nw_top *top, int64_t now_s)
{
	const long long up = level(top, "uptime");
	char when[NW_WHEN_TEXT];
	struct line line;

	begin_line(&line);
	fputs("newswired ", line.out);
	nw_cli_put(line.out, nw_json_get_str(top->now.status, "version"));
	fputs("  ", line.out);
	nw_cli_put(line.out,
		top->trouble[0] ? NW_STR("unreachable")
				: nw_json_get_str(top->now.status, "state"));
	fprintf(line.out, "  %s", nw_when_rfc3339(now_s, when));
	fprintf(line.out, "  up %lldd %02lld:%02lld:%02lld  %lld feeds, %lld failing", up / 86400,
		up / 3600 % 24, up / 60 % 60, up % 60, level(top, "feeds"),
		level(top, "feeds_failing"));
	end_line(f, NW_TOP_HEAD, &line);
	if (top->trouble[0]) {
		begin_line(&line);
		nw_cli_put(line.out, nw_str(top->trouble));
		end_line(f, NW_TOP_BAD, &line);
	} else {
		add_state(f, top);
	}
}

static void add_rates(struct nw_top_frame *f, const struct nw_top *top)
{
	char in[16];

	print_line(f, NW_TOP_PLAIN,
		"per second: %.1f visits (%.1f 304), %.1f pages, %s, %.1f articles, %.1f live",
		rate(top, "feed_visits_total"), rate(top, "feed_visits_not_modified_total"),
		rate(top, "pages_total"), bytes(rate(top, "received_bytes_total"), in),
		rate(top, "articles_total"), rate(top, "bus_messages_total"));
	print_line(f, NW_TOP_PLAIN,
		"in flight: %lld   waiting: %lld hosts, %lld pool, %lld store, %lld letters",
		level(top, "in_flight"), level(top, "requests_waiting"), level(top, "pool_waiting"),
		level(top, "store_waiting"), level(top, "alert_letters_waiting"));
	print_line(f,
		level(top, "bus_lag") > 0 || level(top, "alert_lag") > 0 ? NW_TOP_HEAD
									 : NW_TOP_PLAIN,
		"behind: %lld bus, %lld alerts   subscribers: %lld, %lld streams, %.0f dropped",
		level(top, "bus_lag"), level(top, "alert_lag"), level(top, "subscribers"),
		level(top, "http_streams"), counted(&top->now, "bus_messages_dropped_total"));
}

/* --- stages --- */

static double timed(const json_t *timing)
{
	const json_t *upto = json_object_get(timing, "upto");

	return json_array_size(upto) ? at(upto, json_array_size(upto) - 1) : 0;
}

/* "step_seconds.parse" -> "parse", "fetch_seconds.feed" -> "feed fetch", "commit_seconds" -> "commit". */
static void put_timing_name(FILE *out, const char *name)
{
	const struct nw_str whole = nw_str(name);
	const size_t end = nw_str_find(whole, NW_STR("_seconds"));
	const struct nw_str family = nw_str_head(whole, end);
	const struct nw_str of = nw_str_from(whole, end + sizeof("_seconds.") - 1);
	char text[64];

	(void)snprintf(text, sizeof(text), "%.*s%s%.*s", NW_ARG(of),
		of.n && !nw_str_eq(family, NW_STR("step")) ? " " : "",
		nw_str_eq(family, NW_STR("step")) ? 0 : (int)family.n, family.p);
	put_column(out, nw_str(text), TIMING_COLUMNS);
}

/* Of the last minute; where nothing was in it, of all since the daemon's start. */
static void put_timing(FILE *out, const struct nw_top *top, const char *name, const json_t *now)
{
	const json_t *before =
		json_object_get(json_object_get(top->before.status, "timings"), name);
	const double s = top->now.at_s - top->before.at_s;
	double n = before && s > 0 ? timed(now) - timed(before) : 0;
	char half[16], most[16];

	if (n <= 0) {
		before = NULL;
		n = 0;
	}
	put_timing_name(out, name);
	fprintf(out, " %6.1f %7s %7s", s > 0 ? n / s : 0,
		span(nw_top_quantile(now, before, 0.5), half),
		span(nw_top_quantile(now, before, 0.99), most));
}

static void add_timings(struct nw_top_frame *f, const struct nw_top *top)
{
	static const char head[] = "STEP               /s     P50     P99";
	json_t *timings = json_object_get(top->now.status, "timings"), *timing;
	const bool in_two = f->width >= 2 * sizeof(head) + 3;
	const char *name;
	struct line line;
	size_t i = 0;

	print_line(f, NW_TOP_HEAD, in_two ? "%s    %s" : "%s", head, head);
	json_object_foreach(timings, name, timing)
	{
		const bool is_second = in_two && i++ % 2;

		if (is_second)
			fputs("    ", line.out);
		else
			begin_line(&line);
		put_timing(line.out, top, name, timing);
		if (is_second || !in_two)
			end_line(f, NW_TOP_PLAIN, &line);
	}
	if (in_two && i % 2)
		end_line(f, NW_TOP_PLAIN, &line);
}

/* --- feeds --- */

struct feed {
	const json_t *json;
};

struct feeds {
	struct nw_map before; /* by id, as they were */
	double s;             /* ago */
	int64_t now_s;        /* Unix */
};

static bool is_failing(const json_t *feed)
{
	return json_is_true(json_object_get(feed, "failing"));
}

/* Those that fail first, then those that are due next. */
static int by_need(const void *a, const void *b)
{
	const json_t *x = ((const struct feed *)a)->json, *y = ((const struct feed *)b)->json;
	const int order = nw_str_cmp(nw_json_get_str(x, "next"), nw_json_get_str(y, "next"));

	if (is_failing(x) != is_failing(y))
		return is_failing(x) ? -1 : 1;
	return order ? order : nw_str_cmp(nw_json_get_str(x, "id"), nw_json_get_str(y, "id"));
}

static int64_t unix_of(struct nw_str moment)
{
	struct nw_when when;

	return nw_when_parse(moment, &when) ? when.unix_s : 0;
}

/* "now", "4m", "2h": in how long it is due. */
static const char *due(const json_t *feed, int64_t now_s, char text[24])
{
	const int64_t next = unix_of(nw_json_get_str(feed, "next")), s = next - now_s;

	if (json_is_true(json_object_get(feed, "visiting")))
		return "now";
	if (!next)
		return "-";
	if (s < 120)
		(void)snprintf(text, 24, "%" PRId64 "s", s > 0 ? s : 0);
	else if (s < 7200)
		(void)snprintf(text, 24, "%" PRId64 "m", s / 60);
	else
		(void)snprintf(text, 24, "%" PRId64 "h", s / 3600);
	return text;
}

/* Articles an hour, as far as it has been looked. */
static double feed_rate(const struct feeds *feeds, const json_t *feed)
{
	const json_t *then = nw_map_get(&feeds->before, nw_json_get_str(feed, "id"));
	const int64_t n = nw_json_get_int(feed, "articles", 0);
	const int64_t more = n - nw_json_get_int(then, "articles", n);

	return feeds->s > 0 && more > 0 ? (double)more / feeds->s * 3600 : 0;
}

static void add_feed(struct nw_top_frame *f, const struct feeds *feeds, const json_t *feed)
{
	const struct nw_str reason = nw_json_get_str(feed, "reason");
	struct line line;
	char in[24];

	begin_line(&line);
	put_column(line.out, nw_json_get_str(feed, "id"), NAME_COLUMNS);
	fputc(' ', line.out);
	put_column(line.out, nw_json_get_str(feed, "state"), STATE_COLUMNS);
	fprintf(line.out, " %5s %6.1f %8" PRId64 "  ", due(feed, feeds->now_s, in),
		feed_rate(feeds, feed), nw_json_get_int(feed, "articles", 0));
	nw_cli_put(line.out, reason.n ? reason : nw_json_get_str(feed, "title"));
	end_line(f, is_failing(feed) ? NW_TOP_BAD : NW_TOP_PLAIN, &line);
}

static void add_feeds(struct nw_top_frame *f, const struct nw_top *top, int64_t now_s)
{
	const size_t n = json_array_size(top->now.feeds);
	struct feed *sorted = nw_must_calloc(n + 1, sizeof(*sorted));
	json_t *then;
	struct feeds feeds = {{0}, top->now.at_s - top->before.at_s, now_s};
	size_t k;

	json_array_foreach(top->before.feeds, k, then)
	{
		(void)nw_map_put(&feeds.before, nw_json_get_str(then, "id"), then);
	}
	for (size_t i = 0; i < n; i++)
		sorted[i].json = json_array_get(top->now.feeds, i);
	qsort(sorted, n, sizeof(*sorted), by_need);
	print_line(f, NW_TOP_HEAD, "%-*s %-*s %5s %6s %8s  %s", NAME_COLUMNS, "FEED", STATE_COLUMNS,
		"STATE", "DUE", "/h", "ARTICLES", "TITLE, OR WHAT IS WRONG");
	f->n_fixed = f->n;
	for (size_t i = 0; i < n; i++)
		add_feed(f, &feeds, sorted[i].json);
	nw_map_clear(&feeds.before);
	free(sorted);
}

void nw_top_frame_make(struct nw_top_frame *frame, const struct nw_top *top, int64_t now_s)
{
	add_head(frame, top, now_s);
	if (!frame->height || frame->height >= ROWS_FOR_RATES)
		add_rates(frame, top);
	if (!frame->height || frame->height >= ROWS_FOR_TIMINGS)
		add_timings(frame, top);
	add_feeds(frame, top, now_s);
}

void nw_top_frame_clear(struct nw_top_frame *frame)
{
	for (size_t i = 0; i < frame->n; i++)
		free(frame->line[i].text);
	free(frame->line);
	*frame = (struct nw_top_frame){0};
}
