#include "place.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "store/writer.h"

/* What the STORE thread told, counted. */
struct told {
	atomic_int commits, troubles, recoveries;
	char trouble[256]; /* the last one; read once troubles or all was counted */
};

struct job {
	struct nw_store_job job;
	struct told *told;
	atomic_int *ended;
	int number;
	size_t bytes;
	int64_t seq;
	enum nw_err fails; /* with what, instead of writing */
	int written, committed, abandoned;
	int order; /* at which place it ended */
};

static enum nw_err write_article(
	struct nw_store_job *mail, struct nw_journal *journal, struct nw_error *error)
{
	struct job *job = (struct job *)(void *)mail;
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	struct nw_record record = {.version = 1, .keys = keys, .n_keys = 2};
	char id[NW_HASH_HEX + 1];
	enum nw_err err;
	char *text;
	bool is_new;

	job->written++;
	text = nw_must_calloc(job->bytes + 1, 1);
	memset(text, 'x', job->bytes);
	nw_hash_hex((struct nw_hash){1, (uint64_t)job->number}, id);
	record.id = nw_str(id);
	record.text = (struct nw_str){text, job->bytes};
	err = nw_journal_append(journal, &record, &is_new, error);
	free(text);
	job->seq = record.seq;
	if (!err && job->fails)
		return nw_fail(error, job->fails, "no good");
	return err;
}

static void on_job_commit(struct nw_store_job *mail)
{
	struct job *job = (struct job *)(void *)mail;

	job->committed++;
	job->order = atomic_fetch_add(job->ended, 1);
}

static void on_job_abandon(struct nw_store_job *mail, const struct nw_error *error)
{
	struct job *job = (struct job *)(void *)mail;

	assert_true(error->text[0]);
	job->abandoned++;
	job->order = atomic_fetch_add(job->ended, 1);
}

static void on_commit(void *arg)
{
	atomic_fetch_add(&((struct told *)arg)->commits, 1);
}

static void on_trouble(void *arg, const struct nw_error *error)
{
	struct told *told = arg;

	(void)snprintf(told->trouble, sizeof(told->trouble), "%s", error->text);
	atomic_fetch_add(&told->troubles, 1);
}

static void on_recovery(void *arg)
{
	atomic_fetch_add(&((struct told *)arg)->recoveries, 1);
}

static struct nw_writer *start(const struct place *place, struct told *told)
{
	const struct nw_writer_options options = {.path = place->path,
		.on_commit = on_commit,
		.on_trouble = on_trouble,
		.on_recovery = on_recovery,
		.arg = told};
	struct nw_error error = {0};
	struct nw_writer *writer;

	must(nw_writer_start(&options, &writer, &error), &error);
	return writer;
}

static struct job *make_jobs(size_t n, size_t bytes, struct told *told, atomic_int *ended)
{
	struct job *jobs = nw_must_calloc(n, sizeof(*jobs));

	for (size_t i = 0; i < n; i++)
		jobs[i] = (struct job){.job = {.write = write_article,
					       .on_commit = on_job_commit,
					       .on_abandon = on_job_abandon},
			.told = told,
			.ended = ended,
			.number = (int)i,
			.bytes = bytes};
	return jobs;
}

static void wait_until(const atomic_int *count, int least)
{
	for (int i = 0; i < 3000 && atomic_load(count) < least; i++)
		(void)nanosleep(&(struct timespec){0, 10000000}, NULL);
	assert_true(atomic_load(count) >= least);
}

static size_t count_records(const struct place *place)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	int64_t oldest, newest;

	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	nw_journal_reader_close(reader);
	return newest ? (size_t)(newest - oldest + 1) : 0;
}

