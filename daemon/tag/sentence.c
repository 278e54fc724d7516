#include "base/str.h"
#include "base/utf8.h"
#include "tag/eval.h"

#include <utf8proc.h>

size_t nw_paragraph_end(struct nw_str text, size_t at)
{
	const char *line = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

	return line ? (size_t)(line - text.p) + 1 : text.n;
}

size_t nw_paragraph_start(struct nw_str text, size_t from, size_t at)
{
	const char *line = at > from ? memrchr(text.p + from, '\n', at - from) : NULL;

	return line ? (size_t)(line - text.p) + 1 : from;
}

/* Titles and the like, four letters at most, after which a full stop ends nothing. */
static bool is_abbreviation(struct nw_str word)
{
	static const char *const known[] = {"Mr", "Mrs", "Ms", "Dr", "St", "Gen", "Lt", "Col",
		"Maj", "Capt", "Sgt", "Sen", "Rep", "Gov", "Pres", "Prof", "Rev", "Hon", "No", "vs",
		"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
		"Brig", "Adm", "Cmdr", "M", "MM", "Mme", "Sig", "On", "Av", "Dk", "Doc"};

	if (word.n == 1)
		return true; /* an initial */
	for (size_t i = 0; i < sizeof(known) / sizeof(*known) && word.n <= 4; i++) {
		if (nw_str_eq(word, nw_str(known[i])))
			return true;
	}
	return false;
}

static bool is_stop(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x61f || c == 0x6d4 ||
		c == 0x3002 || c == 0xff01 || c == 0xff1f;
}

static bool is_closing(uint32_t c)
{
	return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 ||
		c == 0xbb;
}

static struct nw_str word_before(struct nw_str text, size_t from, size_t at)
{
	size_t start = at;

	while (start > from && text.p[start - 1] != ' ' && text.p[start - 1] != '.')
		start--;
	return (struct nw_str){text.p + start, at - start};
}

/* What follows the stop at `at`, marks that close and spaces passed; a small letter ends nothing. */
static bool ends_here(struct nw_str text, size_t from, size_t at, size_t *end)
{
	struct nw_str rest = nw_str_from(text, at);
	const uint32_t stop = nw_utf8_next(&rest);
	struct nw_str next = rest;
	uint32_t c = next.n ? nw_utf8_next(&next) : ' ';

	if (is_stop(c))
		return false; /* the last of several says it */
	while (next.n && is_closing(c)) {
		rest = next;
		c = nw_utf8_next(&next);
	}
	if (stop < 0x80 && !nw_utf8_is_space(c))
		return false;
	while (rest.n && nw_utf8_is_space(c)) {
		rest = next;
		c = next.n ? nw_utf8_next(&next) : 0;
	}
	*end = text.n - rest.n;
	return !utf8proc_islower((utf8proc_int32_t)c) &&
		!(stop == '.' && is_abbreviation(word_before(text, from, at)));
}

/* Whether a byte may begin a stop; the others, nearly all, are passed over one by one. */
static bool may_stop(char c)
{
	switch ((unsigned char)c) {
	case '\n':
	case '.':
	case '!':
	case '?':
	case 0xd8: /* U+061F */
	case 0xdb: /* U+06D4 */
	case 0xe2: /* U+2026 */
	case 0xe3: /* U+3002 */
	case 0xef: /* U+FF01, U+FF1F */
		return true;
	default:
		return false;
	}
}

size_t nw_sentence_end(struct nw_str text, size_t at)
{
	size_t end;

	for (size_t i = at; i < text.n; i++) {
		struct nw_str rest = nw_str_from(text, i);

		if (!may_stop(text.p[i]))
			continue;
		if (text.p[i] == '\n')
			return i + 1;
		if (is_stop(nw_utf8_next(&rest)) && ends_here(text, at, i, &end))
			return end;
	}
	return text.n;
}
