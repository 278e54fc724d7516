#include "markup/guard.h"

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
	if (g->p < g->end && (*g->p == '"' || *g->p == '\'')) {
		const char *close = memchr(g->p + 1, *g->p, (size_t)(g->end - g->p - 1));

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

const char *nw_guard_tag(const char *p, const char *end, unsigned *n_attrs)
{
	struct guard g = {p, end};

	*n_attrs = 0;
	while (g.p < end && is_name(*g.p))
		g.p++;
	for (skip_blanks(&g); g.p < end && *g.p != '>' && *n_attrs <= NW_GUARD_ATTRS;
		skip_blanks(&g)) {
		if (closes_empty(&g))
			break;
		skip_attr(&g);
		++*n_attrs;
	}
	return g.p;
}

bool nw_guard_trips(struct nw_str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t work = 0;

	while (p && p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		unsigned n_attrs;

		if (++p == end || !is_letter(*p))
			continue;
		work += (size_t)(nw_guard_tag(p, end, &n_attrs) - p);
		if (n_attrs > NW_GUARD_ATTRS || work / WORK_MAX > s.n)
			return true;
	}
	return false;
}
