#ifndef NW_BASE_URL_H
#define NW_BASE_URL_H

#include <stdbool.h>

#include <newswire/base.h>

/* A URL taken apart after RFC 3986; every part borrows from the text it was read from. */
struct nw_url {
	struct nw_str scheme, user, host, path, query, fragment;
	struct nw_str port; /* digits; empty when not written */
	bool has_authority, has_query, has_fragment;
};

/* False where it cannot be one: white space or controls inside, a bad port, over 8 KiB. */
bool nw_url_parse(struct nw_str text, struct nw_url *url);

/* http or https, with a host. */
bool nw_url_is_web(struct nw_str text);

/*
 * reference made absolute against base (RFC 3986, section 5), trimmed of white
 * space, spaces inside escaped as browsers do. The reference as it is when base
 * is empty or not absolute.
 */
struct nw_str nw_url_resolve(struct nw_arena *a, struct nw_str base, struct nw_str reference);

/*
 * The form in which two URLs of one page are equal: scheme and host in lower
 * case, default port and fragment gone, dot segments removed, percent-escapes of
 * unreserved characters decoded and the rest in upper case, tracking parameters
 * (utm_*, fbclid, gclid and others) removed, an empty path written "/".
 * The text itself where it is no web URL.
 */
struct nw_str nw_url_canonical(struct nw_arena *a, struct nw_str text);

#endif
