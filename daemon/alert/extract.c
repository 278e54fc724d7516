#include "alert/extract.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"

#define LINES 2
#define LINE_BYTES ((size_t)180)
#define BEFORE_BYTES ((size_t)60) /* that a line shows before the first match in it */
#define MARKS_MAX ((size_t)256)
#define WHY_MAX 8
#define QUOTES_MAX 5
#define QUOTE_BYTES 80
#define ELLIPSIS "\xe2\x80\xa6"

struct mark {
	size_t start, end; /* bytes of the body */
};

struct marks {
	struct mark v[MARKS_MAX];
	size_t n;
};

struct window {
	size_t start, end;
	size_t marks; /* that begin in it */
};

/* --- strings --- */

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

struct nw_str nw_extract_cut(struct nw_arena *arena, struct nw_str s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return s;
	while (n && is_inside(s.p[n]))
		n--;
	return nw_arena_printf(arena, "%.*s" ELLIPSIS, NW_ARG(nw_str_head(s, n)));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

struct nw_str nw_extract_piece(struct nw_arena *arena, struct nw_str s)
{
	const struct nw_str line = nw_text_line(arena, s);
	const bool before = s.n && is_space(s.p[0]), after = s.n && is_space(s.p[s.n - 1]);

	if (!line.n)
		return before ? NW_STR(" ") : NW_STR("");
	return nw_arena_printf(
		arena, "%s%.*s%s", before ? " " : "", NW_ARG(line), after ? " " : "");
}

/* --- what matched --- */

static bool is_under(struct nw_str name, struct nw_str topic)
{
	return nw_str_starts(name, topic) && (name.n == topic.n || name.p[topic.n] == '/');
}

/* Whether it is one of those that the rule asks for. */
static bool is_asked(const struct nw_rule_ready *rule, const struct nw_tag *tag)
{
	const struct nw_config_alert *alert = rule->config;

	for (size_t i = 0; i < alert->topics.n; i++) {
		if (is_under(tag->name, nw_str(alert->topics.v[i])))
			return true;
	}
	return !alert->topics.n && !rule->query.n;
}

static bool is_query(const struct nw_rule_ready *rule, const struct nw_tag *tag)
{
	return rule->query.n && nw_str_eq(tag->name, rule->query);
}

static void add_marks(struct marks *marks, const struct nw_tag *tag, struct nw_str body)
{
	for (const struct nw_match *m = tag->matches; m && marks->n < MARKS_MAX; m = m->next) {
		if (!nw_str_eq(m->field, NW_STR("body")) || m->end > body.n || m->start >= m->end ||
			is_inside(body.p[m->start]) ||
			(m->end < body.n && is_inside(body.p[m->end])))
			continue;
		marks->v[marks->n++] = (struct mark){m->start, m->end};
	}
}

static int by_start(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Sorted; those that overlap are one. */
static void find_marks(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct marks *marks)
{
	size_t kept = 0;

	marks->n = 0;
	for (const struct nw_tag *t = event->tags; t; t = t->next) {
		if (is_asked(rule, t))
			add_marks(marks, t, event->body);
	}
	for (const struct nw_tag *t = asked; t; t = t->next) {
		if (is_query(rule, t))
			add_marks(marks, t, event->body);
	}
	if (marks->n)
		qsort(marks->v, marks->n, sizeof(marks->v[0]), by_start);
	for (size_t i = 0; i < marks->n; i++) {
		if (kept && marks->v[i].start <= marks->v[kept - 1].end) {
			if (marks->v[i].end > marks->v[kept - 1].end)
				marks->v[kept - 1].end = marks->v[i].end;
		} else {
			marks->v[kept++] = marks->v[i];
		}
	}
	marks->n = kept;
}

/* --- lines --- */

/* From the paragraph's beginning, or a word's a little before the mark. */
static size_t begin_line(struct nw_str body, size_t mark)
{
	const size_t earliest = mark > BEFORE_BYTES ? mark - BEFORE_BYTES : 0;
	size_t at = mark, word = mark;

	while (at > earliest && body.p[at - 1] != '\n') {
		at--;
		if (at && body.p[at - 1] == ' ')
			word = at;
	}
	return at == 0 || body.p[at - 1] == '\n' ? at : word;
}

/* At the paragraph's end, or a word's. */
static size_t end_line(struct nw_str body, size_t start)
{
	const size_t latest = body.n - start > LINE_BYTES ? start + LINE_BYTES : body.n;
	size_t at = start, word = start;

	while (at < latest && body.p[at] != '\n') {
		if (body.p[at] == ' ')
			word = at;
		at++;
	}
	if (at == body.n || body.p[at] == '\n')
		return at;
	if (word > start)
		return word;
	while (at > start && is_inside(body.p[at]))
		at--;
	return at;
}

static struct window window_at(struct nw_str body, const struct marks *marks, size_t first)
{
	struct window w = {.start = begin_line(body, marks->v[first].start)};

	w.end = end_line(body, w.start);
	for (size_t i = first; i < marks->n && marks->v[i].start < w.end; i++)
		w.marks++;
	return w;
}

static bool is_apart(struct window a, const struct window *taken, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a.start < taken[i].end && taken[i].start < a.end)
			return false;
	}
	return true;
}

