#include "article/wire.h"

#include <inttypes.h>
#include <limits.h>

#include "base/error.h"
#include "base/str.h"

/* Longer than any header that the limits on its parts allow. */
#define HEADER_MAX 200

static const char *const kinds[] = {
	[NW_KIND_ITEM] = "item",
	[NW_KIND_UPDATE] = "update",
	[NW_KIND_CANCEL] = "cancel",
	[NW_KIND_STORY] = "story",
	[NW_KIND_ALERT] = "alert",
	[NW_KIND_HEARTBEAT] = "heartbeat",
	[NW_KIND_HEALTH] = "health",
};

const char *nw_kind_name(enum nw_kind kind)
{
	return kinds[kind];
}

bool nw_kind_parse(struct nw_str name, enum nw_kind *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (nw_str_eq(name, nw_str(kinds[i]))) {
			*kind = (enum nw_kind)i;
			return true;
		}
	}
	return false;
}

void nw_wire_write_header(struct nw_buf *out, const struct nw_message *message)
{
	const struct nw_str id = message->id.n ? message->id : NW_STR("-");

	nw_buf_printf(out, "NW1 %s %" PRId64 " %" PRId64 " %" PRId64 " %.*s v%u",
		nw_kind_name(message->kind), message->seq, message->prev, message->unix_ms,
		NW_ARG(id), message->version);
}

bool nw_wire_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool is_id(struct nw_str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if (!nw_wire_is_letter(id.p[i]) && (id.p[i] < 'A' || id.p[i] > 'Z'))
			return false;
	}
	return id.n > 0 && id.n <= NW_WIRE_ID_MAX;
}

/* Digits and nothing else, so that a header has one way to be written. */
static bool read_number(struct nw_str *rest, int64_t max, int64_t *value)
{
	struct nw_str word;

	if (!nw_str_cut(rest, ' ', &word) || !nw_str_int(word, 0, max, value))
		return false;
	return word.p[0] != '-' && (word.n == 1 || word.p[0] != '0');
}

static bool read_version(struct nw_str *rest, unsigned *version)
{
	int64_t value;

	if (!rest->n || rest->p[0] != 'v')
		return false;
	*rest = nw_str_from(*rest, 1);
	if (!read_number(rest, UINT_MAX, &value))
		return false;
	*version = (unsigned)value;
	return true;
}

enum nw_err nw_wire_read_header(
	struct nw_str frame, struct nw_message *message, struct nw_error *error)
{
	struct nw_str rest = frame, magic, kind, id;
	struct nw_message m = *message;
	bool is_known;

	if (frame.n > HEADER_MAX || !nw_str_cut(&rest, ' ', &magic) ||
		!nw_str_starts(magic, NW_STR("NW")))
		return nw_fail(error, NW_E_SYNTAX, "no header of a message");
	if (!nw_str_eq(magic, NW_STR("NW1")))
		return nw_fail(error, NW_E_UNKNOWN, "unknown frames '%.*s'",
			NW_ARG(nw_str_head(magic, 16)));
	if (!nw_str_cut(&rest, ' ', &kind))
		return nw_fail(error, NW_E_SYNTAX, "header without a kind");
	/* There is always a number after a seq. */
	if (!read_number(&rest, INT64_MAX - 1, &m.seq) ||
		!read_number(&rest, INT64_MAX - 1, &m.prev) ||
		!read_number(&rest, INT64_MAX, &m.unix_ms))
		return nw_fail(error, NW_E_SYNTAX, "header with a bad seq, prev or time");
	if (!nw_str_cut(&rest, ' ', &id) || !is_id(id))
		return nw_fail(error, NW_E_SYNTAX, "header with a bad id");
	if (!read_version(&rest, &m.version) || rest.p)
		return nw_fail(error, NW_E_SYNTAX, "header with a bad version");
	m.id = nw_str_eq(id, NW_STR("-")) ? NW_STR("") : id;
	is_known = nw_kind_parse(kind, &m.kind);
	*message = m;
	return is_known ? NW_OK
			: nw_fail(error, NW_E_UNKNOWN, "unknown kind '%.*s'",
				  NW_ARG(nw_str_head(kind, 32)));
}

bool nw_wire_is_prefix(struct nw_str prefix)
{
	char before = '/';

	if (prefix.n > NW_WIRE_KEY_MAX)
		return false;
	for (size_t i = 0; i < prefix.n; i++) {
		if (!nw_wire_is_letter(prefix.p[i]) && (prefix.p[i] != '/' || before == '/'))
			return false;
		before = prefix.p[i];
	}
	return true;
}

bool nw_wire_is_key(struct nw_str key)
{
	return key.n > 1 && key.p[key.n - 1] == '/' && nw_wire_is_prefix(key);
}

bool nw_wire_is_name(struct nw_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (!nw_wire_is_letter(name.p[i]))
			return false;
	}
	return name.n > 0 && name.n <= NW_WIRE_NAME_MAX;
}
