#include "config/load.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define SHOWN_MAX 80 /* bytes of a bad value, so that the reason has room */

/* libconfuse hands nothing of ours to its callbacks; it is set for the length of a file only. */
static _Thread_local struct nw_loader *loading;

struct nw_loader *nw_loader_current(void)
{
	return loading;
}

void nw_loader_complain(struct nw_loader *l, const struct nw_error *error)
{
	l->complaints++;
	if (l->complain)
		l->complain->say(l->complain->arg, error);
}

void nw_loader_complain_at(
	struct nw_loader *l, const cfg_t *cfg, const char *word, const char *text)
{
	struct nw_error error;

	(void)nw_fail_at(&error, NW_E_SYNTAX, cfg->line,
		word ? nw_source_column(l->source, cfg->line, word) : 0, "%s", text);
	nw_error_set_file(&error, l->source->file);
	nw_loader_complain(l, &error);
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
			"'%.64s' stands twice in this file; give one another name", word);
	nw_loader_complain_at(loading, cfg, word[0] ? word : NULL, text);
}

cfg_t *nw_loader_init(cfg_opt_t *rows)
{
	cfg_t *cfg = cfg_init(rows, CFGF_NONE);

	(void)cfg_set_error_function(cfg, on_confuse_error);
	return cfg;
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

/* An address with a password in it is as good as one, wherever somebody wrote it. */
static bool has_login(struct nw_str text)
{
	return nw_str_find(text, NW_STR("@")) < text.n;
}

static bool check_value(const struct nw_option *o, struct nw_str text, char *why, size_t why_size)
{
	const char *reason;
	int64_t number;

	if (o->type == NW_OPTION_INT || o->type == NW_OPTION_DURATION || o->type == NW_OPTION_SIZE)
		return read_number(o, text, &number, why, why_size);
	if (o->is_right && !o->is_right(text, &reason) &&
		(o->is_secret || o->is_untold || has_login(text))) {
		(void)snprintf(why, why_size, "bad value for %s: %s", o->name, reason);
		return false;
	}
	if (o->is_right && !o->is_right(text, &reason)) {
		(void)snprintf(why, why_size, "bad value '%.*s' for %s: %s",
			NW_ARG(nw_str_head(text, SHOWN_MAX)), o->name, reason);
		return false;
	}
	return true;
}

static void notice_given(const cfg_t *cfg, const struct nw_option *o)
{
	const struct nw_config_notice *notice = loading->notice;
	const char *title = cfg->title;

	if (notice)
		notice->on_given(notice->arg, o, nw_str(title ? title : ""), loading->source->file,
			cfg->line);
}

int nw_loader_validate(cfg_t *cfg, cfg_opt_t *opt, const struct nw_option *rows, size_t n)
{
	const struct nw_option *o = find_option(rows, n, opt->name);
	char why[256];

	if (!o)
		return 0;
	notice_given(cfg, o);
	if (o->type == NW_OPTION_BOOL)
		return 0;
	if (o->type == NW_OPTION_LIST && cfg_opt_size(opt) > o->max) {
		(void)snprintf(why, sizeof(why), "too many for %s: at most %lld", o->name,
			(long long)o->max);
		nw_loader_complain_at(loading, cfg, opt->name, why);
		return -1;
	}
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		if (!check_value(o, nw_str(cfg_opt_getnstr(opt, i)), why, sizeof(why))) {
			nw_loader_complain_at(loading, cfg, opt->name, why);
			return -1;
		}
	}
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

void nw_loader_rows(cfg_opt_t *rows, const struct nw_option *options, size_t n)
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

void nw_loader_store(struct nw_arena *arena, const struct nw_option *o, cfg_t *cfg, void *into)
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

struct nw_str nw_loader_place(struct nw_arena *arena, const char *file, struct nw_str path)
{
	const char *slash = strrchr(file, '/');

	if (!slash || nw_str_starts(path, NW_STR("/")))
		return path;
	return nw_arena_printf(arena, "%.*s/%.*s", (int)(slash - file), file, NW_ARG(path));
}

bool nw_loader_parse(struct nw_loader *l, cfg_t *cfg, const char *path)
{
	const size_t before = l->complaints;
	struct nw_arena *arena = nw_arena_new();
	struct nw_source source;
	struct nw_error error;
	bool ok = false;

	if (nw_source_read(arena, path, &source, &error)) {
		nw_loader_complain(l, &error);
	} else {
		l->source = &source;
		loading = l;
		ok = cfg_parse_buf(cfg, source.plain) == CFG_SUCCESS;
		if (!ok && l->complaints == before) /* as of an empty name */
			nw_loader_complain_at(
				l, cfg, NULL, "no option's name where there should be one");
		loading = NULL;
		l->source = NULL;
	}
	nw_arena_free(arena);
	return ok;
}
