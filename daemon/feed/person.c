/* Authors: as elements of Atom, or as the one string that RSS and Dublin Core have. */
#include "base/str.h"
#include "base/text.h"
#include "feed/format.h"

static bool is_local_part(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("._-+%", c));
}

static bool is_host_part(char c)
{
	return is_local_part(c) && c != '_' && c != '+' && c != '%';
}

/* The mail address around an '@' at that offset; empty where it is none. */
static struct nw_str mail_at(struct nw_str text, size_t at)
{
	size_t start = at, end = at + 1;

	while (start && is_local_part(text.p[start - 1]))
		start--;
	while (end < text.n && is_host_part(text.p[end]))
		end++;
	while (end > at && (text.p[end - 1] == '.' || text.p[end - 1] == '-'))
		end--;
	if (start == at || end < at + 4 || !memchr(text.p + at, '.', end - at))
		return (struct nw_str){0};
	return (struct nw_str){text.p + start, end - start};
}

/* The first mail address in a text; empty where there is none. */
static struct nw_str find_mail(struct nw_str text)
{
	struct nw_str mail = {0};

	for (size_t at = 0; at < text.n && !mail.n; at++)
		if (text.p[at] == '@')
			mail = mail_at(text, at);
	return mail;
}

/* White space, brackets, quotes and commas that stood around the address. */
static struct nw_str trim_around(struct nw_str s)
{
	static const char around[] = " \t\r\n()<>[]\",;:";

	while (s.n && memchr(around, s.p[0], sizeof(around) - 1))
		s = nw_str_from(s, 1);
	while (s.n && memchr(around, s.p[s.n - 1], sizeof(around) - 1))
		s.n--;
	return s;
}

/* "Jane (Desk)" keeps the bracket that trimming would halve. */
static struct nw_str trim_name(struct nw_str s)
{
	struct nw_str inside = trim_around(s);

	if (inside.n && memchr(inside.p, '(', inside.n) && !memchr(inside.p, ')', inside.n) &&
		inside.p + inside.n < s.p + s.n && inside.p[inside.n] == ')')
		inside.n++;
	return inside;
}

struct nw_feed_person nw_feed_parse_person(struct nw_arena *a, struct nw_str text)
{
	struct nw_feed_person person = {0};
	struct nw_str before, after;

	text = nw_text_unescape(a, nw_str_trim(text));
	if (nw_str_starts_nocase(text, NW_STR("mailto:")))
		text = nw_str_from(text, 7);
	person.email = find_mail(text);
	if (!person.email.n) {
		person.name = nw_text_line(a, text);
		return person;
	}
	before = nw_str_head(text, (size_t)(person.email.p - text.p));
	after = nw_str_from(text, before.n + person.email.n);
	if (nw_str_starts(after, NW_STR("?"))) /* ?subject=... */
		after = nw_str_from(after, nw_str_find(after, NW_STR(" ")));
	if (nw_str_ends(nw_str_trim(before), NW_STR("mailto:")))
		before = nw_str_head(before, nw_str_find(before, NW_STR("mailto:")));
	before = trim_name(before);
	after = trim_name(after);
	person.name = nw_text_line(a, before.n ? before : after);
	return person;
}

static void read_person_child(
	struct nw_feed_reader *r, const struct nw_node *n, struct nw_feed_person *person)
{
	switch (n->tag) {
	case NW_TAG_NAME:
		person->name = nw_text_line(r->arena, nw_feed_read_word(r, n));
		break;
	case NW_TAG_EMAIL:
		person->email = nw_feed_read_word(r, n);
		break;
	case NW_TAG_URI:
	case NW_TAG_URL:
	case NW_TAG_HOMEPAGE:
		person->url =
			nw_feed_resolve(r, nw_feed_scope_of(r, n).base, nw_feed_read_word(r, n));
		break;
	default:
		break;
	}
}

void nw_feed_read_person(
	struct nw_feed_reader *r, struct nw_feed_person **list, const struct nw_node *n)
{
	struct nw_feed_person person = {0};

	for (const struct nw_node *c = n->children; c; c = c->next)
		if (c->kind == NW_ELEMENT)
			read_person_child(r, c, &person);
	if (!person.name.n && !person.email.n && !person.url.n)
		person = nw_feed_parse_person(r->arena, nw_feed_read_word(r, n));
	nw_feed_add_person(r, list, person);
}
