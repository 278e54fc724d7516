#include "store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"

#define STEP_PAGES 256                   /* 1 MB */
#define SPARE_BYTES (UINT64_C(16) << 20) /* for what is written meanwhile */
#define MB 1000000

/* Of SQLite's header: 1 where no write-ahead log is needed to read the file. */
#define FORMATS_AT 18

enum nw_err nw_copy_room(
	const char *dir, uint64_t bytes, const char *advice, struct nw_error *error)
{
	const uint64_t needed = bytes + SPARE_BYTES;
	struct statvfs st;
	uint64_t free_bytes;

	if (statvfs(dir, &st) != 0)
		return nw_fail_errno(error, dir, "cannot ask for the free space");
	free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	if (free_bytes >= needed)
		return NW_OK;
	return nw_fail(error, NW_E_SYSTEM,
		"no room: %" PRIu64 " MB needed, %" PRIu64 " MB free in '%s': %s", needed / MB + 1,
		free_bytes / MB, dir, advice);
}

/* All that is committed when it begins: what is written later is not looked at. */
static enum nw_err copy_pages(
	const struct nw_copy *copy, struct nw_db *from, struct nw_db *to, struct nw_error *error)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->sqlite, "main", from->sqlite, "main");
	int said = SQLITE_OK;
	bool goes_on = true;

	if (!backup)
		return nw_db_fail(to, error);
	while (goes_on && said == SQLITE_OK) {
		const int all = sqlite3_backup_pagecount(backup);

		goes_on = !copy->on_step ||
			copy->on_step(
				copy->arg, all - sqlite3_backup_remaining(backup), all, error);
		if (goes_on)
			said = sqlite3_backup_step(backup, STEP_PAGES);
	}
	/* Whichever side it was, finish leaves the reason with the copy. */
	if (sqlite3_backup_finish(backup) != SQLITE_OK || (goes_on && said != SQLITE_DONE))
		return nw_db_fail(to, error);
	return goes_on ? NW_OK : NW_E_SYSTEM;
}

static enum nw_err refuse_second(const struct nw_copy *copy, struct nw_error *error)
{
	(void)nw_fail(error, NW_E_SYSTEM, "another copy is written there: wait for it");
	nw_error_set_file(error, copy->partial);
	return NW_E_SYSTEM;
}

/* Or who had it locked before has given it its name meanwhile. */
static bool has_its_name(const struct nw_copy *copy)
{
	struct stat held, named;

	return fstat(copy->lock, &held) == 0 && lstat(copy->partial, &named) == 0 &&
		held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* What a killed one left is written over. */
static enum nw_err create(struct nw_copy *copy, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	copy->lock = open(copy->partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, copy->mode);
	if (copy->lock < 0)
		return nw_fail_errno(error, copy->partial, "cannot create");
	if (flock(copy->lock, LOCK_EX | LOCK_NB) != 0)
		err = errno == EWOULDBLOCK ? refuse_second(copy, error)
					   : nw_fail_errno(error, copy->partial, "cannot lock");
	else if (!has_its_name(copy))
		err = refuse_second(copy, error);
	else if (fchmod(copy->lock, copy->mode) != 0 || ftruncate(copy->lock, 0) != 0)
		err = nw_fail_errno(error, copy->partial, "cannot write over what is there");
	if (err)
		close(copy->lock);
	return err;
}

/* The source is read in one transaction, or any commit meanwhile would have SQLite begin anew. */
static enum nw_err copy_at_once(
	const struct nw_copy *copy, struct nw_db *from, struct nw_db *to, struct nw_error *error)
{
	int64_t form;
	enum nw_err err = nw_db_exec(from, "BEGIN", error);

	if (err)
		return err;
	err = nw_db_ask(from, "PRAGMA schema_version", &form, error);
	if (!err)
		err = copy_pages(copy, from, to, error);
	(void)sqlite3_exec(from->sqlite, "COMMIT", NULL, NULL, NULL);
	return err;
}

enum nw_err nw_copy_begin(struct nw_copy *copy, struct nw_db *from, struct nw_error *error)
{
	struct nw_db to = {0};
	enum nw_err err = create(copy, error);

	if (err)
		return err;
	err = nw_db_open(&to, copy->partial, SQLITE_OPEN_READWRITE, error);
	/* It is synced once, when it is whole; and until then nothing lies beside it, after a kill neither. */
	if (!err)
		err = nw_db_exec(&to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", error);
	if (!err)
		err = copy_at_once(copy, from, &to, error);
	nw_db_close(&to);
	if (!err && pwrite(copy->lock, "\1\1", 2, FORMATS_AT) != 2)
		err = nw_fail_errno(error, copy->partial, "cannot write");
	if (!err && fsync(copy->lock) != 0)
		err = nw_fail_errno(error, copy->partial, "cannot sync");
	if (err)
		nw_copy_drop(copy);
	return err;
}

void nw_copy_drop(struct nw_copy *copy)
{
	(void)unlink(copy->partial);
	close(copy->lock);
	copy->lock = -1;
}

enum nw_err nw_sync_directory(const char *dir, struct nw_error *error)
{
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum nw_err err = NW_OK;

	if (fd < 0)
		return nw_fail_errno(error, dir, "cannot open");
	if (fsync(fd) != 0)
		err = nw_fail_errno(error, dir, "cannot sync");
	close(fd);
	return err;
}

/* Some file systems know but one of the two ways. */
static int move(const struct nw_copy *copy)
{
	if (!copy->never_over)
		return rename(copy->partial, copy->path);
	if (renameat2(AT_FDCWD, copy->partial, AT_FDCWD, copy->path, RENAME_NOREPLACE) == 0)
		return 0;
	if ((errno != EINVAL && errno != ENOSYS) || link(copy->partial, copy->path) != 0)
		return -1;
	return unlink(copy->partial);
}

enum nw_err nw_copy_end(struct nw_copy *copy, struct nw_error *error)
{
	enum nw_err err;

	if (move(copy) != 0) {
		err = nw_fail_errno(error, copy->path, "cannot give the copy its name");
		nw_copy_drop(copy);
		return err;
	}
	err = nw_sync_directory(copy->dir, error);
	close(copy->lock);
	copy->lock = -1;
	return err;
}
