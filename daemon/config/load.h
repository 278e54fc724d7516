#ifndef NW_CONFIG_LOAD_H
#define NW_CONFIG_LOAD_H

#include <confuse.h>

#include "base/map.h"
#include "config/config.h"
#include "config/source.h"

/*
 * Private to config/: what reading the general file, the feeds', the clients' and
 * the alerts' have in common. A table of options becomes libconfuse's rows, its values ours, and
 * its complaints ours, with their places.
 */
#define NW_LOADER_OPTIONS 48

struct nw_loader {
	struct nw_config *config;
	const struct nw_complain *complain;
	const struct nw_config_notice *notice; /* NULL: nobody asks */
	const struct nw_source *source;        /* the one being read */
	size_t complaints;
	struct nw_map ids; /* feed id -> file it stands in */
	size_t feeds_cap;
	void *draft; /* of the file being read, its reader's own */
};

/* Whose file libconfuse is reading: for its callbacks, which are handed nothing of ours. */
struct nw_loader *nw_loader_current(void);

void nw_loader_complain(struct nw_loader *l, const struct nw_error *error);
/* At the line libconfuse is at, and the word there if it is given. */
void nw_loader_complain_at(
	struct nw_loader *l, const cfg_t *cfg, const char *word, const char *text);

/* rows has room for n + 1. */
void nw_loader_rows(cfg_opt_t *rows, const struct nw_option *options, size_t n);
cfg_t *nw_loader_init(cfg_opt_t *rows);
/* For a validating callback: every value of an option held to its row; -1 after a complaint. */
int nw_loader_validate(cfg_t *cfg, cfg_opt_t *opt, const struct nw_option *rows, size_t n);
/* Parses one file; what went wrong has been complained of. */
bool nw_loader_parse(struct nw_loader *l, cfg_t *cfg, const char *path);
/* Puts one option's value, or its default, into its member. */
void nw_loader_store(struct nw_arena *arena, const struct nw_option *o, cfg_t *cfg, void *into);
/* A path in the configuration is relative to the file it stands in. */
struct nw_str nw_loader_place(struct nw_arena *arena, const char *file, struct nw_str path);

#endif
