/* The lines of a topic or set file. */
#include "base/str.h"
#include "tag/topic.h"

static struct nw_str span(const struct nw_source *source, size_t at, size_t end)
{
	return (struct nw_str){source->text.p + at, end - at};
}

/* One physical line without comment and white space; false at the end of the file. */
static bool take_line(struct nw_lines *lines, size_t *at, size_t *end)
{
	const struct nw_str text = lines->source->text;
	struct nw_str line = nw_str_from(text, lines->at);

	if (!line.n)
		return false;
	line.n = nw_str_find(line, NW_STR("\n"));
	lines->at += line.n + 1;
	line = nw_str_trim(nw_str_head(line, nw_lex_comment(line)));
	*at = (size_t)(line.p - text.p);
	*end = *at + line.n;
	return true;
}

bool nw_lines_next(struct nw_lines *lines, size_t *at, size_t *end)
{
	while (take_line(lines, at, end)) {
		if (*end > *at)
			return true;
	}
	return false;
}

static bool goes_on(struct nw_str line)
{
	static const char *const ends[] = {"|", " OR", " AND", " NOT", "("};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		if (nw_str_ends(line, nw_str(ends[i])))
			return true;
	}
	return false;
}

static bool is_continuation(struct nw_str line)
{
	return nw_str_starts(line, NW_STR("|")) || nw_str_starts(line, NW_STR(")"));
}

void nw_lines_join(struct nw_lines *lines, size_t *end)
{
	size_t last = *end; /* where the physical line that *end is on begins does not matter */
	struct nw_lines ahead = *lines;
	size_t at, next_end;

	while (nw_lines_next(&ahead, &at, &next_end)) {
		struct nw_str name;

		if (nw_lines_header(lines->source, at, next_end, &name) ||
			(!goes_on(span(lines->source, 0, last)) &&
				!is_continuation(span(lines->source, at, next_end))))
			return;
		*lines = ahead;
		*end = last = next_end;
	}
}

bool nw_lines_header(const struct nw_source *source, size_t at, size_t end, struct nw_str *name)
{
	const struct nw_str line = span(source, at, end);

	*name = (struct nw_str){"", 0};
	if (line.n < 2 || line.p[0] != '[' || line.p[line.n - 1] != ']')
		return false;
	*name = nw_str_trim((struct nw_str){line.p + 1, line.n - 2});
	return true;
}
