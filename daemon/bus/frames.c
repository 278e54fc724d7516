#include "bus/frames.h"

#include <errno.h>
#include <stdlib.h>

#include "article/encode.h"
#include "article/wire.h"
#include "base/arena.h"

#define JSON_MAX ((size_t)64 << 20)

void nw_frames_init(struct nw_frames *frames)
{
	nw_buf_init(&frames->json, JSON_MAX);
	nw_buf_init(&frames->header, 512);
	for (size_t i = 0; i < 2; i++)
		(void)zmq_msg_init(&frames->shared[i]);
}

void nw_frames_clear(struct nw_frames *frames)
{
	for (size_t i = 0; i < 2; i++)
		(void)zmq_msg_close(&frames->shared[i]);
	nw_buf_clear(&frames->json);
	nw_buf_clear(&frames->header);
}

static void fill(zmq_msg_t *msg, struct nw_str bytes)
{
	(void)zmq_msg_close(msg);
	if (zmq_msg_init_size(msg, bytes.n))
		nw_out_of_memory(); /* the only reason */
	if (bytes.n)
		memcpy(zmq_msg_data(msg), bytes.p, bytes.n);
}

void nw_frames_fill(struct nw_frames *frames, const struct nw_record *record)
{
	nw_buf_empty(&frames->json);
	nw_article_join(&frames->json, record->seq, record->json);
	fill(&frames->shared[0], nw_buf_str(&frames->json));
	fill(&frames->shared[1], record->text);
}

/* Once the first frame is taken the others are: a limit counts whole messages. */
static enum nw_sent send_frame(void *socket, struct nw_str bytes, int flags)
{
	if (zmq_send(socket, bytes.p, bytes.n, ZMQ_DONTWAIT | flags) >= 0)
		return NW_SENT;
	return zmq_errno() == EAGAIN ? NW_SENT_FULL : NW_SENT_LOST;
}

static void send_shared(void *socket, zmq_msg_t *msg, int flags)
{
	zmq_msg_t copy;

	(void)zmq_msg_init(&copy);
	(void)zmq_msg_copy(&copy, msg);
	if (zmq_msg_send(&copy, socket, ZMQ_DONTWAIT | flags) < 0)
		(void)zmq_msg_close(&copy);
}

static void send_header(struct nw_frames *frames, void *socket, const struct nw_message *message)
{
	nw_buf_empty(&frames->header);
	nw_wire_write_header(&frames->header, message);
	(void)send_frame(socket, nw_buf_str(&frames->header), ZMQ_SNDMORE);
}

static void send_rest(struct nw_frames *frames, void *socket, const struct nw_record *record,
	const struct nw_journal_key *key)
{
	const struct nw_message message = {.kind = record->kind,
		.seq = record->seq,
		.prev = key->prev,
		.unix_ms = record->unix_ms,
		.id = record->id,
		.version = record->version};

	send_header(frames, socket, &message);
	send_shared(socket, &frames->shared[0], ZMQ_SNDMORE);
	send_shared(socket, &frames->shared[1], 0);
}

static void set_lossy(void *xpub, bool lossy)
{
	const int nodrop = !lossy;

	(void)zmq_setsockopt(xpub, ZMQ_XPUB_NODROP, &nodrop, sizeof(nodrop));
}

/*
 * A subscriber whose queue is full makes the key's frame fail; then everyone else
 * gets the message without it. From there libzmq passes over the slow one
 * silently until it has read half of its queue, so that what is counted is how
 * often somebody fell behind.
 */
static enum nw_sent send_key(void *xpub, struct nw_str key)
{
	const enum nw_sent sent = send_frame(xpub, key, ZMQ_SNDMORE);

	if (sent != NW_SENT_FULL)
		return sent;
	set_lossy(xpub, true);
	return send_frame(xpub, key, ZMQ_SNDMORE) == NW_SENT ? NW_SENT_DROPPED : NW_SENT_LOST;
}

enum nw_sent nw_frames_publish(struct nw_frames *frames, void *xpub, const struct nw_record *record,
	const struct nw_journal_key *key)
{
	const enum nw_sent sent = send_key(xpub, key->key);

	if (sent != NW_SENT_LOST)
		send_rest(frames, xpub, record, key);
	if (sent != NW_SENT)
		set_lossy(xpub, false);
	return sent;
}

enum nw_sent nw_frames_answer(struct nw_frames *frames, void *router, struct nw_str peer,
	const struct nw_record *record, const struct nw_journal_key *key)
{
	const enum nw_sent sent = send_frame(router, peer, ZMQ_SNDMORE);

	if (sent != NW_SENT)
		return sent;
	(void)send_frame(router, key->key, ZMQ_SNDMORE);
	send_rest(frames, router, record, key);
	return NW_SENT;
}

enum nw_sent nw_frames_beat(
	struct nw_frames *frames, void *xpub, const struct nw_message *beat, struct nw_str json)
{
	const enum nw_sent sent = send_key(xpub, beat->key);

	if (sent != NW_SENT_LOST) {
		send_header(frames, xpub, beat);
		(void)send_frame(xpub, json, 0);
	}
	if (sent != NW_SENT)
		set_lossy(xpub, false);
	return sent;
}

enum nw_sent nw_frames_say(void *router, struct nw_str peer, struct nw_str line)
{
	const enum nw_sent sent = send_frame(router, peer, ZMQ_SNDMORE);

	return sent == NW_SENT ? send_frame(router, line, 0) : sent;
}
