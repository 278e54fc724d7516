#include "place.h"

#include "base/buf.h"

/*
 * Cuts of power, in process and so wherever the tests run (tests/e2e/powerloss.sh does it
 * to a real file system). A layer under SQLite notes every write, truncation and sync. A
 * cut at any moment then leaves, of each file, what was synced, and of what was not any part:
 * nothing, all, some writes, some sectors of them, a sector torn in two. Whatever it left, the
 * journal opens, and holds exactly what was committed, or that and the whole transaction which
 * was under way.
 */
#define SECTOR 512
#define FILES 3
#define LOG 1 /* of them */
#define COMMITS 1300
#define CUTS 60

enum op_kind { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE, OP_ACK };

static const char *const suffixes[FILES] = {"", "-wal", "-journal"};

/* What a subscriber or the newsroom was told is kept. */
struct said {
	int64_t newest, cursors[2];
};

struct op {
	enum op_kind kind;
	int file;
	int64_t offset; /* of a truncation: the size */
	size_t n;       /* bytes; of a sync and a deletion: whether the directory is synced too */
	unsigned char *bytes;
	struct said said;
};

/* --- the layer under SQLite --- */

static struct {
	sqlite3_vfs vfs, *real;
	bool records, lies; /* a disk that lies does not sync the log */
	struct op *ops;
	size_t n, cap;
} disk;

struct layer {
	sqlite3_file base;
	int file;             /* in suffixes; -1: not noted */
	bool syncs_directory; /* with its first sync, as SQLite's own layer does for new logs */
	sqlite3_file *real;
};

static sqlite3_file *under(sqlite3_file *file)
{
	return ((struct layer *)file)->real;
}

static struct op *note(enum op_kind kind, int file)
{
	struct op *op;

	if (disk.n == disk.cap) {
		disk.cap = disk.cap ? disk.cap * 2 : 1024;
		disk.ops = nw_must_realloc(disk.ops, disk.cap * sizeof(*disk.ops));
	}
	op = &disk.ops[disk.n++];
	*op = (struct op){.kind = kind, .file = file};
	return op;
}

static bool is_noted(const sqlite3_file *file)
{
	return disk.records && ((const struct layer *)file)->file >= 0;
}

static int on_close(sqlite3_file *file)
{
	return under(file)->pMethods->xClose(under(file));
}

static int on_read(sqlite3_file *file, void *to, int n, sqlite3_int64 offset)
{
	return under(file)->pMethods->xRead(under(file), to, n, offset);
}

static int on_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 offset)
{
	if (is_noted(file)) {
		struct op *op = note(OP_WRITE, ((struct layer *)file)->file);

		op->offset = offset;
		op->n = (size_t)n;
		op->bytes = nw_must_calloc(1, op->n);
		memcpy(op->bytes, from, op->n);
	}
	return under(file)->pMethods->xWrite(under(file), from, n, offset);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (is_noted(file))
		note(OP_TRUNCATE, ((struct layer *)file)->file)->offset = size;
	return under(file)->pMethods->xTruncate(under(file), size);
}

/* Only noted: the power of the machine that the test runs on stays on. */
static int on_sync(sqlite3_file *file, int flags)
{
	struct layer *layer = (struct layer *)file;

	(void)flags;
	if (is_noted(file) && !(disk.lies && layer->file == LOG)) {
		note(OP_SYNC, layer->file)->n = (size_t)layer->syncs_directory;
		layer->syncs_directory = false;
	}
	return SQLITE_OK;
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return under(file)->pMethods->xFileSize(under(file), size);
}

static int on_lock(sqlite3_file *file, int lock)
{
	return under(file)->pMethods->xLock(under(file), lock);
}

static int on_unlock(sqlite3_file *file, int lock)
{
	return under(file)->pMethods->xUnlock(under(file), lock);
}

static int on_check_lock(sqlite3_file *file, int *is)
{
	return under(file)->pMethods->xCheckReservedLock(under(file), is);
}

