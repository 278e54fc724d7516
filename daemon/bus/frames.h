#ifndef NW_BUS_FRAMES_H
#define NW_BUS_FRAMES_H

#include <zmq.h>

#include "base/buf.h"
#include "store/journal.h"
#include <newswire/message.h>

/*
 * A record of the journal as messages. Live and replayed ones are made here and
 * nowhere else, which is why they are equal byte for byte. The two large frames
 * are made once a record and shared, without copying, by all of its keys.
 */
struct nw_frames {
	struct nw_buf json, header;
	zmq_msg_t shared[2]; /* frames 2 and 3 */
};

enum nw_sent {
	NW_SENT,
	NW_SENT_DROPPED, /* but for somebody who was too slow for it */
	NW_SENT_FULL,    /* not sent: the peer has to read first */
	NW_SENT_LOST,    /* not sent: the peer is gone */
};

void nw_frames_init(struct nw_frames *frames);
void nw_frames_clear(struct nw_frames *frames);

/* What the following calls send, until the next fill. */
void nw_frames_fill(struct nw_frames *frames, const struct nw_record *record);

/* The message under one key of the record, to all who subscribed. Never waits. */
enum nw_sent nw_frames_publish(struct nw_frames *frames, void *xpub, const struct nw_record *record,
	const struct nw_journal_key *key);
/* The same to one peer of a ROUTER. Never waits. */
enum nw_sent nw_frames_answer(struct nw_frames *frames, void *router, struct nw_str peer,
	const struct nw_record *record, const struct nw_journal_key *key);

/* A heartbeat, its key and header as in beat, and its JSON. */
enum nw_sent nw_frames_beat(
	struct nw_frames *frames, void *xpub, const struct nw_message *beat, struct nw_str json);
/* One frame to one peer: END, GONE or ERR. */
enum nw_sent nw_frames_say(void *router, struct nw_str peer, struct nw_str line);

#endif
