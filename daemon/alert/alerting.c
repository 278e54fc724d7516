#include <sodium.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"

#include "alert/internal.h"

#define LOOK_S 60           /* the time of day may be set: a timer waits for no more than this */
#define FORGET_EVERY_S 3600 /* what ended long ago is removed */
#define KEEP_S ((int64_t)30 * 86400)
#define NAMES_MAX ((size_t)64 << 20)

/* --- settings --- */

static struct nw_alert_held *new_held(const struct nw_alert_setting *setting)
{
	struct nw_alert_held *held = nw_must_calloc(1, sizeof(*held));

	held->setting = *setting;
	held->holders = 1;
	return held;
}

struct nw_alert_held *nw_alert_hold(struct nw_alert_held *held)
{
	held->holders++;
	return held;
}

void nw_alert_release(struct nw_alert_held *held)
{
	if (!held || --held->holders)
		return;
	nw_rules_free(held->setting.rules);
	held->setting.release(held->setting.holder);
	free(held);
}

int64_t nw_alerting_now_s(const struct nw_alerting *a)
{
	return nw_loop_unix_ms(a->loop) / 1000;
}

/* --- what is due --- */

void nw_alerting_plan(struct nw_alerting *a)
{
	const int64_t now_s = nw_alerting_now_s(a);
	const int64_t engine_s = nw_alerts_next(a->engine), outbox_s = nw_outbox_next(a->outbox);
	int64_t next_s = engine_s < outbox_s ? engine_s : outbox_s;

	if (a->is_stopped)
		return;
	if (next_s > now_s + LOOK_S)
		next_s = now_s + LOOK_S;
	/* A second begins in its course: not before it, or the timer comes again and again. */
	nw_timer_set(
		a->timer, next_s <= now_s ? 0 : (next_s * 1000 - nw_loop_unix_ms(a->loop)) + 1);
}

static void tick(struct nw_alerting *a)
{
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_outcome outcome = {0};
	struct nw_alert_job *job;

	/* Though nothing be due: it may be what a clock says that was set back meanwhile. */
	job = nw_alert_job_new(a);
	nw_alerts_tick(a->engine, job->arena, now_s, &outcome);
	nw_alert_job_fill(job, &outcome, now_s);
	if (nw_alert_job_is_empty(job))
		nw_alert_job_free(job);
	else
		nw_alert_job_post(job);
}

static void forget(struct nw_alerting *a)
{
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_alert_job *job;

	if (now_s - a->forgot_s < FORGET_EVERY_S)
		return;
	a->forgot_s = now_s;
	job = nw_alert_job_new(a);
	job->forget_before_s = now_s - KEEP_S;
	nw_alert_job_post(job);
}

static void on_time(void *arg)
{
	struct nw_alerting *a = arg;

	tick(a);
	nw_outbox_run(a->outbox, nw_alerting_now_s(a));
	nw_alert_save_cursor(a);
	forget(a);
	nw_alerting_plan(a);
}

/* --- restoring --- */

struct restoring {
	struct nw_alerting *a;
	size_t bad;
};

static void restore_incident(void *arg, const struct nw_incident_row *row)
{
	struct restoring *r = arg;
	struct nw_error error = {0};

	if (nw_alerts_restore(r->a->engine, row, &error)) {
		r->bad++;
		nw_log(NW_LOG_WARNING, "an incident cannot be read and is left alone",
			NW_KV("incident", row->id), NW_KV("error", nw_str(error.text)));
	}
}

/* What is known of rules that are new to the engine: all of it was written before. */
static enum nw_err restore_incidents(struct nw_alerting *a, struct nw_error *error)
{
	struct restoring r = {a, 0};
	struct nw_str rule;

	while ((rule = nw_alerts_unread(a->engine)).n) {
		const enum nw_err err =
			nw_journal_each_incident(a->reader, rule, restore_incident, &r, error);

		if (err)
			return err;
		nw_alerts_restored(a->engine, rule);
	}
	return NW_OK;
}

static void restore_unread(struct nw_alerting *a)
{
	struct nw_error error = {0};

	if (restore_incidents(a, &error))
		nw_log_error(NW_LOG_ERROR, "alerts cannot read the journal", &error);
}

/* --- what comes back --- */

static void add_letter(struct nw_alerting *a, const struct nw_letter_row *letter)
{
	if (letter->n)
		nw_outbox_add(a->outbox, letter);
	else
		nw_log(NW_LOG_WARNING,
			"a letter has the key of one that was there before, and is not sent",
			NW_KV("incident", letter->incident),
			NW_KV("transition", letter->transition), NW_KV("channel", letter->channel));
}

static void end_job(struct nw_alerting *a, struct nw_alert_job *job)
{
	for (size_t i = 0; !job->is_lost && i < job->n_letters; i++)
		add_letter(a, &job->letters[i]);
	if (job->noted)
		nw_outbox_noted(a->outbox, job->noted);
	if (job->is_revived && !job->is_lost && !nw_outbox_has(a->outbox, &job->note))
		nw_outbox_add(a->outbox, &job->note);
	if (job->is_page)
		a->page_under_way = false;
	if (job->is_reload && --a->reloads == 0)
		restore_unread(a);
	nw_alert_job_free(job);
}

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_alerting *a = arg;

	if (mail == &a->wake)
		atomic_store(
			&a->is_woken, false); /* before the look: what comes after it wakes anew */
	else
		end_job(a, (struct nw_alert_job *)(void *)mail);
	if (a->is_stopped)
		return;
	nw_alert_follow(a);
	nw_outbox_run(a->outbox, nw_alerting_now_s(a));
	nw_alerting_plan(a);
}

