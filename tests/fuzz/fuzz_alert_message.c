/*
 * A payload, and after a NUL a template: what a person is shown of it, what a program is given,
 * and what a webhook's form becomes. Nothing of the payload is obeyed by whoever shows it.
 */
#include <stdlib.h>

#include "alert/letter.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "plain_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_TIMES 32 /* the text of a payload is no longer than so many times as long, ... */
#define HTML_TIMES 512
#define LEAST 2048 /* ... and this */
#define SHOWN 200

/* --- HTML: our own tags only, with our own attributes --- */

static bool is_known_tag(struct nw_str tag)
{
	static const char *const tags[] = {"html", "head", "title", "body", "div", "p", "span",
		"h1", "a", "b", "br", "del", "ins", "mark", "ul", "ol", "li", "meta", "style",
		"!DOCTYPE"};
	const struct nw_str name = nw_str_head(tag, nw_str_find(tag, NW_STR(" ")));

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (nw_str_eq(name, nw_str(tags[i])))
			return true;
	return false;
}

/* ` style="..." href="..."`: quoted, and an address is one of the web. */
static void check_attributes(struct nw_str s)
{
	while ((s = nw_str_trim(s)).n) {
		const size_t equals = nw_str_find(s, NW_STR("=\""));
		const struct nw_str name = nw_str_head(s, equals),
				    rest = nw_str_from(s, equals + 2);
		const size_t end = nw_str_find(rest, NW_STR("\""));

		must(equals < s.n && end < rest.n);
		must(nw_str_eq(name, NW_STR("style")) || nw_str_eq(name, NW_STR("href")) ||
			nw_str_eq(name, NW_STR("dir")) || nw_str_eq(name, NW_STR("charset")) ||
			nw_str_eq(name, NW_STR("name")) || nw_str_eq(name, NW_STR("content")) ||
			nw_str_eq(name, NW_STR("class")));
		must(!nw_str_eq(name, NW_STR("href")) ||
			nw_str_starts_nocase(rest, NW_STR("http://")) ||
			nw_str_starts_nocase(rest, NW_STR("https://")));
		s = nw_str_from(rest, end + 1);
	}
}

static void check_tag(struct nw_str tag)
{
	const size_t space = nw_str_find(tag, NW_STR(" "));

	if (nw_str_starts(tag, NW_STR("/")))
		tag = nw_str_from(tag, 1);
	must(is_known_tag(tag));
	if (!nw_str_starts(tag, NW_STR("!")))
		check_attributes(nw_str_from(tag, space));
}

/* An & begins one of our references, and < and > stand around our tags. */
static void check_references(struct nw_str text)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	must(nw_str_find(text, NW_STR(">")) == text.n);
	must(nw_str_find(text, NW_STR("\"")) == text.n && nw_str_find(text, NW_STR("'")) == text.n);
	for (size_t at; (at = nw_str_find(text, NW_STR("&"))) < text.n;) {
		bool is_known = false;

		text = nw_str_from(text, at);
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is_known = is_known || nw_str_starts(text, nw_str(known[i]));
		must(is_known);
		text = nw_str_from(text, 1);
	}
}

static void check_html(struct nw_str html)
{
	while (html.n) {
		const size_t open = nw_str_find(html, NW_STR("<"));
		const struct nw_str rest = nw_str_from(html, open + 1);
		const size_t close = nw_str_find(rest, NW_STR(">"));

		check_references(nw_str_head(html, open));
		if (open == html.n)
			return;
		must(close < rest.n);
		check_tag(nw_str_head(rest, close));
		html = nw_str_from(rest, close + 1);
	}
}

/* --- the message --- */

static void check_message(const struct nw_alert_message *m, size_t size)
{
	must(m->subject.n <= SHOWN && check_plain(m->subject, true) > 0);
	must(check_plain(m->brief, true) <= 240);
	(void)check_plain(m->text, false);
	must(m->text.n <= size * TEXT_TIMES + LEAST);
	(void)check_plain(m->html, false);
	must(m->html.n <= size * HTML_TIMES + LEAST);
	check_html(m->html);
	(void)check_plain(m->link, true);
	must(!m->link.n || nw_str_starts_nocase(m->link, NW_STR("http://")) ||
		nw_str_starts_nocase(m->link, NW_STR("https://")));
}

/* What a program is given: one line, that is JSON, and says what it repeats by. */
static void check_letter(const struct nw_delivery *d)
{
	const struct nw_str line = nw_letter_line(d);
	json_t *o = NULL;

	must(line.n > 1 && line.p[line.n - 1] == '\n');
	(void)check_plain(nw_str_head(line, line.n - 1), true);
	must(nw_json_parse(line, &o, NULL) == NW_OK);
	must(nw_str_eq(nw_json_get_str(o, "key"), d->letter.key));
	must(nw_str_eq(nw_json_get_str(o, "channel"), d->letter.channel));
	must(nw_str_eq(nw_json_get_str(o, "subject"), d->message.subject));
	json_decref(o);
}

/* The whole value stands in the form's string and nowhere else. */
static void check_form(const struct nw_delivery *d)
{
	const struct nw_letter_template form = {
		.json = NW_STR("{\"a\":{\"b\":[\"{{subject}}\"]},\"c\":\"{{text}}\"}")};
	struct nw_str filled;
	json_t *o = NULL;

	must(nw_letter_fill(d, &form, &filled, NULL) == NW_OK);
	must(nw_json_parse(filled, &o, NULL) == NW_OK && json_object_size(o) == 2);
	must(nw_str_eq(nw_json_get_str(o, "c"), d->message.text));
	must(json_array_size(json_object_get(json_object_get(o, "a"), "b")) == 1);
	json_decref(o);
}

/* Slack obeys <...> alone: there is none of it but what the form itself has. */
static void check_template(const struct nw_delivery *d, struct nw_str template)
{
	const struct nw_letter_template forms[] = {
		{.json = template},
		{.json = template, .dialect = NW_LETTER_MARKDOWN, .max = 100},
		{.json = NW_STR("\"{{subject}} {{brief}} {{text}}\""), .dialect = NW_LETTER_SLACK},
	};
	struct nw_error error = {0};
	struct nw_str filled;
	json_t *o = NULL;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (nw_letter_fill(d, &forms[i], &filled, &error)) {
			must(error.text[0] && i < 2);
			continue;
		}
		must(nw_json_parse(filled, &o, NULL) == NW_OK);
		json_decref(o);
	}
	must(nw_str_find(filled, NW_STR("<")) == filled.n &&
		nw_str_find(filled, NW_STR(">")) == filled.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str all = {(const char *)data, size};
	const char *nul = size ? memchr(data, 0, size) : NULL;
	const size_t at = nul ? (size_t)(nul - all.p) : size;
	struct nw_delivery d = {.arena = nw_arena_new(),
		.letter = {.key = NW_STR("0123456789abcdef0123456789abcdef"),
			.channel = NW_STR("webhook:a"),
			.rule = NW_STR("flash"),
			.incident = NW_STR("flash/0123"),
			.transition = NW_STR("first")}};
	struct nw_error error = {0};

	if (nw_alert_message(d.arena, nw_str_head(all, at), &d.message, &error)) {
		must(error.text[0]);
	} else {
		check_message(&d.message, at);
		check_letter(&d);
		check_form(&d);
		check_template(&d, nw_str_from(all, at + 1));
	}
	nw_arena_free(d.arena);
	return 0;
}
