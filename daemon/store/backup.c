#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/notify.h"

#define STEP_PAGES 4096 /* 16 MB: between two of them the service manager hears of it */
#define PATIENCE_S 300  /* for one step, however slow the disk */

/* Beside the copy: what the change of the tables itself needs at the least, in the log. */
#define SPARE_BYTES (UINT64_C(16) << 20)
#define MB 1000000

/* Where the copy comes to be; all in the arena. */
struct place {
	struct nw_arena *arena;
	const char *dir;
	struct nw_str prefix;       /* of every copy's name */
	struct nw_str name;         /* of this one */
	const char *path, *partial; /* it, and what it is called until it is whole */
};

static struct place find_place(struct nw_arena *a, const char *database, int64_t form)
{
	const struct nw_str whole = nw_str(database);
	const char *slash = strrchr(database, '/');
	const size_t n = slash ? (size_t)(slash - database) : 0;
	struct place place = {.arena = a, .dir = !slash ? "." : "/"};

	if (n)
		place.dir = nw_arena_str(a, nw_str_head(whole, n)).p;
	place.prefix = nw_arena_printf(a, "%s.before-", slash ? slash + 1 : database);
	place.name = nw_arena_printf(a, "%.*s%" PRId64, NW_ARG(place.prefix), form);
	place.path = nw_arena_printf(a, "%s/%.*s", place.dir, NW_ARG(place.name)).p;
	place.partial = nw_arena_printf(a, "%s.part", place.path).p;
	return place;
}

static enum nw_err check_room(
	const struct nw_db *db, const char *dir, uint64_t bytes, struct nw_error *error)
{
	const uint64_t needed = bytes + SPARE_BYTES;
	struct statvfs st;
	uint64_t free_bytes;

	if (statvfs(dir, &st) != 0)
		return nw_fail_errno(error, dir, "cannot ask for the free space");
	free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	if (free_bytes >= needed)
		return NW_OK;
	(void)nw_fail(error, NW_E_SYSTEM,
		"no room to copy this journal before it is brought up to date: %" PRIu64
		" MB needed, %" PRIu64 " MB free in '%s': make room there (older copies, "
		"'%s.before-*', may go)",
		needed / MB + 1, free_bytes / MB, dir, db->path);
	nw_error_set_file(error, db->path);
	return NW_E_SYSTEM;
}

static enum nw_err copy_pages(struct nw_db *from, struct nw_db *to, struct nw_error *error)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->sqlite, "main", from->sqlite, "main");
	int said = SQLITE_OK;

	if (!backup)
		return nw_db_fail(to, error);
	while (said == SQLITE_OK) {
		const int all = sqlite3_backup_pagecount(backup);
		const int left = sqlite3_backup_remaining(backup);

		nw_notify_extend(PATIENCE_S);
		nw_notify_status("copying the journal before it is brought up to date: %d %%",
			all > 0 ? (int)((int64_t)(all - left) * 100 / all) : 0);
		said = sqlite3_backup_step(backup, STEP_PAGES);
	}
	/* Whichever side it was, finish leaves the reason with the copy. */
	if (sqlite3_backup_finish(backup) != SQLITE_OK || said != SQLITE_DONE)
		return nw_db_fail(to, error);
	return NW_OK;
}

static enum nw_err create(const char *path, struct nw_error *error)
{
	int fd;

	if (unlink(path) != 0 && errno != ENOENT)
		return nw_fail_errno(error, path, "cannot remove what a copy left");
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return nw_fail_errno(error, path, "cannot create");
	close(fd);
	return NW_OK;
}

static enum nw_err copy_into(struct nw_db *db, const char *path, struct nw_error *error)
{
	struct nw_db copy = {0};
	enum nw_err err = create(path, error);

	if (!err)
		err = nw_db_open(&copy, path, SQLITE_OPEN_READWRITE, error);
	/* It is synced once, when it is whole; and until then nothing lies beside it, after a kill neither. */
	if (!err)
		err = nw_db_exec(
			&copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", error);
	if (!err)
		err = copy_pages(db, &copy, error);
	nw_db_close(&copy);
	return err;
}

static enum nw_err sync_at(const char *path, int flags, struct nw_error *error)
{
	const int fd = open(path, flags | O_CLOEXEC);
	enum nw_err err = NW_OK;

	if (fd < 0)
		return nw_fail_errno(error, path, "cannot open");
	if (fsync(fd) != 0)
		err = nw_fail_errno(error, path, "cannot sync");
	close(fd);
	return err;
}

static enum nw_err put_in_place(const struct place *place, struct nw_error *error)
{
	enum nw_err err = sync_at(place->partial, O_RDWR, error);

	if (!err && rename(place->partial, place->path) != 0)
		err = nw_fail_errno(error, place->path, "cannot rename");
	return err ? err : sync_at(place->dir, O_RDONLY | O_DIRECTORY, error);
}

/* One of ours for another form, or the beginning of one: nobody else's name. */
static bool is_another(const struct place *place, struct nw_str name)
{
	struct nw_str form = nw_str_from(name, place->prefix.n);
	int64_t number;

	if (!nw_str_starts(name, place->prefix) || nw_str_eq(name, place->name))
		return false;
	if (nw_str_ends(form, NW_STR(".part")))
		form.n -= strlen(".part");
	return nw_str_int(form, 1, INT32_MAX, &number);
}

/* What cannot be removed only takes room. */
static void remove_others(const struct place *place)
{
	struct nw_error error = {0};
	struct nw_str *names;
	size_t n;

	if (nw_dir_list(place->arena, place->dir, NW_STR(""), &names, &n, &error)) {
		nw_log_error(NW_LOG_WARNING, "cannot look for older copies of the journal", &error);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct nw_str path;

		if (!is_another(place, names[i]))
			continue;
		path = nw_arena_printf(place->arena, "%s/%.*s", place->dir, NW_ARG(names[i]));
		if (unlink(path.p) == 0)
			nw_log(NW_LOG_NOTICE, "older copy of the journal removed",
				NW_KV("file", path));
		else
			nw_log(NW_LOG_WARNING, "older copy of the journal not removed",
				NW_KV("file", path));
	}
}

static enum nw_err copy_to(
	const struct place *place, struct nw_db *db, int64_t bytes, struct nw_error *error)
{
	enum nw_err err = check_room(db, place->dir, (uint64_t)bytes, error);

	if (err)
		return err;
	err = copy_into(db, place->partial, error);
	if (!err)
		err = put_in_place(place, error);
	if (err) {
		(void)unlink(place->partial);
		return err;
	}
	nw_log(NW_LOG_NOTICE, "journal copied before it is brought up to date",
		NW_KV("file", nw_str(place->path)), NW_KVI("bytes", bytes));
	remove_others(place);
	return NW_OK;
}

enum nw_err nw_backup_before(struct nw_db *db, int64_t form, struct nw_error *error)
{
	struct nw_arena *arena = nw_arena_new();
	const struct place place = find_place(arena, db->path, form);
	int64_t pages, page_bytes;
	enum nw_err err = nw_db_ask(db, "PRAGMA page_count", &pages, error);

	if (!err)
		err = nw_db_ask(db, "PRAGMA page_size", &page_bytes, error);
	if (!err)
		err = copy_to(&place, db, pages * page_bytes, error);
	nw_arena_free(arena);
	return err;
}
