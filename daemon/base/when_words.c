#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "base/when_read.h"

/*
 * Everything that is not ISO 8601: RFC 822 and its relatives, asctime, dates in
 * other languages. The text is cut into numbers, words and marks; each says
 * what it can be by itself and by what is written beside it, in any order.
 */

#define TOKENS_MAX 48
#define UNKNOWN_MAX 4

struct token {
	enum { END, NUMBER, WORD, MARK } kind;
	bool spaced; /* white space before it */
	char mark;
	size_t digits;
	int64_t value;
	struct nw_str text;
	char folded[NW_WHEN_FOLDED];
};

struct reader {
	struct token tokens[TOKENS_MAX + 4]; /* the last ones stay END: looking ahead is safe */
	size_t n, at;
	struct {
		int value;
		size_t digits;
		char mark; /* what stood between it and the number before */
	} numbers[3];
	size_t n_numbers;
	int year, month, day; /* where a word said which it is; 0 where none did */
	bool month_is_weak;   /* may be a weekday: "mar" at the front, or misspelt there */
	bool is_korean, is_am, is_pm, has_zone, has_offset;
	int unknown;
	struct nw_when_reading *out;
};

static int digit_of(uint32_t c)
{
	static const uint32_t zeros[] = {'0', 0x660, 0x6f0, 0xff10}; /* Arabic, Persian, wide */

	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	}
	return -1;
}

static bool is_gap(uint32_t c)
{
	return nw_utf8_is_space(c) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff;
}

static bool is_letter(uint32_t c)
{
	return nw_utf8_is_word(c) && c != '_' && digit_of(c) < 0;
}

/* East Asian units come glued to what follows: "5月28日上午". */
static bool is_unit(uint32_t c)
{
	static const uint32_t units[] = {0x5e74, 0x6708, 0x65e5, 0x6642, 0x65f6, 0x70b9, 0x5206,
		0x79d2, 0xb144, 0xc6d4, 0xc77c, 0xc2dc, 0xbd84, 0xcd08};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (c == units[i])
			return true;
	}
	return false;
}

static char plain_mark(uint32_t c)
{
	if (c == 0x2212 || c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2014)
		return '-';
	if (c == 0xff0c || c == 0x60c || c == 0x3001 || c == 0xb7 || c == 0x2022)
		return ',';
	if (c == 0x2019)
		return '\'';
	if (c == 0xff1a)
		return ':';
	return (char)(c < 0x80 ? c : '?');
}

static void lex_number(struct nw_str *rest, struct token *t)
{
	struct nw_str next = *rest;
	int digit;

	while (next.n && (digit = digit_of(nw_utf8_next(&next))) >= 0) {
		if (t->value < INT32_MAX / 16)
			t->value = t->value * 10 + digit;
		t->digits++;
		*rest = next;
	}
	t->kind = NUMBER;
}

static void lex_word(struct nw_str *rest, struct token *t, bool after_number)
{
	const char *from = rest->p;
	struct nw_str next = *rest;
	uint32_t c = nw_utf8_next(&next);
	const bool alone = after_number && is_unit(c);

	do
		*rest = next;
	while (!alone && next.n && is_letter(nw_utf8_next(&next)));
	t->kind = WORD;
	t->text = (struct nw_str){from, (size_t)(rest->p - from)};
	(void)nw_when_fold(t->text, t->folded);
}

/* Comments in parentheses (RFC 822) and in brackets, nested or never closed, say nothing. */
static void skip_comment(struct nw_str *rest)
{
	int depth = 0;

	while (rest->n) {
		const char c = rest->p[0];

		*rest = nw_str_from(*rest, 1);
		depth += c == '(' || c == '[';
		depth -= c == ')' || c == ']';
		if (depth == 0)
			return;
	}
}

