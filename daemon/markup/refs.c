#include "markup/refs.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "markup/charset.h"

#define DECLARED_MAX 64
#define NAME_MAX_BYTES ((size_t)64)

static const struct nw_entity *find_declared(const struct nw_refs *r, struct nw_str name)
{
	for (const struct nw_entity *e = r->declared; e; e = e->next)
		if (nw_str_eq(e->name, name))
			return e;
	return NULL;
}

void nw_refs_declare(struct nw_refs *r, struct nw_str name, struct nw_str value)
{
	struct nw_entity *e;

	if (r->n_declared >= DECLARED_MAX || find_declared(r, name))
		return;
	e = NW_ARENA_NEW(r->arena, struct nw_entity);
	*e = (struct nw_entity){.next = r->declared, .name = name};
	e->value = nw_text_unescape(r->arena, value);
	r->declared = e;
	r->n_declared++;
}

size_t nw_refs_own(struct nw_str s, char *c)
{
	static const struct {
		char text[7], c;
		unsigned char n;
	} own[] = {{"&lt;", '<', 4}, {"&gt;", '>', 4}, {"&amp;", '&', 5}, {"&quot;", '"', 6},
		{"&apos;", '\'', 6}};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (s.n >= own[i].n && s.p[1] == own[i].text[1] && s.p[2] == own[i].text[2] &&
			memcmp(s.p, own[i].text, own[i].n) == 0) {
			*c = own[i].c;
			return own[i].n;
		}
	return 0;
}

bool nw_refs_named(struct nw_refs *r, struct nw_str name, struct nw_buf *out)
{
	const struct nw_entity *e = find_declared(r, name);
	const uint32_t c = e ? 0 : nw_text_entity(name, NULL);
	char utf8[4];

	if (e && e->value.n > r->left) {
		r->over = true;
		return true;
	}
	if (e) {
		r->left -= e->value.n;
		nw_buf_add(out, e->value);
		return true;
	}
	if (c)
		nw_buf_add(out, (struct nw_str){utf8, nw_utf8_put(c, utf8)});
	return c != 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool is_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
		(c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

/* After "&#": the length of digits and semicolon, 0 when it is no reference. */
static size_t read_number(struct nw_str s, uint32_t *c)
{
	const bool hex = s.n && (s.p[0] == 'x' || s.p[0] == 'X');
	const int base = hex ? 16 : 10;
	size_t i = hex;
	const size_t start = i;

	*c = 0;
	for (; i < s.n && digit_of(s.p[i]) < base; i++)
		if (*c < 0x110000)
			*c = *c * (uint32_t)base + (uint32_t)digit_of(s.p[i]);
	if (i == start)
		return 0;
	if (*c >= 0x80 && *c < 0xa0)
		*c = nw_charset_1252((unsigned char)*c);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '-' || c == '.' || c == ':' || (unsigned char)c >= 0x80;
}

/* s starts at '&'. How many bytes were a reference; 0 for none. */
static size_t decode_one(struct nw_refs *r, struct nw_str s, struct nw_buf *out)
{
	char own, utf8[4];
	uint32_t c;
	size_t n = nw_refs_own(s, &own);

	if (n) {
		nw_buf_add_c(out, own);
		return n;
	}
	if (s.n > 1 && s.p[1] == '#') {
		n = read_number(nw_str_from(s, 2), &c);
		if (n && is_char(c))
			nw_buf_add(out, (struct nw_str){utf8, nw_utf8_put(c, utf8)});
		return n ? n + 2 : 0;
	}
	for (n = 1; n < s.n && n <= NAME_MAX_BYTES && is_name(s.p[n]);)
		n++;
	if (n == 1 || n >= s.n || s.p[n] != ';')
		return 0;
	return nw_refs_named(r, (struct nw_str){s.p + 1, n - 1}, out) ? n + 1 : 0;
}

void nw_refs_decode(struct nw_refs *r, struct nw_str text, struct nw_buf *out)
{
	while (text.n) {
		const char *amp = memchr(text.p, '&', text.n);
		const size_t plain = amp ? (size_t)(amp - text.p) : text.n;
		size_t n;

		nw_buf_add(out, nw_str_head(text, plain));
		text = nw_str_from(text, plain);
		if (text.n == 0)
			break;
		n = decode_one(r, text, out);
		if (n == 0) {
			nw_buf_add_c(out, '&');
			n = 1;
		}
		text = nw_str_from(text, n);
	}
}

struct nw_str nw_refs_resolve(struct nw_refs *r, struct nw_str text)
{
	struct nw_buf out;

	if (text.n == 0 || !memchr(text.p, '&', text.n))
		return text;
	nw_buf_init(&out, text.n * 3 + r->left + 16);
	nw_refs_decode(r, text, &out);
	text = nw_arena_str(r->arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return text;
}
