/* Follows a newswired with libnewswire: a line a message, seq, key, id, version and title. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <newswire/newswire.h>

static void print(const struct nw_message *m)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_article article;

	if (m->kind <= NW_KIND_UPDATE && nw_text_read(arena, m->text, &article, NULL) == NW_OK)
		printf("%lld\t%.*s\t%.*s\tv%u\t%.*s\n", (long long)m->seq, NW_ARG(m->key),
			NW_ARG(m->id), m->version, NW_ARG(article.title));
	nw_arena_free(arena);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"live", 1, NULL, 0}, {"replay", 1, NULL, 1},
		{"from", 1, NULL, 2}, {"count", 1, NULL, 3}, {NULL, 0, NULL, 0}};
	const char *values[4] = {NULL, NULL, NULL, "-1"};
	struct nw_client_options options = {.from = NW_FROM_NOW};
	enum nw_err err = NW_OK;
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
	for (long n = strtol(values[3], NULL, 10); n && err != NW_E_SYSTEM;) {
		err = nw_client_next(client, -1, &m, &error);
		if (err == NW_OK)
			print(&m), n--;
		else if (err !=
			NW_E_TIMEOUT) /* refused, or gone: then it goes on where there is some */
			fprintf(stderr, "%s\n", error.text);
	}
	nw_client_close(client);
	return err == NW_OK ? 0 : 1;
}
