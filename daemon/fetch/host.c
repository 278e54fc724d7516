#include "fetch/host.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/url.h"

#define KEY_BYTES 512 /* a host's name has 253 at most; a longer one shares its turns */

struct nw_host {
	struct nw_hosts *hosts;
	struct nw_timer *timer; /* set while there is a pause to wait for */
	TAILQ_HEAD(, nw_job) waiting;
	unsigned n_running;
	int64_t next_ms; /* nothing starts before */
	size_t n_key;
	char key[];
};

void nw_hosts_init(
	struct nw_hosts *hosts, struct nw_loop *loop, void (*on_turn)(struct nw_job *job))
{
	*hosts = (struct nw_hosts){.loop = loop, .per_host = 1, .on_turn = on_turn};
}

static void free_host(struct nw_host *host)
{
	nw_map_remove(&host->hosts->map, (struct nw_str){host->key, host->n_key});
	nw_timer_free(host->timer);
	free(host);
}

void nw_hosts_clear(struct nw_hosts *hosts)
{
	nw_map_each (&hosts->map, slot) {
		struct nw_host *host = slot->value;

		nw_timer_free(host->timer);
		free(host);
	}
	nw_map_clear(&hosts->map);
}

/* Whoever may start now does; a host nobody needs any more goes. */
static void serve(struct nw_host *host)
{
	struct nw_hosts *hosts = host->hosts;
	const int64_t now_ms = nw_loop_monotonic_ms(hosts->loop);
	const unsigned places = hosts->per_host ? hosts->per_host : 1;
	struct nw_job *job;

	while (host->n_running < places && now_ms >= host->next_ms &&
		(job = TAILQ_FIRST(&host->waiting))) {
		TAILQ_REMOVE(&host->waiting, job, entry);
		hosts->n_waiting--;
		host->n_running++;
		host->next_ms = now_ms + hosts->pause_ms;
		hosts->on_turn(job);
	}
	if (now_ms < host->next_ms && host->n_running < places)
		nw_timer_set(host->timer, host->next_ms - now_ms);
	else if (!host->n_running && TAILQ_EMPTY(&host->waiting))
		free_host(host);
}

static void on_pause_over(void *arg)
{
	serve(arg);
}

/* "name:port", in lower case; what is no URL is one host too. */
static struct nw_str key_of(struct nw_str text, char key[KEY_BYTES])
{
	struct nw_str port = NW_STR("80");
	struct nw_buf buf;
	struct nw_url url;

	if (!nw_url_parse(text, &url))
		return NW_STR("");
	if (url.port.n)
		port = url.port;
	else if (nw_str_eq_nocase(url.scheme, NW_STR("https")))
		port = NW_STR("443");
	nw_buf_init(&buf, KEY_BYTES - 1);
	nw_buf_printf(
		&buf, "%.*s:%.*s", NW_ARG(nw_str_head(url.host, KEY_BYTES - 16)), NW_ARG(port));
	for (size_t i = 0; i < buf.n; i++)
		key[i] = (char)(buf.p[i] >= 'A' && buf.p[i] <= 'Z' ? buf.p[i] + ('a' - 'A')
								   : buf.p[i]);
	port.n = buf.n;
	nw_buf_clear(&buf);
	return (struct nw_str){key, port.n};
}

static struct nw_host *find_host(struct nw_hosts *hosts, struct nw_str url)
{
	char text[KEY_BYTES];
	const struct nw_str key = key_of(url, text);
	struct nw_host *host = nw_map_get(&hosts->map, key);

	if (host)
		return host;
	host = nw_must_calloc(1, sizeof(*host) + key.n + 1);
	host->hosts = hosts;
	host->timer = nw_timer_new(hosts->loop, on_pause_over, host);
	host->next_ms = INT64_MIN;
	TAILQ_INIT(&host->waiting);
	if (key.n)
		memcpy(host->key, key.p, key.n);
	host->n_key = key.n;
	nw_map_put(&hosts->map, (struct nw_str){host->key, key.n}, host);
	return host;
}

void nw_hosts_add(struct nw_hosts *hosts, struct nw_str url, struct nw_job *job)
{
	struct nw_host *host = find_host(hosts, url);

	job->host = host;
	TAILQ_INSERT_TAIL(&host->waiting, job, entry);
	hosts->n_waiting++;
	serve(host);
}

void nw_hosts_done(struct nw_hosts *hosts, struct nw_job *job, int64_t quiet_ms)
{
	struct nw_host *host = job->host;
	const int64_t until_ms = nw_loop_monotonic_ms(hosts->loop) + quiet_ms;

	assert(host->n_running > 0);
	job->host = NULL;
	host->n_running--;
	if (quiet_ms > 0 && host->next_ms < until_ms)
		host->next_ms = until_ms;
	serve(host);
}
