#include "tag/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

void nw_source_place(struct nw_source *source, size_t at, int *line, int *column)
{
	const struct nw_str before = nw_str_head(source->text, at);
	size_t start = 0, end;

	*line = 1;
	if (source->known_line && source->known_at <= at) {
		start = source->known_at;
		*line = source->known_line;
	}
	for (;;) {
		const struct nw_str rest = nw_str_from(before, start);

		end = nw_str_find(rest, NW_STR("\n"));
		if (end == rest.n)
			break;
		start += end + 1;
		++*line;
	}
	source->known_at = start;
	source->known_line = *line;
	*column = (int)(at - start) + 1;
}

void nw_source_complain(struct nw_source *source, size_t at, const char *format, ...)
{
	struct nw_error error = {0};
	va_list args;

	source->problems++;
	if (!source->complain)
		return;
	va_start(args, format);
	(void)vsnprintf(error.text, sizeof(error.text), format, args);
	va_end(args);
	(void)snprintf(error.file, sizeof(error.file), "%.*s", NW_ARG(source->path));
	nw_source_place(source, at, &error.line, &error.column);
	source->complain->say(source->complain->arg, &error);
}

static bool is_bidi_control(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069);
}

bool nw_source_check(struct nw_source *source)
{
	const size_t valid = nw_utf8_valid(source->text);
	struct nw_str rest = source->text;

	if (valid < source->text.n) {
		nw_source_complain(source, valid, "not UTF-8; convert the file to UTF-8");
		return false;
	}
	while (rest.n) {
		const size_t at = source->text.n - rest.n;
		const uint32_t c = nw_utf8_next(&rest);

		if (is_bidi_control(c)) {
			nw_source_complain(source, at,
				"bidi control U+%04X makes the line look other than it is; delete it",
				(unsigned)c);
			return false;
		}
		if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
			nw_source_complain(
				source, at, "control character U+%04X; delete it", (unsigned)c);
			return false;
		}
	}
	return true;
}
