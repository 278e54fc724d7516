#include "clean/datetext.h"

#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"

/* A number or a word of the text, and the bytes it has. */
struct token {
	int64_t number; /* -1: a word */
	size_t digits;
	int month; /* of a word; 0: names none */
	size_t start, end;
};

/* The last three tokens; a date is three in a row, but for a filler word or two. */
struct window {
	struct token t[3];
	int n;
	size_t fillers; /* words since the last token kept */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits as Arabic and Persian write them too; false at the first character that is none. */
static bool take_digit(struct nw_str *rest, int *digit)
{
	struct nw_str s = *rest;
	const uint32_t c = s.n ? nw_utf8_next(&s) : 0;

	if (c >= '0' && c <= '9')
		*digit = (int)(c - '0');
	else if (c >= 0x660 && c <= 0x669)
		*digit = (int)(c - 0x660);
	else if (c >= 0x6f0 && c <= 0x6f9)
		*digit = (int)(c - 0x6f0);
	else
		return false;
	*rest = s;
	return true;
}

/* The next number or word; both end where the other begins. */
static bool next_token(struct nw_str text, size_t *at, struct token *t)
{
	struct nw_str rest = nw_str_from(text, *at);
	bool found = false;
	int digit;

	*t = (struct token){.number = -1};
	while (rest.n) {
		t->start = text.n - rest.n;
		if (take_digit(&rest, &digit)) {
			found = true;
			t->number = digit;
			t->digits = 1;
			while (take_digit(&rest, &digit) && t->digits < 12) {
				t->number = t->number * 10 + digit;
				t->digits++;
			}
			break;
		}
		if (!nw_utf8_is_word(nw_utf8_next(&rest)))
			continue;
		found = true;
		while (rest.n) {
			struct nw_str after = rest;

			if (take_digit(&after, &digit) || !nw_utf8_is_word(nw_utf8_next(&after)))
				break;
			rest = after;
		}
		break;
	}
	t->end = text.n - rest.n;
	*at = t->end;
	return found;
}

static bool is_year(const struct token *t)
{
	return t->digits == 4 && t->number >= 1990 && t->number <= 2100;
}

static bool set_day(int64_t year, int64_t month, int64_t day, struct nw_when *when)
{
	const struct nw_civil c = {.year = (int)year, .month = (int)month, .day = (int)day};

	if (month < 1 || month > 12 || day < 1 || day > 31 ||
		!nw_when_is_day(c.year, c.month, c.day))
		return false;
	*when = (struct nw_when){.unix_s = nw_when_from_civil(c), .precision = NW_WHEN_DAY};
	return true;
}

/* Three numbers: the year is at one end, and the other two are in the order asked for if they can be. */
static bool read_numbers(const struct token *t, bool month_first, struct nw_when *when)
{
	const int64_t a = t[0].number, b = t[1].number, c = t[2].number;

	if (is_year(&t[0]) && t[1].digits <= 2 && t[2].digits <= 2)
		return set_day(a, b, c, when);
	if (!is_year(&t[2]) || t[0].digits > 2 || t[1].digits > 2)
		return false;
	if (month_first)
		return set_day(c, a, b, when) || set_day(c, b, a, when);
	return set_day(c, b, a, when) || set_day(c, a, b, when);
}

static bool read_window(const struct token *t, bool month_first, struct nw_when *when)
{
	if (t[0].month && is_year(&t[2]) && t[1].digits && t[1].digits <= 2)
		return set_day(t[2].number, t[0].month, t[1].number, when);
	if (t[1].month && is_year(&t[2]) && t[0].digits && t[0].digits <= 2)
		return set_day(t[2].number, t[1].month, t[0].number, when);
	if (t[1].month && is_year(&t[0]) && t[2].digits && t[2].digits <= 2)
		return set_day(t[0].number, t[1].month, t[2].number, when);
	if (t[0].number >= 0 && t[1].number >= 0 && t[2].number >= 0)
		return read_numbers(t, month_first, when);
	return false;
}

/* Numbers of a date stand together; a time of day or a count does not. */
static bool is_near(struct nw_str text, const struct token *t)
{
	for (int i = 0; i < 2; i++) {
		const size_t gap = t[i + 1].start - t[i].end;
		const bool numbers = t[i].number >= 0 && t[i + 1].number >= 0;

		if (gap > (numbers ? 4u : 12u))
			return false;
		if (gap && memchr(text.p + t[i].end, ':', gap))
			return false;
	}
	return true;
}

bool nw_datetext_find(
	struct nw_str text, bool month_first, struct nw_when *when, struct nw_str *raw)
{
	struct window w = {.n = 0};
	struct token t;
	size_t at = 0;

	*when = (struct nw_when){0};
	while (next_token(text, &at, &t)) {
		if (t.number < 0) {
			t.month = nw_when_month((struct nw_str){text.p + t.start, t.end - t.start});
			if (!t.month) {
				if (++w.fillers > 2)
					w.n = 0;
				continue;
			}
		}
		w.fillers = 0;
		if (w.n == 3) {
			w.t[0] = w.t[1];
			w.t[1] = w.t[2];
			w.n = 2;
		}
		w.t[w.n++] = t;
		if (w.n == 3 && is_near(text, w.t) && read_window(w.t, month_first, when)) {
			*raw = (struct nw_str){text.p + w.t[0].start, w.t[2].end - w.t[0].start};
			return true;
		}
	}
	return false;
}

/* n digits at the front of s, no more of them after, as a number; -1 where not. */
static int64_t digits_at(struct nw_str s, size_t n)
{
	int64_t value = 0;

	if (s.n < n || (s.n > n && is_digit(s.p[n])))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s.p[i]))
			return -1;
		value = value * 10 + (s.p[i] - '0');
	}
	return value;
}

/* Year, month and day with one of "/-_" between, or all in one; *length: of what was read. */
static bool read_path(struct nw_str s, struct nw_when *when, size_t *length)
{
	int64_t year = digits_at(s, 4), month, day;
	size_t at = 5;

	*length = 8;
	if (year < 0) {
		const int64_t all = digits_at(s, 8);

		return all > 19900101 && all < 21000101 &&
			set_day(all / 10000, all / 100 % 100, all % 100, when);
	}
	if (year < 1990 || year > 2100 || s.n < 8 || !strchr("/-_", s.p[4]))
		return false;
	month = digits_at(nw_str_from(s, at), 2);
	at += month < 0 ? 1 : 2;
	if (month < 0)
		month = digits_at(nw_str_from(s, at - 1), 1);
	if (month < 0 || at >= s.n || s.p[at] != s.p[4])
		return false;
	day = digits_at(nw_str_from(s, at + 1), 2);
	*length = at + (day < 0 ? 2 : 3);
	if (day < 0)
		day = digits_at(nw_str_from(s, at + 1), 1);
	return set_day(year, month, day, when);
}

bool nw_dateurl_find(struct nw_str url, struct nw_when *when, struct nw_str *raw)
{
	*when = (struct nw_when){0};
	for (size_t i = 1; i < url.n; i++) {
		const struct nw_str rest = nw_str_from(url, i);
		size_t length;

		if (!is_digit(url.p[i]) || is_digit(url.p[i - 1]))
			continue;
		if (read_path(rest, when, &length)) {
			*raw = nw_str_head(rest, length);
			return true;
		}
	}
	return false;
}
