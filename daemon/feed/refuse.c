/* What a document that is no feed looks like: the reason that a person reads. */
#include "base/error.h"
#include "base/str.h"
#include "feed/format.h"

#define LOOK_AT ((size_t)64 << 10)

#define SHORT_PAGE ((size_t)16 << 10)

/*
 * Pages put between a reader and what was asked for; the first that fits is
 * named. Ordinary pages have most of these words somewhere too: those count in a
 * title, and in a page that holds little else.
 */
static const struct {
	const char *word, *what;
	bool anywhere;
} pages[] = {
	{"cf-challenge", "a web page that tests for a browser", true},
	{"challenge-platform/h/", "a web page that tests for a browser", true},
	{"captcha-delivery.com", "a web page that asks for a captcha", true},
	{"just a moment...", "a web page that tests for a browser", false},
	{"enable javascript and cookies", "a web page that tests for a browser", false},
	{"captcha", "a web page that asks for a captcha", false},
	{"verify you are human", "a web page that asks for a captcha", false},
	{"are you a robot", "a web page that asks for a captcha", false},
	{"access denied", "a web page that denies access", false},
	{"request blocked", "a web page that denies access", false},
	{"consent", "a web page that asks for consent", false},
};

static const struct {
	const char *start, *what;
} kinds[] = {
	{"\x1f\x8b", "compressed data"},
	{"BZh", "compressed data"},
	{"\x28\xb5\x2f\xfd", "compressed data"},
	{"PK\x03\x04", "a zip archive"},
	{"%PDF-", "a PDF document"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
};

static bool has(struct nw_str where, const char *what)
{
	return nw_str_find_nocase(where, nw_str(what)) < where.n;
}

static bool is_page(struct nw_str head)
{
	return nw_str_starts_nocase(head, NW_STR("<!doctype html")) ||
		nw_str_starts_nocase(head, NW_STR("<html")) || has(head, "<html") ||
		has(head, "<!doctype html") || (has(head, "<body") && has(head, "</"));
}

static struct nw_str title_of(struct nw_str page)
{
	const struct nw_str title = nw_str_from(page, nw_str_find_nocase(page, NW_STR("<title")));

	return nw_str_head(title, nw_str_find_nocase(title, NW_STR("</title")));
}

static const char *look_of_page(struct nw_str page, size_t size)
{
	const struct nw_str told = size > SHORT_PAGE ? title_of(page) : page;

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if (has(pages[i].anywhere ? page : told, pages[i].word))
			return pages[i].what;
	return "a web page";
}

static const char *look_of(struct nw_str body)
{
	const struct nw_str head = nw_str_head(nw_str_trim(body), LOOK_AT);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (nw_str_starts(head, nw_str(kinds[i].start)))
			return kinds[i].what;
	if (has(nw_str_head(head, 1024), "<opml"))
		return "OPML, a list of feeds";
	if (is_page(head))
		return look_of_page(head, body.n);
	if (memchr(head.p, 0, head.n))
		return "binary data";
	if (nw_str_starts(head, NW_STR("<")))
		return "XML of another kind";
	return "plain text";
}

enum nw_err nw_feed_refuse(struct nw_str body, struct nw_error *error)
{
	return nw_fail(error, NW_E_UNKNOWN, "no feed: looks like %s", look_of(body));
}