static bool lex(struct reader *r, struct nw_str rest)
{
	bool spaced = true;

	while (rest.n) {
		struct nw_str next = rest;
		const uint32_t c = nw_utf8_next(&next);
		struct token *t = &r->tokens[r->n];
		const bool after_number = r->n && t[-1].kind == NUMBER;

		if (c == '(' || c == '[' || is_gap(c)) {
			spaced = true;
			if (is_gap(c))
				rest = next;
			else
				skip_comment(&rest);
			continue;
		}
		if (r->n == TOKENS_MAX)
			return false;
		t->spaced = spaced;
		spaced = false;
		r->n++;
		r->is_korean |= c >= 0xac00 && c <= 0xd7a3;
		if (digit_of(c) >= 0) {
			lex_number(&rest, t);
		} else if (is_letter(c)) {
			lex_word(&rest, t, after_number);
		} else {
			t->kind = MARK;
			t->mark = plain_mark(c);
			rest = next;
		}
	}
	return r->n > 0;
}

static bool is_mark(const struct token *t, char mark)
{
	return t->kind == MARK && t->mark == mark;
}

static enum nw_when_word word_of(const struct token *t)
{
	return t->kind == WORD ? nw_when_word(t->folded) : NW_WORD_UNKNOWN;
}

static bool is_date_whole(const struct reader *r)
{
	const size_t named = (size_t)(r->year != 0) + (r->month != 0) + (r->day != 0);

	return named + r->n_numbers >= 3;
}

/* "19:48", "19:48:21", "19:48:21.5", "19.48.21"; r->at is at the hour. */
static bool read_clock(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const char between = t[1].mark;

	if (t[0].digits > 2 || t[2].kind != NUMBER || t[2].digits > 2)
		return false;
	r->out->has_time = true;
	r->out->hour = (int)t[0].value;
	r->out->minute = (int)t[2].value;
	r->at += 3;
	t += 3;
	if (is_mark(t, between) && !t->spaced && t[1].kind == NUMBER && t[1].digits <= 2) {
		r->out->second = (int)t[1].value;
		r->at += 2;
		t += 2;
	}
	if ((is_mark(t, '.') || is_mark(t, ',')) && !t->spaced && t[1].kind == NUMBER &&
		!t[1].spaced)
		r->at += 2;
	return true;
}

/* "10h", "10h30", "10시 30분 15초"; r->at is at the hour. */
static bool read_units(struct reader *r)
{
	int *const parts[] = {&r->out->hour, &r->out->minute, &r->out->second};
	static const enum nw_when_word units[] = {NW_WORD_HOUR, NW_WORD_MINUTE, NW_WORD_SECOND};

	r->out->has_time = true;
	for (size_t i = 0; i < 3; i++) {
		const struct token *t = &r->tokens[r->at];
		const bool said = word_of(t + 1) == units[i];

		if (t->kind != NUMBER || t->digits > 2 || (!said && (i != 1 || t->spaced)))
			break;
		*parts[i] = (int)t->value;
		r->at += said ? 2 : 1;
	}
	return true;
}

static bool read_number(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const enum nw_when_word next = word_of(t + 1);
	const bool may_be_hour = !r->out->has_time && t->digits <= 2;

	if (may_be_hour && is_mark(t + 1, ':'))
		return read_clock(r);
	if (may_be_hour && next == NW_WORD_HOUR)
		return read_units(r);
	if (may_be_hour && (next == NW_WORD_AM || next == NW_WORD_PM)) {
		r->out->has_time = true;
		r->out->hour = (int)t->value;
		r->at++;
		return true;
	}
	if (next == NW_WORD_YEAR || next == NW_WORD_MONTH || next == NW_WORD_DAY) {
		int *part = next == NW_WORD_YEAR ? &r->year
			: next == NW_WORD_MONTH  ? &r->month
						 : &r->day;

		*part = next == NW_WORD_YEAR ? nw_when_full_year(t->value, t->digits)
					     : (int)t->value;
		r->at += 2;
		return true;
	}
	if (is_date_whole(r) && may_be_hour && is_mark(t + 1, '.') && t[2].kind == NUMBER &&
		t[2].digits == 2)
		return read_clock(r);
	if (r->n_numbers == 3 || t->digits > 4)
		return false;
	r->numbers[r->n_numbers].value = (int)t->value;
	r->numbers[r->n_numbers].digits = t->digits;
	r->numbers[r->n_numbers].mark = (char)(r->at && t[-1].kind == MARK ? t[-1].mark : ' ');
	r->n_numbers++;
	r->at++;
	return true;
}

