#include "web/host.h"

#include "base/str.h"

#define HOST_MAX 255

/* Takes the port, if any, off the host. False for a bad one. */
static bool cut_port(struct nw_str *host)
{
	size_t at = host->n;
	int64_t port;

	while (at && host->p[at - 1] != ':' && host->p[at - 1] != ']')
		at--;
	if (at == 0 || host->p[at - 1] == ']')
		return true;
	if (!nw_str_int(nw_str_from(*host, at), 1, 65535, &port))
		return false;
	*host = nw_str_head(*host, at - 1);
	return true;
}

static bool is_host(struct nw_str s)
{
	const bool is_v6 = nw_str_starts(s, NW_STR("[")) && nw_str_ends(s, NW_STR("]"));

	if (is_v6)
		s = nw_str_from(nw_str_head(s, s.n - 1), 1);
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i], low = (char)(c | 0x20);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') && c != '.' &&
			c != '-' && !(is_v6 && c == ':'))
			return false;
	}
	return s.n > 0 && s.n <= HOST_MAX;
}

bool nw_host_is_right(struct nw_str host, const char *endpoint, bool is_loopback)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	struct nw_str own = nw_str(endpoint);

	/* HTTP/1.0, which no browser speaks, needs none. */
	if (!host.n)
		return true;
	if (!cut_port(&host) || !is_host(host))
		return false;
	if (!is_loopback)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (nw_str_eq_nocase(host, nw_str(names[i])))
			return true;
	return cut_port(&own) && nw_str_eq_nocase(host, own);
}
