#include "config/alerts.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "config/alert.h"

#define CREDENTIAL "credential:"

/* What the loader keeps for the sections of these files. */
struct draft {
	struct nw_config_place *places[NW_ALERT_OPTIONS]; /* of the section being read */
	struct nw_map names;                              /* of rules and of channels -> file */
	size_t alerts_cap, channels_cap;
};

static struct draft *draft_of(const struct nw_loader *l)
{
	return l->draft;
}

static size_t row_of(const struct nw_option *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return i;
	}
	return n;
}

/* Where the value stands that was read last. */
static void keep_place(struct nw_loader *l, cfg_t *cfg, cfg_opt_t *opt, size_t row, size_t most)
{
	struct draft *d = draft_of(l);
	const size_t at = cfg_opt_size(opt) - 1;
	const char *value = opt->type == CFGT_STR ? cfg_opt_getnstr(opt, (unsigned)at) : opt->name;
	int column = nw_source_column(l->source, cfg->line, value);

	if (!column)
		column = nw_source_column(l->source, cfg->line, opt->name);
	if (!d->places[row])
		d->places[row] = NW_ARENA_ARRAY(l->config->arena, struct nw_config_place, most);
	if (at < most)
		d->places[row][at] = (struct nw_config_place){cfg->line, column};
}

static int validate_option(cfg_t *cfg, cfg_opt_t *opt, const struct nw_option *rows, size_t n)
{
	struct nw_loader *l = nw_loader_current();
	const size_t row = row_of(rows, n, opt->name);
	const int failed = nw_loader_validate(cfg, opt, rows, n);

	if (!failed && row < n)
		keep_place(l, cfg, opt, row,
			rows[row].type == NW_OPTION_LIST ? (size_t)rows[row].max : 1);
	return failed;
}

static int validate_alert_option(cfg_t *cfg, cfg_opt_t *opt)
{
	return validate_option(cfg, opt, nw_config_alert_options, nw_config_n_alert_options);
}

static int validate_channel_option(cfg_t *cfg, cfg_opt_t *opt)
{
	return validate_option(cfg, opt, nw_config_channel_options, nw_config_n_channel_options);
}

static void complain_at(struct nw_loader *l, struct nw_str file, struct nw_config_place at,
	const char *format, ...) NW_PRINTF(4, 5);

static void complain_at(
	struct nw_loader *l, struct nw_str file, struct nw_config_place at, const char *format, ...)
{
	struct nw_error error;
	char text[sizeof(error.text)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)nw_fail_at(&error, NW_E_SYNTAX, at.line, at.column, "%s", text);
	nw_error_set_file(&error, file.p);
	nw_loader_complain(l, &error);
}

static struct nw_config_place first_place(struct nw_config_place *const *places,
	const struct nw_option *rows, size_t n, const char *name, struct nw_config_place otherwise)
{
	const size_t row = row_of(rows, n, name);

	return row < n && places[row] ? places[row][0] : otherwise;
}

/* True when nobody had it before, in any file. */
static bool claim_name(struct nw_loader *l, const char *what, struct nw_str name,
	struct nw_str file, struct nw_config_place at)
{
	struct draft *d = draft_of(l);
	const struct nw_str key = nw_arena_printf(l->config->arena, "%s %s", what, name.p);
	const char *other = nw_map_get(&d->names, key);

	if (other)
		complain_at(l, file, at, "%s '%.64s' stands twice: first in %.120s", what, name.p,
			other);
	else
		(void)nw_map_put(&d->names, key, nw_must_strdup(file));
	return !other;
}

/* --- rules --- */

static void read_conditions(struct nw_config_alert *a)
{
	static const char *usual[] = {"new-story", "grew", "correction", "cancel", NULL};

	if (!a->when_text.n)
		a->when_text = (struct nw_list){usual, sizeof(usual) / sizeof(usual[0]) - 1};
	for (size_t i = 0; i < a->when_text.n; i++)
		(void)nw_config_condition(nw_str(a->when_text.v[i]), &a->when[a->n_when++]);
	a->has_except = a->except_text.n > 0;
	if (a->has_except)
		(void)nw_config_condition(a->except_text, &a->except);
}