/* "+0100", "-5", "+05:30"; r->at is at the sign. */
static bool read_offset(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const int sign = t->mark == '-' ? -1 : 1;
	int64_t value = t[1].value;
	size_t digits = t[1].digits;

	r->at += 2;
	if (digits <= 2 && is_mark(t + 2, ':') && t[3].kind == NUMBER) {
		if (t[3].digits != 2)
			return false;
		value = value * 100 + t[3].value;
		digits = 4;
		r->at += 2;
	}
	r->has_offset = true;
	if (!nw_when_offset(value, digits, &r->out->offset_min))
		return false;
	r->out->offset_min *= sign;
	return true;
}

static bool read_mark(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const bool is_sign = (t->mark == '+' || t->mark == '-') && t[1].kind == NUMBER &&
		!t[1].spaced && !r->has_offset;

	if (is_sign && r->out->has_time)
		return read_offset(r);
	if (is_sign && is_date_whole(r) && t->spaced &&
		(t[1].digits == 4 || (t[1].digits == 2 && is_mark(t + 2, ':'))))
		return read_offset(r);
	r->at++;
	if (t->mark == ':') /* "Published: ..." */
		return r->n_numbers == 0 && !r->out->has_time;
	return t->mark && strchr(",./-'_|@;", t->mark);
}

/* A month of one word or two ("كانون الثاني"); 0 where it is none. */
static int read_month(const struct token *t, size_t *used)
{
	int month = 0;

	*used = 1;
	if (t[1].kind == WORD) {
		*used = 2;
		month = nw_when_month((struct nw_str){
			t->text.p, (size_t)(t[1].text.p - t->text.p) + t[1].text.n});
	}
	if (!month) {
		*used = 1;
		month = nw_when_month(t->text);
	}
	return month;
}

static bool set_month(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const bool leads = r->n_numbers == 0 && !r->out->has_time;
	size_t used;
	int month = read_month(t, &used);
	const bool exact = month != 0;

	if (!exact && (r->month || is_date_whole(r)))
		return false;
	if (!exact)
		month = nw_when_misspelt(t->folded);
	if (!month || (r->month && !r->month_is_weak))
		return false;
	r->month = month;
	r->month_is_weak = leads && (!exact || strcmp(t->folded, "mar") == 0);
	r->at += used;
	return true;
}

/* "a.m." and the like, as five tokens or four. */
static bool read_dotted(struct reader *r)
{
	const struct token *t = &r->tokens[r->at];
	const bool am = strcmp(t->folded, "a") == 0 || strcmp(t->folded, "π") == 0;
	const bool pm = strcmp(t->folded, "p") == 0 || strcmp(t->folded, "μ") == 0;

	if ((!am && !pm) || !is_mark(t + 1, '.') || t[2].kind != WORD ||
		(strcmp(t[2].folded, "m") != 0 && strcmp(t[2].folded, "μ") != 0))
		return false;
	r->is_am = am;
	r->is_pm = pm;
	r->at += 3;
	return true;
}

static bool read_zone(struct reader *r)
{
	bool known;
	const char *folded = r->tokens[r->at].folded;
	const int32_t minutes = nw_when_zone(folded, &known);

	if (!known || !r->out->has_time)
		return false;
	if (!is_date_whole(r) && strcmp(folded, "at") == 0)
		return false; /* "10:00 at 5 March": Atlantic time ends a date */
	r->at++;
	/* "-0700 PDT": the number has been read; "GMT+0100": it will be. */
	if (!r->has_zone && !r->has_offset)
		r->out->offset_min = minutes;
	r->has_zone = true;
	return true;
}

