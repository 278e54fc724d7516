#ifndef NW_CONFIG_ALERT_H
#define NW_CONFIG_ALERT_H

#include "config/config.h"

/*
 * alerts.d as newswire-alerts(5) has it: who is told of what, when and by which channel. Part
 * of nw_config, immutable. What only others know (topics, queries, zones) is held to them
 * by alert/rule.h, with the places kept here.
 */

/* "new-story", "sources>=3", "score>=9", "update", "correction", "cancel", "grew". */
enum nw_condition_kind {
	NW_CONDITION_NEW_STORY,
	NW_CONDITION_SOURCES, /* independent sources, n or more */
	NW_CONDITION_SCORE,   /* n or more */
	NW_CONDITION_UPDATE,
	NW_CONDITION_CORRECTION,
	NW_CONDITION_CANCEL,
	NW_CONDITION_GREW,
};

struct nw_condition {
	enum nw_condition_kind kind;
	int64_t n;
};

#define NW_ALERT_CONDITIONS 16 /* of one rule; and times of digests */
#define NW_ALERT_OPTIONS 24    /* rows of the table, at most */

struct nw_config_place {
	int line, column; /* from 1; column 0: not known */
};

struct nw_config_alert {
	struct nw_str name; /* [a-z0-9._-]+, unique */
	struct nw_str file; /* it stands in */
	struct nw_config_place at;
	struct nw_list topics; /* all of them */
	struct nw_str query;
	struct nw_list send, digest_to, escalate_to; /* names of channels */
	struct nw_list languages, feeds;
	struct nw_str zone; /* of the IANA's database; "UTC" */
	int64_t wait_s, max_age_s, escalate_after_s, min_score;

	struct nw_condition when[NW_ALERT_CONDITIONS];
	size_t n_when;
	struct nw_condition except;
	bool has_except;
	int digest_min[NW_ALERT_CONDITIONS]; /* minutes after midnight, sorted */
	size_t n_digests;
	int quiet_from_min, quiet_to_min;   /* the same: none */
	int64_t throttle_n, throttle_per_s; /* n == 0: none */

	/* As written; what is above was made of them. */
	struct nw_list when_text, digest_text;
	struct nw_str except_text, quiet_text, throttle_text;

	/* Of each value of each option, by the row of nw_config_alert_options; NULL: not given. */
	struct nw_config_place *places[NW_ALERT_OPTIONS];
};

/* What is not of its type is empty. Files are absolute, or as the configuration's own name is. */
struct nw_config_channel {
	struct nw_str name; /* "mail:desk", unique */
	struct nw_str type; /* what stands before ':' */
	struct nw_str file;
	struct nw_config_place at;
	struct nw_list to; /* addresses of mail */
	struct nw_str from, server, user;
	struct nw_str url;
	/* Where the secret is, never itself: a file, or "credential:NAME" of systemd. nw_secret_read. */
	struct nw_str password_file, url_file, secret_file;
	struct nw_str ca_file; /* certificates to trust in the place of the system's */
	struct nw_str tls;     /* of mail: "required", or "offered": where the server has it */
	struct nw_str preset, template_file;
	struct nw_list argv;
	struct nw_str path;
	struct nw_str fallback; /* the name of another channel; empty: none */
	int64_t timeout_ms;
	struct nw_config_place *places[NW_ALERT_OPTIONS];
};

extern const struct nw_option nw_config_alert_options[];
extern const size_t nw_config_n_alert_options;
extern const struct nw_option nw_config_channel_options[];
extern const size_t nw_config_n_channel_options;

/* Each type of channel and what it must be given. */
struct nw_channel_type {
	const char *name;
	const char *needs[4]; /* options, NULL at the end; "a|b": one of the two */
	const char *takes;    /* every option it looks at, with spaces around each */
	const char *means;
};
extern const struct nw_channel_type nw_channel_types[];
extern const size_t nw_n_channel_types;

/* NULL when there is none of that name. */
const struct nw_config_channel *nw_config_channel(
	const struct nw_config *config, struct nw_str name);
const struct nw_config_alert *nw_config_alert(const struct nw_config *config, struct nw_str name);

/* Where value i of the option stands in which an alert's member lies (offsetof); its own place if not given. */
struct nw_config_place nw_config_alert_place(
	const struct nw_config_alert *alert, size_t offset, size_t i);
/* The same of a channel's option, of one value. */
struct nw_config_place nw_config_channel_place(
	const struct nw_config_channel *channel, size_t offset);

/*
 * Whether what is secret may go there: https and smtps, and whatever stays on this machine,
 * 127.0.0.0/8, ::1 and localhost.
 */
bool nw_config_is_secure(struct nw_str url);

/* False where the text is none; "6/h", "22:00-06:30" (minutes after midnight), "07:00". */
bool nw_config_condition(struct nw_str text, struct nw_condition *condition);
bool nw_config_rate(struct nw_str text, int64_t *n, int64_t *per_s);
bool nw_config_span(struct nw_str text, int *from_min, int *to_min);
bool nw_config_daytime(struct nw_str text, int *minute);

/*
 * What a file or a credential of systemd holds, without the line's end; 4 KiB at most.
 * NW_E_SYSTEM when it cannot be read or anybody may read it, NW_E_SYNTAX when it holds
 * nothing or more than a line. The reason never shows what it holds.
 */
enum nw_err nw_secret_read(struct nw_arena *arena, struct nw_str where, struct nw_str *secret,
	struct nw_error *error) NW_MUST;

#endif
