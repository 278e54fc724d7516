/*
 * Follows a newswired from where it was, however often and however suddenly it is ended:
 * the daemon keeps the place. A line a message: key, seq, id. In its own event loop.
 */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <newswire/newswire.h>

static volatile sig_atomic_t stopped;

static void on_signal(int signal_number)
{
	stopped = signal_number;
}

/* All there is; what is printed has been dealt with. */
static enum nw_err take(struct nw_client *client, struct nw_error *error)
{
	struct nw_message m;
	enum nw_err err;

	while ((err = nw_client_next(client, 0, &m, error)) == NW_OK) {
		printf("%.*s %lld %.*s\n", NW_ARG(m.key), (long long)m.seq, NW_ARG(m.id));
		if (fflush(stdout))
			return NW_E_SYSTEM;
		err = nw_client_ack(client, error);
		if (err)
			return err;
	}
	if (err != NW_E_TIMEOUT) /* some of the journal is gone, or the daemon refuses */
		return err;
	/* Time alone tells, too, that there was nothing more for us. */
	return nw_client_ack(client, error);
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"live", 1, NULL, 'l'}, {"replay", 1, NULL, 'r'},
		{"cursor", 1, NULL, 'c'}, {NULL, 0, NULL, 0}};
	/* From the first message there is on, where the daemon keeps no such place yet. */
	struct nw_client_options options = {.from = NW_FROM_SEQ, .seq = 0, .cursor = "durable"};
	struct nw_client *client;
	struct nw_error error = {.text = ""};
	enum nw_err err = NW_OK;

	for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
		if (c == '?')
			return 2;
		*(c == 'l' ? &options.live : c == 'r' ? &options.replay : &options.cursor) = optarg;
	}
	if (optind < argc)
		options.keys = (const char *const *)argv + optind;
	if (nw_client_open(&options, &client, &error))
		return fprintf(stderr, "%s\n", error.text), 2;
	signal(SIGTERM, on_signal);
	while (!stopped && (err == NW_OK || err == NW_E_GONE)) {
		struct pollfd fd = {.fd = nw_client_fd(client), .events = POLLIN};

		if (poll(&fd, 1, 1000) > 0)
			err = take(client, &error);
	}
	if (!err)
		err = nw_client_flush(client, 5000, &error);
	if (err)
		fprintf(stderr, "%s\n", error.text);
	nw_client_close(client);
	return err != NW_OK;
}