static bool read_word(struct reader *r)
{
	const enum nw_when_word word = word_of(&r->tokens[r->at]);

	if (read_dotted(r) || read_zone(r))
		return true;
	r->is_am |= word == NW_WORD_AM_BEFORE || (word == NW_WORD_AM && r->out->has_time);
	r->is_pm |= word == NW_WORD_PM_BEFORE || (word == NW_WORD_PM && r->out->has_time);
	if (word == NW_WORD_UNKNOWN) {
		if (set_month(r))
			return true;
		/* A weekday leads or follows the date; a zone nobody knows comes last. */
		if ((r->n_numbers && !is_date_whole(r)) || ++r->unknown > UNKNOWN_MAX)
			return false;
	}
	r->at++;
	return true;
}

static bool set_numbers(struct reader *r, const char *order)
{
	int year = 0, month = 0, day = 0;

	for (size_t i = 0; i < 3; i++) {
		const int value = r->numbers[i].value;
		const size_t digits = r->numbers[i].digits;

		if (order[i] != 'y' && digits > 2)
			return false;
		if (order[i] == 'y')
			year = nw_when_full_year(value, digits);
		else if (order[i] == 'm')
			month = value;
		else
			day = value;
	}
	if (!nw_when_is_day(year, month, day))
		return false;
	r->out->year = year;
	r->out->month = month;
	r->out->day = day;
	return true;
}

/*
 * Three numbers. Dots and hyphens are day first wherever they are in use; only
 * America writes AM and PM after slashes. What could be two days is none.
 */
static bool choose_order(struct reader *r)
{
	struct nw_when_reading first;
	bool day_first;

	if (r->numbers[0].digits > 2)
		return set_numbers(r, "ymd");
	if (r->numbers[1].mark == '.' || r->numbers[1].mark == '-')
		return set_numbers(r, "dmy");
	if ((r->is_am || r->is_pm) && set_numbers(r, "mdy"))
		return true;
	day_first = set_numbers(r, "dmy");
	first = *r->out;
	if (!set_numbers(r, "mdy"))
		return day_first;
	return !day_first || (first.month == r->out->month && first.day == r->out->day);
}

static bool finish_named(struct reader *r)
{
	const size_t first_is_year =
		r->numbers[0].digits > 2 || r->numbers[0].value > 31 || r->n_numbers == 1;
	const size_t y = first_is_year ? 0 : 1;

	if (r->n_numbers == 1 && r->year) {
		r->out->year = r->year;
		r->out->day = r->numbers[0].value;
	} else if (r->n_numbers == 1) {
		r->out->year = nw_when_full_year(r->numbers[0].value, r->numbers[0].digits);
		r->out->day = 1;
		if (r->numbers[0].digits != 4 || r->out->has_time)
			return false;
	} else {
		r->out->year = nw_when_full_year(r->numbers[y].value, r->numbers[y].digits);
		r->out->day = r->numbers[1 - y].value;
		if (r->numbers[1 - y].digits > 2)
			return false;
	}
	r->out->month = r->month;
	return true;
}

static bool finish_date(struct reader *r)
{
	if (r->month_is_weak && r->n_numbers == 3)
		r->month = 0;
	if (r->year && r->month && r->day) {
		r->out->year = r->year;
		r->out->month = r->month;
		r->out->day = r->day;
		return r->n_numbers == 0;
	}
	if (r->month && !r->day && (r->n_numbers == 1 || (r->n_numbers == 2 && !r->year)))
		return finish_named(r);
	return !r->year && !r->month && !r->day && r->n_numbers == 3 && choose_order(r);
}

static void finish_time(struct reader *r)
{
	int *hour = &r->out->hour;

	if (r->out->has_time && r->is_pm && *hour < 12)
		*hour += 12;
	else if (r->is_am && *hour == 12)
		*hour = 0;
	if (r->is_korean && !r->has_zone && !r->has_offset)
		r->out->offset_min = 540;
}

bool nw_when_read_words(struct nw_str text, struct nw_when_reading *reading)
{
	struct reader r = {.out = reading};

	if (!lex(&r, text))
		return false;
	while (r.at < r.n) {
		const struct token *t = &r.tokens[r.at];
		const bool ok = t->kind == NUMBER ? read_number(&r)
			: t->kind == WORD         ? read_word(&r)
						  : read_mark(&r);

		if (!ok)
			return false;
	}
	finish_time(&r);
	return finish_date(&r);
}
