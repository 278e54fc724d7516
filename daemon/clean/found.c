#include "clean/found.h"

#include "base/str.h"
#include "clean/marks.h"
#include "markup/names.h"

static void add(struct nw_found *found, enum nw_find what, const struct nw_node *node, uint32_t at)
{
	if (found->n[what] < NW_FOUND_MAX)
		found->spots[what][found->n[what]++] = (struct nw_spot){node, at};
}

static void note_by_tag(struct nw_found *found, const struct nw_node *e, uint32_t at)
{
	switch (e->tag) {
	case NW_TAG_META:
		add(found, NW_FIND_META, e, at);
		break;
	case NW_TAG_LINK:
		add(found, NW_FIND_LINK, e, at);
		break;
	case NW_TAG_TITLE:
		add(found, NW_FIND_TITLE, e, at);
		break;
	case NW_TAG_H1:
		add(found, NW_FIND_H1, e, at);
		break;
	case NW_TAG_TIME:
		add(found, NW_FIND_TIME, e, at);
		break;
	case NW_TAG_SCRIPT:
		if (nw_str_find_nocase(nw_node_attr(e, "type"), NW_STR("ld+json")) <
			nw_node_attr(e, "type").n)
			add(found, NW_FIND_LD, e, at);
		break;
	default:
		break;
	}
}

/* A link to a person's page: "/author/ann-bell", "/autoren/ann-bell-17.html". */
static bool leads_to_author(struct nw_str href)
{
	static const char *const folders[] = {"author", "authors", "autor", "autora", "autores",
		"autoren", "autorin", "auteur", "auteurs", "autore", "autori", "journalist",
		"journalists", "journaliste", "journalistes", "contributor", "contributors",
		"profile", "profiles", "people", "person", "staff", "by", "reporter", "reporters",
		"columnist", "columnistas", "firmas", "firma", "yazar", "yazarlar", "muhabir",
		"writer", "writers", "skribent", "impressum-autoren", "bio"};
	struct nw_str folder;

	if (href.n > 300)
		return false;
	while (nw_str_cut(&href, '/', &folder) && href.n) {
		for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
			if (nw_str_eq_nocase(folder, nw_str(folders[i])))
				return true;
		}
	}
	return false;
}

static bool names_author(const struct nw_node *e, const struct nw_attr *a)
{
	if (nw_str_eq(a->name, NW_STR("itemprop")) || nw_str_eq(a->name, NW_STR("rel")))
		return nw_str_eq_nocase(a->value, NW_STR("author"));
	return e->tag == NW_TAG_A && nw_str_eq(a->name, NW_STR("href")) &&
		leads_to_author(a->value);
}

static void note_by_property(struct nw_found *found, const struct nw_node *e, uint32_t at)
{
	for (const struct nw_attr *a = e->attrs; a; a = a->next) {
		if (nw_str_eq(a->name, NW_STR("itemprop")) &&
			(nw_str_eq_nocase(a->value, NW_STR("datePublished")) ||
				nw_str_eq_nocase(a->value, NW_STR("dateCreated"))))
			add(found, NW_FIND_DATE_PROPERTY, e, at);
		if (names_author(e, a)) {
			add(found, NW_FIND_AUTHOR_PROPERTY, e, at);
			return;
		}
	}
}

void nw_found_note(struct nw_found *found, const struct nw_node *e, uint32_t at, uint32_t marks)
{
	static const struct {
		uint32_t mark;
		enum nw_find what;
	} named[] = {
		{NW_MARK_DATE, NW_FIND_DATE},
		{NW_MARK_BYLINE, NW_FIND_BYLINE},
		{NW_MARK_SECTION, NW_FIND_SECTION},
		{NW_MARK_PAYWALL, NW_FIND_PAYWALL},
	};

	note_by_tag(found, e, at);
	if (e->attrs && e->tag != NW_TAG_LINK)
		note_by_property(found, e, at);
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (marks & named[i].mark)
			add(found, named[i].what, e, at);
	}
}

void nw_found_note_head(struct nw_found *found, const struct nw_node *head, uint32_t at)
{
	for (const struct nw_node *n = nw_node_next(head, head); n; n = nw_node_next(n, head)) {
		if (n->kind == NW_ELEMENT)
			note_by_tag(found, n, at);
	}
}
