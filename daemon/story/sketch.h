#ifndef NW_STORY_SKETCH_H
#define NW_STORY_SKETCH_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * What is kept of a text to find it again in another: the smallest hashes of its runs of
 * four words (bottom-k MinHash: Broder 1997, "On the resemblance and containment of
 * documents"), which near-copies share in the measure in which they are copies, however
 * titled, cut or lengthened; and its weightiest terms, names and numbers, which reports of
 * the same news share in whatever words. A value of fixed size; a function of the text
 * alone.
 */
#define NW_SKETCH_RUNS 24
#define NW_SKETCH_TERMS 28
#define NW_SKETCH_TEXT_MAX ((size_t)64 * 1024) /* bytes of a body that are looked at */

/*
 * A term: 24 bits of the hash of its stem and language, its kind, whether it is in the
 * title, and what it weighs in this text (1 to 31).
 */
enum nw_term_kind { NW_TERM_WORD, NW_TERM_NAME, NW_TERM_NUMBER };

static inline uint32_t nw_term_hash(uint32_t term)
{
	return term >> 8;
}

static inline enum nw_term_kind nw_term_kind(uint32_t term)
{
	return (enum nw_term_kind)(term >> 6 & 3);
}

static inline bool nw_term_in_title(uint32_t term)
{
	return term >> 5 & 1;
}

static inline unsigned nw_term_weight(uint32_t term)
{
	return term & 31;
}

struct nw_sketch {
	char language[4]; /* "en", guessed from the words where they tell; "" when not known */
	uint16_t n_words; /* of title and body; 65535: that or more */
	uint8_t n_runs;   /* fewer than NW_SKETCH_RUNS: all that there are */
	uint8_t n_terms;
	uint32_t runs[NW_SKETCH_RUNS];   /* rising, no two alike */
	uint32_t terms[NW_SKETCH_TERMS]; /* weightiest first, no hash twice */
};

struct nw_sketch_text {
	struct nw_str title;
	struct nw_str body;     /* plain, paragraphs joined by "\n\n" */
	struct nw_str language; /* as declared, "en" or "en-GB"; may be empty or wrong */
};

void nw_sketch_of(const struct nw_sketch_text *text, struct nw_sketch *sketch);

/*
 * How much of the shorter text is in the other, 0 to 1, as far as both sketches tell;
 * 0 where either has too few runs to say.
 */
double nw_sketch_containment(const struct nw_sketch *a, const struct nw_sketch *b);

/*
 * A sketch as text for the journal: "1", and base64 (RFC 4648, section 5, no padding).
 * Decode refuses (NW_E_SYNTAX) what encode does not write, NW_E_UNKNOWN another version.
 */
#define NW_SKETCH_ENCODED_MAX 320
void nw_sketch_encode(const struct nw_sketch *sketch, struct nw_buf *out);
enum nw_err nw_sketch_decode(struct nw_str encoded, struct nw_sketch *sketch) NW_MUST;

#endif
