/*
 * Any text gives a sound sketch, which is read as it was written; what is read from any bytes
 * is written as those bytes; and any two texts may be compared and joined.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "story/story.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_coding(const struct nw_sketch *sketch)
{
	struct nw_sketch again;
	struct nw_buf out;

	nw_buf_init(&out, NW_SKETCH_ENCODED_MAX);
	nw_sketch_encode(sketch, &out);
	require(!out.failed && nw_sketch_decode(nw_buf_str(&out), &again) == NW_OK);
	require(memcmp(sketch, &again, sizeof(again)) == 0);
	nw_buf_clear(&out);
}

static void check_decoding(struct nw_str bytes)
{
	struct nw_sketch sketch;
	struct nw_buf out;

	if (nw_sketch_decode(bytes, &sketch))
		return;
	nw_buf_init(&out, NW_SKETCH_ENCODED_MAX);
	nw_sketch_encode(&sketch, &out);
	require(nw_str_eq(nw_buf_str(&out), bytes));
	nw_buf_clear(&out);
}

static void check_joining(const struct nw_sketch *a, const struct nw_sketch *b)
{
	const double shared = nw_sketch_containment(a, b);
	struct nw_stories *stories = nw_stories_new(&(struct nw_stories_options){.articles = 1});
	struct nw_story_article article = {.id = {1, 1}, .sketch = a, .seen_s = 1};
	struct nw_joined joined;
	struct nw_story story;

	require(shared >= 0 && shared <= 1 && nw_sketch_containment(b, a) == shared);
	nw_stories_join(stories, &article, &joined);
	require(joined.opened && joined.score == 0);
	article.id = (struct nw_hash){2, 2};
	article.sketch = b;
	nw_stories_join(stories, &article, &joined);
	require(joined.score >= 0 && joined.score <= 1 && joined.opened == (joined.score == 0));
	require(nw_stories_get(stories, joined.story, &story));
	require(story.articles == (joined.opened ? 1U : 2U) && story.sources <= story.articles);
	nw_stories_free(stories);
}

/* The first line is one text's title, the next half the one, the rest the other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str rest = {(const char *)data, size}, title = {0};
	struct nw_str one, other;
	struct nw_sketch a, b;

	check_decoding(rest);
	if (!size || !nw_str_cut(&rest, '\n', &title))
		return 0;
	one = nw_str_head(rest, rest.n / 2);
	other = nw_str_from(rest, rest.n / 2);
	nw_sketch_of(&(struct nw_sketch_text){title, one, {0}}, &a);
	nw_sketch_of(&(struct nw_sketch_text){title, other, {0}}, &b);
	check_coding(&a);
	check_coding(&b);
	check_joining(&a, &b);
	return 0;
}
