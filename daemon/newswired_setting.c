/* What of a configuration each part of newswired is told, at the start and by a reload. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "newswired.h"

static void release_snapshot(void *holder)
{
	nw_snapshot_release(holder);
}

enum nw_err nw_setting_load(const char *file, const struct nw_complain *complain,
	struct nw_snapshot **snapshot, struct nw_alert_setting *setting)
{
	struct nw_rules *rules = NULL;
	enum nw_err err = nw_snapshot_load(file, complain, snapshot);

	if (err)
		return err;
	err = nw_rules_compile((*snapshot)->config, (*snapshot)->topics, complain, &rules);
	if (err) {
		nw_snapshot_release(*snapshot);
		return err;
	}
	*setting = (struct nw_alert_setting){.config = (*snapshot)->config,
		.rules = rules,
		.release = release_snapshot,
		.holder = nw_snapshot_hold(*snapshot)};
	return NW_OK;
}

void nw_setting_drop(const struct nw_alert_setting *setting)
{
	nw_rules_free(setting->rules);
	setting->release(setting->holder);
}

enum nw_err nw_setting_guard(
	struct nw_guard *guard, const struct nw_config *config, struct nw_error *error)
{
	struct nw_guard new = {0};

	for (size_t i = 0; i < config->allow_networks.n; i++) {
		if (nw_guard_allow(&new, nw_str(config->allow_networks.v[i]), error)) {
			nw_error_set_file(error, config->file.p);
			return NW_E_SYNTAX;
		}
	}
	*guard = new;
	return NW_OK;
}

struct nw_fetch_options nw_setting_fetch(const struct nw_config *c)
{
	return (struct nw_fetch_options){.per_host = (unsigned)c->per_host,
		.host_pause_ms = c->host_pause_ms,
		.timeout_ms = c->timeout_ms,
		.connect_timeout_ms = c->connect_timeout_ms,
		.max_redirects = (unsigned)c->redirects,
		.feed_bytes = (size_t)c->feed_bytes,
		.page_bytes = (size_t)c->page_bytes};
}

enum nw_err nw_setting_server_key(
	const struct nw_config *config, char key[NW_CURVE_TEXT + 1], struct nw_error *error)
{
	const char *dir = nw_options_environment("CREDENTIALS_DIRECTORY", "");
	char path[4096];

	key[0] = '\0';
	if (config->server_key.n)
		return nw_curve_read(config->server_key.p, key, error);
	(void)snprintf(path, sizeof(path), "%s/newswired.key", dir);
	return dir[0] && access(path, F_OK) == 0 ? nw_curve_read(path, key, error) : NW_OK;
}

struct nw_web_setup nw_setting_web(const struct nw_snapshot *snapshot, struct nw_str **names)
{
	const size_t n = nw_topics_count(snapshot->topics);

	*names = nw_must_calloc(n + 1, sizeof(**names));
	for (size_t i = 0; i < n; i++)
		(*names)[i] = nw_topics_name(snapshot->topics, i);
	return (struct nw_web_setup){.topics = *names,
		.n_topics = n,
		.clients = snapshot->config->clients,
		.n_clients = snapshot->config->n_clients};
}

struct nw_trim nw_setting_trim(const struct nw_config *started, const struct nw_config *c)
{
	struct nw_trim rules = {.keep_bytes = c->keep_bytes,
		.cursor_keep_s = c->cursor_keep_s,
		.remember = started->remember,
		.keeps.keep_s = c->keep_s};
	struct nw_str tag;
	int64_t keep_s;

	for (size_t i = 0; i < c->keep_topics.n; i++)
		if (nw_config_keep(nw_str(c->keep_topics.v[i]), &tag, &keep_s))
			nw_keeps_add(&rules.keeps, tag, keep_s);
	return rules;
}

void nw_setting_log_level(const struct nw_config *config)
{
	enum nw_level level;

	if (nw_log_level_parse(config->log_level, &level))
		nw_log_set_level(level);
}
