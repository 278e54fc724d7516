#include "store/backup.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/notify.h"
#include "store/copy.h"

#define PATIENCE_S 300 /* for one step, however slow the disk */

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

static bool on_step(void *arg, int64_t done, int64_t pages, struct nw_error *error)
{
	(void)arg;
	(void)error;
	nw_notify_extend(PATIENCE_S);
	nw_notify_status("copying the journal before it is brought up to date: %d %%",
		pages > 0 ? (int)(done * 100 / pages) : 0);
	return true;
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
	struct nw_copy copy = {.path = place->path,
		.partial = place->partial,
		.dir = place->dir,
		.mode = 0640,
		.on_step = on_step};
	enum nw_err err = nw_copy_room(place->dir, (uint64_t)bytes,
		"the journal is copied before it is brought up to date; make room there "
		"(older copies, 'journal.db.before-*', may go)",
		error);

	if (err) {
		nw_error_set_file(error, db->path);
		return err;
	}
	err = nw_copy_begin(&copy, db, error);
	if (!err)
		err = nw_copy_end(&copy, error);
	if (err)
		return err;
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
