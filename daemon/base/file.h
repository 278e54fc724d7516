#ifndef NW_BASE_FILE_H
#define NW_BASE_FILE_H

#include <newswire/base.h>

/*
 * The whole of a regular file, pipe or, for "-", standard input, in the arena
 * with a NUL after it. NW_E_LIMIT when it holds more than max bytes.
 */
enum nw_err nw_file_read(struct nw_arena *a, const char *path, size_t max, struct nw_str *bytes,
	struct nw_error *error) NW_MUST;

/*
 * The same for a file that must be an ordinary one: a directory, pipe or device is
 * NW_E_SYSTEM, and nothing waits. "-" is a name like any other.
 */
enum nw_err nw_file_read_regular(struct nw_arena *a, const char *path, size_t max,
	struct nw_str *bytes, struct nw_error *error) NW_MUST;

/* Creates or replaces a file so that a crash leaves the old or the new one whole. */
enum nw_err nw_file_write(const char *path, struct nw_str bytes, struct nw_error *error) NW_MUST;

/* Names in a directory that end in suffix, sorted by bytes; NW_OK and n == 0 when it is empty. */
enum nw_err nw_dir_list(struct nw_arena *a, const char *dir, struct nw_str suffix,
	struct nw_str **names, size_t *n, struct nw_error *error) NW_MUST;

/* Makes the directory and its parents, mode 0750. */
enum nw_err nw_dir_make(const char *dir, struct nw_error *error) NW_MUST;

#endif
