#ifndef NW_ARTICLE_WIRE_H
#define NW_ARTICLE_WIRE_H

#include "base/buf.h"
#include <newswire/message.h>

/* Frames and keys of the bus as newswire-bus(7) has them, for those who write and those who read. */

#define NW_WIRE_KEY_MAX 200
#define NW_WIRE_ID_MAX 64
#define NW_WIRE_KEYS_MAX 64     /* beginnings of keys that one reader asks for, or may read */
#define NW_WIRE_LAST_MAX 100000 /* of "the last so many" */

/* What cursors, clients, alerts and channels are called by: bytes, and in words. */
#define NW_WIRE_NAME_MAX 64
#define NW_WIRE_NAME "1 to 64 of a-z, 0-9, '-', '_' and '.'"

/* The one key that is no article's, and the only one without a slash at its end. */
#define NW_WIRE_HEARTBEAT "sys/heartbeat"
/* The first frame of a replay request. */
#define NW_WIRE_REPLAY "NWREPLAY1"

/* "item", "update" ... and back; false for a kind we do not know. */
const char *nw_kind_name(enum nw_kind kind);
bool nw_kind_parse(struct nw_str name, enum nw_kind *kind);

/* Frame 1: "NW1 item 42 41 1700000000000 <id> v1". id "-" stands for none. */
void nw_wire_write_header(struct nw_buf *out, const struct nw_message *message);
/*
 * Sets kind, seq, prev, unix_ms, id, version; numbers are never negative. NW_E_UNKNOWN:
 * a version other than NW1, or another kind, for a receiver to pass over; of another
 * kind all but that is set.
 */
enum nw_err nw_wire_read_header(
	struct nw_str frame, struct nw_message *message, struct nw_error *error) NW_MUST;

/* ASCII a-z 0-9 - _ . and '/', a trailing slash, no empty part, NW_WIRE_KEY_MAX bytes at most. */
bool nw_wire_is_key(struct nw_str key);
/* What a subscriber may ask for: any beginning of a key; empty means everything. */
bool nw_wire_is_prefix(struct nw_str prefix);
bool nw_wire_is_name(struct nw_str name);
bool nw_wire_is_letter(char c); /* of a name; and of a part of a key */

#endif
