#include "alert/letter.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#define LETTER_MAX ((size_t)1 << 20)
#define CUT_MARK "\xe2\x80\xa6"

json_t *nw_letter_json(const struct nw_delivery *d)
{
	json_t *o;

	if (nw_json_parse(d->message.json, &o, NULL) || !json_is_object(o)) {
		json_decref(o);
		o = json_object();
	}
	nw_json_set_str(o, "key", d->letter.key);
	nw_json_set_str(o, "channel", d->letter.channel);
	return o;
}

struct nw_str nw_letter_line(const struct nw_delivery *d)
{
	json_t *o = nw_letter_json(d);
	struct nw_buf out;
	struct nw_str line;

	nw_buf_init(&out, LETTER_MAX);
	nw_json_write(&out, o);
	json_decref(o);
	nw_buf_add_c(&out, '\n');
	line = nw_arena_str(d->arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return line;
}

/* --- templates --- */

struct filling {
	const struct nw_delivery *d;
	const struct nw_letter_template *template;
	struct nw_error *error;
	enum nw_err err;
};

static bool find_value(const struct nw_delivery *d, struct nw_str name, struct nw_str *value)
{
	const struct {
		const char *name;
		struct nw_str value;
	} values[] = {
		{"subject", d->message.subject},
		{"text", d->message.text},
		{"brief", d->message.brief},
		{"link", d->message.link},
		{"html", d->message.html},
		{"key", d->letter.key},
		{"rule", d->letter.rule},
		{"incident", d->letter.incident},
		{"transition", d->letter.transition},
		{"channel", d->letter.channel},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (nw_str_eq(name, nw_str(values[i].name))) {
			*value = values[i].value;
			return true;
		}
	}
	return false;
}

/* --- dialects --- */

/* Where in a text the next character stands. */
struct spot {
	bool in_line;    /* after something that is no space */
	bool in_address; /* of the web, which is not to be changed, or it leads elsewhere */
};

static struct nw_str word_slack(char c)
{
	if (c == '&')
		return NW_STR("&amp;");
	if (c == '<')
		return NW_STR("&lt;");
	if (c == '>')
		return NW_STR("&gt;");
	return NW_STR("");
}

struct pair {
	char c;
	const char *as;
};

static struct nw_str find_pair(const struct pair *pairs, char c)
{
	while (pairs->c && pairs->c != c)
		pairs++;
	return nw_str(pairs->as);
}

/*
 * "@" and "<" are kept from what follows by a space of no width: Mattermost knows mentions by the
 * one, and by the other what Slack writes as <ADDRESS|TEXT> and <!channel>, backslash or not.
 */
static struct nw_str word_markdown(const struct spot *spot, char c, char next)
{
	static const struct pair anywhere[] = {{'\\', "\\\\"}, {'`', "\\`"}, {'*', "\\*"},
		{'_', "\\_"}, {'[', "\\["}, {']', "\\]"}, {'~', "\\~"}, {'|', "\\|"},
		{'@', "@\xe2\x80\x8b"}, {'<', "<\xe2\x80\x8b"}, {'\0', ""}};
	/* What an address may not hold by RFC 3986, and "@", which it may hold in either form. */
	static const struct pair addresses[] = {{'\\', "%5C"}, {'`', "%60"}, {'[', "%5B"},
		{']', "%5D"}, {'|', "%7C"}, {'<', "%3C"}, {'>', "%3E"}, {'@', "%40"}, {'\0', ""}};
	static const struct pair beginnings[] = {
		{'#', "\\#"}, {'>', "\\>"}, {'+', "\\+"}, {'-', "\\-"}, {'\0', ""}};
	const struct nw_str word = find_pair(spot->in_address ? addresses : anywhere, c);

	/* A list is welcome: ours are such. */
	if (word.n || spot->in_line || ((c == '-' || c == '+') && next == ' '))
		return word;
	return find_pair(beginnings, c);
}

/* What the character is written as in this dialect. */
static struct nw_str word(
	enum nw_letter_dialect dialect, const struct spot *spot, struct nw_str text, size_t n)
{
	const char next = (char)(text.n > n ? text.p[n] : ' ');
	struct nw_str as = {0};

