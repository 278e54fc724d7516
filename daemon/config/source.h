#ifndef NW_CONFIG_SOURCE_H
#define NW_CONFIG_SOURCE_H

#include <newswire/base.h>

/*
 * Private to config/: one file's text, before libconfuse has it. libconfuse takes the
 * end of the file in a string, comment or section for an end like any other, counts
 * one line too many after a block comment and replaces ${NAME} by the environment's;
 * none of that can be switched off, and so it never meets any of them.
 */
#define NW_SOURCE_MAX ((size_t)4 << 20)

struct nw_source {
	const char *file;
	struct nw_str text; /* as written */
	char *plain; /* line by line the same to libconfuse, without comments; NUL-terminated */
};

/* Only an ordinary file; in the arena, but for the name. The errors name the file. */
enum nw_err nw_source_read(struct nw_arena *arena, const char *path, struct nw_source *source,
	struct nw_error *error) NW_MUST;
/* The same for a text that is there: fills plain. */
enum nw_err nw_source_scan(
	struct nw_arena *arena, struct nw_source *source, struct nw_error *error) NW_MUST;

/* Where a word stands in a line, both from 1; 0 when it is not there. */
int nw_source_column(const struct nw_source *source, int line, const char *word);
/*
 * The line, up to the one given, that last has the kind of a section and behind it its title,
 * and the title's column; else the line given, and 0.
 */
int nw_source_title(
	const struct nw_source *source, int line, const char *kind, const char *title, int *column);

#endif
