#ifndef NW_CONFIG_CONFIG_H
#define NW_CONFIG_CONFIG_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * newswired.conf(5), feeds.d and clients.d as one immutable value. Unknown options, values
 * out of range, two feeds of one name, two clients with one key: each is a complaint with
 * its place, and any complaint fails the load.
 */
struct nw_list {
	const char **v; /* NULL at the end */
	size_t n;
};

struct nw_config_feed {
	struct nw_str id; /* [a-z0-9-]+, unique */
	struct nw_str url;
	struct nw_str title, language, country, ownership; /* empty when not given */
	int64_t min_interval_s, max_interval_s; /* the feed's own, else the general ones */
	bool pages; /* fetch the articles' pages; else the feed's own text is used */
};

/* Somebody on another machine, or who asks over HTTP: who it is and what it may read. */
struct nw_config_client {
	struct nw_str name;  /* [a-z0-9._-]+, unique: the file's name without .conf */
	struct nw_str key;   /* its public key for CURVE, 32 bytes; empty: none */
	struct nw_str token; /* its bearer token for HTTP, 32 characters or more; empty: none */
	struct nw_list read; /* key prefixes, one at least, each with its slash; "": everything */
};

#define NW_CONFIG_CLIENTS "clients.d"
#define NW_CONFIG_ALERTS "alerts.d"

struct nw_config {
	struct nw_arena *arena; /* everything below lives here */
	struct nw_str file;

	struct nw_config_feed *feeds; /* sorted by id */
	size_t n_feeds;
	struct nw_config_client *clients; /* sorted by name */
	size_t n_clients;
	struct nw_config_alert
		*alerts; /* config/alert.h; sorted by name, and so are the channels */
	size_t n_alerts;
	struct nw_config_channel *channels;
	size_t n_channels;
	/* Absolute or as given, relative to the file. */
	struct nw_str feeds_dir, topics_dir, clients_dir, alerts_dir;
	struct nw_str server_key; /* the file of the bus's secret key; empty: none is named */

	struct nw_list live, replay; /* endpoints beside the ones in the runtime directory */
	struct nw_list http;         /* where HTTP is served */
	struct nw_list status;       /* where metrics and health are */
	int64_t feed_series;         /* feeds up to which each has metrics of its own */
	int64_t heartbeat_ms;
	int64_t max_subscriptions, max_replays;

	int64_t min_interval_s, max_interval_s, start_spread_s;
	int64_t per_host, host_pause_ms, connections;
	int64_t timeout_ms, connect_timeout_ms, redirects;
	int64_t feed_bytes, page_bytes;
	struct nw_str user_agent;
	struct nw_list allow_networks;

	int64_t workers;                      /* threads of the pool; 0: one a core */
	int64_t in_flight;                    /* articles at a time */
	int64_t backlog_items, backlog_age_s; /* of a feed's first visit: the rest is passed over */
	int64_t remember;                     /* identities held in memory */
	int64_t stories;                      /* articles held to find stories among */
	int64_t keep_s, keep_bytes, cursor_keep_s; /* of the journal: store/trim.h */
	struct nw_list keep_topics;                /* "libya 1825d": nw_config_keep */
	struct nw_str log_level;
};

struct nw_option;

/* Who is told of each value that is given, once at least; lists say where they end. */
struct nw_config_notice {
	/* title: of the section it stands in; empty outside of one. */
	void (*on_given)(void *arg, const struct nw_option *option, struct nw_str title,
		const char *file, int line);
	void *arg;
};

enum nw_err nw_config_load(
	const char *path, const struct nw_complain *complain, struct nw_config **config) NW_MUST;
/* The same, and where each value stands. */
enum nw_err nw_config_trace(const char *path, const struct nw_complain *complain,
	const struct nw_config_notice *notice, struct nw_config **config) NW_MUST;
void nw_config_free(struct nw_config *config);

/* Every option there is: one row each; the man page is held to them. */
enum nw_option_type {
	NW_OPTION_INT,      /* int64_t */
	NW_OPTION_DURATION, /* int64_t, in s or ms */
	NW_OPTION_SIZE,     /* int64_t, bytes */
	NW_OPTION_STRING,   /* struct nw_str */
	NW_OPTION_LIST,     /* struct nw_list */
	NW_OPTION_BOOL,     /* bool */
};

struct nw_option {
	const char *name;
	enum nw_option_type type;
	const char *otherwise; /* the default, as one would write it; NULL: must be given */
	const char *means;
	int64_t min, max; /* of what is stored; of a list, how many there may be */
	size_t offset;    /* of the member */
	bool in_ms;       /* a duration stored in ms */
	bool is_secret;   /* neither a complaint nor a dump shows it */
	bool is_untold;   /* no complaint shows it: what stands there by mistake may be a secret */
	bool at_start;    /* read at the start only: a reload does not change it */
	/* More than a range to be held to; the reason when it is not. */
	bool (*is_right)(struct nw_str value, const char **reason);
};

extern const struct nw_option nw_config_options[];
extern const size_t nw_config_n_options;
extern const struct nw_option nw_config_feed_options[];
extern const size_t nw_config_n_feed_options;
extern const struct nw_option nw_config_client_options[];
extern const size_t nw_config_n_client_options;

/* Whether a general option has the same value in both. */
bool nw_config_same(
	const struct nw_config *a, const struct nw_config *b, const struct nw_option *option);

/* The general options alone, with neither feeds nor clients nor alerts. */
struct nw_config *nw_config_copy_options(const struct nw_config *config);

/* "90s", "10m", "2h", "7d", "500ms"; "64K", "16M", "1G" or plain bytes. */
bool nw_config_duration(struct nw_str text, bool in_ms, int64_t *value);
bool nw_config_size(struct nw_str text, int64_t *bytes);
/* "libya 1825d": a tag, and how long what has it is kept; 0 s is for ever. */
#define NW_CONFIG_KEEPS 64
bool nw_config_keep(struct nw_str text, struct nw_str *tag, int64_t *keep_s);

#endif
