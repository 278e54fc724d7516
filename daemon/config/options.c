#include "config/config.h"

#include <stdio.h>

#include <sys/un.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/curve.h"
#include "base/log.h"
#include "base/network.h"
#include "base/str.h"
#include "base/url.h"
#include <newswire/version.h>

#define IN(member) .offset = offsetof(struct nw_config, member)
#define IN_CLIENT(member) .offset = offsetof(struct nw_config_client, member)
#define IN_FEED(member) .offset = offsetof(struct nw_config_feed, member)
/* As the bus and the address guard have room for; the bus has one endpoint of its own. */
#define ENDPOINTS 7
#define NETWORKS 64
#define TOKEN_MIN 32
#define TOKEN_MAX 256
#define DAY_S INT64_C(86400)
#define KEEP_MAX_S (36500 * DAY_S)
#define HOUR_MS INT64_C(3600000)
#define GIB (INT64_C(1) << 30)

/* A feed's address is shown to whoever asks, and its articles' are made from it. */
static bool is_feed_url(struct nw_str value, const char **reason)
{
	struct nw_url url;

	*reason = "write an address that begins with http:// or https://, without a login in it";
	return nw_url_is_web(value) && nw_url_parse(value, &url) && !url.user.n;
}

static bool is_port(struct nw_str text)
{
	int64_t port;

	return nw_str_eq(text, NW_STR("*")) || nw_str_int(text, 1, 65535, &port);
}

/* Plain only where this machine alone can ask; with CURVE, which knows who asks, anywhere. */
static bool is_endpoint(struct nw_str value, const char **reason)
{
	static const struct nw_str ipc = {"ipc://", 6}, tcp = {"tcp://", 6},
				   curve = {"curve+tcp://", 12};
	struct nw_endpoint endpoint;
	struct nw_str rest;

	*reason = "write ipc://PATH (107 bytes at most), tcp://127.0.0.1:PORT or tcp://[::1]:PORT, "
		  "or for other machines curve+tcp://ADDRESS:PORT";
	if (nw_str_starts(value, ipc))
		return value.n > ipc.n &&
			value.n - ipc.n < sizeof(((struct sockaddr_un *)0)->sun_path);
	if (!nw_str_starts(value, curve))
		return nw_str_starts(value, tcp) &&
			nw_endpoint_is_loopback(nw_str_from(value, tcp.n));
	rest = nw_str_from(value, curve.n);
	return nw_str_starts(rest, NW_STR("*:")) ? is_port(nw_str_from(rest, 2))
						 : nw_endpoint_parse(rest, &endpoint);
}

/* Loopback is open, any other address to clients with a token. */
static bool is_http_endpoint(struct nw_str value, const char **reason)
{
	struct nw_endpoint endpoint;

	*reason = "write ADDRESS:PORT, such as 127.0.0.1:7342, [::1]:7342 or 0.0.0.0:7342";
	return nw_endpoint_parse(value, &endpoint);
}

static bool is_network(struct nw_str value, const char **reason)
{
	struct nw_network network;

	*reason = "write a network such as 10.0.0.0/8 or fd00::/8, or an address";
	return nw_network_parse(value, &network, NULL) == NW_OK;
}

static bool is_log_level(struct nw_str value, const char **reason)
{
	enum nw_level level;

	*reason = "write error, warning, notice, info or debug";
	return nw_log_level_parse(value, &level);
}

static bool is_language(struct nw_str value, const char **reason)
{
	*reason = "write a language tag such as en, ar or pt-BR";
	if (value.n < 2 || value.n > 35)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		const char c = value.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return false;
	}
	return true;
}

static bool is_header_text(struct nw_str value, const char **reason)
{
	*reason = "write printable ASCII only";
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~')
			return false;
	}
	return true;
}

static bool is_curve_key(struct nw_str value, const char **reason)
{
	unsigned char key[NW_CURVE_BYTES];

	*reason = "write the 40 characters of a public key, as newswire keygen prints it";
	return nw_curve_decode(value, key);
}

static bool is_token(struct nw_str value, const char **reason)
{
	*reason = "write 32 to 256 printable ASCII characters without a space";
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] <= ' ' || value.p[i] > '~')
			return false;
	}
	return value.n >= TOKEN_MIN && value.n <= TOKEN_MAX;
}

