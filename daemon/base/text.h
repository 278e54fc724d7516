#ifndef NW_BASE_TEXT_H
#define NW_BASE_TEXT_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * One clean line of text, by the rules of newswire-text(7): valid UTF-8 in
 * NFC; no control, zero-width, soft-hyphen or bidi-control characters; runs of
 * white space (NBSP and line ends too) are one space; none at either end.
 * Returns s itself where it is so already. Idempotent.
 */
struct nw_str nw_text_line(struct nw_arena *a, struct nw_str s);

/*
 * The same for each line of a text of several: empty lines go, and what is left
 * is joined by one empty line ("\n\n"), with none at either end.
 */
struct nw_str nw_text_paragraphs(struct nw_arena *a, struct nw_str s);

/* Decodes HTML character references, named (HTML 4 and the usual others) and numeric. */
struct nw_str nw_text_unescape(struct nw_arena *a, struct nw_str s);

/*
 * The code point of one named reference ("eacute", no "&" and no ";"), 0 for a
 * name nobody knows. *is_legacy (may be NULL): HTML takes it without its ";".
 */
uint32_t nw_text_entity(struct nw_str name, bool *is_legacy);

/* What HTML reads &#number; as: windows-1252 for 128 to 159, U+FFFD for what is no character. */
uint32_t nw_text_numbered(uint32_t number);

/*
 * Bytes in a named character set (a MIME or WHATWG label, any case) as UTF-8;
 * what the set does not have becomes U+FFFD. As browsers do, iso-8859-1 and
 * us-ascii are read as windows-1252, gb2312 as gb18030 and so on. NW_E_UNKNOWN
 * for a set nobody knows.
 */
enum nw_err nw_text_decode(struct nw_arena *a, struct nw_str bytes, struct nw_str charset,
	struct nw_str *utf8) NW_MUST;

#endif
