/*
 * Lines, paragraphs, references and character sets. The first byte chooses the
 * set the rest is decoded from.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(struct nw_arena *a, struct nw_str line)
{
	struct nw_str rest = line;
	bool spaced = true;

	check(nw_utf8_valid(line) == line.n);
	check(nw_str_eq(nw_utf8_nfc(a, line), line));
	while (rest.n) {
		const uint32_t c = nw_utf8_next(&rest);

		check(c >= ' ' && !(c >= 0x7f && c <= 0xa0) && c != 0xad);
		check(!(c >= 0x2000 && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202f));
		check(!(c >= 0x2060 && c <= 0x206f) && c != 0xfeff);
		check(c != ' ' || !spaced);
		spaced = c == ' ';
	}
	check(line.n == 0 || !spaced);
	check(nw_text_line(a, line).p == line.p);
}

static void check_paragraphs(struct nw_arena *a, struct nw_str text)
{
	const struct nw_str again = nw_text_paragraphs(a, text);
	struct nw_str rest = text, line;
	size_t n = 0;

	check(nw_str_eq(again, text));
	while (text.n && nw_str_cut(&rest, '\n', &line)) {
		check((line.n == 0) == (n % 2 == 1));
		check_line(a, line);
		n++;
	}
}

static void check_charset(struct nw_arena *a, struct nw_str bytes)
{
	static const char *const sets[] = {"utf-8", "latin1", "utf-16", "utf-32", "gb18030", "big5",
		"euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "windows-1255", "windows-1258",
		"iso-8859-6", "koi8-u", "macintosh", "windows-874"};
	const size_t at =
		bytes.n ? (unsigned char)bytes.p[0] % (sizeof(sets) / sizeof(sets[0])) : 0;
	struct nw_str utf8;

	check(nw_text_decode(a, nw_str_from(bytes, 1), nw_str(sets[at]), &utf8) == NW_OK);
	check(nw_utf8_valid(utf8) == utf8.n);
	check(nw_text_decode(a, NW_STR(""), nw_str_head(bytes, 60), &utf8) == NW_OK || !utf8.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str s = {(const char *)data, size};
	struct nw_arena *a = nw_arena_new();
	struct nw_str plain;

	check_line(a, nw_text_line(a, s));
	check_paragraphs(a, nw_text_paragraphs(a, s));
	check_charset(a, s);
	plain = nw_text_unescape(a, s);
	check(plain.n <= size);
	check((plain.p == s.p) == !(size && memchr(data, '&', size)));
	check(nw_utf8_valid(s) != size || nw_utf8_valid(plain) == plain.n);
	nw_arena_free(a);
	return 0;
}
