#ifndef NW_TEST_CONFIG_RIG_H
#define NW_TEST_CONFIG_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "config/config.h"

/* A configuration in a directory of the test's own, and what was complained of. */
struct place {
	char dir[64], file[128];
	struct nw_error error; /* the first complaint */
	int complaints;
	struct nw_config *config;
};

static inline void put(const struct place *p, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline void set_mode(const struct place *p, const char *name, mode_t mode)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	assert_int_equal(chmod(path, mode), 0);
}

static inline void on_complaint(void *arg, const struct nw_error *error)
{
	struct place *p = arg;

	if (p->complaints++ == 0)
		p->error = *error;
}

static inline enum nw_err load(struct place *p)
{
	const struct nw_complain complain = {on_complaint, p};

	p->complaints = 0;
	p->error = (struct nw_error){0};
	nw_config_free(p->config);
	return nw_config_load(p->file, &complain, &p->config);
}

/* With an empty newswired.conf, and these directories beside it; NULL at the end. */
static inline struct place *make_place(const char *const *dirs)
{
	struct place *p = calloc(1, sizeof(*p));
	char path[128];

	assert_non_null(p);
	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/nw-config-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	(void)snprintf(p->file, sizeof(p->file), "%s/newswired.conf", p->dir);
	for (; *dirs; dirs++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, *dirs);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(p, "newswired.conf", "");
	return p;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int teardown(void **state)
{
	struct place *p = *state;

	(void)nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	nw_config_free(p->config);
	free(p);
	return 0;
}

#endif
