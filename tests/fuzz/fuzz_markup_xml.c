/* Any bytes as XML: a tree within the limits; and for sound documents our own reader agrees. */
#include "markup/charset.h"
#include "markup/loose.h"
#include "markup_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements that the tolerant reader nests by rules of its own. */
static bool has_rules(const struct nw_node *root)
{
	static const uint16_t tags[] = {NW_TAG_BR, NW_TAG_HR, NW_TAG_IMG, NW_TAG_WBR, NW_TAG_ITEM,
		NW_TAG_ENTRY, NW_TAG_TITLE, NW_TAG_LINK, NW_TAG_GUID, NW_TAG_ID, NW_TAG_PUBDATE,
		NW_TAG_DESCRIPTION, NW_TAG_CATEGORY, NW_TAG_COMMENTS, NW_TAG_SUMMARY,
		NW_TAG_UPDATED, NW_TAG_PUBLISHED};

	for (const struct nw_node *n = root; n; n = nw_node_next(n, root))
		for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
			if (n->tag == tags[i])
				return true;
	return false;
}

static void check_agreement(struct nw_arena *a, struct nw_str bytes, const struct nw_markup *m)
{
	struct nw_charset charset;
	struct nw_error damage = {0};
	struct nw_markup loose = {0};
	struct nw_tree tree;

	if (m->malformed || m->cut || has_rules(m->root))
		return;
	nw_charset_read(a, bytes, (struct nw_str){0}, false, &charset);
	nw_tree_init(&tree, a, &small_limits, charset.utf8.n + small_limits.expansion + 1);
	must(nw_loose_read(&tree, charset.utf8, NW_LOOSE_XML, &damage) == NW_OK);
	nw_tree_finish(&tree, &loose);
	nw_tree_clear(&tree);
	must(loose.root && nw_str_eq(loose.root->name, m->root->name));
	must(nw_str_eq(check_writing(a, loose.root), check_writing(a, m->root)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str bytes = {(const char *)data, size};
	struct nw_arena *a = nw_arena_new();
	struct nw_error error = {0};
	struct nw_markup m;
	const enum nw_err err =
		nw_markup_xml(a, bytes, (struct nw_str){0}, &small_limits, &m, &error);

	must(err == NW_OK || err == NW_E_SYNTAX || err == NW_E_LIMIT);
	must((err == NW_OK) == (error.text[0] == '\0'));
	if (err == NW_OK) {
		check_tree(&m, &small_limits);
		(void)check_writing(a, m.root);
		check_agreement(a, bytes, &m);
	}
	nw_arena_free(a);
	return 0;
}
