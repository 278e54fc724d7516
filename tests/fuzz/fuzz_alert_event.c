/* A record's JSON and text, after a NUL, as far as the message that a person is shown. */
#include <stdio.h>
#include <stdlib.h>

#include "alert/engine.h"
#include "alert/message.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "config/alert.h"
#include "plain_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Rules that any article meets, made once. */
static const struct nw_rules *rules_of_all(void)
{
	static struct nw_config config;
	static struct nw_config_alert alerts[2];
	static const char *channels[] = {"file:a", NULL};
	static struct nw_rules *rules;

	if (rules)
		return rules;
	for (size_t i = 0; i < 2; i++) {
		alerts[i] = (struct nw_config_alert){.name = i ? NW_STR("two") : NW_STR("one"),
			.file = NW_STR("a.conf"),
			.zone = NW_STR("Africa/Tripoli"),
			.max_age_s = INT64_MAX / 4,
			.send = {channels, 1},
			.n_when = 3,
			.when = {{NW_CONDITION_NEW_STORY, 0}, {NW_CONDITION_GREW, 0},
				{NW_CONDITION_CORRECTION, 0}}};
	}
	alerts[1].n_digests = 1;
	config = (struct nw_config){.topics_dir = NW_STR("."), .alerts = alerts, .n_alerts = 2};
	must(nw_rules_compile(&config, NULL, NULL, &rules) == NW_OK);
	return rules;
}

static void check_letter(struct nw_arena *arena, const struct nw_letter *letter)
{
	struct nw_alert_message m;

	must(letter->key.n == 32 && letter->payload.n > 2);
	must(nw_alert_message(arena, letter->payload, &m, NULL) == NW_OK);
	must(m.subject.n <= 200 && check_plain(m.subject, true) > 0);
	must(check_plain(m.brief, true) <= 240);
	(void)check_plain(m.text, false);
	(void)check_plain(m.html, false);
	must(nw_str_find(m.html, NW_STR("<script")) == m.html.n);
	must(!m.link.n || nw_str_starts_nocase(m.link, NW_STR("http")));
}

/* Both versions of it, a restart between them, and a day after. */
static void try_engine(struct nw_arena *arena, struct nw_event *event)
{
	struct nw_alerts *alerts = nw_alerts_new(rules_of_all()), *again;
	struct nw_outcome outcome = {0};

	nw_alerts_consider(alerts, arena, event, 1795262400, &outcome);
	again = nw_alerts_new(rules_of_all());
	for (size_t i = 0; i < outcome.n_rows; i++) {
		bool is_newest = true;

		for (size_t k = i + 1; k < outcome.n_rows; k++)
			is_newest = is_newest && !nw_str_eq(outcome.rows[i].id, outcome.rows[k].id);
		must(!is_newest || nw_alerts_restore(again, &outcome.rows[i], NULL) == NW_OK);
	}
	must(nw_alerts_count(again) == nw_alerts_count(alerts));
	event->version = event->version < UINT32_MAX ? event->version + 1 : 2;
	event->title = event->summary;
	nw_alerts_consider(again, arena, event, 1795262500, &outcome);
	nw_alerts_tick(again, arena, 1795362500, &outcome);
	for (size_t i = 0; i < outcome.n_letters; i++)
		check_letter(arena, &outcome.letters[i]);
	nw_alerts_free(alerts);
	nw_alerts_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_str all = {(const char *)data, size};
	const char *nul = size ? memchr(data, 0, size) : NULL;
	const size_t at = nul ? (size_t)(nul - all.p) : size;
	struct nw_record record = {.seq = 1,
		.kind = NW_KIND_ITEM,
		.version = 1,
		.unix_ms = INT64_C(1795262400000),
		.id = NW_STR("0123456789abcdef0123456789abcdef"),
		.json = nw_str_head(all, at),
		.text = nw_str_from(all, at + 1)};
	struct nw_event event;
	struct nw_error error = {0};

	if (nw_event_read(arena, &record, &event, &error)) {
		must(error.text[0]);
	} else {
		(void)check_plain(event.title, true);
		(void)check_plain(event.source, true);
		(void)check_plain(event.url, true);
		try_engine(arena, &event);
	}
	nw_arena_free(arena);
	return 0;
}
