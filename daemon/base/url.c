#include "base/url.h"

#include "base/arena.h"
#include "base/str.h"

#define URL_MAX ((size_t)8 * 1024)

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

/* Index of the first byte that is one of stops, or s.n. */
static size_t find_any(struct nw_str s, const char *stops)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr(stops, s.p[i]))
			return i;
	}
	return s.n;
}

/* Takes the first n bytes off *rest, and drops the delimiter after them. */
static struct nw_str take(struct nw_str *rest, size_t n, size_t delimiter)
{
	const struct nw_str part = nw_str_head(*rest, n);

	*rest = nw_str_from(*rest, n + delimiter);
	return part;
}

static void split_scheme(struct nw_str *rest, struct nw_url *url)
{
	size_t n = 0;

	if (!rest->n || !is_alpha(rest->p[0]))
		return;
	while (n < rest->n &&
		(is_alpha(rest->p[n]) || is_digit(rest->p[n]) ||
			(rest->p[n] && strchr("+-.", rest->p[n]))))
		n++;
	if (n < rest->n && rest->p[n] == ':')
		url->scheme = take(rest, n, 1);
}

static bool is_port(struct nw_str port)
{
	int64_t value;

	return port.n == 0 || (is_digit(port.p[0]) && nw_str_int(port, 0, 65535, &value));
}

/* What a host may not hold, so that two readers cannot disagree on where it ends. */
static bool split_authority(struct nw_str text, struct nw_url *url)
{
	size_t at = text.n;
	size_t end;

	if (find_any(text, "\\<>\"^`{}|") < text.n)
		return false;
	while (at > 0 && text.p[at - 1] != '@')
		at--;
	if (at > 0) {
		url->user = nw_str_head(text, at - 1);
		text = nw_str_from(text, at);
	}
	if (text.n && text.p[0] == '[') {
		end = find_any(text, "]");
		if (end == text.n)
			return false;
		end++;
	} else {
		end = find_any(text, ":");
	}
	url->host = nw_str_head(text, end);
	text = nw_str_from(text, end);
	if (text.n && text.p[0] != ':')
		return false;
	url->port = nw_str_from(text, 1);
	return is_port(url->port) && find_any(url->host, "@") == url->host.n;
}

bool nw_url_parse(struct nw_str text, struct nw_url *url)
{
	struct nw_str rest = text;

	*url = (struct nw_url){0};
	if (text.n > URL_MAX)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (is_blank(text.p[i]))
			return false;
	}
	split_scheme(&rest, url);
	if (nw_str_starts(rest, NW_STR("//"))) {
		rest = nw_str_from(rest, 2);
		url->has_authority = true;
		if (!split_authority(take(&rest, find_any(rest, "/?#"), 0), url)) {
			*url = (struct nw_url){0};
			return false;
		}
	}
	url->path = take(&rest, find_any(rest, "?#"), 0);
	if (rest.n && rest.p[0] == '?') {
		url->has_query = true;
		rest = nw_str_from(rest, 1);
		url->query = take(&rest, find_any(rest, "#"), 0);
	}
	if (rest.n) {
		url->has_fragment = true;
		url->fragment = nw_str_from(rest, 1);
	}
	return true;
}

static bool is_web(const struct nw_url *url)
{
	return url->host.n &&
		(nw_str_eq_nocase(url->scheme, NW_STR("http")) ||
			nw_str_eq_nocase(url->scheme, NW_STR("https")));
}

bool nw_url_is_web(struct nw_str text)
{
	struct nw_url url;

	return nw_url_parse(text, &url) && is_web(&url);
}

/* Writing: a URL never grows past its parts, each byte at most tripled, so room is known. */
struct out {
	char *p;
	size_t n;
};

static void add(struct out *out, struct nw_str s)
{
	if (s.n)
		memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

static void add_lower(struct out *out, struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++)
		out->p[out->n++] = nw_lower(s.p[i]);
}

static void add_escaped(struct out *out, char c)
{
	static const char digits[] = "0123456789ABCDEF";

	out->p[out->n++] = '%';
	out->p[out->n++] = digits[(unsigned char)c >> 4];
	out->p[out->n++] = digits[(unsigned char)c & 15];
}

