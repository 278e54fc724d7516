#ifndef NW_TAG_LEX_H
#define NW_TAG_LEX_H

#include "tag/source.h"

/* The parts of a pattern. */
enum nw_token_kind {
	NW_TOKEN_END,
	NW_TOKEN_OPEN,
	NW_TOKEN_CLOSE,
	NW_TOKEN_OR,
	NW_TOKEN_AND,
	NW_TOKEN_NOT,
	NW_TOKEN_NEAR, /* n: words between, at most */
	NW_TOKEN_ONEAR,
	NW_TOKEN_WORD,   /* text */
	NW_TOKEN_PHRASE, /* text without its quotes; n: slop + 1 where "a b"~n was written */
	NW_TOKEN_EXACT,  /* the = before a word or a phrase */
	NW_TOKEN_SET,    /* text: the name */
	NW_TOKEN_FIELD,  /* text: the name before the colon */
	NW_TOKEN_CALL,   /* text: the name before the bracket, which is taken too */
	NW_TOKEN_BAD,    /* told already */
};

struct nw_token {
	enum nw_token_kind kind;
	size_t at, end; /* offsets in the source */
	struct nw_str text;
	unsigned n;
};

struct nw_lexer {
	struct nw_source *source;
	size_t at, end; /* what is left of the pattern */
};

struct nw_token nw_lex_next(struct nw_lexer *lexer);

/*
 * The first '#' of a line that begins a comment: at its start or after white
 * space, and not within quotes. The line's length when there is none.
 */
size_t nw_lex_comment(struct nw_str line);

#endif
