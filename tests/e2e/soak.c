/*
 * The publisher and the subscriber of the soak (soak.py), in one program with one clock:
 *
 *   soak FEEDS RATE SECONDS PAGE_KB
 *
 * prints the port that its feeds are on (feed N: http://127.77.N/250.N%250+1:PORT/feeds/N.xml),
 * reads the daemon's endpoints, live and replay, a line each, publishes, and prints what came of it as JSON.
 * Exits with 1 when anything was lost, came twice or out of order.
 */
#include "soak.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <newswire/client.h>

#include "base/arena.h"
#include "base/str.h"

#define PATIENCE_US INT64_C(60000000) /* without a single message: a bound, never a measure */
#define KEYS 64

struct key {
	char name[80];
	int64_t seq;
};

struct soak {
	struct soak_site *site;
	struct nw_client *client;
	struct key keys[KEYS];
	int n_keys;
	int64_t *handed_us,
		*whole_us; /* of each that arrived: since it was handed over, since it was published */
	int arrived, tagged, repeated, out_of_order, strange, replayed;
	int64_t first_us, last_us;
};

void soak_check(bool ok, const char *form, ...)
{
	va_list args;

	if (ok)
		return;
	va_start(args, form);
	(void)fprintf(stderr, "soak: ");
	(void)vfprintf(stderr, form, args);
	(void)fprintf(stderr, "\n");
	va_end(args);
	exit(2);
}

/* The number that ends the first line of the text; -1 for none. */
static int number_of(struct nw_str text)
{
	const char *end = memchr(text.p, '\n', text.n), *p = end;
	char digits[12] = "";
	int n;

	while (p && p > text.p && p[-1] >= '0' && p[-1] <= '9')
		p--;
	if (!p || p == end || end - p >= (ptrdiff_t)sizeof(digits))
		return -1;
	memcpy(digits, p, (size_t)(end - p));
	return sscanf(digits, "%d", &n) == 1 ? n : -1;
}

static struct key *key_of(struct soak *soak, struct nw_str name)
{
	struct key *key = soak->keys;

	for (; key < soak->keys + soak->n_keys; key++) {
		if (nw_str_eq(nw_str(key->name), name))
			return key;
	}
	soak_check(soak->n_keys < KEYS && name.n < sizeof(key->name), "key '%.*s'", NW_ARG(name));
	memcpy(key->name, name.p, name.n);
	soak->n_keys++;
	return key;
}

static void take_article(struct soak *soak, const struct nw_message *m)
{
	struct soak_article *article = soak_site_article(soak->site, number_of(m->text));
	const int64_t now = soak_now_us();

	if (!article || !article->served_us || m->kind != NW_KIND_ITEM || m->version != 1) {
		soak->strange++;
		return;
	}
	if (article->arrived) {
		soak->repeated++;
		return;
	}
	article->arrived = true;
	soak->handed_us[soak->arrived] = now - article->served_us;
	soak->whole_us[soak->arrived] = now - article->published_us;
	if (!soak->arrived++)
		soak->first_us = now;
	soak->last_us = now;
}

static void take(struct soak *soak, const struct nw_message *m)
{
	struct key *key = key_of(soak, m->key);

	if (m->seq <= key->seq || m->prev > key->seq || (key->seq && m->prev != key->seq))
		soak->out_of_order++;
	key->seq = m->seq;
	soak->replayed += m->replayed;
	if (nw_str_eq(m->key, NW_STR("all/")))
		take_article(soak, m);
	else
		soak->tagged++;
}

/* One message, or none within a tenth of a second. */
static bool follow(struct soak *soak)
{
	struct nw_error error = {0};
	struct nw_message m;
	const enum nw_err err = nw_client_next(soak->client, 100, &m, &error);

	soak_check(err == NW_OK || err == NW_E_TIMEOUT, "%s", error.text);
	if (!err)
		take(soak, &m);
	return !err;
}

static void run(struct soak *soak)
{
	int64_t quiet_us = soak_now_us();

	while (!nw_client_caught_up(soak->client) || !soak_site_all_asked(soak->site)) {
		(void)follow(soak);
		soak_check(soak_now_us() - quiet_us < 2 * PATIENCE_US,
			"the daemon never visited all feeds");
	}
	soak_site_publish(soak->site);
	quiet_us = soak_now_us();
	while (!soak_site_over(soak->site) || soak->arrived < soak_site_published(soak->site)) {
		if (follow(soak))
			quiet_us = soak_now_us();
		else if (soak_now_us() - quiet_us > PATIENCE_US)
			break;
	}
	/* What comes twice would come now. */
	for (quiet_us = soak_now_us(); soak_now_us() - quiet_us < 3000000;)
		(void)follow(soak);
}

static int by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_delays(const char *name, int64_t *delays, int n)
{
	static const struct {
		const char *name;
		double part;
	} rows[] = {{"p50", 0.5}, {"p99", 0.99}, {"max", 1}};

	qsort(delays, (size_t)n, sizeof(*delays), by_size);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		(void)printf(", \"%s_%s_ms\": %.1f", name, rows[i].name,
			n ? (double)delays[(int)((n - 1) * rows[i].part)] / 1000 : 0.0);
}

static bool report(struct soak *soak)
{
	const int published = soak_site_published(soak->site), lost = published - soak->arrived;
	const int64_t took_us = soak->last_us - soak->first_us;

	(void)printf("{\"published\": %d, \"lost\": %d, \"repeated\": %d, \"out_of_order\": %d, "
		     "\"strange\": %d, \"tagged\": %d, \"replayed\": %d, \"rate\": %.0f",
		published, lost, soak->repeated, soak->out_of_order, soak->strange, soak->tagged,
		soak->replayed, took_us ? (double)soak->arrived * 1e6 / (double)took_us : 0.0);
	print_delays("frame", soak->handed_us, soak->arrived);
	print_delays("publication", soak->whole_us, soak->arrived);
	(void)printf("}\n");
	return !lost && !soak->repeated && !soak->out_of_order && !soak->strange;
}

static void open_client(struct soak *soak)
{
	static const char *const keys[] = {"all/", "topic/", NULL};
	struct nw_client_options options = {.keys = keys, .from = NW_FROM_SEQ};
	char live[256], replay[256];
	struct nw_error error = {0};

	soak_check(scanf("%255s %255s", live, replay) == 2, "no endpoints");
	options.live = live;
	options.replay = replay;
	soak_check(!nw_client_open(&options, &soak->client, &error), "%s", error.text);
}

/* Feeds, their connections and two more for each. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	const struct soak_options options = argc == 5
		? (struct soak_options){atoi(argv[1]), atoi(argv[2]), atoi(argv[3]), atoi(argv[4])}
		: (struct soak_options){0};
	struct soak soak = {0};
	size_t total;
	bool is_well;

	soak_check(options.feeds > 0 && options.feeds <= 250 * 250 && options.rate > 0 &&
			options.seconds > 0 && options.page_kb >= 0,
		"FEEDS RATE SECONDS PAGE_KB");
	total = (size_t)options.rate * (size_t)options.seconds;
	soak.handed_us = nw_must_calloc(total, sizeof(int64_t));
	soak.whole_us = nw_must_calloc(total, sizeof(int64_t));
	raise_limit();
	soak.site = soak_site_start(&options);
	(void)printf("%d\n", soak_site_port(soak.site));
	(void)fflush(stdout);
	open_client(&soak);
	run(&soak);
	is_well = report(&soak);
	nw_client_close(soak.client);
	soak_site_stop(soak.site);
	free(soak.handed_us);
	free(soak.whole_us);
	return is_well ? 0 : 1;
}