static int on_control(sqlite3_file *file, int what, void *arg)
{
	return under(file)->pMethods->xFileControl(under(file), what, arg);
}

static int on_sector_size(sqlite3_file *file)
{
	return under(file)->pMethods->xSectorSize(under(file));
}

static int on_characteristics(sqlite3_file *file)
{
	return under(file)->pMethods->xDeviceCharacteristics(under(file));
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
	return under(file)->pMethods->xShmMap(under(file), page, size, extend, at);
}

static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return under(file)->pMethods->xShmLock(under(file), offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
	under(file)->pMethods->xShmBarrier(under(file));
}

static int on_shm_unmap(sqlite3_file *file, int delete)
{
	return under(file)->pMethods->xShmUnmap(under(file), delete);
}

static const sqlite3_io_methods methods = {2, on_close, on_read, on_write, on_truncate, on_sync,
	on_size, on_lock, on_unlock, on_check_lock, on_control, on_sector_size, on_characteristics,
	on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, NULL, NULL};

/* By the end of the name, the longest first. */
static int file_of(const char *name)
{
	for (int i = FILES - 1; name && i >= 0; i--) {
		char end[32];

		(void)snprintf(end, sizeof(end), "journal.db%s", suffixes[i]);
		if (nw_str_ends(nw_str(name), nw_str(end)))
			return i;
	}
	return -1;
}

static int on_open(
	sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *opened)
{
	struct layer *layer = (struct layer *)file;
	int said;

	(void)vfs;
	*layer = (struct layer){.file = file_of(name),
		.syncs_directory = (flags & SQLITE_OPEN_CREATE) &&
			(flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)),
		.real = (sqlite3_file *)(layer + 1)};
	said = disk.real->xOpen(disk.real, name, layer->real, flags, opened);
	if (said == SQLITE_OK)
		layer->base.pMethods = &methods;
	return said;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	if (disk.records && file_of(name) >= 0)
		note(OP_DELETE, file_of(name))->n = (size_t)sync;
	return disk.real->xDelete(disk.real, name, 0);
}

static int slide_under(void **state)
{
	(void)state;
	disk.real = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.real;
	disk.vfs.zName = "powercut";
	disk.vfs.pNext = NULL;
	disk.vfs.szOsFile = (int)sizeof(struct layer) + disk.real->szOsFile;
	disk.vfs.xOpen = on_open;
	disk.vfs.xDelete = on_delete;
	return sqlite3_vfs_register(&disk.vfs, 1);
}

static void forget_ops(void)
{
	for (size_t i = 0; i < disk.n; i++)
		free(disk.ops[i].bytes);
	free(disk.ops);
	disk.ops = NULL;
	disk.n = disk.cap = 0;
}

/* --- what is done to the journal --- */

static void append_some(struct nw_journal *journal, uint64_t *state, struct said *said)
{
	static const char *const names[] = {"topic/libya/", "topic/ceasefire/"};
	struct nw_error error = {0};
	/* Many small commits: each writes the same few pages anew, and so the log grows. */
	const uint32_t n = dice(state, 50) ? dice(state, 4) : dice(state, 60);

	for (uint32_t i = 0; i < n; i++) {
		struct nw_identity identity = {{0}, {0}, {0}};

		assert_true(append_under(
			journal, (int)said->newest + 1, names, dice(state, 3), &said->newest));
		identity.identity.low = (uint64_t)said->newest;
		must(nw_journal_identify(journal, &identity, 1, 0, &error), &error);
	}
}

static void move_cursors(struct nw_journal *journal, uint64_t *state, struct said *said)
{
	static const struct nw_str names[] = {{"desk", 4}, {"night", 5}};
	struct nw_error error = {0};

	for (size_t i = 0; i < 2; i++) {
		if (dice(state, 2) || said->cursors[i] == said->newest)
			continue;
		said->cursors[i] += 1 + dice(state, (uint32_t)(said->newest - said->cursors[i]));
		must(nw_journal_save_cursor(journal, names[i], &said->cursors[i], 0, &error),
			&error);
	}
}

