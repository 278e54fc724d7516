#ifndef PLAIN_CHECK_H
#define PLAIN_CHECK_H

#include <stdbool.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"

static inline void must(bool ok)
{
	if (!ok)
		abort();
}

/* What a terminal or a mail reader would obey. */
static inline bool is_obeyed(uint32_t c)
{
	return (c < ' ' && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c ||
		c == 0xfeff;
}

/* UTF-8 that a person can be shown as it is; a line has no end in it. Answers how many characters. */
static inline size_t check_plain(struct nw_str s, bool is_line)
{
	size_t n = 0;

	must(nw_utf8_valid(s) == s.n);
	for (; s.n; n++) {
		const uint32_t c = nw_utf8_next(&s);

		must(!is_obeyed(c) && !(is_line && c == '\n'));
	}
	return n;
}

#endif
