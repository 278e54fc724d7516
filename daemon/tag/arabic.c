#include "tag/arabic.h"

#include "base/str.h"

#define LETTER ((size_t)2) /* bytes of an Arabic letter */
#define LEFT (3 * LETTER)

static const struct nw_str al = {"\xd8\xa7\xd9\x84", 2 * LETTER};
static const struct nw_str lil = {"\xd9\x84\xd9\x84", 2 * LETTER};

static void add(struct nw_arabic *out, struct nw_str form)
{
	if (out->n < NW_ARABIC_FORMS && form.n >= LEFT)
		out->form[out->n++] = form;
}

/* The word without its first letter, if that is one of two or three; else empty. */
static struct nw_str without(struct nw_str word, const char *const letters[3])
{
	for (int i = 0; i < 3 && letters[i]; i++) {
		if (nw_str_starts(word, nw_str(letters[i])))
			return nw_str_from(word, LETTER);
	}
	return (struct nw_str){word.p, 0};
}

static void add_without_al(struct nw_arabic *out, struct nw_str word)
{
	if (nw_str_starts(word, al))
		add(out, nw_str_from(word, al.n));
}

/* "lil-": what follows, alone and with the article it stands for. */
static void add_lil(struct nw_arabic *out, struct nw_str word)
{
	const struct nw_str rest = nw_str_from(word, lil.n);
	char *joined;

	if (!nw_str_starts(word, lil))
		return;
	add(out, rest);
	if (out->n_joined == 2 || al.n + rest.n > sizeof(out->joined[0]))
		return;
	joined = out->joined[out->n_joined++];
	memcpy(joined, al.p, al.n);
	memcpy(joined + al.n, rest.p, rest.n);
	add(out, (struct nw_str){joined, al.n + rest.n});
}

/* Forms of a word that has lost its conjunction or never had one. */
static void add_forms(struct nw_arabic *out, struct nw_str word)
{
	static const char *const prepositions[3] = {"\xd8\xa8", "\xd9\x83", "\xd9\x84"};
	const struct nw_str rest = without(word, prepositions);

	add_without_al(out, word);
	add_lil(out, word);
	if (rest.n >= LEFT) {
		add(out, rest);
		add_without_al(out, rest);
	}
}

void nw_arabic_forms(struct nw_str word, struct nw_arabic *out)
{
	static const char *const conjunctions[3] = {"\xd9\x88", "\xd9\x81", NULL};
	struct nw_str rest;

	out->n = out->n_joined = 0;
	if (word.n <= LEFT || (word.p[0] != '\xd8' && word.p[0] != '\xd9'))
		return;
	add_forms(out, word);
	rest = without(word, conjunctions);
	if (rest.n >= LEFT) {
		add(out, rest);
		add_forms(out, rest);
	}
}