	if (n == 1 && dialect == NW_LETTER_SLACK)
		as = word_slack(text.p[0]);
	else if (n == 1 && dialect == NW_LETTER_MARKDOWN)
		as = word_markdown(spot, text.p[0], next);
	return as.n ? as : nw_str_head(text, n);
}

static void look(struct spot *spot, struct nw_str text)
{
	const char c = text.p[0];

	if (c == ' ' || c == '\n') {
		spot->in_address = false;
		spot->in_line = spot->in_line && c == ' ';
	} else if (nw_str_starts_nocase(text, NW_STR("https://")) ||
		nw_str_starts_nocase(text, NW_STR("http://"))) {
		spot->in_address = true;
	}
}

static size_t length_of(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static size_t count_units(struct nw_str s)
{
	size_t units = 0;

	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if ((c & 0xc0) != 0x80)
			units += c >= 0xf0 ? 2 : 1;
	}
	return units;
}

static void add_value(struct nw_buf *out, const struct filling *f, struct nw_str value)
{
	const size_t max = f->template->max ? f->template->max : SIZE_MAX;
	struct spot spot = {0};
	size_t units = 0;

	while (value.n) {
		const size_t n = nw_str_head(value, length_of((unsigned char)value.p[0])).n;
		struct nw_str one;

		look(&spot, value);
		one = word(f->template->dialect, &spot, value, n);
		units += count_units(one);
		if (units > max || (units == max && n < value.n)) {
			nw_buf_add(out, NW_STR(CUT_MARK));
			return;
		}
		nw_buf_add(out, one);
		spot.in_line = spot.in_line || (value.p[0] != ' ' && value.p[0] != '\n');
		value = nw_str_from(value, n);
	}
}

static json_t *fill_string(struct filling *f, struct nw_str text)
{
	struct nw_buf out;
	json_t *filled;

	if (nw_str_eq(text, NW_STR("{{json}}")))
		return nw_letter_json(f->d);
	nw_buf_init(&out, LETTER_MAX);
	while (text.n) {
		const size_t open = nw_str_find(text, NW_STR("{{"));
		const struct nw_str rest = nw_str_from(text, open + 2);
		const size_t close = nw_str_find(rest, NW_STR("}}"));
		struct nw_str value;

		nw_buf_add(&out, nw_str_head(text, open));
		if (open == text.n)
			break;
		if (close == rest.n || !find_value(f->d, nw_str_head(rest, close), &value)) {
			f->err = nw_fail(f->error, NW_E_SYNTAX,
				"nothing known by this name in the template: '%.*s'",
				NW_ARG(nw_str_head(nw_str_from(text, open), 40)));
			break;
		}
		add_value(&out, f, value);
		text = nw_str_from(rest, close + 2);
	}
	filled = nw_json_str(nw_buf_str(&out));
	nw_buf_clear(&out);
	return filled;
}

/* The form itself is filled, from its leaves on. The answer is the caller's. */
/* NOLINTNEXTLINE(misc-no-recursion): nw_json_parse lets 64 levels through */
static json_t *fill(struct filling *f, json_t *value)
{
	json_t *each;
	const char *name;
	size_t i;

	if (json_is_string(value))
		return fill_string(
			f, (struct nw_str){json_string_value(value), json_string_length(value)});
	json_array_foreach(value, i, each)
	{
		(void)json_array_set_new(value, i, fill(f, each));
	}
	/* To set what is there already is allowed on the way. */
	json_object_foreach(value, name, each)
	{
		(void)json_object_set_new(value, name, fill(f, each));
	}
	return json_incref(value);
}

enum nw_err nw_letter_fill(const struct nw_delivery *d, const struct nw_letter_template *template,
	struct nw_str *filled, struct nw_error *error)
{
	struct filling f = {.d = d, .template = template, .error = error};
	struct nw_buf out;
	json_t *form, *o;
	enum nw_err err = nw_json_parse(template->json, &form, error);

	*filled = (struct nw_str){0};
	if (err)
		return err;
	o = fill(&f, form);
	json_decref(form);
	nw_buf_init(&out, LETTER_MAX);
	nw_json_write(&out, o);
	json_decref(o);
	if (!f.err && out.failed)
		f.err = nw_fail(
			error, NW_E_LIMIT, "filled template of more than %zu bytes", LETTER_MAX);
	if (!f.err)
		*filled = nw_arena_str(d->arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return f.err;
}

enum nw_err nw_letter_check(struct nw_str json, struct nw_error *error)
{
	const struct nw_letter_template template = {.json = json};
	const struct nw_delivery d = {.arena = nw_arena_new()};
	struct nw_str filled;
	const enum nw_err err = nw_letter_fill(&d, &template, &filled, error);

	nw_arena_free(d.arena);
	return err;
}