static int by_minute(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void read_times(struct nw_arena *arena, struct nw_config_alert *a, bool has_zone)
{
	const size_t space = nw_str_find(a->quiet_text, NW_STR(" "));

	for (size_t i = 0; i < a->digest_text.n; i++)
		(void)nw_config_daytime(
			nw_str(a->digest_text.v[i]), &a->digest_min[a->n_digests++]);
	if (a->n_digests)
		qsort(a->digest_min, a->n_digests, sizeof(a->digest_min[0]), by_minute);
	if (a->throttle_text.n)
		(void)nw_config_rate(a->throttle_text, &a->throttle_n, &a->throttle_per_s);
	(void)nw_config_span(
		nw_str_head(a->quiet_text, space), &a->quiet_from_min, &a->quiet_to_min);
	if (!has_zone && space < a->quiet_text.n)
		a->zone = nw_arena_str(arena, nw_str_from(a->quiet_text, space + 1));
}

static bool has_condition(const struct nw_config_alert *a, enum nw_condition_kind kind)
{
	for (size_t i = 0; i < a->n_when; i++) {
		if (a->when[i].kind == kind)
			return true;
	}
	return false;
}

/* The option is written there, whatever it says. */
static bool is_set(const struct nw_config_alert *a, const char *option)
{
	const size_t row = row_of(nw_config_alert_options, nw_config_n_alert_options, option);

	return row < nw_config_n_alert_options && a->places[row];
}

/* What does not fit together; NULL: nothing. *option is where that stands. */
static const char *find_gap(const struct nw_config_alert *a, bool has_zone, const char **option)
{
	const size_t space = nw_str_find(a->quiet_text, NW_STR(" "));

	*option = "";
	if (!a->topics.n && !a->query.n && !a->feeds.n)
		return "neither topics nor query: add topics = {\"...\"}, query = \"...\" or feeds";
	if (!a->send.n && !a->digest_to.n)
		return "nobody to tell: add send = {\"...\"} or digest and digest-to";
	*option = "when";
	if (!has_condition(a, NW_CONDITION_NEW_STORY) && !has_condition(a, NW_CONDITION_SOURCES) &&
		!has_condition(a, NW_CONDITION_SCORE))
		return "no first report: add new-story, sources>=N or score>=N to when";
	*option = "digest-to";
	if (a->digest_to.n && !a->n_digests)
		return "digest-to without a time: add digest = {\"07:00\"}";
	*option = "escalate-after";
	if (is_set(a, "escalate-after") && !a->escalate_to.n)
		return "escalate-after without anybody to tell: add escalate-to = {\"...\"}";
	*option = "throttle";
	if (a->throttle_n && !a->send.n)
		return "throttle without send: nothing is sent at once that it could stop";
	*option = "quiet";
	if (a->quiet_text.n && !a->send.n)
		return "quiet without send: digests come at their times all the same";
	*option = "wait";
	if (a->wait_s && !a->send.n)
		return "wait without send: what goes into a digest is gathered until then";
	*option = "except";
	if (a->has_except && a->quiet_from_min == a->quiet_to_min)
		return "except without quiet: add quiet = \"22:00-06:30\"";
	*option = "quiet";
	if (has_zone && space < a->quiet_text.n &&
		!nw_str_eq(a->zone, nw_str_from(a->quiet_text, space + 1)))
		return "two zones: a rule has one, leave it out here";
	return NULL;
}

static struct nw_config_alert *add_alert(struct nw_loader *l)
{
	struct nw_config *c = l->config;
	struct draft *d = draft_of(l);

	if (c->n_alerts == d->alerts_cap) {
		d->alerts_cap = d->alerts_cap ? d->alerts_cap * 2 : 8;
		struct nw_config_alert *more =
			NW_ARENA_ARRAY(c->arena, struct nw_config_alert, d->alerts_cap);

		if (c->n_alerts)
			memcpy(more, c->alerts, c->n_alerts * sizeof(*more));
		c->alerts = more;
	}
	return &c->alerts[c->n_alerts++];
}

/* When a section has been read to its end. */
static int validate_alert(cfg_t *cfg, cfg_opt_t *opt)
{
	struct nw_loader *l = nw_loader_current();
	struct draft *d = draft_of(l);
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct nw_config_alert *a = add_alert(l);
	const char *gap, *option;
	bool has_zone;

	a->name = nw_arena_str(l->config->arena, nw_str(cfg_title(section)));
	a->file = nw_arena_str(l->config->arena, nw_str(l->source->file));
	a->at.line = nw_source_title(l->source, cfg->line, opt->name, a->name.p, &a->at.column);
	memcpy(a->places, d->places, sizeof(a->places));
	memset(d->places, 0, sizeof(d->places));
	for (size_t i = 0; i < nw_config_n_alert_options; i++)
		nw_loader_store(l->config->arena, &nw_config_alert_options[i], section, a);
	has_zone = a->places[row_of(nw_config_alert_options, nw_config_n_alert_options, "zone")];
	read_conditions(a);
	read_times(l->config->arena, a, has_zone);
	gap = find_gap(a, has_zone, &option);
	if (!nw_wire_is_name(a->name))
		complain_at(l, a->file, a->at,
			"bad alert name '%.64s': write up to 64 of a-z, 0-9, '.', '_' and '-'",
			a->name.p);
	else if (gap)
		complain_at(l, a->file,
			first_place(a->places, nw_config_alert_options, nw_config_n_alert_options,
				option, a->at),
			"alert '%.64s': %s", a->name.p, gap);
	else if (claim_name(l, "alert", a->name, a->file, a->at))
		return 0;
	return -1;
}

/* --- channels --- */

static const struct nw_channel_type *find_type(struct nw_str name)
{
	for (size_t i = 0; i < nw_n_channel_types; i++) {
		if (nw_str_eq(name, nw_str(nw_channel_types[i].name)))
			return &nw_channel_types[i];
	}
	return NULL;
}

static bool is_given(const struct nw_config_channel *c, struct nw_str option)
{
	for (size_t i = 0; i < nw_config_n_channel_options; i++) {
		if (nw_str_eq(option, nw_str(nw_config_channel_options[i].name)))
			return c->places[i];
	}
	return false;
}

/* One of "a|b" at least. */
static bool has_need(const struct nw_config_channel *c, const char *need)
{
	struct nw_str rest = nw_str(need), option;

	while (nw_str_cut(&rest, '|', &option)) {
		if (is_given(c, option))
			return true;
	}
	return false;
}

static bool check_needs(
	struct nw_loader *l, const struct nw_config_channel *c, const struct nw_channel_type *type)
{
	for (size_t i = 0; i < 4 && type->needs[i]; i++) {
		if (has_need(c, type->needs[i]))
			continue;
		complain_at(l, c->file, c->at, "channel '%.64s' has no %s: add it", c->name.p,
			type->needs[i]);
		return false;
	}
	for (size_t i = 0; i < nw_config_n_channel_options; i++) {
		const char *name = nw_config_channel_options[i].name;
		const struct nw_str word = nw_arena_printf(l->config->arena, " %s ", name);

		if (!c->places[i] || nw_str_find(nw_str(type->takes), word) < strlen(type->takes))
			continue;
		complain_at(l, c->file, c->places[i][0], "channel '%.64s' takes no %s: it takes%s",
			c->name.p, name, type->takes);
		return false;
	}
	return true;
}

/* A file that is named is placed beside the file that names it. */
static void place_file(struct nw_loader *l, struct nw_str *path)
{
	if (path->n && !nw_str_starts(*path, NW_STR(CREDENTIAL)))
		*path = nw_loader_place(l->config->arena, l->source->file, *path);
}

static bool check_files(struct nw_loader *l, const struct nw_config_channel *c)
{
	const struct {
		const char *option;
		struct nw_str path;
		bool is_secret;
	} rows[] = {
		{"password-file", c->password_file, true},
		{"url-file", c->url_file, true},
		{"secret-file", c->secret_file, true},
		{"template", c->template_file, false},
		{"ca", c->ca_file, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nw_config_place at = first_place(c->places, nw_config_channel_options,
			nw_config_n_channel_options, rows[i].option, c->at);
		struct stat st;

		if (!rows[i].path.n || nw_str_starts(rows[i].path, NW_STR(CREDENTIAL)))
			continue;
		if (stat(rows[i].path.p, &st) != 0 || !S_ISREG(st.st_mode))
			complain_at(l, c->file, at,
				"no such file for %s: write a file's name, never what is in it",
				rows[i].option);
		else if (rows[i].is_secret && (st.st_mode & S_IRWXO))
			complain_at(l, c->file, at, "anybody may read the %s: chmod o= it",
				rows[i].option);
		else
			continue;
		return false;
	}
	return true;
}

/* Who logs in has a password, which goes where nobody else reads it. */
static bool check_login(struct nw_loader *l, const struct nw_config_channel *c)
{
	const bool is_mail = nw_str_eq(c->type, NW_STR("mail"));
	const char *gap = NULL, *option = "password-file";

	if (is_mail && c->password_file.n && !c->user.n)
		gap = "a password without a name: add user = \"...\"";
	else if (is_mail && c->user.n && !c->password_file.n)
		gap = "a name without a password: add password-file = \"...\"", option = "user";
	else if (c->password_file.n && c->url.n && !nw_config_is_secure(c->url))
		gap = "a token would go where others can read it: write https:// for url";
	if (gap)
		complain_at(l, c->file,
			first_place(c->places, nw_config_channel_options,
				nw_config_n_channel_options, option, c->at),
			"channel '%.64s': %s", c->name.p, gap);
	return !gap;
}

static struct nw_config_channel *add_channel(struct nw_loader *l)
{
	struct nw_config *c = l->config;
	struct draft *d = draft_of(l);

	if (c->n_channels == d->channels_cap) {
		d->channels_cap = d->channels_cap ? d->channels_cap * 2 : 8;
		struct nw_config_channel *more =
			NW_ARENA_ARRAY(c->arena, struct nw_config_channel, d->channels_cap);

		if (c->n_channels)
			memcpy(more, c->channels, c->n_channels * sizeof(*more));
		c->channels = more;
	}
	return &c->channels[c->n_channels++];
}

static void store_channel(
	struct nw_loader *l, cfg_t *cfg, cfg_t *section, struct nw_config_channel *c)
{
	struct draft *d = draft_of(l);

	c->name = nw_arena_str(l->config->arena, nw_str(cfg_title(section)));
	c->type = nw_str_head(c->name, nw_str_find(c->name, NW_STR(":")));
	c->file = nw_arena_str(l->config->arena, nw_str(l->source->file));
	c->at.line = nw_source_title(l->source, cfg->line, "channel", c->name.p, &c->at.column);
	memcpy(c->places, d->places, sizeof(c->places));
	memset(d->places, 0, sizeof(d->places));
	for (size_t i = 0; i < nw_config_n_channel_options; i++)
		nw_loader_store(l->config->arena, &nw_config_channel_options[i], section, c);
	place_file(l, &c->password_file);
	place_file(l, &c->url_file);
	place_file(l, &c->secret_file);
	place_file(l, &c->template_file);
	place_file(l, &c->ca_file);
}

static int validate_channel(cfg_t *cfg, cfg_opt_t *opt)
{
	struct nw_loader *l = nw_loader_current();
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct nw_config_channel *c = add_channel(l);
	const struct nw_channel_type *type;

	store_channel(l, cfg, section, c);
	type = find_type(c->type);
	if (!type || !nw_wire_is_name(nw_str_from(c->name, c->type.n + 1)))
		complain_at(l, c->file, c->at,
			"bad channel name '%.64s': write mail, webhook, ntfy, exec or file, ':' "
			"and a name of a-z, 0-9, '.', '_' and '-'",
			c->name.p);
	else if (check_needs(l, c, type) && check_files(l, c) && check_login(l, c) &&
		claim_name(l, "channel", c->name, c->file, c->at))
		return 0;
	return -1;
}

/* --- what can be told once all are there --- */

static void check_channels(struct nw_loader *l, const struct nw_config_alert *a,
	const struct nw_list *list, size_t offset)
{
	for (size_t i = 0; i < list->n; i++) {
		if (!nw_config_channel(l->config, nw_str(list->v[i])))
			complain_at(l, a->file, nw_config_alert_place(a, offset, i),
				"unknown channel '%.64s': add channel \"%.64s\" { ... } to a file "
				"of the same directory",
				list->v[i], list->v[i]);
	}
}

static bool has_feed(const struct nw_config *c, struct nw_str id)
{
	for (size_t i = 0; i < c->n_feeds; i++) {
		if (nw_str_eq(c->feeds[i].id, id))
			return true;
	}
	return false;
}

static void check_alert(struct nw_loader *l, const struct nw_config_alert *a)
{
	check_channels(l, a, &a->send, offsetof(struct nw_config_alert, send));
	check_channels(l, a, &a->digest_to, offsetof(struct nw_config_alert, digest_to));
	check_channels(l, a, &a->escalate_to, offsetof(struct nw_config_alert, escalate_to));
	for (size_t i = 0; i < a->feeds.n; i++) {
		if (!has_feed(l->config, nw_str(a->feeds.v[i])))
			complain_at(l, a->file,
				nw_config_alert_place(
					a, offsetof(struct nw_config_alert, feeds), i),
				"unknown feed '%.64s': no file of feeds has it", a->feeds.v[i]);
	}
}

/* Of channels that fall back on each other a dead letter would never be at rest. */
static void check_fallback(struct nw_loader *l, const struct nw_config_channel *c)
{
	const struct nw_config_place at = first_place(c->places, nw_config_channel_options,
		nw_config_n_channel_options, "fallback", c->at);
	const struct nw_config_channel *next = c;

	for (size_t steps = 0; next->fallback.n; steps++) {
		const struct nw_str name = next->fallback;

		next = nw_config_channel(l->config, name);
		if (!next && steps == 0)
			complain_at(l, c->file, at, "unknown channel '%.64s' as fallback", name.p);
		if (!next)
			return;
		if (next == c || steps > l->config->n_channels) {
			complain_at(l, c->file, at,
				"fallback of '%.64s' comes back to itself: let one of them have "
				"none",
				c->name.p);
			return;
		}
	}
}

static int alerts_by_name(const void *a, const void *b)
{
	return nw_str_cmp(((const struct nw_config_alert *)a)->name,
		((const struct nw_config_alert *)b)->name);
}

static int channels_by_name(const void *a, const void *b)
{
	return nw_str_cmp(((const struct nw_config_channel *)a)->name,
		((const struct nw_config_channel *)b)->name);
}

static void check_all(struct nw_loader *l)
{
	struct nw_config *c = l->config;

	if (c->n_alerts)
		qsort(c->alerts, c->n_alerts, sizeof(*c->alerts), alerts_by_name);
	if (c->n_channels)
		qsort(c->channels, c->n_channels, sizeof(*c->channels), channels_by_name);
	for (size_t i = 0; i < c->n_alerts; i++)
		check_alert(l, &c->alerts[i]);
	for (size_t i = 0; i < c->n_channels; i++)
		check_fallback(l, &c->channels[i]);
}

/* --- files --- */

static void set_validators(cfg_t *cfg, const char *section, const struct nw_option *rows, size_t n,
	cfg_validate_callback_t validate)
{
	char name[128];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "%s|%s", section, rows[i].name);
		(void)cfg_set_validate_func(cfg, name, validate);
	}
}

