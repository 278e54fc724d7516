#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

static enum nw_err read_all(int fd, const char *path, struct nw_buf *buf, struct nw_error *error)
{
	char part[65536];

	for (;;) {
		const ssize_t n = read(fd, part, sizeof(part));

		if (n == 0)
			return NW_OK;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return nw_fail_errno(error, path, "cannot read");
		nw_buf_add(buf, (struct nw_str){part, (size_t)n});
		if (buf->failed) {
			(void)nw_fail(
				error, NW_E_LIMIT, "larger than the limit of %zu bytes", buf->max);
			nw_error_set_file(error, path);
			return NW_E_LIMIT;
		}
	}
}

/* All of an open file, in the arena. */
static enum nw_err keep_all(struct nw_arena *a, int fd, const char *path, size_t max,
	struct nw_str *bytes, struct nw_error *error)
{
	struct nw_buf buf;
	enum nw_err err;

	nw_buf_init(&buf, max);
	err = read_all(fd, path, &buf, error);
	if (!err)
		*bytes = nw_arena_str(a, nw_buf_str(&buf));
	nw_buf_clear(&buf);
	return err;
}

enum nw_err nw_file_read(struct nw_arena *a, const char *path, size_t max, struct nw_str *bytes,
	struct nw_error *error)
{
	const int is_stdin = strcmp(path, "-") == 0;
	const int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum nw_err err;

	*bytes = (struct nw_str){0};
	if (fd < 0)
		return nw_fail_errno(error, path, "cannot open");
	err = keep_all(a, fd, path, max, bytes, error);
	if (!is_stdin)
		close(fd);
	return err;
}

static enum nw_err check_regular(int fd, const char *path, struct nw_error *error)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return nw_fail_errno(error, path, "cannot read");
	if (S_ISREG(st.st_mode))
		return NW_OK;
	(void)nw_fail(error, NW_E_SYSTEM, "not a regular file");
	nw_error_set_file(error, path);
	return NW_E_SYSTEM;
}

enum nw_err nw_file_read_regular(struct nw_arena *a, const char *path, size_t max,
	struct nw_str *bytes, struct nw_error *error)
{
	/* Without O_NONBLOCK a pipe would have us wait for its writer. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum nw_err err;

	*bytes = (struct nw_str){0};
	if (fd < 0)
		return nw_fail_errno(error, path, "cannot open");
	err = check_regular(fd, path, error);
	if (!err)
		err = keep_all(a, fd, path, max, bytes, error);
	close(fd);
	return err;
}

static int write_all(int fd, struct nw_str bytes)
{
	while (bytes.n) {
		const ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			bytes = nw_str_from(bytes, (size_t)n);
	}
	return fsync(fd);
}

enum nw_err nw_file_write(const char *path, struct nw_str bytes, struct nw_error *error)
{
	char temporary[4096];
	int fd, failed;

	if (snprintf(temporary, sizeof(temporary), "%s.%ld.new", path, (long)getpid()) >=
		(int)sizeof(temporary))
		return nw_fail(error, NW_E_LIMIT, "path too long: '%s'", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return nw_fail_errno(error, temporary, "cannot create");
	failed = write_all(fd, bytes);
	if (close(fd) != 0 || failed || rename(temporary, path) != 0) {
		const enum nw_err err = nw_fail_errno(error, path, "cannot write");

		(void)unlink(temporary);
		return err;
	}
	return NW_OK;
}

static int by_bytes(const void *a, const void *b)
{
	return nw_str_cmp(*(const struct nw_str *)a, *(const struct nw_str *)b);
}

struct names {
	struct nw_str *p;
	size_t n, cap;
};

static void add_name(struct nw_arena *a, struct names *names, struct nw_str name)
{
	if (names->n == names->cap) {
		const size_t cap = names->cap ? names->cap * 2 : 64;
		struct nw_str *more = NW_ARENA_ARRAY(a, struct nw_str, cap);

		if (names->n)
			memcpy(more, names->p, names->n * sizeof(*more));
		names->p = more;
		names->cap = cap;
	}
	names->p[names->n++] = nw_arena_str(a, name);
}

enum nw_err nw_dir_list(struct nw_arena *a, const char *dir, struct nw_str suffix,
	struct nw_str **names, size_t *n, struct nw_error *error)
{
	struct names found = {0};
	struct dirent *entry;
	DIR *d;
	int failed;

	*names = NULL;
	*n = 0;
	d = opendir(dir);
	if (!d)
		return nw_fail_errno(error, dir, "cannot open the directory");
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): safe on a stream of one's own */
	while ((errno = 0, entry = readdir(d))) {
		const struct nw_str name = nw_str(entry->d_name);

		if (name.p[0] != '.' && nw_str_ends(name, suffix))
			add_name(a, &found, name);
	}
	failed = errno;
	closedir(d);
	if (failed) {
		errno = failed;
		return nw_fail_errno(error, dir, "cannot read the directory");
	}
	if (found.n)
		qsort(found.p, found.n, sizeof(*found.p), by_bytes);
	*names = found.p;
	*n = found.n;
	return NW_OK;
}

static enum nw_err make_one(const char *path, struct nw_error *error)
{
	struct stat st;

	if (mkdir(path, 0750) == 0)
		return NW_OK;
	if (errno == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	return errno == EEXIST ? NW_OK : nw_fail_errno(error, path, "cannot make the directory");
}

enum nw_err nw_dir_make(const char *dir, struct nw_error *error)
{
	char path[4096];

	if (!dir[0])
		return nw_fail(error, NW_E_SYNTAX, "a directory without a name");
	if (snprintf(path, sizeof(path), "%s", dir) >= (int)sizeof(path))
		return nw_fail(error, NW_E_LIMIT, "path too long: '%s'", dir);
	for (char *p = path + 1;; p++) {
		const char c = *p;
		enum nw_err err;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		err = make_one(path, error);
		if (err)
			return err;
		*p = c;
		if (c == '\0')
			return NW_OK;
	}
}
