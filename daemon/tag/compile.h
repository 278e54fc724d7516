#ifndef NW_TAG_COMPILE_H
#define NW_TAG_COMPILE_H

#include "tag/phrases.h"
#include "tag/topic.h"
#include "tag/vocab.h"
#include <newswire/tag.h>

/* An expression ready to be asked: every word and phrase is a number. */
struct nw_node {
	enum nw_op op; /* NW_OP_WORDS: any of the terms; never NW_OP_SET */
	unsigned n;
	bool placed;  /* says where: as nw_expr_is_placed */
	bool negates; /* NOT is in it: it may hold in a part and not in the whole */
	struct nw_node *kids;
	size_t n_kids;
	uint32_t *terms; /* of NW_OP_WORDS, sorted */
	size_t n_terms;
};

/* Which lines a phrase can make hold, and whose lines they are. */
struct nw_topics {
	struct nw_arena *arena;
	struct nw_fold fold;
	struct nw_vocab vocab;
	struct nw_phrases phrases;
	struct nw_str dir;

	struct nw_topic **topics; /* sorted by name */
	size_t n_topics;
	struct nw_rule **rules; /* those that can make a topic fire */
	uint32_t *rule_topic;
	size_t n_rules;
	uint32_t *line_at, *lines; /* phrase p: lines[line_at[p] .. line_at[p + 1]) */
	unsigned fields;           /* bits of the fields that are asked for */
	bool asks_language;        /* lang: or stem() */
};

/* Fills everything but the topics themselves, which are read and right. */
void nw_topics_compile(struct nw_topics *t);

#endif
