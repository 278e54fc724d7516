#ifndef NW_BUS_PUBLISH_H
#define NW_BUS_PUBLISH_H

#include "bus/frames.h"
#include "bus/heartbeat.h"
#include "store/reader.h"

/* What has been published, and how to publish what comes after it. */
struct nw_publisher {
	void *xpub;
	void *guests; /* by CURVE; NULL: nobody is there */
	struct nw_journal_reader *reader;
	struct nw_frames frames;
	struct nw_lasts lasts;
	struct nw_buf json; /* of a heartbeat, as last written */
	size_t beat_bytes;  /* of the last heartbeats, to all */
	int64_t oldest;     /* as of the last heartbeat */
	int64_t after;      /* everything up to this seq is out */
};

/*
 * Begins after the newest record there is. What a killed daemon committed and did
 * not publish is not published late: nobody may be there to hear it, and whoever
 * was there is told by the first heartbeat, or by the next message's prev, and
 * replays it. So there is one way to fill a gap, and it is always the same.
 */
enum nw_err nw_publisher_open(struct nw_publisher *publisher, void *xpub,
	struct nw_journal_reader *reader, struct nw_error *error) NW_MUST;
void nw_publisher_close(struct nw_publisher *publisher);

/* Publishes one page of what has been committed; *more: there may be another. */
enum nw_err nw_publisher_page(
	struct nw_publisher *publisher, bool *more, struct nw_error *error) NW_MUST;

enum nw_err nw_publisher_beat(
	struct nw_publisher *publisher, int64_t now_unix_ms, struct nw_error *error) NW_MUST;
/* After that, the same for one of the guests: its own key, and the keys that it may read. */
void nw_publisher_beat_for(
	struct nw_publisher *publisher, const struct nw_right *right, int64_t now_unix_ms);

#endif
