#include "store/keep.h"

#include <assert.h>
#include <stdio.h>

#include "base/str.h"
#include "store/database.h"

void nw_keeps_add(struct nw_keeps *keeps, struct nw_str tag, int64_t keep_s)
{
	struct nw_keep *keep = &keeps->v[keeps->n++];

	assert(keeps->n <= NW_KEEPS_MAX && tag.n + 1 < NW_KEEP_TAG);
	(void)snprintf(keep->tag, sizeof(keep->tag), "%.*s/", NW_ARG(tag));
	keep->keep_s = keep_s;
}

/* What became of a story with a tag is kept as its articles are. */
static bool cut_tag(struct nw_str key, struct nw_str *tag)
{
	static const struct nw_str before[] = {{"topic/", 6}, {"story/", 6}};

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (nw_str_starts(key, before[i])) {
			*tag = nw_str_from(key, before[i].n);
			return true;
		}
	return false;
}

static int64_t ask_tag(const struct nw_keeps *keeps, struct nw_str tag)
{
	int64_t keep_s = keeps->keep_s;
	size_t longest = 0;

	for (size_t i = 0; i < keeps->n; i++) {
		const struct nw_str named = nw_str(keeps->v[i].tag);

		if (named.n > longest && nw_str_starts(tag, named)) {
			longest = named.n;
			keep_s = keeps->v[i].keep_s;
		}
	}
	return keep_s;
}

static int64_t longer(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > b ? a : b;
}

/* By one of the names after the empty line. */
static int64_t ask_name(const struct nw_keeps *keeps, struct nw_str name)
{
	struct nw_str tag;

	return cut_tag(name, &tag) ? ask_tag(keeps, tag) : keeps->keep_s;
}

int64_t nw_keeps_ask(const struct nw_keeps *keeps, struct nw_str lines)
{
	struct nw_journal_key own;
	struct nw_str name, tag;
	int64_t keep_s = -1;

	if (!keeps->n)
		return keeps->keep_s;
	while (nw_reader_cut_key(&lines, &own))
		if (cut_tag(own.key, &tag))
			keep_s = keep_s < 0 ? ask_tag(keeps, tag)
					    : longer(keep_s, ask_tag(keeps, tag));
	if (keep_s < 0)
		keep_s = keeps->keep_s;
	while (nw_str_cut(&lines, '\n', &name))
		if (name.n)
			keep_s = longer(keep_s, ask_name(keeps, name));
	return keep_s;
}

/* --- what a version inherits --- */

/* A version without tags is kept as those are: that is inherited under this name. */
#define UNTAGGED NW_STR("all/")

static bool has_name(struct nw_str lines, struct nw_str name)
{
	struct nw_str line;

	while (nw_str_cut(&lines, '\n', &line))
		if (nw_str_eq(line, name) ||
			(nw_str_starts(line, name) && line.n > name.n && line.p[name.n] == ' '))
			return true;
	return false;
}

/* n_own: how much of the lines is the record's own keys. */
static void inherit(struct nw_buf *lines, size_t n_own, struct nw_str name)
{
	const struct nw_str all = nw_buf_str(lines);
	const size_t from = nw_str_eq(name, UNTAGGED) ? n_own : 0;

	if (!name.n || has_name(nw_str_from(all, from), name))
		return;
	if (all.n == n_own)
		nw_buf_add_c(lines, '\n');
	nw_buf_add(lines, name);
	nw_buf_add_c(lines, '\n');
}

void nw_keep_inherit(struct nw_buf *lines, struct nw_str before)
{
	const size_t n_own = nw_buf_str(lines).n;
	struct nw_journal_key own;
	struct nw_str name, tag;
	bool is_tagged = false;

	while (nw_reader_cut_key(&before, &own))
		if (cut_tag(own.key, &tag)) {
			inherit(lines, n_own, own.key);
			is_tagged = true;
		}
	if (!is_tagged)
		inherit(lines, n_own, UNTAGGED);
	while (nw_str_cut(&before, '\n', &name))
		inherit(lines, n_own, name);
}