/* Beside a reader, as in the daemon. */
static void work(const struct place *place, int commits)
{
	uint64_t state = 4711;
	struct said said = {0};
	struct nw_journal *journal;
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	int64_t oldest, newest;

	disk.records = true;
	journal = open_journal(place);
	reader = open_reader(place);
	for (int i = 0; i < commits; i++) {
		begin(journal);
		append_some(journal, &state, &said);
		move_cursors(journal, &state, &said);
		commit(journal);
		note(OP_ACK, 0)->said = said;
		must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
		assert_int_equal(newest, said.newest);
	}
	nw_journal_reader_close(reader);
	disk.records =
		!disk.lies; /* what a log that was never synced does to the database is no question */
	nw_journal_close(journal);
	disk.records = false;
}

/* --- what a cut leaves --- */

struct image {
	struct nw_buf bytes;
	bool exists;
	size_t pending[1 << 15]; /* operations since the last sync */
	size_t n;
};

/* Which part of what was not synced is there. */
enum left { LEFT_NOTHING, LEFT_ALL, LEFT_A_BEGINNING, LEFT_SOME_WRITES, LEFT_SOME_SECTORS, LEFT_N };

static void set_size(struct nw_buf *bytes, size_t size)
{
	static const char zeros[4096];

	while (bytes->n < size)
		nw_buf_add(bytes,
			(struct nw_str){zeros,
				size - bytes->n < sizeof(zeros) ? size - bytes->n : sizeof(zeros)});
	bytes->n = size;
}

static void put(struct nw_buf *bytes, int64_t offset, const unsigned char *from, size_t n)
{
	if (bytes->n < (size_t)offset + n)
		set_size(bytes, (size_t)offset + n);
	memcpy(bytes->p + offset, from, n);
}

/* Sector by sector, as the disk does it; every now and then one is torn. */
static void put_some(struct nw_buf *bytes, const struct op *op, uint64_t *state)
{
	size_t n;

	for (size_t at = 0; at < op->n; at += n) {
		n = SECTOR - ((size_t)op->offset + at) % SECTOR;
		n = n < op->n - at ? n : op->n - at;
		if (dice(state, 2))
			put(bytes, op->offset + (int64_t)at, op->bytes + at,
				dice(state, 16) ? n : 1 + dice(state, (uint32_t)n));
	}
}

static void apply(struct image *image, const struct op *op, enum left left, uint64_t *state)
{
	image->exists = op->kind != OP_DELETE;
	if (op->kind != OP_WRITE)
		set_size(&image->bytes, (size_t)op->offset);
	else if (left == LEFT_SOME_SECTORS)
		put_some(&image->bytes, op, state);
	else
		put(&image->bytes, op->offset, op->bytes, op->n);
}

/* The first n of what is pending are there for good. */
static void settle(struct image *image, size_t n)
{
	for (size_t i = 0; i < n; i++)
		apply(image, &disk.ops[image->pending[i]], LEFT_ALL, NULL);
	image->n -= n;
	memmove(image->pending, image->pending + n, image->n * sizeof(image->pending[0]));
}

/* With its directory a file's deletion is there for good. */
static void settle_deletion(struct image *image)
{
	size_t n = image->n;

	while (n && disk.ops[image->pending[n - 1]].kind != OP_DELETE)
		n--;
	settle(image, n);
}

/* Time goes on by one operation. */
static void go_on(struct image images[FILES], size_t at)
{
	const struct op *op = &disk.ops[at];
	struct image *image = &images[op->file];

	if (op->kind == OP_ACK)
		return;
	if (op->kind == OP_SYNC) {
		settle(image, image->n);
	} else {
		assert_true(image->n < sizeof(image->pending) / sizeof(image->pending[0]));
		image->pending[image->n++] = at;
	}
	for (int i = 0; i < FILES && (op->kind == OP_SYNC || op->kind == OP_DELETE) && op->n; i++)
		settle_deletion(&images[i]);
}

