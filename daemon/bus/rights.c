#include "bus/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * Every key begins with one of these or is a heartbeat's: newswire-bus(7). Whoever may read
 * everything is subscribed to these, since the empty prefix would bring it the heartbeats
 * of others, which leave out keys that it follows.
 */
static const char *const families[] = {
	"all/", "topic/", "story/", "alert/", "sys/feed/", "sys/reload/", "sys/alert/"};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

_Static_assert(N_FAMILIES + 1 <= NW_RIGHT_GRANTS, "room for every family and a heartbeat");

static int by_bytes(const void *a, const void *b)
{
	return nw_str_cmp(*(const struct nw_str *)a, *(const struct nw_str *)b);
}

/* Sorted, what a prefix begins follows it, so that one look back is enough. */
static void set_prefixes(struct nw_arena *a, struct nw_right *right, const struct nw_list *list)
{
	struct nw_str *all = NW_ARENA_ARRAY(a, struct nw_str, list->n);
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		all[i] = nw_arena_str(a, nw_str(list->v[i]));
	if (list->n)
		qsort(all, list->n, sizeof(*all), by_bytes);
	for (size_t i = 0; i < list->n; i++) {
		if (!n || !nw_str_starts(all[i], all[n - 1]))
			all[n++] = all[i];
	}
	right->prefixes = all;
	right->n_prefixes = n;
}

struct nw_rights *nw_rights_new(const struct nw_config_client *clients, size_t n)
{
	struct nw_rights *r = nw_must_calloc(1, sizeof(*r));

	r->arena = nw_arena_new();
	r->rights = NW_ARENA_ARRAY(r->arena, struct nw_right, n);
	for (size_t i = 0; i < n; i++) {
		struct nw_right *right = &r->rights[r->n];

		if (clients[i].key.n != NW_CURVE_BYTES)
			continue;
		(void)zmq_z85_encode(right->key, (const uint8_t *)clients[i].key.p, NW_CURVE_BYTES);
		right->name = nw_arena_str(r->arena, clients[i].name);
		right->beat_key = nw_arena_printf(
			r->arena, NW_WIRE_HEARTBEAT "/%.*s/", NW_ARG(clients[i].name));
		set_prefixes(r->arena, right, &clients[i].read);
		(void)nw_map_put(&r->by_key, nw_str(right->key), right);
		r->n++;
	}
	return r;
}

void nw_rights_free(struct nw_rights *rights)
{
	if (!rights)
		return;
	nw_map_clear(&rights->by_key);
	nw_arena_free(rights->arena);
	free(rights);
}

struct nw_right *nw_rights_find(const struct nw_rights *rights, const char *key)
{
	return key ? nw_map_get(&rights->by_key, nw_str(key)) : NULL;
}

void nw_rights_carry(struct nw_rights *rights, const struct nw_rights *old)
{
	for (size_t i = 0; i < rights->n; i++) {
		struct nw_right *right = &rights->rights[i];
		const struct nw_right *was = nw_rights_find(old, right->key);

		if (!was)
			continue;
		right->barred_until_ms = was->barred_until_ms;
		right->pause_ms = was->pause_ms;
		memcpy(right->told, was->told, sizeof(right->told));
	}
}

bool nw_right_allows(const struct nw_right *right, struct nw_str prefix)
{
	for (size_t i = 0; i < right->n_prefixes; i++) {
		if (nw_str_starts(prefix, right->prefixes[i]))
			return true;
	}
	return false;
}

bool nw_right_covers(const struct nw_right *right, const struct nw_right *old)
{
	for (size_t i = 0; i < old->n_prefixes; i++) {
		if (!nw_right_allows(right, old->prefixes[i]))
			return false;
	}
	return nw_str_eq(right->name, old->name);
}

size_t nw_right_grant(
	const struct nw_right *right, struct nw_str prefix, struct nw_str granted[NW_RIGHT_GRANTS])
{
	const struct nw_str beat = NW_STR(NW_WIRE_HEARTBEAT);
	size_t n = 0;

	granted[n++] = right->beat_key;
	if (nw_str_starts(prefix, beat))
		return nw_str_starts(right->beat_key, prefix) ? n : 0;
	if (!nw_right_allows(right, prefix))
		return 0;
	if (!nw_str_starts(beat, prefix)) {
		granted[0] = prefix;
		return n;
	}
	for (size_t i = 0; i < N_FAMILIES; i++) {
		if (nw_str_starts(nw_str(families[i]), prefix))
			granted[n++] = nw_str(families[i]);
	}
	return n;
}

enum nw_err nw_right_narrow(const struct nw_right *right, struct nw_request *request,
	char cursor[NW_RIGHT_CURSOR], struct nw_error *error)
{
	/* A plain cursor has no slash in its name, and a client's name has none. */
	if (request->cursor.n) {
		(void)snprintf(cursor, NW_RIGHT_CURSOR, "%.*s/%.*s", NW_ARG(right->name),
			NW_ARG(request->cursor));
		request->cursor = nw_str(cursor);
	}
	for (size_t i = 0; i < request->n_prefixes; i++) {
		if (!nw_right_allows(right, request->prefixes[i]))
			return nw_fail(error, NW_E_LIMIT, "not allowed: %.*s",
				NW_ARG(request->prefixes[i]));
	}
	if (request->asked != NW_ASKED_REPLAY || request->n_prefixes || !right->prefixes[0].n)
		return NW_OK;
	memcpy(request->prefixes, right->prefixes, right->n_prefixes * sizeof(struct nw_str));
	request->n_prefixes = right->n_prefixes;
	return NW_OK;
}
