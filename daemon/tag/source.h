#ifndef NW_TAG_SOURCE_H
#define NW_TAG_SOURCE_H

#include <stdbool.h>

#include <newswire/base.h>

/* One file being read; problems are told with the place in it. */
struct nw_source {
	struct nw_str name; /* "libya.topic" */
	struct nw_str path; /* as complaints name it */
	struct nw_str text;
	const struct nw_complain *complain; /* may be NULL */
	size_t problems;

	/* A line that is known, so that places that come in order are found at once. */
	size_t known_at;
	int known_line;
};

/* Line and column (bytes), from 1, of an offset. */
void nw_source_place(struct nw_source *source, size_t at, int *line, int *column);

void nw_source_complain(struct nw_source *source, size_t at, const char *format, ...)
	NW_PRINTF(3, 4);

/*
 * Refuses what no line may hold: bytes that are not UTF-8, and controls that
 * make a text look other than it is. False, and told, when there are any.
 */
bool nw_source_check(struct nw_source *source);

#endif
