#ifndef NW_TAG_EVAL_H
#define NW_TAG_EVAL_H

#include "tag/scan.h"

/* Where something was found: words and bytes of a field. */
struct nw_span {
	enum nw_field field;
	uint32_t word, word_end;
	size_t start, end;
	unsigned between; /* words between the two that were near each other */
};

struct nw_spans {
	struct nw_span *span; /* sorted by field and place */
	size_t n, cap;
};

/* The part of an article that a question is about. */
struct nw_window {
	unsigned fields; /* bits of title and body; the other fields are always whole */
	size_t from, to; /* bytes of the body */
};

struct nw_eval {
	const struct nw_scan *scan;
	struct nw_arena *arena; /* for what is needed while asking one question */
	size_t *word_ends;      /* of the body; [n] is where its word n ends, 0: not asked yet */
	size_t lead;            /* where the body's beginning ends; SIZE_MAX: not asked yet */
	size_t places;          /* of one part that reasons name, at most; 1: the first shows it */
};

void nw_eval_init(struct nw_eval *eval, const struct nw_scan *scan);
void nw_eval_clear(struct nw_eval *eval);

/* Forgets what earlier questions needed; the reasons they gave are gone too. */
void nw_eval_rest(struct nw_eval *eval);

/* All of title and body. */
struct nw_window nw_eval_whole(const struct nw_eval *eval);

bool nw_eval_holds(struct nw_eval *eval, const struct nw_node *node, struct nw_window window);

/* Adds the places that show why a node holds: as many a part as `places` says, n for atleast. */
void nw_eval_reasons(struct nw_eval *eval, const struct nw_node *node, struct nw_window window,
	struct nw_spans *reasons);

/* Paragraphs begin and end at line ends. */
size_t nw_paragraph_end(struct nw_str text, size_t at);
/* Where the paragraph that `at` is in begins, or from when that is later. */
size_t nw_paragraph_start(struct nw_str text, size_t from, size_t at);
/* The end of the sentence that `at` is in: a full stop, a capital after it, no abbreviation. */
size_t nw_sentence_end(struct nw_str text, size_t at);

#endif
