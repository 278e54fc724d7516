#include "bus/request.h"

#include "article/wire.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"

#define CREDIT_OTHERWISE 500

static enum nw_err read_from(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	r->from = NW_FROM_SEQ;
	if (nw_str_int(value, 0, INT64_MAX, &r->seq))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX, "from is no sequence number");
}

static enum nw_err read_since(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	struct nw_when when;

	r->from = NW_FROM_SINCE;
	if (value.n > 64 || !nw_when_parse(value, &when) || when.unix_s > NW_WHEN_LAST_S)
		return nw_fail(error, NW_E_SYNTAX, "since is no time as RFC 3339 writes it");
	r->since_ms = when.unix_s > 0 ? when.unix_s * 1000 : 0;
	return NW_OK;
}

static enum nw_err read_last(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	r->from = NW_FROM_LAST;
	if (nw_str_int(value, 1, NW_WIRE_LAST_MAX, &r->last))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX, "last is no number from 1 to %d", NW_WIRE_LAST_MAX);
}

static enum nw_err read_keys(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	struct nw_str rest = value, prefix;

	while (value.n && nw_str_cut(&rest, ',', &prefix)) {
		if (r->n_prefixes == NW_WIRE_KEYS_MAX)
			return nw_fail(error, NW_E_LIMIT, "more than %d keys", NW_WIRE_KEYS_MAX);
		if (!prefix.n || !nw_wire_is_prefix(prefix))
			return nw_fail(error, NW_E_SYNTAX, "keys holds what begins no key");
		r->prefixes[r->n_prefixes++] = prefix;
	}
	return NW_OK;
}

static enum nw_err read_body(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	r->no_text = nw_str_eq(value, NW_STR("none"));
	if (r->no_text || nw_str_eq(value, NW_STR("text")))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX, "body is neither text nor none");
}

static enum nw_err read_credit(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	if (nw_str_int(value, 1, NW_REQUEST_CREDIT, &r->credit))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX, "credit is no number from 1 to %d", NW_REQUEST_CREDIT);
}

static enum nw_err read_cursor(struct nw_str value, struct nw_request *r, struct nw_error *error)
{
	r->cursor = value;
	if (nw_wire_is_name(value))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX, "a cursor's name is " NW_WIRE_NAME);
}

/* Each may be given once, and of the starting points at most one. */
static const struct {
	const char *name;
	bool is_start;
	enum nw_err (*read)(struct nw_str value, struct nw_request *r, struct nw_error *error);
} names[] = {
	{"from", true, read_from},
	{"since", true, read_since},
	{"last", true, read_last},
	{"cursor", false, read_cursor},
	{"keys", false, read_keys},
	{"body", false, read_body},
	{"credit", false, read_credit},
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

static enum nw_err read_line(
	struct nw_str line, struct nw_request *r, unsigned *given, struct nw_error *error)
{
	struct nw_str value = line, name;

	if (!nw_str_cut(&value, '=', &name) || !value.p)
		return nw_fail(error, NW_E_SYNTAX, "line without '='");
	for (size_t i = 0; i < N_NAMES; i++) {
		if (!nw_str_eq(name, nw_str(names[i].name)))
			continue;
		if (*given & 1u << i)
			return nw_fail(error, NW_E_SYNTAX, "%s is given twice", names[i].name);
		if (names[i].is_start && r->from != NW_FROM_NOW)
			return nw_fail(error, NW_E_SYNTAX, "more than one of from, since and last");
		*given |= 1u << i;
		return names[i].read(value, r, error);
	}
	return nw_fail(error, NW_E_UNKNOWN,
		"unknown name; known are from, since, last, cursor, keys, body, credit");
}

static enum nw_err read_replay(struct nw_str text, struct nw_request *r, struct nw_error *error)
{
	struct nw_str rest = text, line;
	enum nw_err err = NW_OK;
	unsigned given = 0;

	r->credit = CREDIT_OTHERWISE;
	while (!err && nw_str_cut(&rest, '\n', &line)) {
		if (line.n || rest.p)
			err = read_line(line, r, &given, error);
	}
	if (!err && r->from == NW_FROM_NOW && !r->cursor.n)
		err = nw_fail(error, NW_E_SYNTAX, "one of from, since, last and cursor is needed");
	return err;
}

/* "desk 41" */
static enum nw_err read_ack(struct nw_str words, struct nw_request *r, struct nw_error *error)
{
	struct nw_str seq = words, name;
	enum nw_err err;

	r->asked = NW_ASKED_ACK;
	if (!nw_str_cut(&seq, ' ', &name) || !seq.p)
		return nw_fail(error, NW_E_SYNTAX, "ACK names a cursor and a sequence number");
	err = read_cursor(name, r, error);
	if (!err && !nw_str_int(seq, 0, INT64_MAX, &r->seq))
		err = nw_fail(error, NW_E_SYNTAX, "ACK of what is no sequence number");
	return err;
}

enum nw_err nw_request_parse(
	const struct nw_str *frames, size_t n, struct nw_request *request, struct nw_error *error)
{
	size_t bytes = 0;

	*request = (struct nw_request){0};
	for (size_t i = 0; i < n; i++)
		bytes += frames[i].n;
	if (bytes > NW_REQUEST_BYTES)
		return nw_fail(
			error, NW_E_LIMIT, "request of more than %d bytes", NW_REQUEST_BYTES);
	if (n == 2 && nw_str_eq(frames[0], NW_STR(NW_WIRE_REPLAY)))
		return read_replay(frames[1], request, error);
	if (n == 1 && nw_str_starts(frames[0], NW_STR("MORE "))) {
		request->asked = NW_ASKED_MORE;
		return read_credit(nw_str_from(frames[0], 5), request, error);
	}
	if (n == 1 && nw_str_starts(frames[0], NW_STR("ACK ")))
		return read_ack(nw_str_from(frames[0], 4), request, error);
	return nw_fail(error, NW_E_UNKNOWN,
		"unknown request; known are " NW_WIRE_REPLAY
		" with its lines, MORE n, and ACK cursor seq");
}
