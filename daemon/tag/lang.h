#ifndef NW_TAG_LANG_H
#define NW_TAG_LANG_H

#include <newswire/base.h>

enum nw_script {
	NW_SCRIPT_OTHER, /* common to several, or one that is not told apart */
	NW_SCRIPT_LATIN,
	NW_SCRIPT_CYRILLIC,
	NW_SCRIPT_GREEK,
	NW_SCRIPT_ARABIC,
	NW_SCRIPT_HEBREW,
};
enum nw_script nw_script_of(uint32_t c);

/*
 * The language a text is most likely in ("en", "ar" ...), by its script and its
 * commonest words; looks at the first 2 KB. Empty when nothing speaks for any.
 */
struct nw_str nw_lang_guess(struct nw_str text);

#endif