/* Whole parts, so that "topic/libya/" is not "topic/libya-oil/" as well. */
static bool is_key_prefix(struct nw_str value, const char **reason)
{
	*reason = "write the beginning of keys up to a slash, such as topic/libya/, "
		  "or nothing for everything";
	return !value.n || nw_wire_is_key(value);
}

static bool is_keep(struct nw_str value, const char **reason)
{
	struct nw_str tag;
	int64_t keep_s;

	*reason =
		"write a tag and a time of 36500d at most, such as \"libya 1825d\"; 0s is for ever";
	return nw_config_keep(value, &tag, &keep_s);
}

const struct nw_option nw_config_options[] = {
	{"feeds", NW_OPTION_STRING, "feeds.d", "directory of the feed files (*.conf)",
		IN(feeds_dir)},
	{"topics", NW_OPTION_STRING, "topics.d",
		"directory of the topics (*.topic) and sets (*.set)", IN(topics_dir)},
	{"clients", NW_OPTION_STRING, NW_CONFIG_CLIENTS,
		"directory of the clients (*.conf): their keys and what they may read",
		IN(clients_dir)},
	{"alerts", NW_OPTION_STRING, NW_CONFIG_ALERTS,
		"directory of the alerts (*.conf): who is told of what, and how", IN(alerts_dir)},
	{"server-key", NW_OPTION_STRING, "", "file of the secret key for curve+tcp:// endpoints",
		IN(server_key), .at_start = true},
	{"live", NW_OPTION_LIST, "tcp://127.0.0.1:7340", "where subscribers connect", 0, ENDPOINTS,
		IN(live), .at_start = true, .is_right = is_endpoint},
	{"replay", NW_OPTION_LIST, "tcp://127.0.0.1:7341", "where replays are asked for", 0,
		ENDPOINTS, IN(replay), .at_start = true, .is_right = is_endpoint},
	{"http", NW_OPTION_LIST, "127.0.0.1:7342", "where HTTP is served; {}: nowhere", 0, 8,
		IN(http), .at_start = true, .is_right = is_http_endpoint},
	{"status", NW_OPTION_LIST, "127.0.0.1:7343",
		"where metrics and health are served; {}: nowhere", 0, 8, IN(status),
		.at_start = true, .is_right = is_http_endpoint},
	{"feed-series", NW_OPTION_INT, "100",
		"feeds up to which each has metrics of its own; 0: never", 0, 10000,
		IN(feed_series)},
	{"heartbeat", NW_OPTION_DURATION, "5s", "between two heartbeats on the bus", 100, HOUR_MS,
		IN(heartbeat_ms), .in_ms = true, .at_start = true},
	{"max-subscriptions", NW_OPTION_INT, "100000", "subscriptions on the bus, in all", 1,
		10000000, IN(max_subscriptions), .at_start = true},
	{"max-replays", NW_OPTION_INT, "256", "replays under way at a time", 1, 100000,
		IN(max_replays), .at_start = true},
	{"min-interval", NW_OPTION_DURATION, "5m", "least time between two visits to a feed", 1,
		30 * DAY_S, IN(min_interval_s)},
	{"max-interval", NW_OPTION_DURATION, "4h", "most time between two visits to a feed", 1,
		30 * DAY_S, IN(max_interval_s)},
	{"start-spread", NW_OPTION_DURATION, "10s", "time over which the first visits are spread",
		0, DAY_S, IN(start_spread_s)},
	{"per-host", NW_OPTION_INT, "2", "requests to one host at a time", 1, 64, IN(per_host)},
	{"host-pause", NW_OPTION_DURATION, "500ms",
		"between the starts of two requests to one host", 0, HOUR_MS, IN(host_pause_ms),
		.in_ms = true},
	{"connections", NW_OPTION_INT, "256", "connections open at a time, in all", 1, 65536,
		IN(connections), .at_start = true},
	{"timeout", NW_OPTION_DURATION, "60s", "for a whole request", 100, HOUR_MS, IN(timeout_ms),
		.in_ms = true},
	{"connect-timeout", NW_OPTION_DURATION, "15s", "for the connection alone", 100, HOUR_MS,
		IN(connect_timeout_ms), .in_ms = true},
	{"redirects", NW_OPTION_INT, "8", "redirects followed for one request", 0, 20,
		IN(redirects)},
	{"feed-bytes", NW_OPTION_SIZE, "16M", "largest feed read, decompressed", 1024, GIB,
		IN(feed_bytes)},
	{"page-bytes", NW_OPTION_SIZE, "8M", "largest page read, decompressed", 1024, GIB,
		IN(page_bytes)},
	{"user-agent", NW_OPTION_STRING, "newswired/" NW_VERSION,
		"how requests introduce themselves; add an address where you can be reached",
		IN(user_agent), .at_start = true, .is_right = is_header_text},
	{"allow-networks", NW_OPTION_LIST, "",
		"networks that may be visited although they are private, such as 10.1.0.0/16", 0,
		NETWORKS, IN(allow_networks), .is_right = is_network},
	{"workers", NW_OPTION_INT, "0", "threads that clean and tag; 0: one for each core", 0, 256,
		IN(workers), .at_start = true},
	{"in-flight", NW_OPTION_INT, "256", "articles being worked on at a time", 1, 100000,
		IN(in_flight)},
	{"backlog-items", NW_OPTION_INT, "100", "items taken at the first visit to a feed", 0,
		100000, IN(backlog_items)},
	{"backlog-age", NW_OPTION_DURATION, "30d", "oldest item taken at the first visit to a feed",
		0, 36500LL * DAY_S, IN(backlog_age_s)},
	{"remember", NW_OPTION_INT, "1000000", "items known again, in memory", 1000, 100000000,
		IN(remember), .at_start = true},
	{"stories", NW_OPTION_INT, "200000", "articles held to find stories among, in memory", 1000,
		1000000, IN(stories), .at_start = true},
	{"keep", NW_OPTION_DURATION, "90d", "how long the journal keeps messages; 0s: for ever", 0,
		36500LL * DAY_S, IN(keep_s)},
	{"keep-topics", NW_OPTION_LIST, "",
		"how long messages with some tags are kept instead, such as libya 1825d", 0,
		NW_CONFIG_KEEPS, IN(keep_topics), .is_right = is_keep},
	{"keep-size", NW_OPTION_SIZE, "16G", "size at which the oldest messages go; 0: no limit", 0,
		GIB << 20, IN(keep_bytes)},
	{"cursor-keep", NW_OPTION_DURATION, "30d",
		"how long a cursor that nobody moves keeps what follows it; 0s: for ever", 0,
		36500LL * DAY_S, IN(cursor_keep_s)},
	{"log-level", NW_OPTION_STRING, "info", "error, warning, notice, info or debug",
		IN(log_level), .is_right = is_log_level},
};