static void jobs_end_in_order_after_few_commits(void **state)
{
	const size_t n = 2000;
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(n, 100, &told, &ended);
	struct nw_writer *writer = start(*state, &told);

	for (size_t i = 0; i < n; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	nw_writer_stop(writer);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(jobs[i].committed, 1);
		assert_int_equal(jobs[i].abandoned, 0);
		assert_int_equal(jobs[i].order, i);
		assert_int_equal(jobs[i].seq, i + 1);
	}
	assert_true(told.commits >= 8 && told.commits < 500);
	assert_int_equal(told.troubles, 0);
	assert_int_equal(count_records(*state), n);
	free(jobs);
}

static void a_job_that_fails_by_itself_ends_alone(void **state)
{
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(10, 10, &told, &ended);
	struct nw_writer *writer = start(*state, &told);

	jobs[0].fails = jobs[4].fails = jobs[9].fails = NW_E_LIMIT;
	for (size_t i = 0; i < 10; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	nw_writer_stop(writer);
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(jobs[i].committed, !jobs[i].fails);
		assert_int_equal(jobs[i].abandoned, jobs[i].fails != 0);
	}
	assert_int_equal(jobs[8].seq, 7); /* what the others appended was taken back */
	assert_int_equal(count_records(*state), 7);
	assert_int_equal(told.troubles, 0);
	free(jobs);
}

static void a_job_without_on_abandon_is_dropped(void **state)
{
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(1, 10, &told, &ended);
	struct nw_writer *writer = start(*state, &told);

	jobs[0].fails = NW_E_SYNTAX;
	jobs[0].job.on_abandon = NULL;
	nw_mailbox_post(nw_writer_box(writer), &jobs[0].job.mail);
	nw_writer_stop(writer);
	assert_int_equal(jobs[0].written, 1);
	assert_int_equal(ended, 0);
	assert_int_equal(told.commits, 0);
	free(jobs);
}

