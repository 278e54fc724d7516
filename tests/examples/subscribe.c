/* Follows a newswired with libnewswire: a line a message, key, seq, id and the text's SHA-256. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <newswire/newswire.h>

int main(int argc, char **argv)
{
	static const struct option names[] = {{"live", 1, NULL, 0}, {"replay", 1, NULL, 1},
		{"from", 1, NULL, 2}, {"count", 1, NULL, 3}, {NULL, 0, NULL, 0}};
	const char *values[4] = {NULL, NULL, NULL, "-1"};
	struct nw_client_options options = {.from = NW_FROM_NOW};
	struct nw_client *client;
	struct nw_message m;
	struct nw_error error;

	for (int i; (i = getopt_long(argc, argv, "", names, NULL)) != -1; values[i] = optarg)
		if (i > 3)
			return 2;
	options.live = values[0]; /* NULL: where newswired is by default */
	options.replay = values[1];
	if (values[2]) /* everything after this seq */
		options.from = NW_FROM_SEQ, options.seq = strtoll(values[2], NULL, 10);
	if (optind < argc)
		options.keys = (const char *const *)argv + optind;
	if (nw_client_open(&options, &client, &error))
		return fprintf(stderr, "%s\n", error.text), 2;
	for (long n = strtol(values[3], NULL, 10); n && !nw_client_next(client, -1, &m, &error);
		n--) {
		printf("%.*s %lld %.*s ", NW_ARG(m.key), (long long)m.seq, NW_ARG(m.id));
		fflush(stdout);
		FILE *sum = popen("sha256sum", "w"); /* prints the end of the line */
		if (!sum || fwrite(m.text.p, 1, m.text.n, sum) != m.text.n || pclose(sum))
			return 1;
	}
	nw_client_close(client);
}
