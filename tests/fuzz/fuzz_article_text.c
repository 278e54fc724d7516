/* Any bytes as an article's text: what is read can be written, and reads the same again. */
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include <newswire/article.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds)
{
	if (!holds)
		abort();
}

static int same_when(struct nw_when a, struct nw_when b)
{
	return a.unix_s == b.unix_s && a.offset_min == b.offset_min && a.precision == b.precision;
}

static void check_written(struct nw_str text)
{
	expect(nw_utf8_valid(text) == text.n);
	expect(text.n && text.p[text.n - 1] == '\n');
	expect(text.n < 2 || text.p[text.n - 2] != '\n');
	expect(nw_str_find(text, NW_STR("\n\n\n")) == text.n);
	expect(nw_str_find(text, NW_STR(" \n")) == text.n);
	expect(nw_str_find(text, NW_STR("\n ")) == text.n);
	expect(nw_str_find(text, NW_STR("  ")) == text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str bytes = {(const char *)data, size};
	struct nw_arena *a = nw_arena_new();
	struct nw_article first, again;
	struct nw_str text;

	if (nw_text_read(a, bytes, &first, NULL) == NW_OK) {
		text = nw_text_write(a, &first);
		check_written(text);
		expect(nw_text_read(a, text, &again, NULL) == NW_OK);
		expect(nw_str_eq(first.title, again.title));
		expect(nw_str_eq(first.body, again.body));
		expect(same_when(first.published, again.published));
	}
	nw_arena_free(a);
	return 0;
}