/* RFC 3986, 5.2.4, on the bytes written since `from`; each step back forgets what it passes. */
static void remove_dots(struct out *out, size_t from)
{
	struct nw_str in = {out->p + from, out->n - from};
	const bool is_rooted = in.n && in.p[0] == '/';
	size_t n = from;

	while (in.n) {
		const size_t begin = in.p[0] == '/';
		const size_t end = begin + find_any(nw_str_from(in, begin), "/");
		const struct nw_str segment = nw_str_head(nw_str_from(in, begin), end - begin);
		const bool up = nw_str_eq(segment, NW_STR(".."));

		if (!up && !nw_str_eq(segment, NW_STR("."))) {
			memmove(out->p + n, in.p, end);
			n += end;
		} else {
			while (up && n > from && out->p[--n] != '/') {}
			if (end == in.n && (n > from || is_rooted))
				out->p[n++] = '/';
		}
		in = nw_str_from(in, end);
	}
	out->n = n;
}

static void add_authority(struct out *out, const struct nw_url *url)
{
	if (url->scheme.n) {
		add(out, url->scheme);
		add(out, NW_STR(":"));
	}
	if (!url->has_authority)
		return;
	add(out, NW_STR("//"));
	if (url->user.p) {
		add(out, url->user);
		add(out, NW_STR("@"));
	}
	add(out, url->host);
	if (url->port.n) {
		add(out, NW_STR(":"));
		add(out, url->port);
	}
}

/* Tabs and line ends inside a reference are dropped, spaces escaped: what browsers do. */
static struct nw_str clean_reference(struct nw_arena *a, struct nw_str s)
{
	struct out out = {0};

	while (s.n && is_blank(s.p[0]))
		s = nw_str_from(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	for (size_t i = 0; i < s.n; i++)
		out.n += is_blank(s.p[i]);
	if (out.n == 0)
		return s;
	out = (struct out){nw_arena_alloc(a, s.n + out.n * 2 + 1), 0};
	for (size_t i = 0; i < s.n; i++) {
		if (!is_blank(s.p[i]))
			out.p[out.n++] = s.p[i];
		else if (!strchr("\t\r\n", s.p[i]) || !s.p[i])
			add_escaped(&out, s.p[i]);
	}
	return (struct nw_str){out.p, out.n};
}

static void add_path(struct out *out, const struct nw_url *base, const struct nw_url *reference)
{
	const size_t from = out->n;
	struct nw_str folder = base->path;

	if (reference->path.n && reference->path.p[0] == '/')
		folder.n = 0;
	while (reference->path.n && folder.n && folder.p[folder.n - 1] != '/')
		folder.n--;
	if (reference->path.n && reference->path.p[0] != '/' && !folder.n && base->has_authority)
		add(out, NW_STR("/"));
	add(out, folder);
	add(out, reference->path);
	remove_dots(out, from);
	if (base->has_authority ||
		!nw_str_starts((struct nw_str){out->p + from, out->n - from}, NW_STR("//")))
		return;
	/* "//" would begin a host; the WHATWG standard keeps such a path a path so. */
	memmove(out->p + from + 2, out->p + from, out->n - from);
	memcpy(out->p + from, "/.", 2);
	out->n += 2;
}

static struct nw_str resolve(
	struct nw_arena *a, const struct nw_url *base, const struct nw_url *reference, size_t room)
{
	struct out out = {nw_arena_alloc(a, room), 0};
	struct nw_url target = *reference;
	size_t from;

	if (!target.scheme.n)
		target.scheme = base->scheme;
	if (!target.scheme.n || reference->scheme.n || reference->has_authority) {
		add_authority(&out, &target);
		from = out.n;
		add(&out, reference->path);
		if (reference->has_authority)
			remove_dots(&out, from);
	} else {
		add_authority(&out, base);
		add_path(&out, base, reference);
		if (!reference->path.n && !reference->has_query) {
			target.has_query = base->has_query;
			target.query = base->query;
		}
	}
	if (target.has_query) {
		add(&out, NW_STR("?"));
		add(&out, target.query);
	}
	if (target.has_fragment) {
		add(&out, NW_STR("#"));
		add(&out, target.fragment);
	}
	return (struct nw_str){out.p, out.n};
}

struct nw_str nw_url_resolve(struct nw_arena *a, struct nw_str base, struct nw_str reference)
{
	struct nw_url from, to;

