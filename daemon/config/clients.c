#include "config/clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "config/alert.h"

#define SUFFIX ".conf"

/* What one file says, before its key is bytes. */
struct draft {
	struct nw_config_client client;
	struct nw_map *keys, *tokens; /* each -> the path of the file it stands in */
	struct nw_str *path;
};

static int validate_client(cfg_t *cfg, cfg_opt_t *opt)
{
	return nw_loader_validate(cfg, opt, nw_config_client_options, nw_config_n_client_options);
}

static void complain_of(struct nw_loader *l, const char *path, const char *text)
{
	struct nw_error error;

	(void)nw_fail(&error, NW_E_SYNTAX, "%s", text);
	nw_error_set_file(&error, path);
	nw_loader_complain(l, &error);
}

/* True when nobody had it before. */
static bool claim(struct nw_loader *l, struct nw_map *map, struct nw_str value, const char *what,
	const struct draft *d)
{
	const struct nw_str *other = value.n ? nw_map_get(map, value) : NULL;
	char why[400];

	if (other) {
		(void)snprintf(why, sizeof(why),
			"the %s stands in %.200s too; give each client its own", what, other->p);
		complain_of(l, d->path->p, why);
		return false;
	}
	if (value.n)
		(void)nw_map_put(map, value, d->path);
	return true;
}

/* A token is a secret; a public key is none. */
static bool is_kept(const char *path, struct nw_str token)
{
	struct stat st;

	return !token.n || stat(path, &st) != 0 || !(st.st_mode & S_IRWXO);
}

static void decode_key(struct nw_arena *arena, struct nw_config_client *client)
{
	unsigned char *raw = nw_arena_alloc(arena, NW_CURVE_BYTES);

	if (client->key.n && nw_curve_decode(client->key, raw))
		client->key = (struct nw_str){(const char *)raw, NW_CURVE_BYTES};
}

static bool check_draft(struct nw_loader *l, const struct draft *d)
{
	const struct nw_config_client *c = &d->client;
	const char *why = NULL;

	if (!c->key.n && !c->token.n)
		why = "neither key nor token: add key = \"...\", which newswire keygen prints, "
		      "or token = \"...\"";
	else if (!c->read.n)
		why = "nothing to read: add read = {\"topic/NAME/\"}, or {\"\"} for everything";
	else if (!is_kept(d->path->p, c->token))
		why = "anybody may read the token: chmod o= the file";
	if (why)
		complain_of(l, d->path->p, why);
	return !why && claim(l, d->keys, c->key, "key", d) &&
		claim(l, d->tokens, c->token, "token", d);
}

static bool load_client(struct nw_loader *l, struct draft *d)
{
	cfg_opt_t rows[NW_LOADER_OPTIONS + 1];
	bool ok;
	cfg_t *cfg;

	nw_loader_rows(rows, nw_config_client_options, nw_config_n_client_options);
	cfg = nw_loader_init(rows);
	for (size_t i = 0; i < nw_config_n_client_options; i++)
		(void)cfg_set_validate_func(cfg, nw_config_client_options[i].name, validate_client);
	ok = nw_loader_parse(l, cfg, d->path->p);
	for (size_t i = 0; ok && i < nw_config_n_client_options; i++)
		nw_loader_store(l->config->arena, &nw_config_client_options[i], cfg, &d->client);
	cfg_free(cfg);
	if (!ok)
		return false;
	decode_key(l->config->arena, &d->client);
	return check_draft(l, d);
}

static void load_all(struct nw_loader *l, struct nw_str dir, const struct nw_str *names, size_t n)
{
	struct nw_config *c = l->config;
	struct nw_map keys = {0}, tokens = {0};

	c->clients = NW_ARENA_ARRAY(c->arena, struct nw_config_client, n);
	for (size_t i = 0; i < n; i++) {
		struct draft d = {.keys = &keys,
			.tokens = &tokens,
			.path = NW_ARENA_NEW(c->arena, struct nw_str)};

		*d.path = nw_arena_printf(c->arena, "%s/%s", dir.p, names[i].p);
		d.client.name = nw_arena_str(
			c->arena, nw_str_head(names[i], names[i].n - (sizeof(SUFFIX) - 1)));
		if (!nw_wire_is_name(d.client.name))
			complain_of(l, d.path->p,
				"bad client name: call the file by up to 64 of a-z, 0-9, '.', '_' "
				"and '-', then " SUFFIX);
		else if (load_client(l, &d))
			c->clients[c->n_clients++] = d.client;
	}
	nw_map_clear(&keys);
	nw_map_clear(&tokens);
}

void nw_clients_load(struct nw_loader *l, struct nw_str dir)
{
	struct nw_config *c = l->config;
	const bool is_default = nw_str_eq(c->clients_dir, NW_STR(NW_CONFIG_CLIENTS));
	struct nw_str *names;
	struct nw_error error;
	size_t n;

	c->clients_dir = dir;
	if (is_default && access(dir.p, F_OK) != 0)
		return;
	if (nw_dir_list(c->arena, dir.p, NW_STR(SUFFIX), &names, &n, &error))
		nw_loader_complain(l, &error);
	else
		load_all(l, dir, names, n);
}
