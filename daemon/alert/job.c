#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "store/trim.h"

#include "alert/internal.h"

#define RECORD_MAX ((size_t)1 << 20)

/* --- on the STORE thread --- */

/* A record that the journal will not have is left out: the letters matter more. */
static enum nw_err append(
	struct nw_journal *journal, struct nw_record *record, struct nw_error *error)
{
	enum nw_err err;
	bool is_new;

	record->unix_ms = nw_unix_ms();
	err = nw_journal_append(journal, record, &is_new, error);
	return err == NW_E_SYSTEM ? err : NW_OK;
}

static enum nw_err write_job(
	struct nw_store_job *store_job, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_alert_job *job = (struct nw_alert_job *)store_job;
	int64_t cursor = job->cursor;
	enum nw_err err = NW_OK;

	for (size_t i = 0; !err && i < job->n_rows; i++)
		err = nw_journal_save_incident(journal, &job->rows[i], error);
	for (size_t i = 0; !err && i < job->n_letters; i++)
		err = nw_journal_post_letter(journal, &job->letters[i], error);
	for (size_t i = 0; !err && i < job->n_records; i++)
		err = append(journal, &job->records[i], error);
	if (!err && job->note.n)
		err = nw_journal_note_letter(journal, &job->note, error);
	if (!err && cursor)
		err = nw_journal_save_cursor(
			journal, NW_STR(NW_ALERTING_CURSOR), &cursor, nw_unix_ms() / 1000, error);
	if (!err && job->is_cursor_gone &&
		nw_journal_forget_cursor(journal, NW_STR(NW_ALERTING_CURSOR), error) == NW_E_SYSTEM)
		err = NW_E_SYSTEM; /* anything else: there was none */
	if (!err && job->is_reload)
		err = nw_journal_close_incidents(journal, job->rules, nw_unix_ms() / 1000, error);
	if (!err && job->forget_before_s)
		err = nw_journal_forget_alerts(journal, job->forget_before_s, error);
	return err;
}

static void send_back(struct nw_store_job *store_job)
{
	struct nw_alert_job *job = (struct nw_alert_job *)store_job;

	nw_mailbox_post(&job->a->mail, &store_job->mail);
}

static void on_abandon(struct nw_store_job *store_job, const struct nw_error *error)
{
	struct nw_alert_job *job = (struct nw_alert_job *)store_job;

	nw_log_error(NW_LOG_ERROR, "alerts were not written", error);
	job->is_lost = true;
	send_back(store_job);
}

/* --- on the LOOP --- */

struct nw_alert_job *nw_alert_job_new(struct nw_alerting *a)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_alert_job *job = NW_ARENA_NEW(arena, struct nw_alert_job);

	job->job = (struct nw_store_job){
		.write = write_job, .on_commit = send_back, .on_abandon = on_abandon};
	job->a = a;
	job->arena = arena;
	return job;
}

void nw_alert_job_free(struct nw_alert_job *job)
{
	nw_arena_free(job->arena);
}

bool nw_alert_job_is_empty(const struct nw_alert_job *job)
{
	return !job->n_rows && !job->n_letters && !job->n_records && !job->note.n;
}

void nw_alert_job_post(struct nw_alert_job *job)
{
	nw_mailbox_post(job->a->store, &job->job.mail);
}

/* Twice the room each time: what is left to the arena is no more than what there is. */
static void grow_records(struct nw_alert_job *job)
{
	struct nw_record *records;

	if (job->n_records < job->records_cap)
		return;
	job->records_cap = job->records_cap ? job->records_cap * 2 : 4;
	records = NW_ARENA_ARRAY(job->arena, struct nw_record, job->records_cap);
	for (size_t i = 0; i < job->n_records; i++)
		records[i] = job->records[i];
	job->records = records;
}

void nw_alert_job_tell(struct nw_alert_job *job, enum nw_kind kind, struct nw_str key,
	json_t *extension, struct nw_str title, struct nw_str text)
{
	struct nw_journal_key *keys = NW_ARENA_NEW(job->arena, struct nw_journal_key);
	struct nw_buf json;

	grow_records(job);
	nw_buf_init(&json, RECORD_MAX);
	nw_notice_encode(&json, extension, title);
	keys->key = key;
	job->records[job->n_records++] = (struct nw_record){.kind = kind,
		.version = 1,
		.json = nw_arena_str(job->arena, nw_buf_str(&json)),
		.text = text,
		.keys = keys,
		.n_keys = 1};
	nw_buf_clear(&json);
}

/* What happened to an incident, for those who read alert/RULE/ on the bus. */
static void tell_change(struct nw_alert_job *job, const struct nw_change *change)
{
	struct nw_alert_message message = {0};
	json_t *extension = json_object(), *alert = json_object(), *payload = NULL;
	struct nw_str title =
		nw_arena_printf(job->arena, "%.*s: %s", NW_ARG(change->rule), change->to);

	nw_json_set_str(alert, "rule", change->rule);
	nw_json_set_str(alert, "incident", change->incident);
	nw_json_set_str(alert, "story", change->story);
	if (change->from)
		nw_json_set_str(alert, "was", nw_str(change->from));
	nw_json_set_str(alert, "state", nw_str(change->to));
	nw_json_set_str(alert, "why", change->why);
	if (change->payload.n && !nw_json_parse(change->payload, &payload, NULL))
		nw_json_set(alert, "told", payload);
	nw_json_set(extension, "alert", alert);
	if (change->payload.n && !nw_alert_message(job->arena, change->payload, &message, NULL) &&
		message.subject.n)
		title = message.subject;
	nw_alert_job_tell(job, NW_KIND_ALERT,
		nw_arena_printf(job->arena, "alert/%.*s/", NW_ARG(change->rule)), extension, title,
		message.text.n ? message.text
			       : nw_arena_printf(job->arena, "%.*s\n", NW_ARG(title)));
}

void nw_alert_job_fill(struct nw_alert_job *job, const struct nw_outcome *outcome, int64_t now_s)
{
	job->rows = outcome->rows;
	job->n_rows = outcome->n_rows;
	job->letters = NW_ARENA_ARRAY(job->arena, struct nw_letter_row, outcome->n_letters);
	job->n_letters = outcome->n_letters;
	for (size_t i = 0; i < outcome->n_letters; i++) {
		const struct nw_letter *letter = &outcome->letters[i];

		job->letters[i] = (struct nw_letter_row){.key = letter->key,
			.incident = letter->incident,
			.rule = letter->rule,
			.channel = letter->channel,
			.transition = letter->transition,
			.due_s = letter->due_s,
			.next_s = letter->due_s,
			.created_s = now_s,
			.payload = letter->payload};
	}
	for (size_t i = 0; i < outcome->n_changes; i++)
		tell_change(job, &outcome->changes[i]);
}
