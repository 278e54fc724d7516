#include "config/source.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"

#define BRACES 16 /* remembered by their place; no valid file nests deeper than two */

struct place {
	int line;
	size_t at, line_at; /* of the place, and of its line's first byte */
};

struct scan {
	struct nw_str text;
	struct place now;
	char *out;
	size_t n;
	struct place braces[BRACES];
	size_t depth;
	struct nw_error *error;
};

static enum nw_err fail_at(struct scan *s, struct place place, const char *what)
{
	return nw_fail_at(
		s->error, NW_E_SYNTAX, place.line, (int)(place.at - place.line_at) + 1, "%s", what);
}

/* The byte there is; 0 at the end. */
static char byte_of(const struct scan *s)
{
	if (s->now.at == s->text.n)
		return '\0';
	return s->text.p[s->now.at];
}

static bool is_at(const struct scan *s, struct nw_str what)
{
	return nw_str_starts(nw_str_from(s->text, s->now.at), what);
}

static bool is_at_end(const struct scan *s)
{
	return s->now.at == s->text.n;
}

/* Goes on by one byte, which libconfuse sees as c where it does not end the line. */
static void pass_as(struct scan *s, char c)
{
	if (s->text.p[s->now.at++] == '\n') {
		c = '\n';
		s->now.line++;
		s->now.line_at = s->now.at;
	}
	s->out[s->n++] = c;
}

static void pass(struct scan *s)
{
	pass_as(s, byte_of(s));
}

static void pass_line_comment(struct scan *s)
{
	while (!is_at_end(s) && byte_of(s) != '\n')
		pass_as(s, ' ');
}

static enum nw_err pass_block_comment(struct scan *s)
{
	const struct place begin = s->now;

	pass_as(s, ' ');
	pass_as(s, ' ');
	while (!is_at(s, NW_STR("*/"))) {
		if (is_at_end(s))
			return fail_at(s, begin, "comment not closed: add '*/'");
		pass_as(s, ' ');
	}
	pass_as(s, ' ');
	pass_as(s, ' ');
	return NW_OK;
}

/* A string ends on its line: a quote that was forgotten is told where it was. */
static enum nw_err pass_string(struct scan *s)
{
	const struct place begin = s->now;
	const char quote = byte_of(s);

	for (pass(s); byte_of(s) != quote || is_at_end(s); pass(s)) {
		if (byte_of(s) == '\\' && s->now.at + 1 < s->text.n)
			pass(s);
		else if (quote == '"' && is_at(s, NW_STR("${")))
			s->out[s->n++] = '\\';
		if (is_at_end(s) || byte_of(s) == '\n')
			return fail_at(s, begin,
				quote == '"' ? "string not closed: add '\"' on its line"
					     : "string not closed: add \"'\" on its line");
	}
	pass(s);
	return NW_OK;
}

/* "//" and the like are part of a word that has begun, such as an address. */
static void pass_word(struct scan *s)
{
	do
		pass(s);
	while (!is_at_end(s) && !strchr(" \t\r\n#\"'={}()+,*$", byte_of(s)));
}

static void pass_brace(struct scan *s)
{
	if (byte_of(s) == '}')
		s->depth -= s->depth > 0; /* one too many is libconfuse's to tell */
	else if (++s->depth <= BRACES)
		s->braces[s->depth - 1] = s->now;
	pass(s);
}

static enum nw_err pass_one(struct scan *s)
{
	const char c = byte_of(s);

	if (c == '"' || c == '\'')
		return pass_string(s);
	if (is_at(s, NW_STR("/*")))
		return pass_block_comment(s);
	if (is_at(s, NW_STR("${")))
		return fail_at(s, s->now, "'${' outside quotes: write it between quotes");
	if (c == '#' || is_at(s, NW_STR("//")))
		pass_line_comment(s);
	else if (c == '{' || c == '}')
		pass_brace(s);
	else if (strchr(" \t\r\n=()+,*", c))
		pass(s);
	else
		pass_word(s);
	return NW_OK;
}

/* A byte that would end the text for libconfuse. */
static enum nw_err find_nul(struct scan *s)
{
	const char *nul = s->text.n ? memchr(s->text.p, '\0', s->text.n) : NULL;
	struct place place = {.line = 1};

	if (!nul)
		return NW_OK;
	for (place.at = 0; s->text.p + place.at < nul; place.at++) {
		if (s->text.p[place.at] == '\n') {
			place.line++;
			place.line_at = place.at + 1;
		}
	}
	return fail_at(s, place, "not a text: there is a byte 0");
}

enum nw_err nw_source_scan(struct nw_arena *arena, struct nw_source *source, struct nw_error *error)
{
	struct scan s = {.text = source->text, .now.line = 1, .error = error};
	enum nw_err err = find_nul(&s);

	source->plain = NULL;
	if (err)
		return err;
	s.out = nw_arena_alloc(arena, source->text.n * 2 + 1);
	while (!err && !is_at_end(&s))
		err = pass_one(&s);
	if (!err && s.depth)
		err = fail_at(&s, s.braces[(s.depth < BRACES ? s.depth : BRACES) - 1],
			"not closed: add '}'");
	if (!err)
		source->plain = s.out;
	return err;
}

enum nw_err nw_source_read(
	struct nw_arena *arena, const char *path, struct nw_source *source, struct nw_error *error)
{
	enum nw_err err;

	*source = (struct nw_source){.file = path};
	err = nw_file_read_regular(arena, path, NW_SOURCE_MAX, &source->text, error);
	if (err)
		return err;
	err = nw_source_scan(arena, source, error);
	if (err)
		nw_error_set_file(error, path);
	return err;
}

int nw_source_column(const struct nw_source *source, int line, const char *word)
{
	struct nw_str rest = source->text, text;
	int at = 0;
	size_t column;

	while (nw_str_cut(&rest, '\n', &text)) {
		if (++at != line)
			continue;
		column = nw_str_find(text, nw_str(word));
		return column < text.n ? (int)column + 1 : 0;
	}
	return 0;
}

int nw_source_title(
	const struct nw_source *source, int line, const char *kind, const char *title, int *column)
{
	struct nw_str rest = source->text, text;
	int found = line;

	*column = 0;
	for (int at = 1; at <= line && nw_str_cut(&rest, '\n', &text); at++) {
		const struct nw_str head = nw_str_trim(text);
		size_t after;

		if (!nw_str_starts(head, nw_str(kind)))
			continue;
		after = (size_t)(head.p - text.p) + strlen(kind);
		after += nw_str_find(nw_str_from(text, after), nw_str(title));
		if (after >= text.n)
			continue;
		found = at;
		*column = (int)after + 1;
	}
	return found;
}