/* All is tried again until the way is free, and ends as if nothing had been. */
static void a_database_in_use_is_waited_for(void **state)
{
	const struct place *place = *state;
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(300, 10, &told, &ended);
	struct nw_writer *writer = start(place, &told);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (size_t i = 0; i < 300; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	wait_until(&told.troubles, 1);
	assert_non_null(strstr(told.trouble, "database is locked"));
	assert_int_equal(atomic_load(&ended), 0);
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	wait_until(&told.recoveries, 1);
	nw_writer_stop(writer);
	for (size_t i = 0; i < 300; i++)
		assert_true(jobs[i].committed == 1 && jobs[i].seq == (int64_t)i + 1 &&
			jobs[i].order == (int)i);
	assert_int_equal(told.troubles, 1);
	assert_int_equal(told.recoveries, 1);
	free(jobs);
}

static void stopping_in_trouble_abandons_what_is_left(void **state)
{
	const struct place *place = *state;
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(600, 10, &told, &ended);
	struct nw_writer *writer = start(place, &told);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (size_t i = 0; i < 600; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	wait_until(&told.troubles, 1);
	nw_writer_stop(writer);
	for (size_t i = 0; i < 600; i++)
		assert_true(jobs[i].abandoned == 1 && jobs[i].committed == 0 &&
			jobs[i].order == (int)i);
	assert_int_equal(told.commits, 0);
	(void)sqlite3_close(db);
	assert_int_equal(count_records(place), 0);
	free(jobs);
}

/* --- the log, while there is always some reader --- */

struct follower {
	const struct place *place;
	pthread_t thread;
	atomic_bool *is_over;
	bool has_failed; /* asserting is for the test's own thread */
};

static void *follow(void *arg)
{
	struct follower *follower = arg;
	struct nw_journal_query query = {.limit = 50};
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	int64_t next = 0;

	follower->has_failed =
		nw_journal_reader_open(follower->place->path, &reader, &error) != NW_OK;
	while (!follower->has_failed && !atomic_load(follower->is_over)) {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		size_t n;

		query.after = next;
		follower->has_failed = nw_journal_read(reader, &query, arena, &records, &n, &next,
					       &error) != NW_OK;
		for (size_t i = 0; i < n; i++)
			follower->has_failed = follower->has_failed ||
				records[i].seq != query.after + 1 + (int64_t)i;
		if (next == query.after)
			next = 0;
		nw_arena_free(arena);
	}
	nw_journal_reader_close(reader);
	return NULL;
}

static void readers_without_pause_do_not_grow_the_log(void **state)
{
	const struct place *place = *state;
	const size_t n = 6000;
	struct told told = {0};
	atomic_int ended = 0;
	atomic_bool is_over = false;
	struct job *jobs = make_jobs(n, 40000, &told, &ended); /* 240 MB in all */
	struct nw_writer *writer = start(place, &told);
	struct follower followers[4];
	char log[128];
	struct stat st;

	for (int i = 0; i < 4; i++) {
		followers[i] = (struct follower){.place = place, .is_over = &is_over};
		assert_int_equal(
			pthread_create(&followers[i].thread, NULL, follow, &followers[i]), 0);
	}
	for (size_t i = 0; i < n; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	nw_writer_stop(writer);
	(void)snprintf(log, sizeof(log), "%s-wal", place->path);
	atomic_store(&is_over, true);
	for (int i = 0; i < 4; i++)
		pthread_join(followers[i].thread, NULL);
	for (int i = 0; i < 4; i++)
		assert_false(followers[i].has_failed);
	assert_int_equal(stat(log, &st), 0);
	assert_true(st.st_size < 100 << 20);
	assert_int_equal(count_records(place), n);
	assert_int_equal(told.troubles, 0);
	free(jobs);
}

/* Posts more than there is room for; what is done by make_room lets all of it in. */
static void outlive(const struct place *place, void (*make_room)(const struct place *place))
{
	const size_t n = 400;
	struct told told = {0};
	atomic_int ended = 0;
	struct job *jobs = make_jobs(n, 20000, &told, &ended);
	struct nw_writer *writer = start(place, &told);
	char trouble[256];

	for (size_t i = 0; i < n; i++)
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
	wait_until(&told.troubles, 1);
	(void)snprintf(trouble, sizeof(trouble), "%s", told.trouble);
	make_room(place);
	wait_until(&ended, (int)n);
	nw_writer_stop(writer);
	assert_true(strstr(trouble, "full") || strstr(trouble, "I/O error"));
	for (size_t i = 0; i < n; i++)
		assert_true(jobs[i].committed == 1 && jobs[i].seq == (int64_t)i + 1 &&
			jobs[i].order == (int)i);
	assert_true(told.recoveries >= 1);
	assert_int_equal(count_records(place), n);
	free(jobs);
}

static void remove_ballast(const struct place *place)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%s/state/ballast", place->dir);
	assert_int_equal(unlink(name), 0);
}

static bool mount_small(const struct place *place)
{
	char dir[96], name[128];
	int fd;

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	(void)snprintf(name, sizeof(name), "%s/ballast", dir);
	if (mkdir(dir, 0755) != 0 || unshare(CLONE_NEWNS) != 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("none", dir, "tmpfs", 0, "size=30m") != 0)
		return false;
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(posix_fallocate(fd, 0, 26 << 20), 0);
	close(fd);
	return true;
}

static void a_full_disk_is_outlived(void **state)
{
	const struct place *place = *state;
	char dir[96];

	if (!mount_small(place))
		skip(); /* not root, or a container that may not mount */
	outlive(place, remove_ballast);
	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(umount(dir), 0);
}

static void lift_limit(const struct place *place)
{
	struct rlimit limit;

	(void)place;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The same without any rights: no file of this process may grow past a size. */
static void a_limit_on_files_is_outlived(void **state)
{
	struct rlimit limit;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 1 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	outlive(*state, lift_limit);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_end_in_order_after_few_commits),
		TEST(a_job_that_fails_by_itself_ends_alone),
		TEST(a_job_without_on_abandon_is_dropped),
		TEST(a_database_in_use_is_waited_for),
		TEST(stopping_in_trouble_abandons_what_is_left),
		TEST(readers_without_pause_do_not_grow_the_log),
		TEST(a_full_disk_is_outlived),
		TEST(a_limit_on_files_is_outlived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
