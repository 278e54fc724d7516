#include "markup/guard.h"

#include "base/str.h"

#define ATTRS_MAX 1000
#define WORK_MAX 16 /* bytes looked at for each byte there is */

struct guard {
	const char *p, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
		(unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static void skip_blanks(struct guard *g)
{
	while (g->p < g->end && is_blank(*g->p))
		g->p++;
}

static void skip_value(struct guard *g)
{
	const char quote = g->p < g->end ? *g->p : '\0';

	if (quote == '"' || quote == '\'') {
		const char *close = memchr(g->p + 1, quote, (size_t)(g->end - g->p - 1));

		g->p = close ? close + 1 : g->end;
		return;
	}
	while (g->p < g->end && *g->p != '>' && !is_blank(*g->p))
		g->p++;
}

static bool closes_empty(const struct guard *g)
{
	return *g->p == '/' && g->p + 1 < g->end && g->p[1] == '>';
}

static void skip_attr(struct guard *g)
{
	if (!is_letter(*g->p) && *g->p != '.') {
		while (g->p < g->end && *g->p != '>' && !is_blank(*g->p) && !closes_empty(g))
			g->p++;
		return;
	}
	while (g->p < g->end && is_name(*g->p))
		g->p++;
	skip_blanks(g);
	if (g->p < g->end && *g->p == '=') {
		g->p++;
		skip_blanks(g);
		skip_value(g);
	}
}

/* As many as a reader would meet from here on, if a tag began here. */
static unsigned count_attrs(struct guard *g)
{
	unsigned n = 0;

	while (g->p < g->end && is_name(*g->p))
		g->p++;
	for (skip_blanks(g); g->p < g->end && *g->p != '>' && n <= ATTRS_MAX; skip_blanks(g)) {
		if (closes_empty(g))
			break;
		skip_attr(g);
		n++;
	}
	return n;
}

bool nw_guard_trips(struct nw_str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t work = 0;

	while (p && p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		struct guard g = {++p, end};

		if (p == end || !is_letter(*p))
			continue;
		if (count_attrs(&g) > ATTRS_MAX)
			return true;
		work += (size_t)(g.p - p);
		if (work / WORK_MAX > s.n)
			return true;
	}
	return false;
}
