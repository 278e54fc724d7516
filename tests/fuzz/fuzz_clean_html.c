/*
 * Any bytes as a page, and as a fragment of one: the text is always in the text
 * format, all that is said of it is one clean line each, and twice gives the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include <newswire/clean.h>

#include "base/str.h"
#include "base/text.h"
#include "base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void must_be_line(struct nw_arena *arena, struct nw_str s)
{
	must(nw_str_eq(nw_text_line(arena, s), s));
}

static void must_be_sound(struct nw_arena *arena, const struct nw_cleaned *c)
{
	must(nw_str_eq(nw_text_paragraphs(arena, c->body), c->body));
	must_be_line(arena, c->title);
	must_be_line(arena, c->site);
	must_be_line(arena, c->section);
	must_be_line(arena, c->summary);
	for (const struct nw_author *a = c->authors; a; a = a->next) {
		must(a->name.n > 0);
		must_be_line(arena, a->name);
	}
	for (const struct nw_date_candidate *d = c->dates; d; d = d->next)
		must(d->from && d->when.precision != NW_WHEN_UNKNOWN);
	must(nw_page_state_name(c->state) != NULL);
	must(c->quality <= 100);
}

static void must_be_same(const struct nw_cleaned *a, const struct nw_cleaned *b)
{
	must(nw_str_eq(a->body, b->body) && nw_str_eq(a->title, b->title));
	must(a->date.unix_s == b->date.unix_s && a->date_from == b->date_from);
	must(a->state == b->state && a->quality == b->quality);
	must(nw_str_eq(a->canonical, b->canonical) && nw_str_eq(a->image, b->image));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_clean_input input = {.body = {(const char *)data, size},
		.url = NW_STR("https://coast.example/2024/05/03/wall"),
		.now_s = 1735689600};
	struct nw_cleaned first, second;
	const enum nw_err err = nw_clean_html(arena, &input, &first, NULL);
	struct nw_str fragment;

	must(nw_clean_html(arena, &input, &second, NULL) == err);
	if (!err) {
		must_be_sound(arena, &first);
		must_be_same(&first, &second);
	}
	fragment = nw_clean_fragment(arena, input.body);
	must(nw_str_eq(nw_text_paragraphs(arena, fragment), fragment));
	nw_arena_free(arena);
	return 0;
}