static void write_image(const struct place *place, int file, const struct image *image,
	enum left left, uint64_t *state)
{
	struct image cut = {.exists = image->exists};
	const uint32_t beginning = dice(state, (uint32_t)image->n + 1);
	char path[160];
	FILE *f;

	nw_buf_init(&cut.bytes, (size_t)1 << 30);
	nw_buf_add(&cut.bytes, nw_buf_str(&image->bytes));
	for (size_t i = 0; i < image->n; i++) {
		const bool some = left >= LEFT_SOME_WRITES && dice(state, 2);

		if (left == LEFT_ALL || some || (left == LEFT_A_BEGINNING && i < beginning))
			apply(&cut, &disk.ops[image->pending[i]], left, state);
	}
	(void)snprintf(path, sizeof(path), "%s%s", place->path, suffixes[file]);
	if (cut.exists || file == 0) {
		f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(cut.bytes.p, 1, cut.bytes.n, f), cut.bytes.n);
		assert_int_equal(fclose(f), 0);
	}
	nw_buf_clear(&cut.bytes);
}

/* --- what is found afterwards --- */

static bool is_whole(const struct place *place)
{
	return meddle(place,
		       "CREATE TEMP TABLE t (ok CHECK (ok = 'ok'));"
		       "INSERT INTO t SELECT integrity_check FROM pragma_integrity_check") ==
		SQLITE_OK;
}

/* Every number from 1 on, each key's prev the one before; the last that fits. */
static int64_t walk(struct nw_journal_reader *reader)
{
	const struct nw_str names[] = {
		NW_STR("all/"), NW_STR("topic/libya/"), NW_STR("topic/ceasefire/")};
	struct nw_journal_query query = {.limit = 500, .no_text = true};
	int64_t next = 0, seq = 0, last[3] = {0};

	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		struct nw_error error = {0};
		size_t n;

		query.after = next;
		must(nw_journal_read(reader, &query, arena, &records, &n, &next, &error), &error);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(records[i].seq, ++seq);
			for (size_t k = 0; k < records[i].n_keys; k++) {
				assert_true(nw_str_eq(records[i].keys[k].key, names[k]));
				assert_int_equal(records[i].keys[k].prev, last[k]);
				last[k] = seq;
			}
		}
		nw_arena_free(arena);
	} while (next != query.after);
	return seq;
}

static void on_identity(void *arg, const struct nw_identity *identity)
{
	int64_t *n = arg;

	assert_int_equal(identity->identity.low, ++*n);
}

static struct said look(const struct place *place)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	struct said said;
	int64_t oldest, identities = 0;

	must(nw_journal_bounds(reader, &oldest, &said.newest, &error), &error);
	must(nw_journal_cursor(reader, NW_STR("desk"), &said.cursors[0], &error), &error);
	must(nw_journal_cursor(reader, NW_STR("night"), &said.cursors[1], &error), &error);
	must(nw_journal_each_identity(reader, SIZE_MAX, on_identity, &identities, &error), &error);
	assert_int_equal(walk(reader), said.newest);
	assert_int_equal(identities, said.newest);
	nw_journal_reader_close(reader);
	for (size_t i = 0; i < 2; i++)
		said.cursors[i] = said.cursors[i] < 0 ? 0 : said.cursors[i];
	return said;
}

static bool is_same(const struct said *a, const struct said *b)
{
	return a->newest == b->newest && a->cursors[0] == b->cursors[0] &&
		a->cursors[1] == b->cursors[1];
}

/* The last that was said before the cut, and what would have been said next. */
static bool is_kept(const struct said *found, size_t cut)
{
	static const struct said nothing;
	const struct said *before = &nothing, *after = NULL;

	for (size_t i = 0; i < disk.n && !after; i++) {
		if (disk.ops[i].kind != OP_ACK)
			continue;
		if (i < cut)
			before = &disk.ops[i].said;
		else
			after = &disk.ops[i].said;
	}
	return is_same(found, before) || (after && is_same(found, after));
}

