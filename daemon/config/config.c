#include "config/config.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "config/alerts.h"
#include "config/clients.h"
#include "config/load.h"

#define FEED_ID_MAX 64

static int validate_general(cfg_t *cfg, cfg_opt_t *opt)
{
	return nw_loader_validate(cfg, opt, nw_config_options, nw_config_n_options);
}

static int validate_feed_option(cfg_t *cfg, cfg_opt_t *opt)
{
	return nw_loader_validate(cfg, opt, nw_config_feed_options, nw_config_n_feed_options);
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

static void remember_id(struct nw_loader *l, const char *id)
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
	struct nw_loader *loading = nw_loader_current();
	cfg_t *feed = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *id = cfg_title(feed);
	char why[400];
	const char *other;

	if (!is_feed_id(id)) {
		(void)snprintf(why, sizeof(why),
			"bad feed name '%.64s': write up to 64 of a-z, 0-9 and '-'", id);
		nw_loader_complain_at(loading, cfg, NULL, why);
		return -1;
	}
	other = nw_map_get(&loading->ids, nw_str(id));
	if (other) {
		(void)snprintf(why, sizeof(why),
			"feed '%.64s' stands twice: first in %.200s; give one another name", id,
			other);
		nw_loader_complain_at(loading, cfg, NULL, why);
		return -1;
	}
	if (!cfg_getstr(feed, "url")) {
		(void)snprintf(
			why, sizeof(why), "feed '%.64s' has no url: add url = \"https://...\"", id);
		nw_loader_complain_at(loading, cfg, NULL, why);
		return -1;
	}
	remember_id(loading, id);
	return 0;
}

static struct nw_config_feed *add_feed(struct nw_loader *l)
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

static void store_feed(struct nw_loader *l, cfg_t *section)
{
	struct nw_config_feed *feed = add_feed(l);

	feed->id = nw_arena_str(l->config->arena, nw_str(cfg_title(section)));
	for (size_t i = 0; i < nw_config_n_feed_options; i++)
		nw_loader_store(l->config->arena, &nw_config_feed_options[i], section, feed);
	if (!feed->min_interval_s)
		feed->min_interval_s = l->config->min_interval_s;
	if (!feed->max_interval_s)
		feed->max_interval_s = l->config->max_interval_s;
	if (feed->max_interval_s < feed->min_interval_s)
		feed->max_interval_s = feed->min_interval_s;
}

static void load_general(struct nw_loader *l, const char *path)
{
	cfg_opt_t rows[NW_LOADER_OPTIONS + 1];
	cfg_t *cfg;

	nw_loader_rows(rows, nw_config_options, nw_config_n_options);
	cfg = nw_loader_init(rows);
	for (size_t i = 0; i < nw_config_n_options; i++)
		(void)cfg_set_validate_func(cfg, nw_config_options[i].name, validate_general);
	if (nw_loader_parse(l, cfg, path)) {
		for (size_t i = 0; i < nw_config_n_options; i++)
			nw_loader_store(l->config->arena, &nw_config_options[i], cfg, l->config);
	}
	cfg_free(cfg);
}

static void load_feeds(struct nw_loader *l, const char *path)
{
	cfg_opt_t feed_rows[NW_LOADER_OPTIONS + 1];
	cfg_opt_t rows[] = {
		CFG_SEC("feed", feed_rows, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_END(),
	};
	char name[128];
	cfg_t *cfg;

	nw_loader_rows(feed_rows, nw_config_feed_options, nw_config_n_feed_options);
	cfg = nw_loader_init(rows);
	for (size_t i = 0; i < nw_config_n_feed_options; i++) {
		(void)snprintf(name, sizeof(name), "feed|%s", nw_config_feed_options[i].name);
		(void)cfg_set_validate_func(cfg, name, validate_feed_option);
	}
	(void)cfg_set_validate_func(cfg, "feed", validate_feed);
	if (nw_loader_parse(l, cfg, path)) {
		for (unsigned i = 0; i < cfg_size(cfg, "feed"); i++)
			store_feed(l, cfg_getnsec(cfg, "feed", i));
	}
	cfg_free(cfg);
}

static struct nw_str place_if_given(struct nw_arena *arena, const char *file, struct nw_str path)
{
	return path.n ? nw_loader_place(arena, file, path) : path;
}

static void load_feeds_dir(struct nw_loader *l)
{
	struct nw_config *c = l->config;
	struct nw_str *names;
	struct nw_error error;
	size_t n;

	if (nw_dir_list(c->arena, c->feeds_dir.p, NW_STR(".conf"), &names, &n, &error)) {
		nw_loader_complain(l, &error);
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

static void complain_of_whole(struct nw_loader *l, const char *text)
{
	struct nw_error error;

	(void)nw_fail(&error, NW_E_SYNTAX, "%s", text);
	nw_error_set_file(&error, l->config->file.p);
	nw_loader_complain(l, &error);
}

/* Of two that are to listen at one place the second could not. */
static void check_endpoints(struct nw_loader *l)
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

static void check_keeps(struct nw_loader *l)
{
	const struct nw_list *keeps = &l->config->keep_topics;
	struct nw_map met = {0};
	struct nw_str tag;
	int64_t keep_s;
	char why[300];

	for (size_t i = 0; i < keeps->n; i++) {
		if (!nw_config_keep(nw_str(keeps->v[i]), &tag, &keep_s) ||
			!nw_map_put(&met, tag, l))
			continue;
		(void)snprintf(why, sizeof(why),
			"'%.*s' stands twice in keep-topics: say once how long it is kept",
			NW_ARG(tag));
		complain_of_whole(l, why);
	}
	nw_map_clear(&met);
}

static void check_whole(struct nw_loader *l)
{
	check_endpoints(l);
	check_keeps(l);
	if (l->config->min_interval_s > l->config->max_interval_s)
		complain_of_whole(l, "min-interval is longer than max-interval: swap them");
}

enum nw_err nw_config_load(
	const char *path, const struct nw_complain *complain, struct nw_config **config)
{
	return nw_config_trace(path, complain, NULL, config);
}

enum nw_err nw_config_trace(const char *path, const struct nw_complain *complain_to,
	const struct nw_config_notice *notice, struct nw_config **config)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_loader l = {.complain = complain_to, .notice = notice};

	l.config = NW_ARENA_NEW(arena, struct nw_config);
	l.config->arena = arena;
	l.config->file = nw_arena_str(arena, nw_str(path));
	load_general(&l, path);
	if (!l.complaints) {
		l.config->feeds_dir = nw_loader_place(arena, path, l.config->feeds_dir);
		l.config->topics_dir = nw_loader_place(arena, path, l.config->topics_dir);
		l.config->server_key = place_if_given(arena, path, l.config->server_key);
		check_whole(&l);
		load_feeds_dir(&l);
		nw_clients_load(&l, nw_loader_place(arena, path, l.config->clients_dir));
		nw_alerts_load(&l, nw_loader_place(arena, path, l.config->alerts_dir));
	}
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
