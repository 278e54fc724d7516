#include "config/config.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "config/source.h"

#define MAX_OPTIONS 48
#define FEED_ID_MAX 64
#define SHOWN_MAX 80 /* bytes of a bad value, so that the reason has room */

struct loader {
	struct nw_config *config;
	const struct nw_complain *complain;
	const struct nw_source *source; /* the one being read */
	size_t complaints;
	struct nw_map ids; /* feed id -> file it stands in */
	size_t feeds_cap;
};

/* libconfuse hands nothing of ours to its callbacks; it is set for the length of a load only. */
static _Thread_local struct loader *loading;

static void complain(struct loader *l, const struct nw_error *error)
{
	l->complaints++;
	if (l->complain)
		l->complain->say(l->complain->arg, error);
}

static void complain_at(struct loader *l, const cfg_t *cfg, const char *word, const char *text)
{
	struct nw_error error;

	(void)nw_fail_at(&error, NW_E_SYNTAX, cfg->line,
		word ? nw_source_column(l->source, cfg->line, word) : 0, "%s", text);
	nw_error_set_file(&error, l->source->file);
	complain(l, &error);
}

/* "no such option 'x'": the quoted word is where to point. */
static void on_confuse_error(cfg_t *cfg, const char *format, va_list args)
{
	char text[200], word[100] = "", *open, *close;

	(void)vsnprintf(text, sizeof(text), format, args);
	open = strchr(text, '\'');
	close = open ? strchr(open + 1, '\'') : NULL;
	if (close)
		(void)snprintf(word, sizeof(word), "%.*s", (int)(close - open - 1), open + 1);
	if (nw_str_starts(nw_str(text), NW_STR("found duplicate title")))
		(void)snprintf(text, sizeof(text),
			"feed '%.64s' stands twice in this file; give one another name", word);
	complain_at(loading, cfg, word[0] ? word : NULL, text);
}

static const struct nw_option *find_option(const struct nw_option *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Turns one written value into what is stored, or says why not. */
static bool read_number(
	const struct nw_option *o, struct nw_str text, int64_t *value, char *why, size_t why_size)
{
	bool ok;

	if (o->type == NW_OPTION_DURATION) {
		ok = nw_config_duration(text, o->in_ms, value);
		(void)snprintf(why, why_size,
			"bad duration '%.*s' for %s: write 90s, 10m, 2h or 7d", NW_ARG(text),
			o->name);
	} else if (o->type == NW_OPTION_SIZE) {
		ok = nw_config_size(text, value);
		(void)snprintf(why, why_size, "bad size '%.*s' for %s: write 512K, 16M or bytes",
			NW_ARG(text), o->name);
	} else {
		ok = nw_str_int(text, INT64_MIN, INT64_MAX, value);
		(void)snprintf(why, why_size, "bad number '%.*s' for %s", NW_ARG(text), o->name);
	}
	if (ok && (*value < o->min || *value > o->max)) {
		const char *unit = o->type != NW_OPTION_DURATION ? "" : o->in_ms ? " ms" : " s";

		(void)snprintf(why, why_size,
			"out of range: %s = '%.*s' is not from %lld%s to %lld%s", o->name,
			NW_ARG(text), (long long)o->min, unit, (long long)o->max, unit);
		return false;
	}
	return ok;
}

static bool check_value(const struct nw_option *o, struct nw_str text, char *why, size_t why_size)
{
	const char *reason;
	int64_t number;

	if (o->type == NW_OPTION_INT || o->type == NW_OPTION_DURATION || o->type == NW_OPTION_SIZE)
		return read_number(o, text, &number, why, why_size);
	if (o->is_right && !o->is_right(text, &reason)) {
		(void)snprintf(why, why_size, "bad value '%.*s' for %s: %s",
			NW_ARG(nw_str_head(text, SHOWN_MAX)), o->name, reason);
		return false;
	}
	return true;
}

static int validate(cfg_t *cfg, cfg_opt_t *opt, const struct nw_option *rows, size_t n)
{
	const struct nw_option *o = find_option(rows, n, opt->name);
	char why[256];

	if (!o || o->type == NW_OPTION_BOOL)
		return 0;
	if (o->type == NW_OPTION_LIST && cfg_opt_size(opt) > o->max) {
		(void)snprintf(why, sizeof(why), "too many for %s: at most %lld", o->name,
			(long long)o->max);
		complain_at(loading, cfg, opt->name, why);
		return -1;
	}
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		if (!check_value(o, nw_str(cfg_opt_getnstr(opt, i)), why, sizeof(why))) {
			complain_at(loading, cfg, opt->name, why);
			return -1;
		}
	}
	return 0;
}

