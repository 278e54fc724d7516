#ifndef NW_STORE_ALERTS_H
#define NW_STORE_ALERTS_H

#include "store/reader.h"

/*
 * What alerts keep: how far each incident is, and the letters that are to be sent of it.
 * Both are written in the transaction of the transition they come from, beside the
 * journal's records and the cursor of who reads them (store/journal.h).
 */
struct nw_incident_row {
	struct nw_str id; /* "RULE/STORY" */
	struct nw_str rule, story;
	struct nw_str state; /* "closed" is the one that the store knows */
	struct nw_str body;  /* JSON, the engine's own */
	int64_t changed_s;
};

enum nw_letter_state {
	NW_LETTER_WAITING,
	NW_LETTER_SENT,
	NW_LETTER_DEAD, /* given up; error says why */
	NW_LETTER_N_STATES
};

const char *nw_letter_state_name(enum nw_letter_state state); /* "waiting" ... */

struct nw_letter_row {
	int64_t n;         /* the order of the outbox; given by post */
	struct nw_str key; /* of idempotency: no two letters have one */
	struct nw_str incident, rule, channel, transition;
	int64_t due_s;         /* not before; what it is given up by is counted from here */
	struct nw_str payload; /* JSON that says everything a message does */

	enum nw_letter_state state;
	int64_t next_s; /* the next attempt */
	int64_t tries;
	struct nw_str error; /* of the last attempt; for a person, without secrets */
	int64_t created_s, ended_s;
};

/* Writes the incident, or writes it over. */
enum nw_err nw_journal_save_incident(struct nw_journal *journal, const struct nw_incident_row *row,
	struct nw_error *error) NW_MUST;

/*
 * Closes whatever is not of one of these rules, a JSON array of their names: body stays as it is, and
 * so it is known that no engine closed it.
 */
enum nw_err nw_journal_close_incidents(struct nw_journal *journal, struct nw_str rules,
	int64_t now_s, struct nw_error *error) NW_MUST;

/* Sets letter->n; where its key was there before, to 0, and nothing is added. */
enum nw_err nw_journal_post_letter(
	struct nw_journal *journal, struct nw_letter_row *letter, struct nw_error *error) NW_MUST;

/*
 * What came of an attempt: state, next_s, tries, error and ended_s of the letter with this
 * n. A letter waiting anew has due_s moved, too.
 */
enum nw_err nw_journal_note_letter(struct nw_journal *journal, const struct nw_letter_row *letter,
	struct nw_error *error) NW_MUST;

/* Removes what ended before a time: letters, and closed incidents that no letter waits for. */
enum nw_err nw_journal_forget_alerts(
	struct nw_journal *journal, int64_t before_s, struct nw_error *error) NW_MUST;

/* One call for each; a row lives until the callback returns, which reads nothing itself. */
typedef void nw_on_incident(void *arg, const struct nw_incident_row *row);
typedef void nw_on_letter(void *arg, const struct nw_letter_row *row);

/* Of one rule, in the order of their ids. */
enum nw_err nw_journal_each_incident(struct nw_journal_reader *reader, struct nw_str rule,
	nw_on_incident *on_incident, void *arg, struct nw_error *error) NW_MUST;

/* Those that wait, in order, without their payload. */
enum nw_err nw_journal_each_waiting(struct nw_journal_reader *reader, nw_on_letter *on_letter,
	void *arg, struct nw_error *error) NW_MUST;

/* The newest `most` of every state, newest first, without their payload. */
enum nw_err nw_journal_each_letter(struct nw_journal_reader *reader, int64_t most,
	nw_on_letter *on_letter, void *arg, struct nw_error *error) NW_MUST;

/* The whole of one, in the arena; NW_E_GONE where there is none. */
enum nw_err nw_journal_letter(struct nw_journal_reader *reader, struct nw_arena *arena, int64_t n,
	struct nw_letter_row *letter, struct nw_error *error) NW_MUST;

#endif
