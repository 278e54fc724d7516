/* The text format, newswire-text(7). */
#include "base/text.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include <newswire/article.h>

#define MARK "date "
#define MARK_N (sizeof(MARK) - 1)
#define DAY_N (sizeof("2020-01-16") - 1)

/* "2020-01-16" at the start of s, a day that exists, and nothing or a space after it. */
static bool read_day(struct nw_str s, struct nw_civil *day)
{
	int64_t part[3];
	static const struct {
		size_t at, n;
	} parts[3] = {{0, 4}, {5, 2}, {8, 2}};

	if (s.n < DAY_N || s.p[4] != '-' || s.p[7] != '-' || (s.n > DAY_N && s.p[DAY_N] != ' '))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (s.p[parts[i].at] == '-' ||
			!nw_str_int(
				(struct nw_str){s.p + parts[i].at, parts[i].n}, 1, 9999, &part[i]))
			return false;
	}
	*day = (struct nw_civil){.year = (int)part[0], .month = (int)part[1], .day = (int)part[2]};
	return nw_when_is_day(day->year, day->month, day->day);
}

/*
 * What stands on line 1 when the day is known; empty otherwise, and for years
 * that four digits cannot say.
 */
static struct nw_str day_text(struct nw_when when, char text[NW_WHEN_TEXT])
{
	struct nw_civil day;
	struct nw_str s;

	if (when.precision == NW_WHEN_UNKNOWN)
		return NW_STR("");
	s = nw_str(nw_when_day(when, text));
	return s.n == DAY_N && read_day(s, &day) ? s : NW_STR("");
}

/* A document needs a first line: with neither day nor title the first paragraph is it. */
static void write_lines(
	struct nw_buf *out, struct nw_str day, struct nw_str title, struct nw_str body)
{
	bool first = true;

	if (day.n) {
		nw_buf_add(out, NW_STR(" " MARK));
		nw_buf_add(out, day);
		if (title.n)
			nw_buf_add_c(out, ' ');
	}
	nw_buf_add(out, title);
	if (day.n || title.n)
		first = false;
	if (body.n && !first)
		nw_buf_add(out, NW_STR("\n\n"));
	nw_buf_add(out, body);
	nw_buf_add_c(out, '\n');
}

struct nw_str nw_text_write(struct nw_arena *arena, const struct nw_article *article)
{
	char text[NW_WHEN_TEXT];
	struct nw_str written;
	struct nw_buf out;

	nw_buf_init(&out, SIZE_MAX / 2);
	write_lines(&out, day_text(article->published, text), nw_text_line(arena, article->title),
		nw_text_paragraphs(arena, article->body));
	written = nw_arena_str(arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return written;
}

/* Takes the next line that says anything off *rest: raw as it stands, and clean. */
static bool next_line(
	struct nw_arena *a, struct nw_str *rest, struct nw_str *raw, struct nw_str *line)
{
	while (nw_str_cut(rest, '\n', raw)) {
		*line = nw_text_line(a, *raw);
		if (line->n)
			return true;
	}
	return false;
}

/* Only a line that begins with white space has a date: what is written without one does not. */
static void read_first(struct nw_str raw, struct nw_str line, struct nw_article *article)
{
	struct nw_str rest = raw;
	struct nw_civil day;

	if (nw_utf8_is_space(nw_utf8_next(&rest)) && nw_str_starts(line, NW_STR(MARK)) &&
		read_day(nw_str_from(line, MARK_N), &day)) {
		article->published = (struct nw_when){
			.unix_s = nw_when_from_civil(day), .precision = NW_WHEN_DAY};
		line = nw_str_from(line, MARK_N + DAY_N + 1);
	}
	article->title = line;
}

enum nw_err nw_text_read(struct nw_arena *arena, struct nw_str bytes, struct nw_article *article,
	struct nw_error *error)
{
	const size_t valid = nw_utf8_valid(bytes);
	struct nw_str rest, raw, line;

	*article = (struct nw_article){.version = 1};
	if (valid < bytes.n)
		return nw_fail(
			error, NW_E_SYNTAX, "not UTF-8 at byte %zu; convert the text first", valid);
	rest = nw_arena_str(arena, bytes);
	if (nw_str_starts(rest, NW_STR("\xef\xbb\xbf")))
		rest = nw_str_from(rest, 3);
	if (!next_line(arena, &rest, &raw, &line))
		return nw_fail(
			error, NW_E_SYNTAX, "empty document; an article has at least a title");
	read_first(raw, line, article);
	if (rest.p)
		article->body = nw_text_paragraphs(arena, rest);
	return NW_OK;
}
