/* newswire tail: articles as they are published, and what was before. */
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/tail.h"

#define LOOK_MS 250      /* between two looks at signals and at our reader */
#define PATIENCE_MS 3000 /* before it is said that there is no daemon */
#define FLUSH_MS 2000    /* for the cursor, at the end */
#define RECENT 256

static const struct nw_command_option options[] = {
	{'s', "since", "WHEN|SEQ",
		"first what came after a number, or since 2h, 7d, a day or a time"},
	{'n', "last", "N", "first the last N"},
	{'j', "json", NULL, "print JSON Feed items, a line each"},
	{'t', "text", NULL, "print texts, two empty lines after each"},
	{'e', "exec", "CMD", "run a shell command for each, the text on its standard input"},
	{'c', "cursor", "NAME",
		"go on where the last tail with this cursor was; the daemon keeps the place"},
	{'l', "live", "URL", "the bus (tcp://127.0.0.1:7340)"},
	{'r', "replay", "URL", "its replays (tcp://127.0.0.1:7341)"},
	{'S', "server-key", "KEY", "its public key, where it is served with CURVE"},
	{'k', "key", "FILE", "with that, one's own secret key"},
	{0},
};

struct tail {
	struct nw_client_options client;
	const char *command;
	bool json, text, colour;
	/* An article under several keys is one article: the seqs of the latest ones. */
	int64_t recent[RECENT];
	size_t n_recent;
};

static volatile sig_atomic_t stopped;

static void on_signal(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* 0, or the exit code of a line that is wrong. */
static int read_options(struct tail *t, int argc, char **argv)
{
	int letter, starts = 0, forms = 0;

	while ((letter = nw_cli_option(&nw_command_tail, argc, argv)) != -1) {
		starts += letter == 's' || letter == 'n';
		forms += letter == 'j' || letter == 't' || letter == 'e';
		if (letter == 's' && !nw_tail_since(optarg, (int64_t)time(NULL), &t->client))
			return nw_cli_wrong(&nw_command_tail,
				"'%s' is no time and no number; say 2h, 7d, 2026-11-21 or 42",
				optarg);
		if (letter == 'n' &&
			!nw_str_int(nw_str(optarg), 1, NW_WIRE_LAST_MAX, &t->client.last))
			return nw_cli_wrong(&nw_command_tail, "'%s' is no number from 1 to %d",
				optarg, NW_WIRE_LAST_MAX);
		if (letter == 'n')
			t->client.from = NW_FROM_LAST;
		t->json |= letter == 'j';
		t->text |= letter == 't';
		if (letter == 'e')
			t->command = optarg;
		if (letter == 'c')
			t->client.cursor = optarg;
		if (letter == 'l')
			t->client.live = optarg;
		if (letter == 'r')
			t->client.replay = optarg;
		if (letter == 'S')
			t->client.server_key = optarg;
		if (letter == 'k')
			t->client.key_file = optarg;
	}
	if (starts > 1)
		return nw_cli_wrong(&nw_command_tail, "one of --since and --last, once");
	if (forms > 1)
		return nw_cli_wrong(&nw_command_tail, "one of --json, --text and --exec, once");
	return 0;
}

/* The keys as they are on the bus, where each ends in a slash. */
static const char *const *read_keys(struct nw_arena *a, int n, char **operands)
{
	const char **keys;

	if (n == 0)
		return NULL;
	keys = NW_ARENA_ARRAY(a, const char *, (size_t)n + 1);
	for (int i = 0; i < n; i++) {
		const struct nw_str key = nw_str(operands[i]);

		keys[i] = nw_str_ends(key, NW_STR("/")) ? operands[i]
							: nw_arena_printf(a, "%s/", operands[i]).p;
	}
	return keys;
}

static bool is_repeated(struct tail *t, int64_t seq)
{
	const size_t n = t->n_recent < RECENT ? t->n_recent : RECENT;

	for (size_t i = 0; i < n; i++) {
		if (t->recent[i] == seq)
			return true;
	}
	t->recent[t->n_recent++ % RECENT] = seq;
	return false;
}

/* False when it cannot be said to have been dealt with. */
static bool put(struct tail *t, const struct nw_message *message)
{
	if (is_repeated(t, message->seq))
		return true;
	if (t->command)
		return nw_tail_exec(t->command, message);
	if (t->json)
		nw_tail_json(stdout, message);
	else if (t->text)
		nw_tail_text(stdout, message);
	else
		nw_tail_show(stdout, message, t->colour);
	return fflush(stdout) == 0;
}

/* Nobody reads what we print any more, and may not for as long as nothing is printed. */
static bool is_reader_gone(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	return ferror(stdout) || (poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP)));
}

