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

/* The character's bytes as this dialect has them. */
static struct nw_str word(enum nw_letter_dialect dialect, struct nw_str character)
{
	const char c = character.p[0];

	if (dialect == NW_LETTER_SLACK && c == '&')
		return NW_STR("&amp;");
	if (dialect == NW_LETTER_SLACK && c == '<')
		return NW_STR("&lt;");
	if (dialect == NW_LETTER_SLACK && c == '>')
		return NW_STR("&gt;");
	if (dialect == NW_LETTER_MENTIONS && c == '@')
		return NW_STR("@\xe2\x80\x8b");
	return character;
}

static size_t length_of(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static void add_value(struct nw_buf *out, const struct filling *f, struct nw_str value)
{
	size_t characters = 0;

	while (value.n) {
		const struct nw_str one = nw_str_head(value, length_of((unsigned char)value.p[0]));

		if (f->template->max && ++characters >= f->template->max && one.n < value.n) {
			nw_buf_add(out, NW_STR(CUT_MARK));
			return;
		}
		nw_buf_add(out, word(f->template->dialect, one));
		value = nw_str_from(value, one.n);
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
