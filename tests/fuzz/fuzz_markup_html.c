/* Any bytes as a page and as a fragment: trees within the limits; what was written reads the same. */
#include "markup_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All characters of a fragment's tree are there again when it is written and read. */
static void check_again(struct nw_arena *a, const struct nw_node *root)
{
	struct nw_markup again;

	must(nw_markup_fragment(
		     a, check_writing(a, root), &nw_markup_default_limits, &again, NULL) == NW_OK);
	must(nw_str_eq(nw_node_text(a, root), nw_node_text(a, again.root)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str bytes = {(const char *)data, size};
	struct nw_arena *a = nw_arena_new();
	struct nw_markup m;

	must(nw_markup_html(a, bytes, (struct nw_str){0}, &small_limits, &m, NULL) == NW_OK);
	must(m.root->tag == NW_TAG_HTML || m.cut);
	check_tree(&m, &small_limits);
	(void)check_writing(a, m.root);
	must(nw_markup_fragment(a, bytes, &small_limits, &m, NULL) == NW_OK);
	must(m.root->tag == NW_TAG_BODY);
	check_tree(&m, &small_limits);
	check_again(a, m.root);
	nw_arena_free(a);
	return 0;
}