/* The lines that show most, in the body's order. */
static size_t choose_lines(struct nw_str body, const struct marks *marks, struct window *lines)
{
	size_t n = 0;

	for (; n < LINES; n++) {
		struct window best = {0};

		for (size_t i = 0; i < marks->n; i++) {
			const struct window w = window_at(body, marks, i);

			if (w.marks > best.marks && is_apart(w, lines, n))
				best = w;
		}
		if (!best.marks)
			break;
		lines[n] = best;
	}
	if (n == 2 && lines[1].start < lines[0].start) {
		const struct window first = lines[1];

		lines[1] = lines[0];
		lines[0] = first;
	}
	return n;
}

static void add_piece(json_t *line, const char *kind, struct nw_arena *arena, struct nw_str s)
{
	const struct nw_str piece = nw_extract_piece(arena, s);
	json_t *o;

	if (!piece.n)
		return;
	o = json_object();
	nw_json_set_str(o, kind, piece);
	nw_json_append(line, o);
}

static struct nw_str part(struct nw_str body, size_t start, size_t end)
{
	return nw_str_head(nw_str_from(body, start), end - start);
}

static json_t *write_line(
	struct nw_str body, const struct marks *marks, struct window w, struct nw_arena *arena)
{
	json_t *line = json_array();
	size_t at = w.start;

	if (w.start && body.p[w.start - 1] != '\n')
		add_piece(line, "text", arena, NW_STR(ELLIPSIS " "));
	for (size_t i = 0; i < marks->n; i++) {
		const struct mark m = marks->v[i];
		const size_t end = m.end < w.end ? m.end : w.end;

		if (m.start < at || m.start >= w.end)
			continue;
		add_piece(line, "text", arena, part(body, at, m.start));
		add_piece(line, "match", arena, part(body, m.start, end));
		at = end;
	}
	add_piece(line, "text", arena, part(body, at, w.end));
	if (w.end < body.n && body.p[w.end] != '\n')
		add_piece(line, "text", arena, NW_STR(" " ELLIPSIS));
	return line;
}

json_t *nw_extract_lines(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena)
{
	const struct nw_str body = event->body.n ? event->body : event->summary;
	struct marks *marks = NW_ARENA_NEW(arena, struct marks);
	struct window lines[LINES] = {{0}};
	json_t *list = json_array();
	size_t n = 0;

	if (event->body.n) {
		find_marks(rule, event, asked, marks);
		n = choose_lines(body, marks, lines);
	}
	if (!n && body.n) {
		lines[0].end = end_line(body, 0);
		n = 1;
	}
	for (size_t i = 0; i < n; i++)
		nw_json_append(list, write_line(body, marks, lines[i], arena));
	return list;
}

/* --- why --- */

static bool has_quote(const json_t *quotes, struct nw_str quote)
{
	for (size_t i = 0; i < json_array_size(quotes); i++) {
		const json_t *q = json_array_get(quotes, i);
		const struct nw_str have = {json_string_value(q), json_string_length(q)};

		if (nw_str_eq_nocase(have, quote))
			return true;
	}
	return false;
}

static json_t *number(double value)
{
	if (value > -1e9 && value < 1e9 && (double)(int64_t)value == value)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static json_t *write_tag(const struct nw_tag *tag, bool is_query, struct nw_arena *arena)
{
	json_t *o = json_object(), *quotes = json_array();

	if (is_query) {
		nw_json_set_str(o, "topic", NW_STR("query"));
	} else {
		nw_json_set_str(o, "topic", nw_extract_cut(arena, tag->name, QUOTE_BYTES));
		nw_json_set(o, "score", number(tag->score));
		nw_json_set(o, "threshold", number(tag->threshold));
	}
	for (const struct nw_match *m = tag->matches; m; m = m->next) {
		const struct nw_str quote =
			nw_extract_cut(arena, nw_text_line(arena, m->quote), QUOTE_BYTES);

		if (json_array_size(quotes) == QUOTES_MAX)
			break;
		if (quote.n && !has_quote(quotes, quote))
			nw_json_append(quotes, nw_json_str(quote));
	}
	nw_json_set(o, "quotes", quotes);
	return o;
}

json_t *nw_extract_why(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena)
{
	json_t *list = json_array();

	for (const struct nw_tag *t = event->tags; t && json_array_size(list) < WHY_MAX;
		t = t->next) {
		if (is_asked(rule, t))
			nw_json_append(list, write_tag(t, false, arena));
	}
	for (const struct nw_tag *t = asked; t; t = t->next) {
		if (is_query(rule, t))
			nw_json_append(list, write_tag(t, true, arena));
	}
	return list;
}
