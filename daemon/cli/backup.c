/* newswire backup, newswire restore: the journal to a file, while the daemon runs, and back. */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/forecast.h"
#include "store/saved.h"

static const struct nw_command_option options[] = {
	{'S', "state", "DIR",
		"the daemon's state directory ($NEWSWIRE_STATE or " NW_CLI_STATE_DEFAULT ")"},
	{0},
};

static volatile sig_atomic_t stopped; /* the signal */

static void on_signal(int number)
{
	stopped = number;
}

/* What was begun is removed first; not where a signal is ignored already, as by nohup. */
static void catch_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction action = {.sa_handler = on_signal}, was;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
}

/* So that whoever waits sees what ended it. */
static int fail(const struct nw_error *error)
{
	const int status = nw_cli_fail(error);

	if (stopped) {
		(void)signal(stopped, SIG_DFL);
		(void)raise(stopped);
	}
	return status;
}

static void show_progress(void *arg, int64_t done, int64_t pages)
{
	int *shown = arg;
	const int percent = pages > 0 ? (int)(done * 100 / pages) : 0;

	if (percent == *shown)
		return;
	*shown = percent;
	fprintf(stderr, "\r%3d %%", percent);
	(void)fflush(stderr);
}

static const char *find_state(const char *given)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *set = getenv("NEWSWIRE_STATE");

	return given ? given : set && set[0] ? set : NW_CLI_STATE_DEFAULT;
}

/* What is asked for, with progress where somebody looks on. */
static enum nw_err transfer(const char *state, const char *file,
	enum nw_err (*run)(const struct nw_saving *, struct nw_saved *, struct nw_error *),
	struct nw_saved *saved, struct nw_error *error)
{
	struct nw_saving saving = {.file = file, .now_s = (int64_t)time(NULL), .stop = &stopped};
	char path[PATH_MAX];
	int shown = -1;
	enum nw_err err;

	if (snprintf(path, sizeof(path), "%s/journal.db", state) >= (int)sizeof(path))
		return nw_fail(error, NW_E_LIMIT, "path too long: '%s'", state);
	saving.database = path;
	if (isatty(STDERR_FILENO)) {
		saving.on_progress = show_progress;
		saving.arg = &shown;
	}
	catch_signals();
	err = run(&saving, saved, error);
	if (shown >= 0)
		fputs("\r     \r", stderr);
	return err;
}

static enum nw_err save(
	const struct nw_saving *saving, struct nw_saved *saved, struct nw_error *error)
{
	if (access(saving->database, R_OK) != 0)
		return nw_fail_errno(
			error, saving->database, "cannot read the journal; is --state right?");
	return nw_journal_save(saving, saved, error);
}

static const char *read_options(const struct nw_command *command, int argc, char **argv)
{
	const char *state = NULL;

	while (nw_cli_option(command, argc, argv) != -1)
		state = optarg;
	return find_state(state);
}

static int run_backup(int argc, char **argv)
{
	const char *state = read_options(&nw_command_backup, argc, argv);
	struct nw_error error = {0};
	struct nw_saved saved = {0};

	if (transfer(state, argv[optind], save, &saved, &error))
		return fail(&error);
	printf("saved, up to message %" PRId64 ": %" PRId64 " bytes\n", saved.newest, saved.bytes);
	return NW_EXIT_YES;
}

static int run_restore(int argc, char **argv)
{
	const char *state = read_options(&nw_command_restore, argc, argv);
	struct nw_error error = {0};
	struct nw_saved saved = {0};

	if (transfer(state, argv[optind], nw_journal_put_back, &saved, &error))
		return fail(&error);
	printf("restored, up to message %" PRId64 ": %" PRId64 " bytes\n", saved.newest,
		saved.bytes);
	if (saved.replaced[0]) {
		fputs("what was there is now ", stdout);
		nw_cli_put(stdout, nw_str(saved.replaced));
		putchar('\n');
	}
	if (saved.goes_on)
		printf("the next message is %" PRId64
		       ": subscribers go on, and are told that what they had not had after %" PRId64
		       " is gone\n",
			saved.was_newest + 1, saved.newest);
	else if (saved.was_newest != saved.newest)
		printf("numbers after %" PRId64
		       " will be given out again: subscribers that had a message with one must begin anew"
		       " after %" PRId64 "\n",
			saved.newest, saved.newest);
	return NW_EXIT_YES;
}

const struct nw_command nw_command_backup = {
	.name = "backup",
	.operands = "FILE",
	.min_operands = 1,
	.max_operands = 1,
	.help = "Save the journal to a new file, while the daemon runs or does not.",
	.options = options,
	.run = run_backup,
};

const struct nw_command nw_command_restore = {
	.name = "restore",
	.operands = "FILE",
	.min_operands = 1,
	.max_operands = 1,
	.help = "Put a saved journal in the place of the one there is; the daemon must not run.",
	.options = options,
	.run = run_restore,
};
