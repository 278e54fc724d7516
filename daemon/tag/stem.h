#ifndef NW_TAG_STEM_H
#define NW_TAG_STEM_H

#include <stdbool.h>

#include "tag/fold.h"

/* Snowball stems, in the languages for which Debian's libstemmer has an algorithm. */
#define NW_STEM_LANGUAGES 17
#define NW_STEM_MAX 96 /* bytes of a word that is stemmed; longer ones are left as they are */

/* By an article's language tag ("en", "en-GB"); NW_STEM_LANGUAGES when there is none. */
size_t nw_stem_language(struct nw_str tag);
/* Whether words of this script are stemmed by it; script as nw_script_of. */
bool nw_stem_has_script(size_t language, uint32_t script);

/* One language's stemmer at work; not for two threads. */
struct nw_stemmer {
	void *stemmer;
	size_t language;
	char bytes[4 * NW_STEM_MAX];
};

void nw_stemmer_init(struct nw_stemmer *s, size_t language);
void nw_stemmer_clear(struct nw_stemmer *s);
/* The folded stem of a word as written; empty when there is none. Valid until the next call. */
struct nw_str nw_stemmer_stem(struct nw_stemmer *s, struct nw_str written);

#endif
