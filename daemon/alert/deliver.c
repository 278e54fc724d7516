#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "base/when.h"

#include "alert/internal.h"

#define FAILURES_TOLD 3 /* in a row: then a channel is failing */

/* A letter that is under way. */
struct nw_alert_sending {
	LIST_ENTRY(nw_alert_sending) entry;
	struct nw_alerting *a;
	struct nw_alert_held *held; /* whose channel it borrows */
	struct nw_outbox_letter *letter;
	struct nw_delivery *delivery;
};

/* --- how a channel is --- */

static struct nw_channel_health *health_of(struct nw_alerting *a, struct nw_str channel)
{
	struct nw_channel_health *h;

	LIST_FOREACH(h, &a->healths, entry)
	if (nw_str_eq(channel, nw_str(h->name)))
		return h;
	h = nw_must_calloc(1, sizeof(*h));
	h->name = nw_must_strdup(channel);
	LIST_INSERT_HEAD(&a->healths, h, entry);
	return h;
}

void nw_alert_free_healths(struct nw_alerting *a)
{
	struct nw_channel_health *h;

	while ((h = LIST_FIRST(&a->healths))) {
		LIST_REMOVE(h, entry);
		free(h->name);
		free(h);
	}
}

static void tell_health(struct nw_alert_job *job, const struct nw_channel_health *h,
	const char *state, int64_t now_s)
{
	json_t *extension = json_object();
	const struct nw_str title = nw_arena_printf(job->arena, "channel %s: %s%s%s", h->name,
		state, h->is_failing ? ": " : "", h->is_failing ? h->reason : "");
	char when[NW_WHEN_TEXT];

	nw_json_set_str(extension, "channel", nw_str(h->name));
	nw_json_set_str(extension, "state", nw_str(state));
	nw_json_set(extension, "failing", json_boolean(h->is_failing));
	if (h->is_failing)
		nw_json_set_str(extension, "reason", nw_str(h->reason));
	nw_json_set_str(extension, "since", nw_str(nw_when_rfc3339(now_s, when)));
	nw_alert_job_tell(job, NW_KIND_HEALTH,
		nw_arena_printf(job->arena, "sys/alert/%s/", h->name), extension, title,
		nw_arena_printf(job->arena, "%.*s\n", NW_ARG(title)));
}

static void count_attempt(const struct nw_letter_row *row)
{
	const struct nw_channel_kind *kind = nw_channel_kind_of(row->channel);

	if (!kind)
		return;
	if (row->state == NW_LETTER_SENT)
		nw_count(kind->counter, 1);
	else
		nw_count(kind->counter + 1, 1);
	if (row->state == NW_LETTER_DEAD)
		nw_count(kind->counter + 2, 1);
}

/* Takes an attempt in; the log and the bus hear of a change, and of each letter that is dead. */
static void judge_health(struct nw_alert_job *job, const struct nw_letter_row *row, int64_t now_s)
{
	struct nw_channel_health *h = health_of(job->a, row->channel);
	const bool is_dead = row->state == NW_LETTER_DEAD;
	const bool was_failing = h->is_failing;

	count_attempt(row);
	if (row->state == NW_LETTER_SENT) {
		h->failures = 0;
		h->is_failing = false;
		h->last_ok_s = now_s;
		h->sent++;
	} else {
		h->failures++;
		h->is_failing = h->is_failing || is_dead || h->failures >= FAILURES_TOLD;
		h->dead += is_dead;
		(void)snprintf(h->reason, sizeof(h->reason), "%.*s", NW_ARG(row->error));
	}
	if (h->is_failing != was_failing)
		h->since_s = now_s;
	if (is_dead || (h->is_failing && !was_failing)) {
		nw_log(NW_LOG_ERROR,
			is_dead ? "a letter was given up" : "alerts do not get through",
			NW_KV("channel", row->channel), NW_KVI("letter", row->n),
			NW_KV("reason", nw_str(h->reason)));
		tell_health(job, h, is_dead ? "dead-letter" : "failing", now_s);
	} else if (was_failing && !h->is_failing) {
		nw_log(NW_LOG_NOTICE, "alerts get through again", NW_KV("channel", row->channel));
		tell_health(job, h, "ok", now_s);
	}
}

