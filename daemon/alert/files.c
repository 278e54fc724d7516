#include "alert/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "rt/pool.h"

#define FILE_MODE 0640

struct nw_files {
	char *dir;
	struct nw_pool *pool;
	struct nw_mailbox done;
};

struct nw_file_job {
	struct nw_mail mail; /* first, so that a letter is one */
	struct nw_files *files;
	char *path;
	char *line;
	size_t n;
	nw_on_written *on_written; /* NULL: nobody asks any more */
	void *arg;
	enum nw_err err;
	struct nw_error error;
};

static void free_job(struct nw_file_job *job)
{
	free(job->path);
	free(job->line);
	free(job);
}

/* Whole, or not at all. */
static enum nw_err add_line(int fd, const struct nw_file_job *job, struct nw_error *error)
{
	struct stat before;
	ssize_t n;

	if (fstat(fd, &before) != 0)
		return nw_fail_errno(error, job->path, "cannot ask for its size");
	if (!S_ISREG(before.st_mode)) {
		(void)nw_fail(error, NW_E_SYSTEM, "not an ordinary file");
		nw_error_set_file(error, job->path);
		return NW_E_SYSTEM;
	}
	n = write(fd, job->line, job->n);
	if (n == (ssize_t)job->n && fsync(fd) == 0)
		return NW_OK;
	if (n >= 0 && (size_t)n < job->n)
		errno = ENOSPC;
	(void)nw_fail_errno(error, job->path, "cannot write");
	(void)!ftruncate(fd, before.st_size);
	return NW_E_SYSTEM;
}

static int open_part(int dir, struct nw_str part, int flags)
{
	char name[NAME_MAX + 1];

	if (part.n > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	(void)snprintf(name, sizeof(name), "%.*s", NW_ARG(part));
	return openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
}

/*
 * Component by component, and no link is followed: openat2(2), which does it in one, is not
 * there for a service with RestrictSUIDSGID=. The configuration has refused "..".
 */
static int open_below(const struct nw_files *files, const char *path, int flags)
{
	int fd = open(files->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct nw_str rest = nw_str(path), part;

	while (fd >= 0 && nw_str_cut(&rest, '/', &part)) {
		const int dir = fd;
		int reason;

		if (!part.n && rest.n)
			continue;
		fd = open_part(dir, part, rest.n ? O_PATH | O_DIRECTORY : flags);
		reason = errno;
		(void)close(dir);
		errno = reason;
	}
	return fd;
}

static int open_file(const struct nw_files *files, struct nw_file_job *job)
{
	/* O_NONBLOCK: a pipe without a reader is refused, not waited for. */
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	const bool is_below = job->path[0] != '/';
	const int fd =
		is_below ? open_below(files, job->path, flags) : open(job->path, flags, FILE_MODE);

	if (fd < 0 && is_below && (errno == ELOOP || errno == ENOTDIR)) {
		job->err = nw_fail(&job->error, NW_E_SYSTEM,
			"a link, or no directory, on the way from the state directory: write the "
			"whole path");
		nw_error_set_file(&job->error, job->path);
	} else if (fd < 0) {
		job->err = nw_fail_errno(&job->error, job->path, "cannot open");
	}
	return fd;
}

/* On the thread. */
static void run(void *arg, struct nw_mail *mail)
{
	struct nw_files *files = arg;
	struct nw_file_job *job = (struct nw_file_job *)(void *)mail;
	const int fd = open_file(files, job);

	if (fd >= 0) {
		job->err = add_line(fd, job, &job->error);
		(void)close(fd);
	}
	nw_mailbox_post(&files->done, &job->mail);
}

static void on_done(void *arg, struct nw_mail *mail)
{
	struct nw_file_job *job = (struct nw_file_job *)(void *)mail;

	(void)arg;
	if (job->on_written)
		job->on_written(job->arg, job->err, &job->error);
	free_job(job);
}

struct nw_files *nw_files_new(struct nw_loop *loop, struct nw_str dir)
{
	struct nw_files *files = nw_must_calloc(1, sizeof(*files));

	files->dir = nw_must_strdup(dir);
	nw_mailbox_init(&files->done, NW_MAILBOX_POLLED);
	nw_loop_on_mail(loop, &files->done, on_done, files);
	files->pool = nw_pool_start(1, run, files);
	return files;
}

void nw_files_free(struct nw_files *files)
{
	struct nw_mail *next;

	if (!files)
		return;
	nw_pool_stop(files->pool);
	for (struct nw_mail *mail = nw_mailbox_take(&files->done); mail; mail = next) {
		next = mail->next;
		free_job((struct nw_file_job *)(void *)mail);
	}
	nw_mailbox_clear(&files->done);
	free(files->dir);
	free(files);
}

struct nw_file_job *nw_files_append(struct nw_files *files, struct nw_str path, struct nw_str line,
	nw_on_written *on_written, void *arg)
{
	struct nw_file_job *job = nw_must_calloc(1, sizeof(*job));

	job->files = files;
	job->path = nw_must_strdup(path);
	job->line = nw_must_strdup(line);
	job->n = line.n;
	job->on_written = on_written;
	job->arg = arg;
	nw_mailbox_post(nw_pool_box(files->pool), &job->mail);
	return job;
}

void nw_files_forget(struct nw_file_job *job)
{
	job->on_written = NULL;
}