static void load_file(struct nw_loader *l, const char *path)
{
	cfg_opt_t alert_rows[NW_LOADER_OPTIONS + 1], channel_rows[NW_LOADER_OPTIONS + 1];
	cfg_opt_t rows[] = {
		CFG_SEC("alert", alert_rows, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_SEC("channel", channel_rows, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_END(),
	};
	cfg_t *cfg;

	nw_loader_rows(alert_rows, nw_config_alert_options, nw_config_n_alert_options);
	nw_loader_rows(channel_rows, nw_config_channel_options, nw_config_n_channel_options);
	cfg = nw_loader_init(rows);
	set_validators(cfg, "alert", nw_config_alert_options, nw_config_n_alert_options,
		validate_alert_option);
	set_validators(cfg, "channel", nw_config_channel_options, nw_config_n_channel_options,
		validate_channel_option);
	(void)cfg_set_validate_func(cfg, "alert", validate_alert);
	(void)cfg_set_validate_func(cfg, "channel", validate_channel);
	memset(draft_of(l)->places, 0, sizeof(draft_of(l)->places));
	(void)nw_loader_parse(l, cfg, path);
	cfg_free(cfg);
}

static void load_all(struct nw_loader *l, const struct nw_str *names, size_t n)
{
	struct nw_config *c = l->config;
	struct draft d = {0};
	const size_t before = l->complaints;

	l->draft = &d;
	for (size_t i = 0; i < n; i++)
		load_file(l, nw_arena_printf(c->arena, "%s/%s", c->alerts_dir.p, names[i].p).p);
	l->draft = NULL;
	if (l->complaints == before)
		check_all(l);
	nw_map_each (&d.names, slot)
		free(slot->value);
	nw_map_clear(&d.names);
}

void nw_alerts_load(struct nw_loader *l, struct nw_str dir)
{
	struct nw_config *c = l->config;
	const bool is_default = nw_str_eq(c->alerts_dir, NW_STR(NW_CONFIG_ALERTS));
	struct nw_str *names;
	struct nw_error error;
	size_t n;

	c->alerts_dir = dir;
	if (is_default && access(dir.p, F_OK) != 0)
		return;
	if (nw_dir_list(c->arena, dir.p, NW_STR(".conf"), &names, &n, &error))
		nw_loader_complain(l, &error);
	else
		load_all(l, names, n);
}

/* --- for those who read it --- */

static int name_to_channel(const void *name, const void *channel)
{
	return nw_str_cmp(
		*(const struct nw_str *)name, ((const struct nw_config_channel *)channel)->name);
}

const struct nw_config_channel *nw_config_channel(
	const struct nw_config *config, struct nw_str name)
{
	return config->n_channels ? bsearch(&name, config->channels, config->n_channels,
					    sizeof(*config->channels), name_to_channel)
				  : NULL;
}

static int name_to_alert(const void *name, const void *alert)
{
	return nw_str_cmp(
		*(const struct nw_str *)name, ((const struct nw_config_alert *)alert)->name);
}

const struct nw_config_alert *nw_config_alert(const struct nw_config *config, struct nw_str name)
{
	return config->n_alerts ? bsearch(&name, config->alerts, config->n_alerts,
					  sizeof(*config->alerts), name_to_alert)
				: NULL;
}

struct nw_config_place nw_config_alert_place(
	const struct nw_config_alert *alert, size_t offset, size_t i)
{
	for (size_t row = 0; row < nw_config_n_alert_options; row++) {
		if (nw_config_alert_options[row].offset == offset && alert->places[row])
			return alert->places[row][i];
	}
	return alert->at;
}

struct nw_config_place nw_config_channel_place(
	const struct nw_config_channel *channel, size_t offset)
{
	for (size_t row = 0; row < nw_config_n_channel_options; row++) {
		if (nw_config_channel_options[row].offset == offset && channel->places[row])
			return channel->places[row][0];
	}
	return channel->at;
}
