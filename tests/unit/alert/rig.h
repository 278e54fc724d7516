#ifndef TESTS_UNIT_ALERT_RIG_H
#define TESTS_UNIT_ALERT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alert/engine.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"
#include "config/alert.h"

/* Rules written in a test, and an engine that has them. */
#define CHANNELS                                                             \
	"channel \"file:a\" { path = a }\nchannel \"file:b\" { path = b }\n" \
	"channel \"file:c\" { path = c }\n"

struct rig {
	char dir[64], file[128];
	struct nw_error error; /* the first complaint */
	int complaints;
	struct nw_config *config;
	struct nw_rules *rules;
	struct nw_alerts *alerts;
	struct nw_arena *arena;
	struct nw_outcome outcome; /* of everything since the last rig_clear */
	int64_t now_s;
};

static inline void rig_write(const struct rig *r, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline void rig_complain(void *arg, const struct nw_error *error)
{
	struct rig *r = arg;

	if (r->complaints++ == 0)
		r->error = *error;
}

static inline int rig_setup(void **state)
{
	static const char *const dirs[] = {"feeds.d", "topics.d", "alerts.d"};
	struct rig *r = calloc(1, sizeof(*r));
	char path[256];

	(void)snprintf(r->dir, sizeof(r->dir), "/tmp/nw-alert-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	(void)snprintf(r->file, sizeof(r->file), "%s/newswired.conf", r->dir);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", r->dir, dirs[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	rig_write(r, "newswired.conf", "");
	rig_write(r, "topics.d/names.set", "[haftar]\nHaftar | Hifter\n");
	r->arena = nw_arena_new();
	*state = r;
	return 0;
}

static inline int rig_teardown(void **state)
{
	static const char *const names[] = {"topics.d/names.set", "feeds.d/a.conf",
		"alerts.d/a.conf", "alerts.d/b.conf", "alerts.d/secret", "feeds.d", "topics.d",
		"alerts.d", "newswired.conf", ""};
	struct rig *r = *state;
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", r->dir, names[i]);
		(void)remove(path);
	}
	nw_alerts_free(r->alerts);
	nw_rules_free(r->rules);
	nw_config_free(r->config);
	nw_arena_free(r->arena);
	free(r);
	return 0;
}

static inline enum nw_err rig_load(struct rig *r, const char *alerts)
{
	const struct nw_complain complain = {rig_complain, r};
	enum nw_err err;

	rig_write(r, "alerts.d/a.conf", alerts);
	r->complaints = 0;
	err = nw_config_load(r->file, &complain, &r->config);
	if (!err)
		err = nw_rules_compile(r->config, NULL, &complain, &r->rules);
	return err;
}

/* An engine of rules that are right, at noon UTC of 2026-11-21. */
static inline void rig_begin(struct rig *r, const char *rules)
{
	char text[4096];
	char why[NW_ERROR_TEXT];

	(void)snprintf(text, sizeof(text), CHANNELS "%s", rules);
	if (rig_load(r, text) != NW_OK)
		fail_msg("%s", nw_error_text(&r->error, why));
	r->alerts = nw_alerts_new(r->rules);
	r->now_s = nw_when_from_civil((struct nw_civil){2026, 11, 21, 12, 0, 0});
}

/* Other rules that are right, from now on. */
static inline void rig_reload(struct rig *r, const char *rules)
{
	struct nw_rules *old_rules = r->rules;
	struct nw_config *old_config = r->config;
	char text[4096];
	char why[NW_ERROR_TEXT];

	(void)snprintf(text, sizeof(text), CHANNELS "%s", rules);
	if (rig_load(r, text) != NW_OK)
		fail_msg("%s", nw_error_text(&r->error, why));
	nw_alerts_set_rules(r->alerts, r->arena, r->rules, r->now_s, &r->outcome);
	nw_rules_free(old_rules);
	nw_config_free(old_config);
}

/* Ids of 32 digits from small numbers. */
static inline struct nw_str rig_id(const struct rig *r, unsigned n)
{
	return nw_arena_printf(r->arena, "%032x", n);
}

/* An article of topic libya, seen now, published an hour ago. */
static inline struct nw_event rig_article(const struct rig *r, unsigned story, unsigned article)
{
	struct nw_tag *tag = NW_ARENA_NEW(r->arena, struct nw_tag);

	*tag = (struct nw_tag){.name = NW_STR("libya"), .score = 7, .threshold = 5};
	return (struct nw_event){.kind = NW_KIND_ITEM,
		.version = 1,
		.unix_ms = r->now_s * 1000,
		.id = rig_id(r, article),
		.url = nw_arena_printf(r->arena, "https://example.org/%u", article),
		.title = NW_STR("Five killed as truce in Sirte breaks"),
		.body = NW_STR("Five people were killed in Sirte on Friday, officials said.\n\n"
			       "The truce had held for 12 days."),
		.source = nw_arena_printf(r->arena, "Source %u", article),
		.feed = NW_STR("sirte-post"),
		.language = NW_STR("en"),
		.published = {r->now_s - 3600, 0, NW_WHEN_SECOND},
		.tags = tag,
		.story = {.id = rig_id(r, story), .articles = 1, .sources = 1, .alike = 100}};
}

static inline void rig_consider(struct rig *r, const struct nw_event *event)
{
	nw_alerts_consider(r->alerts, r->arena, event, r->now_s, &r->outcome);
}

/* An article that makes its story one of so many sources. */
static inline void rig_report(struct rig *r, unsigned story, unsigned article, unsigned sources)
{
	struct nw_event e = rig_article(r, story, article);

	e.story.articles = e.story.sources = sources;
	rig_consider(r, &e);
}

/* Ticks whenever one is due, up to a moment. */
static inline void rig_until(struct rig *r, int64_t now_s)
{
	for (int64_t next; (next = nw_alerts_next(r->alerts)) <= now_s;) {
		assert_true(next > r->now_s || next <= now_s);
		r->now_s = next > r->now_s ? next : r->now_s;
		nw_alerts_tick(r->alerts, r->arena, r->now_s, &r->outcome);
		assert_true(nw_alerts_next(r->alerts) > r->now_s);
	}
	r->now_s = now_s;
}

static inline void rig_pass(struct rig *r, int64_t seconds)
{
	rig_until(r, r->now_s + seconds);
}

static inline void rig_clear(struct rig *r)
{
	r->outcome = (struct nw_outcome){0};
}

/* "first>file:a grew-3>file:a": the letters since the last clear, which this is. */
static inline void rig_told(struct rig *r, const char *want)
{
	struct nw_str got = NW_STR("");

	for (size_t i = 0; i < r->outcome.n_letters; i++) {
		const struct nw_letter *l = &r->outcome.letters[i];

		got = nw_arena_printf(r->arena, "%.*s%s%.*s>%.*s", NW_ARG(got), i ? " " : "",
			NW_ARG(l->transition), NW_ARG(l->channel));
		assert_int_equal(l->key.n, 32);
		assert_int_equal(l->due_s >= r->outcome.letters[0].due_s, true);
	}
	assert_string_equal(got.p, want);
	rig_clear(r);
}

/* The state that the newest row of an incident has. */
static inline void rig_state(
	const struct rig *r, const char *rule, unsigned story, const char *want)
{
	const struct nw_str id = nw_arena_printf(r->arena, "%s/%032x", rule, story);

	for (size_t i = r->outcome.n_rows; i-- > 0;) {
		if (!nw_str_eq(r->outcome.rows[i].id, id))
			continue;
		assert_string_equal(nw_arena_str(r->arena, r->outcome.rows[i].state).p, want);
		return;
	}
	fail_msg("no row of %s", id.p);
}

#endif
