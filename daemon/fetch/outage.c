#include "fetch/outage.h"

#define PROBE_LEAST_MS 2000
#define PROBE_MOST_MS 8000
#define PROBE_SHARE 16 /* an outage is probed every sixteenth of what it has lasted */

bool nw_outage_is_silence(const struct nw_http_response *response)
{
	if (response->status != 0)
		return false;
	switch (response->result) {
	case NW_HTTP_DNS:
	case NW_HTTP_CONNECT:
	case NW_HTTP_TLS: /* what a wrong clock does, or who stands in for everybody */
	case NW_HTTP_TIMEOUT:
	case NW_HTTP_BROKEN:
		return true;
	case NW_HTTP_DONE:
	case NW_HTTP_BAD_URL:
	case NW_HTTP_REFUSED:
	case NW_HTTP_TOO_LARGE:
	case NW_HTTP_REDIRECTS:
	case NW_HTTP_N_RESULTS:
		break;
	}
	return false;
}

/* A quarter of all: of many hosts some are always out, and a few of them in a row by chance. */
static size_t enough(size_t n_hosts)
{
	const size_t share = n_hosts / 4;

	if (share < NW_OUTAGE_FEWEST)
		return NW_OUTAGE_FEWEST;
	return share < NW_OUTAGE_MOST ? share : NW_OUTAGE_MOST;
}

static bool is_everybody(const struct nw_outage *o, size_t n_hosts)
{
	return o->n_silent >= NW_OUTAGE_FEWEST && o->n_silent >= n_hosts;
}

bool nw_outage_silence(
	struct nw_outage *o, struct nw_hash host, bool is_news, size_t n_hosts, int64_t now_ms)
{
	if (o->is_on)
		return false;
	for (size_t i = 0; i < o->n_silent; i++) {
		if (nw_hash_eq(o->silent[i], host))
			return false;
	}
	if (o->n_silent == 0)
		o->since_ms = now_ms;
	if (is_news)
		o->n_news++;
	if (o->n_silent < NW_OUTAGE_MOST)
		o->silent[o->n_silent++] = host;
	o->is_on = o->n_news >= enough(n_hosts) || is_everybody(o, n_hosts);
	return o->is_on;
}

bool nw_outage_answer(struct nw_outage *o, int64_t now_ms)
{
	const bool was_on = o->is_on;

	o->is_on = false;
	o->n_silent = 0;
	o->n_news = 0;
	if (was_on) {
		o->ended_ms = now_ms;
		o->has_ended = true;
	}
	return was_on;
}

bool nw_outage_covers(const struct nw_outage *o, int64_t began_ms)
{
	return o->is_on || (o->has_ended && began_ms <= o->ended_ms);
}

int64_t nw_outage_probe_ms(const struct nw_outage *o, int64_t now_ms)
{
	const int64_t share = (now_ms - o->since_ms) / PROBE_SHARE;

	if (share < PROBE_LEAST_MS)
		return PROBE_LEAST_MS;
	return share < PROBE_MOST_MS ? share : PROBE_MOST_MS;
}