const size_t nw_config_n_options = sizeof(nw_config_options) / sizeof(nw_config_options[0]);

const struct nw_option nw_config_feed_options[] = {
	{"url", NW_OPTION_STRING, NULL, "where the feed is", IN_FEED(url), .is_right = is_feed_url},
	{"title", NW_OPTION_STRING, "", "name shown instead of the feed's own", IN_FEED(title)},
	{"language", NW_OPTION_STRING, "", "language of its articles where they do not say",
		IN_FEED(language), .is_right = is_language},
	{"country", NW_OPTION_STRING, "", "country of the publisher", IN_FEED(country)},
	{"ownership", NW_OPTION_STRING, "", "who owns the publisher, such as state",
		IN_FEED(ownership)},
	{"min-interval", NW_OPTION_DURATION, "", "as the general option, for this feed", 1,
		30 * DAY_S, IN_FEED(min_interval_s)},
	{"max-interval", NW_OPTION_DURATION, "", "as the general option, for this feed", 1,
		30 * DAY_S, IN_FEED(max_interval_s)},
	{"pages", NW_OPTION_BOOL, "true",
		"fetch the page of each article; if false, the feed's own text is used",
		IN_FEED(pages)},
};

const size_t nw_config_n_feed_options =
	sizeof(nw_config_feed_options) / sizeof(nw_config_feed_options[0]);

const struct nw_option nw_config_client_options[] = {
	{"key", NW_OPTION_STRING, "", "its public key for CURVE", IN_CLIENT(key), .is_untold = true,
		.is_right = is_curve_key},
	{"token", NW_OPTION_STRING, "", "its bearer token for HTTP", IN_CLIENT(token),
		.is_secret = true, .is_right = is_token},
	{"read", NW_OPTION_LIST, "", "key prefixes that it may read", 0, NW_WIRE_KEYS_MAX,
		IN_CLIENT(read), .is_right = is_key_prefix},
};

const size_t nw_config_n_client_options =
	sizeof(nw_config_client_options) / sizeof(nw_config_client_options[0]);

static bool is_same_list(const struct nw_list *a, const struct nw_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	}
	return true;
}

