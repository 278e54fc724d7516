#ifndef NW_TAG_EXPR_H
#define NW_TAG_EXPR_H

#include "base/map.h"
#include "tag/lex.h"
#include "tag/words.h"

/* What an article is asked about. TITLE and BODY are where a pattern looks unless it says. */
enum nw_field {
	NW_FIELD_TITLE,
	NW_FIELD_BODY,
	NW_FIELD_SITE,
	NW_FIELD_SOURCE,
	NW_FIELD_FEED,
	NW_FIELD_LANG,
	NW_FIELD_COUNTRY,
	NW_FIELD_SECTION,
	NW_FIELD_AUTHOR,
	NW_FIELD_URL,
	NW_FIELDS,
	NW_FIELD_LEAD = NW_FIELDS, /* the beginning of BODY */
};
#define NW_FIELD_BIT(field) (1U << (field))
#define NW_FIELD_TEXT (NW_FIELD_BIT(NW_FIELD_TITLE) | NW_FIELD_BIT(NW_FIELD_BODY))

/* NW_FIELD_LEAD + 1 when there is no such field. */
enum nw_field nw_field_named(struct nw_str name);
struct nw_str nw_field_name(enum nw_field field);

enum nw_op {
	NW_OP_WORDS, /* one word or a phrase */
	NW_OP_SET,
	NW_OP_OR,
	NW_OP_AND,
	NW_OP_NOT,
	NW_OP_NEAR,    /* n: words between, at most */
	NW_OP_ONEAR,   /* in order */
	NW_OP_FIELD,   /* n: enum nw_field */
	NW_OP_ATLEAST, /* n: times */
	NW_OP_PARA,
	NW_OP_SENT,
	NW_OP_FIRST, /* n: words of the body */
};

enum nw_term_kind { NW_TERM_FOLDED, NW_TERM_EXACT, NW_TERM_PREFIX, NW_TERM_SHAPE, NW_TERM_STEM };

/* One word of a phrase. */
struct nw_term {
	struct nw_term *next;
	struct nw_str folded, written;
	enum nw_term_kind kind;
	bool tied; /* a hyphen joins it to the next one */
};

struct nw_expr {
	struct nw_expr *next, *kids;
	enum nw_op op;
	unsigned n;
	struct nw_term *terms;
	struct nw_set *set;
	size_t at; /* where it begins in its source */
};

/* A set of names: parsed when it is first asked for. */
struct nw_set {
	struct nw_set *next;
	struct nw_str name;
	struct nw_source *source;
	size_t at, body, end; /* its header, and its lines, in the source */
	enum { NW_SET_NEW, NW_SET_OPEN, NW_SET_DONE, NW_SET_BAD } state;
	struct nw_expr *expr;
	unsigned level; /* sets within it, one within the other */
	size_t size;    /* words and phrases in it and in the sets that it names */
};

/* What parsing needs to know. */
struct nw_parse {
	struct nw_arena *arena;
	const struct nw_fold *fold;
	struct nw_set *sets;
	struct nw_map names; /* of the sets, to them */
	unsigned depth;      /* sets that are being parsed, one within the other */
};

/* Whether it says where in the text it holds, as NEAR and atleast need. */
bool nw_expr_is_placed(const struct nw_expr *expr);

/* Words and phrases, with those of the sets it names; at most NW_EXPR_MOST is of use. */
#define NW_EXPR_MOST ((size_t)200000)
size_t nw_expr_size(const struct nw_expr *expr);

/* The pattern between two offsets; NULL, and told, when it is wrong. */
struct nw_expr *nw_expr_parse(
	struct nw_parse *parse, struct nw_source *source, size_t at, size_t end);

/* The set of that name with its expression; NULL, and told at `at`, when there is none. */
struct nw_set *nw_set_get(
	struct nw_parse *parse, struct nw_source *source, size_t at, struct nw_str name);

/* A word or phrase taken apart; false, and told, when it is wrong. */
struct nw_term_options {
	bool exact, stem;
};
bool nw_terms_parse(struct nw_parse *parse, struct nw_source *source, const struct nw_token *t,
	struct nw_term_options options, struct nw_term **terms);

#endif
