#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* What vsnprintf cut off in the middle of a character goes whole. */
static void drop_torn_end(char *text)
{
	const size_t n = strlen(text);
	size_t at = n;

	while (at > 0 && n - at < 3 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && (unsigned char)text[at - 1] >= 0xc0 &&
		nw_utf8_valid((struct nw_str){text + at - 1, n - at + 1}) != n - at + 1)
		text[at - 1] = '\0';
}

static NW_PRINTF(2, 0) void set_text(struct nw_error *error, const char *format, va_list args)
{
	error->file[0] = '\0';
	(void)vsnprintf(error->text, sizeof(error->text), format, args);
	drop_torn_end(error->text);
}

enum nw_err nw_fail(struct nw_error *error, enum nw_err err, const char *format, ...)
{
	va_list args;

	if (error) {
		va_start(args, format);
		set_text(error, format, args);
		va_end(args);
		error->line = error->column = 0;
	}
	return err;
}

enum nw_err nw_fail_at(
	struct nw_error *error, enum nw_err err, int line, int column, const char *format, ...)
{
	va_list args;

	if (error) {
		va_start(args, format);
		set_text(error, format, args);
		va_end(args);
		error->line = line;
		error->column = column;
	}
	return err;
}

enum nw_err nw_fail_errno(struct nw_error *error, const char *file, const char *what)
{
	char why[128];
	const char *text = strerror_r(errno, why, sizeof(why));

	(void)nw_fail(error, NW_E_SYSTEM, "%s: %s", what, text);
	nw_error_set_file(error, file);
	return NW_E_SYSTEM;
}

void nw_error_set_file(struct nw_error *error, const char *file)
{
	if (!error)
		return;
	(void)snprintf(error->file, sizeof(error->file), "%s", file);
	drop_torn_end(error->file);
}

const char *nw_error_text(const struct nw_error *error, char text[NW_ERROR_TEXT])
{
	char where[sizeof(error->file) + 32] = "";

	if (error->file[0] && error->line && error->column)
		(void)snprintf(where, sizeof(where), "%s:%d:%d: ", error->file, error->line,
			error->column);
	else if (error->file[0] && error->line)
		(void)snprintf(where, sizeof(where), "%s:%d: ", error->file, error->line);
	else if (error->file[0])
		(void)snprintf(where, sizeof(where), "%s: ", error->file);
	else if (error->line && error->column)
		(void)snprintf(
			where, sizeof(where), "line %d, column %d: ", error->line, error->column);
	else if (error->line)
		(void)snprintf(where, sizeof(where), "line %d: ", error->line);
	(void)snprintf(text, NW_ERROR_TEXT, "%s%s", where, error->text);
	drop_torn_end(text);
	return text;
}
