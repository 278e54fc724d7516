#ifndef NW_ALERT_READING_H
#define NW_ALERT_READING_H

#include "alert/event.h"
#include "store/reader.h"

/*
 * The journal as alerts read it: the records of articles, oldest first, a page at a time. The
 * daemon follows it by this, and a forecast goes over what was.
 */
struct nw_alert_reading {
	struct nw_journal_reader *reader;
	int64_t cursor; /* what has been read */
	int64_t upto;   /* nothing behind this; 0: no end */
	void (*on_event)(void *arg, const struct nw_event *event);
	/* A record that no alert can come of, though it is of a kind that rules look at. */
	void (*on_unreadable)(void *arg, int64_t seq, const struct nw_error *error);
	void *arg;
};

/*
 * Reads one page, whose events live in the arena, and moves the cursor behind it; a cursor that
 * stays says that there is nothing (any more).
 */
enum nw_err nw_alert_read_page(
	struct nw_alert_reading *reading, struct nw_arena *arena, struct nw_error *error) NW_MUST;

#endif
