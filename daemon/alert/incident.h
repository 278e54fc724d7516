#ifndef NW_ALERT_INCIDENT_H
#define NW_ALERT_INCIDENT_H

#include "alert/engine.h"
#include "base/json.h"

/*
 * Private to the engine: one incident and its row. What is looked at only when something
 * happens to it is kept as JSON text, and is exactly what its row says.
 */

/* What there is to tell; a bit each, in the order in which they are told. */
enum nw_telling {
	NW_TELL_WITHDRAWN,
	NW_TELL_FIRST,
	NW_TELL_REOPENED,
	NW_TELL_UPDATE,
	NW_TELL_CORRECTION,
	NW_TELL_GREW,
	NW_N_TELLINGS,
};
#define NW_TELL_BIT(telling) (1U << (telling))
struct nw_telling_row {
	const char *name; /* "first", as transitions begin */
	enum nw_incident_state state;
	bool to_the_told; /* goes to whoever was told, past throttle and digest; mute holds it */
	bool is_spaced;   /* may come again and again, and is gathered then */
};
extern const struct nw_telling_row nw_telling_rows[NW_N_TELLINGS];

/* The heaps an incident stands in: by when it is due, and by which is forgotten first. */
enum { NW_HEAP_DUE, NW_HEAP_AGE, NW_N_HEAPS };

struct nw_incident {
	struct nw_str id, story; /* story: the end of id */
	size_t rule;             /* of the engine's desks */
	enum nw_incident_state state;
	int64_t opened_s, last_s, changed_s; /* last: of an article of its story */
	int64_t told_s, closed_s;            /* 0: not told, not closed */
	int64_t hold_s;     /* pending ones are looked at again; 0: no time is set */
	int64_t escalate_s; /* 0: no more */
	int64_t spaced_s;   /* corrections and withdrawals are gathered till then */
	unsigned pending;   /* bits of tellings */
	unsigned articles, sources;
	unsigned grew;                /* the highest step of sources that was told */
	unsigned told[NW_N_TELLINGS]; /* how often each was */
	double score;                 /* the most of its articles */
	uint64_t queued;              /* place in the next digest; 0: not in it */
	unsigned queued_tell;         /* what it is in the digest for; bits */
	unsigned queued_rest;         /* of these, what went to nobody at once */
	struct nw_str why;            /* it is held, for a person; owned */
	struct nw_str shown;          /* the id of the report that messages show; owned */

	/*
	 * Owned JSON text; p NULL: none. A report is {article, extract, why, lead, told, was}:
	 * told has the channels that a message showed it to, and is not there before one did; was,
	 * {title, lead}, what that message had, where there is a newer version. All but the first
	 * few reports are without their text.
	 */
	struct nw_str reports; /* that stand */
	struct nw_str
		withdrawn;     /* that somebody was told of, but not yet that they are taken back */
	struct nw_str changes; /* of the one that is shown, since it was told */
	struct nw_str told_to; /* ["mail:desk", ...]: whoever was told anything */
	struct nw_str acked_by;

	size_t at[NW_N_HEAPS];
	int64_t due_s;
	struct nw_incident *next, *prev; /* in the queue of a digest */
};

struct nw_incident *nw_incident_new(struct nw_str rule, struct nw_str story);
void nw_incident_free(struct nw_incident *incident);
/* Puts a copy in the place of an owned string; empty: none. */
void nw_incident_keep(struct nw_str *owned, struct nw_str s);
/* The JSON of an owned string, the caller's; an empty array or object where there is none. */
json_t *nw_incident_list(struct nw_str text);
json_t *nw_incident_object(struct nw_str text);
/* Writes it back; takes the value over. */
void nw_incident_store(struct nw_str *owned, json_t *value);
/* Where an article is among reports; their number: it is not. */
size_t nw_incident_find(const json_t *reports, struct nw_str article);
/* The report that is shown, the caller's; an empty object where none is. */
json_t *nw_incident_shown(const struct nw_incident *incident);

struct nw_str nw_incident_body(const struct nw_incident *incident, struct nw_arena *arena);
enum nw_err nw_incident_read(struct nw_incident *incident, const struct nw_incident_row *row,
	struct nw_error *error) NW_MUST;

/* A heap of incidents; at[which] is where one stands. */
struct nw_heap {
	struct nw_incident **v;
	size_t n, cap;
	int which;
	bool (*is_before)(const struct nw_incident *a, const struct nw_incident *b);
};
void nw_heap_add(struct nw_heap *heap, struct nw_incident *incident);
void nw_heap_fix(struct nw_heap *heap, struct nw_incident *incident); /* after its key changed */
void nw_heap_remove(struct nw_heap *heap, struct nw_incident *incident);

#endif