/* The daemon starts again: everything is looked at, and it goes on. */
static bool survives(const struct place *place, size_t cut)
{
	struct nw_journal *journal = open_journal(place);
	const struct said found = look(place);
	int64_t seq;
	const bool is = is_kept(&found, cut);

	assert_true(is_whole(place));
	begin(journal);
	assert_true(append_under(journal, (int)found.newest + 1, NULL, 0, &seq));
	commit(journal);
	assert_int_equal(seq, found.newest + 1);
	nw_journal_close(journal);
	return is;
}

/* One cut, and each of the ways in which it may end; how many of them lost something. */
static int cut_power(struct image images[FILES], size_t cut, uint64_t *state)
{
	int lost = 0;

	for (enum left left = 0; left < LEFT_N; left++) {
		void *made = NULL;
		struct place *place;
		char dir[80];

		assert_int_equal(make_place(&made), 0);
		place = made;
		(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
		assert_int_equal(mkdir(dir, 0700), 0);
		for (int file = 0; file < FILES; file++)
			write_image(place, file, &images[file], left, state);
		lost += !survives(place, cut);
		(void)remove_place(&made);
	}
	return lost;
}

static int by_number(const void *a, const void *b)
{
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Where it is most likely to hurt: at the start, right after a promise, while the log is copied; and anywhere. */
static void choose_cuts(size_t cuts[CUTS], uint64_t *state)
{
	for (int i = 0; i < CUTS; i++) {
		size_t at = dice(state, (uint32_t)disk.n);

		if (i % 4 == 0)
			at = dice(state, 100);
		for (; i % 4 == 1 && at < disk.n && disk.ops[at].kind != OP_ACK; at++)
			;
		for (; i % 4 == 2 && at < disk.n && disk.ops[at].file != 0; at++)
			;
		cuts[i] = at < disk.n ? at + 1 : disk.n;
	}
	qsort(cuts, CUTS, sizeof(cuts[0]), by_number);
}

static int cut_many_times(uint64_t state)
{
	static struct image images[FILES];
	size_t cuts[CUTS], at = 0;
	int lost = 0;

	choose_cuts(cuts, &state);
	memset(images, 0, sizeof(images));
	for (int i = 0; i < FILES; i++)
		nw_buf_init(&images[i].bytes, (size_t)1 << 30);
	for (int i = 0; i < CUTS; i++) {
		while (at < cuts[i])
			go_on(images, at++);
		lost += cut_power(images, at, &state);
	}
	for (int i = 0; i < FILES; i++)
		nw_buf_clear(&images[i].bytes);
	return lost;
}

static uint64_t seed_of_this_run(void)
{
	const char *seed = getenv("NW_SEED");

	return seed ? strtoull(seed, NULL, 10) | 1 : 20261121;
}

static void nothing_committed_or_acknowledged_is_lost_to_a_cut(void **state)
{
	size_t copied = 0;

	disk.lies = false;
	work(*state, COMMITS);
	for (size_t i = 0; i < disk.n; i++)
		copied += disk.ops[i].kind == OP_SYNC && disk.ops[i].file == 0;
	assert_true(copied >= 3); /* the log was copied into the database in between */
	assert_int_equal(cut_many_times(seed_of_this_run()), 0);
	forget_ops();
}

/* The same on a disk that does not sync: else the test above would show nothing. */
static void a_disk_that_lies_is_found_out(void **state)
{
	disk.lies = true;
	work(*state, 100);
	assert_true(cut_many_times(seed_of_this_run()) > CUTS);
	forget_ops();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_committed_or_acknowledged_is_lost_to_a_cut),
		TEST(a_disk_that_lies_is_found_out),
	};

	return cmocka_run_group_tests(tests, slide_under, NULL);
}
