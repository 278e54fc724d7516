#ifndef NW_BASE_ERROR_H
#define NW_BASE_ERROR_H

#include <newswire/base.h>

/* Fills *error (if any) and returns err, so that a failure is one statement. */
enum nw_err nw_fail(struct nw_error *error, enum nw_err err, const char *format, ...)
	NW_PRINTF(3, 4);
enum nw_err nw_fail_at(struct nw_error *error, enum nw_err err, int line, int column,
	const char *format, ...) NW_PRINTF(5, 6);

/* The same for a file's sake: names it and adds errno's text. */
enum nw_err nw_fail_errno(struct nw_error *error, const char *file, const char *what);

void nw_error_set_file(struct nw_error *error, const char *file);

/* "file:line:column: text", leaving out what is not known. */
#define NW_ERROR_TEXT 640
const char *nw_error_text(const struct nw_error *error, char text[NW_ERROR_TEXT]);

#endif