	base = clean_reference(a, base);
	reference = clean_reference(a, reference);
	if (!nw_url_parse(reference, &to))
		return reference;
	if (!nw_url_parse(base, &from))
		from = (struct nw_url){0};
	/* A base such as "tag:..." has no folders to be relative to. */
	if (!to.scheme.n && (!from.scheme.n || (from.path.n && from.path.p[0] != '/')))
		return reference;
	return resolve(a, &from, &to, base.n + reference.n + 16);
}

static const char *const tracking[] = {
	"fbclid",
	"gclid",
	"gclsrc",
	"dclid",
	"gbraid",
	"wbraid",
	"msclkid",
	"yclid",
	"twclid",
	"ttclid",
	"igshid",
	"igsh",
	"li_fat_id",
	"mc_cid",
	"mc_eid",
	"mkt_tok",
	"_hsenc",
	"_hsmi",
	"vero_id",
	"oly_enc_id",
	"oly_anon_id",
	"s_kwcid",
	"__twitter_impression",
	"ns_campaign",
	"ns_mchannel",
	"ns_source",
	"ns_linkname",
	"at_medium",
	"at_campaign",
	"at_link_id",
	"at_link_type",
	"at_link_origin",
	"at_format",
	"at_ptr_name",
	"at_bbc_team",
	"at_custom1",
	"at_custom2",
	"at_custom3",
	"at_custom4",
	"wt_mc",
	"wt_zmc",
	"xtor",
	"maca",
	"cmp",
	"cmpid",
	"ocid",
	"smid",
	"traffic_source",
	"guccounter",
	"guce_referrer",
	"guce_referrer_sig",
	"ref_src",
	"ref_url",
};

static bool is_tracking(struct nw_str parameter)
{
	const struct nw_str name = nw_str_head(parameter, find_any(parameter, "="));

	if (nw_str_starts_nocase(name, NW_STR("utm_")))
		return true;
	for (size_t i = 0; i < sizeof(tracking) / sizeof(tracking[0]); i++) {
		if (nw_str_eq_nocase(name, nw_str(tracking[i])))
			return true;
	}
	return false;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = nw_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * One spelling for each byte: as it is where that is allowed, else %XX in upper
 * case. A "%" that begins no escape is escaped, or decoding what is after it
 * could make it one ("%7%33").
 */
static void add_normal(struct out *out, struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const int high = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		const int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
		const char c = (char)(low >= 0 ? high << 4 | low : s.p[i]);

		const bool unreserved = is_alpha(c) || is_digit(c) || (c && strchr("-._~", c));

		if (!unreserved && (low >= 0 || c == '%' || (unsigned char)c >= 0x80))
			add_escaped(out, c);
		else
			out->p[out->n++] = c;
		i += low >= 0 ? 2 : 0;
	}
}

static void add_query(struct out *out, struct nw_str query)
{
	struct nw_str parameter;
	char before = '?';

	while (nw_str_cut(&query, '&', &parameter)) {
		if (parameter.n == 0 || is_tracking(parameter))
			continue;
		out->p[out->n++] = before;
		add_normal(out, parameter);
		before = '&';
	}
}

static bool is_default_port(const struct nw_url *url)
{
	int64_t port;

	if (!nw_str_int(url->port, 0, 65535, &port))
		return true; /* nothing after the colon */
	return port == (url->scheme.n == 4 ? 80 : 443);
}

struct nw_str nw_url_canonical(struct nw_arena *a, struct nw_str text)
{
	struct nw_url url;
	struct out out;
	size_t from;

	if (!nw_url_parse(text, &url) || !is_web(&url))
		return text;
	out = (struct out){nw_arena_alloc(a, text.n * 3 + 16), 0};
	add_lower(&out, url.scheme);
	add(&out, NW_STR("://"));
	if (url.user.n) {
		add(&out, url.user);
		add(&out, NW_STR("@"));
	}
	add_lower(&out, url.host);
	if (!is_default_port(&url)) {
		add(&out, NW_STR(":"));
		add(&out, url.port);
	}
	from = out.n;
	add(&out, url.path.n ? NW_STR("") : NW_STR("/"));
	add_normal(&out, url.path);
	remove_dots(&out, from);
	if (out.n == from)
		add(&out, NW_STR("/"));
	add_query(&out, url.query);
	return (struct nw_str){out.p, out.n};
}