bool nw_config_same(
	const struct nw_config *a, const struct nw_config *b, const struct nw_option *option)
{
	const void *in_a = (const char *)a + option->offset;
	const void *in_b = (const char *)b + option->offset;

	switch (option->type) {
	case NW_OPTION_STRING:
		return nw_str_eq(*(const struct nw_str *)in_a, *(const struct nw_str *)in_b);
	case NW_OPTION_LIST:
		return is_same_list(in_a, in_b);
	case NW_OPTION_BOOL:
		return *(const bool *)in_a == *(const bool *)in_b;
	case NW_OPTION_INT:
	case NW_OPTION_DURATION:
	case NW_OPTION_SIZE:
	default:
		return *(const int64_t *)in_a == *(const int64_t *)in_b;
	}
}

static const size_t sizes[] = {[NW_OPTION_INT] = sizeof(int64_t),
	[NW_OPTION_DURATION] = sizeof(int64_t),
	[NW_OPTION_SIZE] = sizeof(int64_t),
	[NW_OPTION_STRING] = sizeof(struct nw_str),
	[NW_OPTION_LIST] = sizeof(struct nw_list),
	[NW_OPTION_BOOL] = sizeof(bool)};

static void copy_list(struct nw_arena *arena, struct nw_list *list)
{
	const char **copy = (const char **)nw_arena_array(arena, sizeof(*copy), list->n + 1);

	for (size_t i = 0; i < list->n; i++)
		copy[i] = nw_arena_str(arena, nw_str(list->v[i])).p;
	list->v = copy;
}

struct nw_config *nw_config_copy_options(const struct nw_config *config)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_config *copy = NW_ARENA_NEW(arena, struct nw_config);

	copy->arena = arena;
	for (size_t i = 0; i < nw_config_n_options; i++) {
		const struct nw_option *o = &nw_config_options[i];
		void *value = (char *)copy + o->offset;

		memcpy(value, (const char *)config + o->offset, sizes[o->type]);
		if (o->type == NW_OPTION_STRING)
			*(struct nw_str *)value = nw_arena_str(arena, *(struct nw_str *)value);
		if (o->type == NW_OPTION_LIST)
			copy_list(arena, value);
	}
	return copy;
}

static const struct {
	const char *suffix;
	int64_t ms;
} duration_units[] = {
	{"ms", 1},
	{"s", 1000},
	{"m", 60000},
	{"h", HOUR_MS},
	{"d", DAY_S * 1000},
};

static bool scale(struct nw_str digits, int64_t unit, int64_t *value)
{
	int64_t n;

	*value = 0;
	return nw_str_int(digits, 0, INT64_MAX, &n) && !__builtin_mul_overflow(n, unit, value);
}

bool nw_config_duration(struct nw_str text, bool in_ms, int64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < sizeof(duration_units) / sizeof(duration_units[0]); i++) {
		const struct nw_str suffix = nw_str(duration_units[i].suffix);
		int64_t ms;

		if (!nw_str_ends(text, suffix) ||
			!scale(nw_str_head(text, text.n - suffix.n), duration_units[i].ms, &ms))
			continue;
		if (!in_ms && ms % 1000)
			return false;
		*value = in_ms ? ms : ms / 1000;
		return true;
	}
	return false;
}

bool nw_config_keep(struct nw_str text, struct nw_str *tag, int64_t *keep_s)
{
	char key[NW_WIRE_KEY_MAX + 2];

	if (!nw_str_cut(&text, ' ', tag) ||
		snprintf(key, sizeof(key), "topic/%.*s/", NW_ARG(*tag)) >= (int)sizeof(key))
		return false;
	return nw_wire_is_key(nw_str(key)) &&
		nw_config_duration(nw_str_trim(text), false, keep_s) && *keep_s <= KEEP_MAX_S;
}

static const struct {
	char suffix;
	int64_t bytes;
} size_units[] = {
	{'K', INT64_C(1) << 10},
	{'M', INT64_C(1) << 20},
	{'G', GIB},
};

bool nw_config_size(struct nw_str text, int64_t *bytes)
{
	for (size_t i = 0; text.n && i < sizeof(size_units) / sizeof(size_units[0]); i++) {
		if (text.p[text.n - 1] == size_units[i].suffix)
			return scale(nw_str_head(text, text.n - 1), size_units[i].bytes, bytes);
	}
	return scale(text, 1, bytes);
}