/* --- what came of an attempt --- */

/*
 * The same news by another way. Its key is of the incident, the transition and the channel:
 * channels that stand in for each other in a circle come to an end.
 */
static void fall_back(struct nw_alert_job *job, int64_t now_s)
{
	struct nw_alerting *a = job->a;
	char key[NW_HASH_HEX + 1];
	const struct nw_config_channel *channel =
		nw_config_channel(a->held->setting.config, job->note.channel);
	struct nw_letter_row *letter = NW_ARENA_NEW(job->arena, struct nw_letter_row);

	if (!channel || !channel->fallback.n ||
		nw_journal_letter(a->reader, job->arena, job->note.n, letter, NULL))
		return;
	nw_hash_hex(nw_hash128(nw_arena_printf(job->arena, "%.*s\nfallback\n%.*s\n%.*s",
			    NW_ARG(letter->incident), NW_ARG(letter->transition),
			    NW_ARG(channel->fallback))),
		key);
	letter->key = nw_arena_str(job->arena, nw_str(key));
	letter->channel = nw_arena_str(job->arena, channel->fallback);
	letter->due_s = letter->next_s = letter->created_s = now_s;
	job->letters = letter;
	job->n_letters = 1;
}

static void note(void *arg, struct nw_outbox_letter *letter, const struct nw_letter_row *row)
{
	struct nw_alerting *a = arg;
	struct nw_alert_job *job = nw_alert_job_new(a);
	const int64_t now_s = nw_alerting_now_s(a);

	job->note = *row;
	job->note.error = nw_arena_str(job->arena, row->error);
	job->note.channel = nw_arena_str(job->arena, row->channel);
	job->noted = letter;
	judge_health(job, row, now_s);
	if (row->state == NW_LETTER_DEAD)
		fall_back(job, now_s);
	nw_alert_job_post(job);
}

static void free_sending(struct nw_alert_sending *s)
{
	LIST_REMOVE(s, entry);
	nw_alert_release(s->held);
	free(s);
}

static void on_delivered(void *arg, const struct nw_delivered *delivered)
{
	struct nw_alert_sending *s = arg;
	struct nw_alerting *a = s->a;
	struct nw_outbox_letter *letter = s->letter;

	free_sending(s);
	nw_outbox_delivered(a->outbox, letter, delivered, nw_alerting_now_s(a));
}

/* --- sending one --- */

static void refuse(struct nw_alerting *a, struct nw_outbox_letter *letter,
	enum nw_delivered_state state, const char *reason)
{
	const struct nw_delivered delivered = {.state = state, .reason = nw_str(reason)};

	nw_outbox_delivered(a->outbox, letter, &delivered, nw_alerting_now_s(a));
}

static void deliver(void *arg, struct nw_outbox_letter *letter)
{
	struct nw_alerting *a = arg;
	const struct nw_config_channel *channel =
		nw_config_channel(a->held->setting.config, nw_outbox_channel(letter));
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_letter_row row;
	const enum nw_err err =
		nw_journal_letter(a->reader, arena, nw_outbox_number(letter), &row, &error);

	if (err) {
		refuse(a, letter, err == NW_E_GONE ? NW_DELIVER_NEVER : NW_DELIVER_AGAIN,
			error.text);
	} else if (!channel) {
		refuse(a, letter, NW_DELIVER_NEVER,
			"the channel is not in the configuration any more");
	} else {
		struct nw_alert_sending *s = nw_must_calloc(1, sizeof(*s));

		s->a = a;
		s->held = nw_alert_hold(a->held);
		s->letter = letter;
		LIST_INSERT_HEAD(&a->sendings, s, entry);
		s->delivery = nw_delivery_start(
			&a->world, channel, &row, nw_alerting_now_s(a), on_delivered, s);
	}
	nw_arena_free(arena);
}

void nw_alert_end_sendings(struct nw_alerting *a)
{
	struct nw_alert_sending *s;

	while ((s = LIST_FIRST(&a->sendings))) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it does not see LIST_REMOVE's doing */
		nw_delivery_cancel(s->delivery);
		free_sending(s);
	}
}

const struct nw_outbox_user nw_alert_outbox_user = {.deliver = deliver, .note = note};