static void say_waiting(const struct tail *t)
{
	fputs("newswire: no word from ", stderr);
	nw_cli_put(stderr, nw_str(t->client.live ? t->client.live : "tcp://127.0.0.1:7340"));
	fputs(" yet, waiting; does newswired run?\n", stderr);
}

/* Whatever was handed over has been dealt with; at the end that is waited for. */
static void keep_place(const struct tail *t, struct nw_client *client, bool is_end)
{
	struct nw_error error;

	if (!t->client.cursor)
		return;
	if (!(is_end ? nw_client_flush(client, FLUSH_MS, &error) : nw_client_ack(client, &error)))
		return;
	fputs("newswire: the cursor may be behind: ", stderr);
	nw_cli_put(stderr, nw_str(error.text)); /* the daemon's words may be in it */
	putc('\n', stderr);
}

/* With a cursor, what fails ends it: the next tail begins with that article again. */
static int follow(struct tail *t, struct nw_client *client)
{
	struct nw_message message;
	struct nw_error error;
	int waited_ms = 0;

	while (!stopped && !is_reader_gone()) {
		const enum nw_err err = nw_client_next(client, LOOK_MS, &message, &error);

		if (err == NW_OK && !put(t, &message) && t->client.cursor)
			return NW_EXIT_NO;
		if (err == NW_OK || err == NW_E_TIMEOUT) {
			keep_place(t, client, false);
		} else if (err == NW_E_GONE) {
			fprintf(stderr, "newswire: the journal begins at %" PRId64 "\n",
				message.seq);
			t->n_recent = 0; /* another journal's seqs are others */
		} else {
			return nw_cli_fail(&error);
		}
		if (err != NW_E_TIMEOUT || nw_client_caught_up(client))
			waited_ms = PATIENCE_MS + 1;
		else if (waited_ms <= PATIENCE_MS && (waited_ms += LOOK_MS) > PATIENCE_MS)
			say_waiting(t);
	}
	return NW_EXIT_YES;
}

static int run(int argc, char **argv)
{
	const struct sigaction on_stop = {.sa_handler = on_signal};
	struct tail t = {.colour = nw_cli_wants_colour()};
	struct nw_arena *arena = nw_arena_new();
	struct nw_client *client = NULL;
	struct nw_error error;
	int code = read_options(&t, argc, argv);

	if (!code) {
		t.client.keys = read_keys(arena, argc - optind, argv + optind);
		if (nw_client_open(&t.client, &client, &error))
			code = nw_cli_fail(&error);
	}
	if (!code) {
		(void)sigaction(SIGINT, &on_stop, NULL);
		(void)sigaction(SIGTERM, &on_stop, NULL);
		code = follow(&t, client);
		keep_place(&t, client, true);
	}
	nw_client_close(client);
	nw_arena_free(arena);
	return code;
}

const struct nw_command nw_command_tail = {
	.name = "tail",
	.operands = "[KEY...]",
	.max_operands = -1,
	.help = "Follow the running daemon: articles as they are published, under all/ or the keys given.",
	.options = options,
	.run = run,
};
