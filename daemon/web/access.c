#include "web/access.h"

#include "base/error.h"
#include "base/str.h"

static bool is_same(struct nw_str given, struct nw_str token)
{
	size_t differs = given.n ^ token.n;

	for (size_t i = 0; i < given.n; i++)
		differs |= (size_t)(given.p[i] ^ token.p[i % token.n]);
	return differs == 0;
}

const struct nw_config_client *nw_access_find(const struct nw_access *access, struct nw_str token)
{
	const struct nw_config_client *found = NULL;

	for (size_t i = 0; i < access->n; i++)
		if (access->clients[i].token.n && is_same(token, access->clients[i].token))
			found = &access->clients[i];
	return found;
}

struct nw_str nw_access_token(struct nw_str header)
{
	static const struct nw_str scheme = {"Bearer ", 7};

	return nw_str_starts_nocase(header, scheme) ? nw_str_trim(nw_str_from(header, scheme.n))
						    : NW_STR("");
}

static bool allows_one(const struct nw_config_client *client, struct nw_str prefix)
{
	for (size_t i = 0; i < client->read.n; i++)
		if (nw_str_starts(prefix, nw_str(client->read.v[i])))
			return true;
	return false;
}

bool nw_access_allows(
	const struct nw_config_client *client, const struct nw_str *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!allows_one(client, prefixes[i]))
			return false;
	return true;
}

/* Who may read everything gets all/, as on this machine. */
static void ask_for_all(const struct nw_config_client *client, struct nw_query *query)
{
	if (allows_one(client, query->prefixes[0]))
		return;
	query->n_prefixes = 0;
	query->has_keys = true;
	for (size_t i = 0; i < client->read.n && i < NW_WIRE_KEYS_MAX; i++)
		query->prefixes[query->n_prefixes++] = nw_str(client->read.v[i]);
}

int nw_access_check(const struct nw_access *access, struct nw_str authorization,
	struct nw_query *query, struct nw_error *error)
{
	const struct nw_config_client *client =
		nw_access_find(access, nw_access_token(authorization));

	if (!client) {
		(void)nw_fail(error, NW_E_UNKNOWN,
			"%s: send 'Authorization: Bearer TOKEN' with the token of a client",
			authorization.n ? "unknown token" : "no token");
		return 401;
	}
	if (query->page != NW_PAGE_FEED && !query->has_keys)
		ask_for_all(client, query);
	if (nw_access_allows(client, query->prefixes, query->n_prefixes))
		return 0;
	(void)nw_fail(error, NW_E_UNKNOWN,
		"'%.*s' may not read all of that: ask for less with keys=, or for leave",
		NW_ARG(client->name));
	return 403;
}
