#include "markup/scan.h"

#define SHORT 256 /* bytes of a "tag" that may be text */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool ends_name(char c)
{
	return is_space(c) || c == '>' || c == '/' || c == '=' || c == '<';
}

static const char *skip_spaces(const char *p, const char *stop)
{
	while (p < stop && is_space(*p))
		p++;
	return p;
}

static const char *next_close(struct nw_scan *s, const char *from)
{
	if (!s->close || s->close < from) {
		s->close = memchr(from, '>', (size_t)(s->end - from));
		if (!s->close)
			s->close = s->end;
	}
	return s->close;
}

/* p is at the quote. A quote that closes nothing leaves its value ending with the tag. */
static const char *read_quoted(
	struct nw_scan *s, const char *p, const char *stop, struct nw_str *value)
{
	const char *from = p + 1;
	const char *close = memchr(from, *p, (size_t)(stop - from));
	const char *after = close ? close + 1 : stop, *tag_end;

	if (!close && stop == s->end)
		return NULL;
	if (close &&
		(after == stop || is_space(*after) || *after == '>' || *after == '/' ||
			*after == '?')) {
		*value = (struct nw_str){from, (size_t)(close - from)};
		return after;
	}
	s->is_broken = true;
	tag_end = memchr(from, '>', (size_t)((close ? close : stop) - from));
	if (tag_end || !close)
		after = close = tag_end ? tag_end : stop;
	*value = (struct nw_str){from, (size_t)(close - from)};
	return after;
}

static const char *read_bare(
	struct nw_scan *s, const char *p, const char *stop, struct nw_str *value)
{
	const char *from = p;

	s->is_broken = true;
	while (p < stop && !is_space(*p) && *p != '>' && *p != '<')
		p++;
	*value = (struct nw_str){from, (size_t)(p - from)};
	return p;
}

static void keep_attr(struct nw_scan *s, struct nw_str name, struct nw_str value)
{
	if (name.n == 0)
		return;
	if (s->n_attrs == s->attrs_max) {
		s->is_cut = true;
		return;
	}
	for (unsigned i = 0; i < s->n_attrs; i++)
		if (s->attrs[i].name.n == name.n &&
			memcmp(s->attrs[i].name.p, name.p, name.n) == 0) {
			s->is_broken = true;
			return;
		}
	s->attrs[s->n_attrs].name = name;
	s->attrs[s->n_attrs++].value = value;
}

/* One attribute, or one byte that belongs to none. NULL: it ran to the document's end. */
static const char *read_attr(struct nw_scan *s, const char *p, const char *stop)
{
	struct nw_str name = {p, 0}, value = {0};

	while (p < stop && !ends_name(*p))
		p++;
	name.n = (size_t)(p - name.p);
	if (memchr(name.p, '"', name.n) || memchr(name.p, '\'', name.n)) {
		s->is_broken = true;
		name.n = 0;
	}
	p = skip_spaces(p, stop);
	if (p < stop && *p == '=') {
		p = skip_spaces(p + 1, stop);
		if (p < stop && (*p == '"' || *p == '\''))
			p = read_quoted(s, p, stop, &value);
		else
			p = read_bare(s, p, stop, &value);
	} else {
		s->is_broken = true;
	}
	if (p)
		keep_attr(s, name, value);
	return p;
}

static const char *read_tag(struct nw_scan *s, const char *at, const char *stop)
{
	const char *p = at;

	s->n_attrs = 0;
	s->is_empty = s->is_broken = s->is_cut = false;
	while (p < stop && !ends_name(*p))
		p++;
	s->name = (struct nw_str){at, (size_t)(p - at)};
	while (p && p < stop && *p != '>' && *p != '<') {
		s->is_empty = *p == '/';
		if (*p == '/' || is_space(*p))
			p++;
		else
			p = read_attr(s, p, stop);
	}
	return p;
}

const char *nw_scan_tag(struct nw_scan *s, const char *at)
{
	const char *p = s->no_quotes ? NULL : read_tag(s, at, s->end);

	if (!p || p == s->end) {
		s->no_quotes = true;
		p = read_tag(s, at, next_close(s, at));
		s->is_broken = true;
	}
	if (!p || p == s->end)
		return s->end;
	if (*p == '>')
		return p + 1;
	s->is_broken = true;
	return p - at <= SHORT ? NULL : p;
}
