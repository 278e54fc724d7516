#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

bool nw_str_eq(struct nw_str a, struct nw_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool nw_str_eq_nocase(struct nw_str a, struct nw_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.p[i] != b.p[i] && nw_lower(a.p[i]) != nw_lower(b.p[i]))
			return false;
	}
	return true;
}

bool nw_str_starts(struct nw_str s, struct nw_str prefix)
{
	return nw_str_eq(nw_str_head(s, prefix.n), prefix);
}

bool nw_str_starts_nocase(struct nw_str s, struct nw_str prefix)
{
	return nw_str_eq_nocase(nw_str_head(s, prefix.n), prefix);
}

bool nw_str_ends(struct nw_str s, struct nw_str suffix)
{
	return s.n >= suffix.n && nw_str_eq(nw_str_from(s, s.n - suffix.n), suffix);
}

int nw_str_cmp(struct nw_str a, struct nw_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

size_t nw_str_find(struct nw_str s, struct nw_str part)
{
	const char *at;

	if (part.n == 0)
		return 0;
	if (s.n == 0)
		return 0;
	at = memmem(s.p, s.n, part.p, part.n);
	return at ? (size_t)(at - s.p) : s.n;
}

size_t nw_str_find_nocase(struct nw_str s, struct nw_str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++) {
		if (nw_str_starts_nocase(nw_str_from(s, i), part))
			return i;
	}
	return s.n;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct nw_str nw_str_trim(struct nw_str s)
{
	while (s.n && is_space(s.p[0]))
		s = nw_str_from(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct nw_str nw_str_from(struct nw_str s, size_t at)
{
	if (at >= s.n)
		return (struct nw_str){s.n ? s.p + s.n : s.p, 0};
	return (struct nw_str){s.p + at, s.n - at};
}

struct nw_str nw_str_head(struct nw_str s, size_t n)
{
	return (struct nw_str){s.p, s.n < n ? s.n : n};
}

bool nw_str_cut(struct nw_str *rest, char sep, struct nw_str *part)
{
	const char *at;

	if (!rest->p)
		return false;
	at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	if (!at) {
		*part = *rest;
		*rest = (struct nw_str){NULL, 0};
		return true;
	}
	*part = (struct nw_str){rest->p, (size_t)(at - rest->p)};
	*rest = (struct nw_str){at + 1, rest->n - part->n - 1};
	return true;
}

bool nw_str_int(struct nw_str s, int64_t min, int64_t max, int64_t *value)
{
	const bool negative = s.n && s.p[0] == '-';
	int64_t sum = 0;

	*value = 0;
	if (negative)
		s = nw_str_from(s, 1);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const int64_t digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_add_overflow(sum, negative ? -digit : digit, &sum))
			return false;
	}
	if (sum < min || sum > max)
		return false;
	*value = sum;
	return true;
}

struct nw_str nw_arena_printf(struct nw_arena *a, const char *format, ...)
{
	va_list args, again;
	char *p;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		n = 0;
	p = nw_arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return (struct nw_str){p, (size_t)n};
}
