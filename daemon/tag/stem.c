#include "tag/stem.h"

#include <libstemmer.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tag/lang.h"

#define SMALL_MAX ((size_t)2 * NW_STEM_MAX)

static const struct {
	const char *code;
	enum nw_script script;
} languages[NW_STEM_LANGUAGES] = {
	{"ar", NW_SCRIPT_ARABIC},
	{"da", NW_SCRIPT_LATIN},
	{"de", NW_SCRIPT_LATIN},
	{"el", NW_SCRIPT_GREEK},
	{"en", NW_SCRIPT_LATIN},
	{"es", NW_SCRIPT_LATIN},
	{"fi", NW_SCRIPT_LATIN},
	{"fr", NW_SCRIPT_LATIN},
	{"hu", NW_SCRIPT_LATIN},
	{"it", NW_SCRIPT_LATIN},
	{"nl", NW_SCRIPT_LATIN},
	{"no", NW_SCRIPT_LATIN},
	{"pt", NW_SCRIPT_LATIN},
	{"ro", NW_SCRIPT_LATIN},
	{"ru", NW_SCRIPT_CYRILLIC},
	{"sv", NW_SCRIPT_LATIN},
	{"tr", NW_SCRIPT_LATIN},
};

size_t nw_stem_language(struct nw_str tag)
{
	const struct nw_str code = nw_str_head(tag, 2);

	if (tag.n > 2 && tag.p[2] != '-' && tag.p[2] != '_')
		return NW_STEM_LANGUAGES;
	for (size_t i = 0; i < NW_STEM_LANGUAGES; i++) {
		if (nw_str_eq_nocase(code, nw_str(languages[i].code)))
			return i;
	}
	return NW_STEM_LANGUAGES;
}

bool nw_stem_has_script(size_t language, uint32_t script)
{
	return language < NW_STEM_LANGUAGES && (uint32_t)languages[language].script == script;
}

void nw_stemmer_init(struct nw_stemmer *s, size_t language)
{
	s->language = language;
	s->stemmer = language < NW_STEM_LANGUAGES ? sb_stemmer_new(languages[language].code, NULL)
						  : NULL;
}

void nw_stemmer_clear(struct nw_stemmer *s)
{
	if (s->stemmer)
		sb_stemmer_delete(s->stemmer);
	s->stemmer = NULL;
}

/* As the algorithms want it: in small letters, with its marks. */
static size_t make_small(struct nw_str written, char out[SMALL_MAX])
{
	size_t n = 0;

	while (written.n && n + 4 <= SMALL_MAX)
		n += nw_utf8_put(
			(uint32_t)utf8proc_tolower((utf8proc_int32_t)nw_utf8_next(&written)),
			out + n);
	return n;
}

static size_t fold_into(struct nw_str text, char *out, size_t cap)
{
	size_t n = 0;

	while (text.n) {
		uint32_t points[NW_FOLD_MAX];
		const size_t count = nw_fold_point(nw_utf8_next(&text), points);

		for (size_t i = 0; i < count && n + 4 <= cap; i++)
			n += nw_utf8_put(points[i], out + n);
	}
	return n;
}

struct nw_str nw_stemmer_stem(struct nw_stemmer *s, struct nw_str written)
{
	char small[SMALL_MAX];
	const sb_symbol *stem;
	size_t n;

	if (!s->stemmer || written.n > NW_STEM_MAX)
		return NW_STR("");
	n = make_small(written, small);
	stem = sb_stemmer_stem(s->stemmer, (const sb_symbol *)small, (int)n);
	if (!stem)
		return NW_STR("");
	n = fold_into((struct nw_str){(const char *)stem, (size_t)sb_stemmer_length(s->stemmer)},
		s->bytes, sizeof(s->bytes));
	return (struct nw_str){s->bytes, n};
}
