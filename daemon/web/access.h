#ifndef NW_WEB_ACCESS_H
#define NW_WEB_ACCESS_H

#include "config/config.h"
#include "web/query.h"

/* Who asks from another machine, by the token that it shows (RFC 6750), and what it may read. Pure. */
struct nw_access {
	const struct nw_config_client *clients;
	size_t n;
};

/* Whose token it is; NULL: nobody's. Takes as long whichever byte is wrong. */
const struct nw_config_client *nw_access_find(const struct nw_access *access, struct nw_str token);

/* "Bearer TOKEN" of an Authorization header; empty where it is none. */
struct nw_str nw_access_token(struct nw_str header);

/* Whether all of what the query asks for may be read. */
bool nw_access_allows(
	const struct nw_config_client *client, const struct nw_str *prefixes, size_t n);

/*
 * Who asks without keys gets all it may read. 401 for whom nobody knows, 403 for who asks
 * for more than it may read, each with the reason; 0 when it may.
 */
int nw_access_check(const struct nw_access *access, struct nw_str authorization,
	struct nw_query *query, struct nw_error *error) NW_MUST;

#endif