static int validate_general(cfg_t *cfg, cfg_opt_t *opt)
{
	return validate(cfg, opt, nw_config_options, nw_config_n_options);
}

static int validate_feed_option(cfg_t *cfg, cfg_opt_t *opt)
{
	return validate(cfg, opt, nw_config_feed_options, nw_config_n_feed_options);
}

static bool is_feed_id(const char *id)
{
	const size_t n = strlen(id);

	for (size_t i = 0; i < n; i++) {
		const char c = id[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return n > 0 && n <= FEED_ID_MAX;
}

static void remember_id(struct loader *l, const char *id)
{
	struct nw_arena *arena = l->config->arena;
	const size_t n = strlen(l->source->file);
	char *file = nw_arena_alloc(arena, n + 1);

	memcpy(file, l->source->file, n);
	nw_map_put(&l->ids, nw_arena_str(arena, nw_str(id)), file);
}

/* Called when a feed's section has been read to its end. */
static int validate_feed(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *feed = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *id = cfg_title(feed);
	char why[400];
	const char *other;

	if (!is_feed_id(id)) {
		(void)snprintf(why, sizeof(why),
			"bad feed name '%.64s': write up to 64 of a-z, 0-9 and '-'", id);
		complain_at(loading, cfg, NULL, why);
		return -1;
	}
	other = nw_map_get(&loading->ids, nw_str(id));
	if (other) {
		(void)snprintf(why, sizeof(why),
			"feed '%.64s' stands twice: first in %.200s; give one another name", id,
			other);
		complain_at(loading, cfg, NULL, why);
		return -1;
	}
	if (!cfg_getstr(feed, "url")) {
		(void)snprintf(
			why, sizeof(why), "feed '%.64s' has no url: add url = \"https://...\"", id);
		complain_at(loading, cfg, NULL, why);
		return -1;
	}
	remember_id(loading, id);
	return 0;
}

/* libconfuse's own row for one of ours: values come as text and are read by us. */
static cfg_opt_t confuse_row(const struct nw_option *o)
{
	if (o->type == NW_OPTION_BOOL) {
		const cfg_opt_t row = CFG_BOOL(o->name,
			strcmp(o->otherwise, "true") == 0 ? cfg_true : cfg_false, CFGF_NONE);

		return row;
	}
	if (o->type == NW_OPTION_LIST) {
		const cfg_opt_t row = CFG_STR_LIST(o->name, NULL, CFGF_NODEFAULT);

		return row;
	}
	const cfg_opt_t row = CFG_STR(o->name, NULL, CFGF_NODEFAULT);

	return row;
}

static void fill_rows(cfg_opt_t *rows, const struct nw_option *options, size_t n)
{
	const cfg_opt_t end = CFG_END();

	for (size_t i = 0; i < n; i++)
		rows[i] = confuse_row(&options[i]);
	rows[n] = end;
}

static void store_list(
	struct nw_arena *arena, struct nw_list *list, cfg_opt_t *opt, const char *otherwise)
{
	const bool given = opt->flags & CFGF_MODIFIED;

	list->n = given ? cfg_opt_size(opt) : otherwise[0] ? 1 : 0;
	list->v = NW_ARENA_ARRAY(arena, const char *, list->n + 1);
	for (size_t i = 0; i < list->n; i++) {
		const char *text = given ? cfg_opt_getnstr(opt, (unsigned)i) : otherwise;

		list->v[i] = nw_arena_str(arena, nw_str(text)).p;
	}
}

/* Puts one option's value, or its default, into its member. */
static void store_option(struct nw_arena *arena, const struct nw_option *o, cfg_t *cfg, void *into)
{
	void *member = (char *)into + o->offset;
	const char *text = NULL;
	char why[200];

	if (o->type == NW_OPTION_BOOL) {
		*(bool *)member = cfg_getbool(cfg, o->name);
		return;
	}
	if (o->type == NW_OPTION_LIST) {
		store_list(arena, member, cfg_getopt(cfg, o->name), o->otherwise);
		return;
	}
	text = cfg_getstr(cfg, o->name);
	if (!text)
		text = o->otherwise;
	if (o->type == NW_OPTION_STRING)
		*(struct nw_str *)member = nw_arena_str(arena, nw_str(text));
	else if (text[0])
		(void)read_number(o, nw_str(text), member, why, sizeof(why));
}

static struct nw_config_feed *add_feed(struct loader *l)
{
	struct nw_config *c = l->config;

	if (c->n_feeds == l->feeds_cap) {
		const size_t cap = l->feeds_cap ? l->feeds_cap * 2 : 32;
		struct nw_config_feed *more = NW_ARENA_ARRAY(c->arena, struct nw_config_feed, cap);

		if (c->n_feeds)
			memcpy(more, c->feeds, c->n_feeds * sizeof(*more));
		c->feeds = more;
		l->feeds_cap = cap;
	}
	return &c->feeds[c->n_feeds++];
}

static void store_feed(struct loader *l, cfg_t *section)
{
	struct nw_config_feed *feed = add_feed(l);

	feed->id = nw_arena_str(l->config->arena, nw_str(cfg_title(section)));
	for (size_t i = 0; i < nw_config_n_feed_options; i++)
		store_option(l->config->arena, &nw_config_feed_options[i], section, feed);
	if (!feed->min_interval_s)
		feed->min_interval_s = l->config->min_interval_s;
	if (!feed->max_interval_s)
		feed->max_interval_s = l->config->max_interval_s;
	if (feed->max_interval_s < feed->min_interval_s)
		feed->max_interval_s = feed->min_interval_s;
}

/* Parses one file; what went wrong has been complained of. */
static bool parse_file(struct loader *l, cfg_t *cfg, const char *path)
{
	const size_t before = l->complaints;
	struct nw_arena *arena = nw_arena_new();
	struct nw_source source;
	struct nw_error error;
	bool ok = false;

	if (nw_source_read(arena, path, &source, &error)) {
		complain(l, &error);
	} else {
		l->source = &source;
		ok = cfg_parse_buf(cfg, source.plain) == CFG_SUCCESS;
		if (!ok && l->complaints == before) /* as of an empty name */
			complain_at(l, cfg, NULL, "no option's name where there should be one");
		l->source = NULL;
	}
	nw_arena_free(arena);
	return ok;
}

static void load_general(struct loader *l, const char *path)
{
	cfg_opt_t rows[MAX_OPTIONS + 1];
	cfg_t *cfg;

	fill_rows(rows, nw_config_options, nw_config_n_options);
	cfg = cfg_init(rows, CFGF_NONE);
	(void)cfg_set_error_function(cfg, on_confuse_error);
	for (size_t i = 0; i < nw_config_n_options; i++)
		(void)cfg_set_validate_func(cfg, nw_config_options[i].name, validate_general);
	if (parse_file(l, cfg, path)) {
		for (size_t i = 0; i < nw_config_n_options; i++)
			store_option(l->config->arena, &nw_config_options[i], cfg, l->config);
	}
	cfg_free(cfg);
}

static void load_feeds(struct loader *l, const char *path)
{
	cfg_opt_t feed_rows[MAX_OPTIONS + 1];
	cfg_opt_t rows[] = {
		CFG_SEC("feed", feed_rows, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_END(),
	};
	char name[128];
	cfg_t *cfg;

	fill_rows(feed_rows, nw_config_feed_options, nw_config_n_feed_options);
	cfg = cfg_init(rows, CFGF_NONE);
	(void)cfg_set_error_function(cfg, on_confuse_error);
	for (size_t i = 0; i < nw_config_n_feed_options; i++) {
		(void)snprintf(name, sizeof(name), "feed|%s", nw_config_feed_options[i].name);
		(void)cfg_set_validate_func(cfg, name, validate_feed_option);
	}
	(void)cfg_set_validate_func(cfg, "feed", validate_feed);
	if (parse_file(l, cfg, path)) {
		for (unsigned i = 0; i < cfg_size(cfg, "feed"); i++)
			store_feed(l, cfg_getnsec(cfg, "feed", i));
	}
	cfg_free(cfg);
}

/* A path in the configuration is relative to the file it stands in. */
static struct nw_str place(struct nw_arena *arena, const char *file, struct nw_str path)
{
	const char *slash = strrchr(file, '/');

	if (!slash || nw_str_starts(path, NW_STR("/")))
		return path;
	return nw_arena_printf(arena, "%.*s/%.*s", (int)(slash - file), file, NW_ARG(path));
}

static void load_feeds_dir(struct loader *l)
{
	struct nw_config *c = l->config;
	struct nw_str *names;
	struct nw_error error;
	size_t n;

	if (nw_dir_list(c->arena, c->feeds_dir.p, NW_STR(".conf"), &names, &n, &error)) {
		complain(l, &error);
		return;
	}
	for (size_t i = 0; i < n; i++)
		load_feeds(l, nw_arena_printf(c->arena, "%s/%s", c->feeds_dir.p, names[i].p).p);
}

static int by_id(const void *a, const void *b)
{
	return nw_str_cmp(
		((const struct nw_config_feed *)a)->id, ((const struct nw_config_feed *)b)->id);
}

static void complain_of_whole(struct loader *l, const char *text)
{
	struct nw_error error;

	(void)nw_fail(&error, NW_E_SYNTAX, "%s", text);
	nw_error_set_file(&error, l->config->file.p);
	complain(l, &error);
}

/* Of two that are to listen at one place the second could not. */
static void check_endpoints(struct loader *l)
{
	const struct nw_list *const lists[] = {&l->config->live, &l->config->replay};
	struct nw_map met = {0};
	char why[200];

	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < lists[i]->n; k++) {
			const char *endpoint = lists[i]->v[k];

			if (nw_str_ends(nw_str(endpoint), NW_STR(":*")) ||
				!nw_map_put(&met, nw_str(endpoint), l))
				continue;
			(void)snprintf(why, sizeof(why),
				"endpoint '%s' stands twice in live and replay: give each its own",
				endpoint);
			complain_of_whole(l, why);
		}
	}
	nw_map_clear(&met);
}

static void check_whole(struct loader *l)
{
	check_endpoints(l);
	if (l->config->min_interval_s > l->config->max_interval_s)
		complain_of_whole(l, "min-interval is longer than max-interval: swap them");
}

enum nw_err nw_config_load(
	const char *path, const struct nw_complain *complain_to, struct nw_config **config)
{
	struct nw_arena *arena = nw_arena_new();
	struct loader l = {.complain = complain_to};

	l.config = NW_ARENA_NEW(arena, struct nw_config);
	l.config->arena = arena;
	l.config->file = nw_arena_str(arena, nw_str(path));
	loading = &l;
	load_general(&l, path);
	if (!l.complaints) {
		l.config->feeds_dir = place(arena, path, l.config->feeds_dir);
		l.config->topics_dir = place(arena, path, l.config->topics_dir);
		check_whole(&l);
		load_feeds_dir(&l);
	}
	loading = NULL;
	nw_map_clear(&l.ids);
	*config = NULL;
	if (l.complaints) {
		nw_arena_free(arena);
		return NW_E_SYNTAX;
	}
	if (l.config->n_feeds)
		qsort(l.config->feeds, l.config->n_feeds, sizeof(*l.config->feeds), by_id);
	*config = l.config;
	return NW_OK;
}

void nw_config_free(struct nw_config *config)
{
	if (config)
		nw_arena_free(config->arena);
}
