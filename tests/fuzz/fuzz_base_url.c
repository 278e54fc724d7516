/* A base, a line end, a reference: parsed, resolved and made canonical. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool is_inside(struct nw_str part, struct nw_str text)
{
	return part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n);
}

/* Every byte of a URL is in one of its parts or is a delimiter between two. */
static void check_parts(struct nw_arena *a, struct nw_str text, const struct nw_url *u)
{
	struct nw_str again = {"", 0};

	if (u->scheme.n)
		again = nw_arena_printf(a, "%.*s:", NW_ARG(u->scheme));
	if (u->has_authority && u->user.p)
		again = nw_arena_printf(a, "%.*s//%.*s@", NW_ARG(again), NW_ARG(u->user));
	else if (u->has_authority)
		again = nw_arena_printf(a, "%.*s//", NW_ARG(again));
	again = nw_arena_printf(a, "%.*s%.*s", NW_ARG(again), NW_ARG(u->host));
	if (u->port.n)
		again = nw_arena_printf(a, "%.*s:%.*s", NW_ARG(again), NW_ARG(u->port));
	else if (u->port.p &&
		nw_str_ends(nw_str_head(text, (size_t)(u->path.p - text.p)), NW_STR(":")) &&
		u->has_authority)
		again = nw_arena_printf(a, "%.*s:", NW_ARG(again));
	again = nw_arena_printf(a, "%.*s%.*s", NW_ARG(again), NW_ARG(u->path));
	if (u->has_query)
		again = nw_arena_printf(a, "%.*s?%.*s", NW_ARG(again), NW_ARG(u->query));
	if (u->has_fragment)
		again = nw_arena_printf(a, "%.*s#%.*s", NW_ARG(again), NW_ARG(u->fragment));
	check(nw_str_eq(again, text));
	check(is_inside(u->host, text) && is_inside(u->path, text) && is_inside(u->query, text));
}

static void check_url(struct nw_arena *a, struct nw_str text)
{
	const struct nw_str once = nw_url_canonical(a, text);
	struct nw_url url;

	if (nw_url_parse(text, &url))
		check_parts(a, text, &url);
	if (!nw_url_is_web(text)) {
		check(once.p == text.p);
		return;
	}
	check(once.n <= 3 * text.n + 1);
	/* Escaping may take it over the limit on length; then it is as it is. */
	check(nw_str_eq(nw_url_canonical(a, once), once));
	check(nw_url_parse(once, &url) ? url.host.n && url.path.n && !url.has_fragment
				       : once.n > (size_t)8 * 1024);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str reference = {(const char *)data, size}, base, absolute;
	struct nw_arena *a = nw_arena_new();

	if (!nw_str_cut(&reference, '\n', &base))
		base = (struct nw_str){0};
	check_url(a, base);
	check_url(a, reference);
	absolute = nw_url_resolve(a, base, reference);
	check(absolute.n <= 3 * (base.n + reference.n) + 16);
	if (nw_url_is_web(absolute))
		check(nw_str_eq(nw_url_resolve(a, base, absolute), absolute));
	if (nw_url_is_web(base) && reference.n == 0)
		check(nw_url_is_web(absolute));
	nw_arena_free(a);
	return 0;
}
