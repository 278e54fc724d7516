#include "web/xml.h"

#include "base/str.h"
#include "base/utf8.h"

/* What stands for an ASCII character; NULL for itself, empty for nothing. */
static const char *escape(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\n':
	case '\t':
		return NULL;
	default:
		return c < ' ' || c == 0x7f ? "" : NULL;
	}
}

static void add_wide(struct nw_buf *out, uint32_t c)
{
	char utf8[4];

	if (c < 0xa0 || c == 0xfffe || c == 0xffff)
		return;
	nw_buf_add(out, (struct nw_str){utf8, nw_utf8_put(c, utf8)});
}

void nw_xml_add(struct nw_buf *out, struct nw_str s)
{
	struct nw_str rest = s;

	while (rest.n) {
		size_t plain = 0;
		const char *with;

		while (plain < rest.n && !((unsigned char)rest.p[plain] & 0x80) &&
			!escape((unsigned char)rest.p[plain]))
			plain++;
		nw_buf_add(out, nw_str_head(rest, plain));
		rest = nw_str_from(rest, plain);
		if (!rest.n)
			return;
		with = escape((unsigned char)rest.p[0]);
		if (with) {
			nw_buf_add(out, nw_str(with));
			rest = nw_str_from(rest, 1);
		} else {
			add_wide(out, nw_utf8_next(&rest));
		}
	}
}

void nw_xml_add_address(struct nw_buf *out, struct nw_str address)
{
	static const struct nw_str refused = {"\"<>\\^`{|}", 9};

	for (size_t i = 0; i < address.n; i++) {
		const struct nw_str one = {address.p + i, 1};
		const unsigned char c = (unsigned char)*one.p;

		if (c <= ' ' || c == 0x7f || memchr(refused.p, c, refused.n)) {
			nw_buf_printf(out, "%%%02X", c);
		} else if (c & 0x80) {
			struct nw_str wide = nw_str_from(address, i);

			add_wide(out, nw_utf8_next(&wide));
			i = address.n - wide.n - 1;
		} else {
			nw_xml_add(out, one);
		}
	}
}