void nw_alerting_wake(struct nw_alerting *alerting)
{
	if (!atomic_exchange(&alerting->is_woken, true))
		nw_mailbox_post(&alerting->mail, &alerting->wake);
}

/* --- life --- */

static void restore_letter(void *arg, const struct nw_letter_row *row)
{
	nw_outbox_add(((struct restoring *)arg)->a->outbox, row);
}

static enum nw_err restore(struct nw_alerting *a, struct nw_error *error)
{
	struct restoring r = {a, 0};
	enum nw_err err = restore_incidents(a, error);

	if (!err)
		err = nw_journal_each_waiting(a->reader, restore_letter, &r, error);
	if (!err && a->held->setting.rules->n)
		err = nw_alert_find_cursor(a, error);
	return err;
}

/* --- rules --- */

static struct nw_str names_of(const struct nw_rules *rules, struct nw_arena *arena)
{
	json_t *names = json_array();
	struct nw_buf text;
	struct nw_str json;

	for (size_t i = 0; i < rules->n; i++)
		nw_json_append(names, nw_json_str(rules->rule[i].config->name));
	nw_buf_init(&text, NAMES_MAX);
	nw_json_write(&text, names);
	json = nw_arena_str(arena, nw_buf_str(&text));
	nw_buf_clear(&text);
	json_decref(names);
	return json;
}

/* The engine takes the rules as they are; of a rule that is new, only what is restored after this. */
static void take_rules(struct nw_alerting *a)
{
	const struct nw_rules *rules = a->held->setting.rules;
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_outcome outcome = {0};
	struct nw_alert_job *job = nw_alert_job_new(a);

	nw_alerts_set_rules(a->engine, job->arena, rules, now_s, &outcome);
	nw_alert_job_fill(job, &outcome, now_s);
	job->is_reload = true;
	job->rules = names_of(rules, job->arena);
	job->is_cursor_gone = !rules->n;
	if (!rules->n)
		a->cursor = a->saved_cursor = -1;
	a->reloads++;
	nw_alert_job_post(job);
}

enum nw_err nw_alerting_start(const struct nw_alerting_options *options,
	struct nw_alerting **alerting, struct nw_error *error)
{
	struct nw_alerting *a = nw_must_calloc(1, sizeof(*a));
	const struct nw_sender_options sender = {
		.user_agent = options->setting.config->user_agent.p};
	struct nw_outbox_user user = nw_alert_outbox_user;
	enum nw_err err;

	user.arg = a;
	a->loop = options->loop;
	a->store = options->store;
	a->cursor = -1;
	a->held = new_held(&options->setting);
	a->engine = nw_alerts_new(options->setting.rules);
	a->outbox = nw_outbox_new(&user, options->seed);
	a->timer = nw_timer_new(a->loop, on_time, a);
	a->world = (struct nw_channel_world){.loop = a->loop,
		.sender = nw_sender_new(a->loop, &sender),
		.files = nw_files_new(a->loop, nw_str(options->state))};
	LIST_INIT(&a->sendings);
	LIST_INIT(&a->healths);
	nw_mailbox_init(&a->mail, NW_MAILBOX_POLLED);
	nw_loop_on_mail(a->loop, &a->mail, on_mail, a);
	*alerting = a;
	if (sodium_init() < 0)
		return nw_fail(error, NW_E_SYSTEM, "libsodium cannot be used");
	err = nw_journal_reader_open(options->journal, &a->reader, error);
	if (!err)
		err = restore(a, error);
	if (err)
		return err;
	take_rules(a);
	nw_alerting_wake(a);
	return NW_OK;
}

void nw_alerting_set(struct nw_alerting *a, const struct nw_alert_setting *setting)
{
	struct nw_alert_held *old = a->held;
	struct nw_error error = {0};

	a->held = new_held(setting);
	take_rules(a);
	nw_alert_release(old);
	if (a->held->setting.rules->n && a->cursor < 0 && nw_alert_begin_cursor(a, &error))
		nw_log_error(NW_LOG_ERROR, "alerts cannot read the journal", &error);
	nw_alerting_wake(a);
}

void nw_alerting_stop(struct nw_alerting *a)
{
	if (!a || a->is_stopped)
		return;
	a->is_stopped = true;
	nw_timer_stop(a->timer);
	nw_alert_end_sendings(a);
	nw_files_free(a->world.files);
	nw_sender_free(a->world.sender);
}

void nw_alerting_free(struct nw_alerting *a)
{
	struct nw_mail *next;

	if (!a)
		return;
	nw_alerting_stop(a);
	for (struct nw_mail *mail = nw_mailbox_take(&a->mail); mail; mail = next) {
		next = mail->next;
		if (mail != &a->wake)
			nw_alert_job_free((struct nw_alert_job *)(void *)mail);
	}
	nw_mailbox_clear(&a->mail);
	nw_timer_free(a->timer);
	nw_outbox_free(a->outbox);
	nw_alerts_free(a->engine);
	nw_journal_reader_close(a->reader);
	nw_alert_free_healths(a);
	nw_alert_release(a->held);
	free(a);
}
