#ifndef NW_STORE_COPY_H
#define NW_STORE_COPY_H

#include "store/database.h"

/*
 * Private to store/: a database written to another file, page by page, which has its name once
 * it is whole and on disk. Until then it is called "<path>.part", and is locked: two that write
 * one copy would else write into what the first has given its name.
 */
struct nw_copy {
	const char *path, *partial, *dir; /* all the caller's */
	unsigned mode;
	bool never_over; /* a file that is there: the copy then fails */
	/* Between two steps; false: give up. */
	bool (*on_step)(void *arg, int64_t done, int64_t pages, struct nw_error *error);
	void *arg;
	int lock; /* from begin to end or drop */
};

/* Whether there is room in a directory for so many bytes, and some beside; why not ends with what to do. */
enum nw_err nw_copy_room(
	const char *dir, uint64_t bytes, const char *advice, struct nw_error *error) NW_MUST;

/* The partial file, or nothing. */
enum nw_err nw_copy_begin(struct nw_copy *copy, struct nw_db *from, struct nw_error *error) NW_MUST;
/* Synced and renamed; or removed. */
enum nw_err nw_copy_end(struct nw_copy *copy, struct nw_error *error) NW_MUST;
void nw_copy_drop(struct nw_copy *copy); /* instead: removes it */

enum nw_err nw_sync_directory(const char *dir, struct nw_error *error) NW_MUST;

#endif
