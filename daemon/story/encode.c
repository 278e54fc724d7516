#include <sodium.h>

#include "base/str.h"
#include "story/sketch.h"

#define VERSION '1'
#define BYTES_MAX (8 + 4 * (NW_SKETCH_RUNS + NW_SKETCH_TERMS))
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* --- numbers, most significant byte first --- */

static size_t put_number(unsigned char *to, uint32_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)(value >> 8 * (n - 1 - i));
	return n;
}

static uint32_t get_number(const unsigned char *from, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | from[i];
	return value;
}

/* --- writing --- */

void nw_sketch_encode(const struct nw_sketch *sketch, struct nw_buf *out)
{
	unsigned char bytes[BYTES_MAX];
	char text[sodium_base64_ENCODED_LEN(BYTES_MAX, BASE64)];
	size_t n = 4;

	memcpy(bytes, sketch->language, 4);
	n += put_number(bytes + n, sketch->n_words, 2);
	bytes[n++] = sketch->n_runs;
	bytes[n++] = sketch->n_terms;
	for (size_t i = 0; i < sketch->n_runs; i++)
		n += put_number(bytes + n, sketch->runs[i], 4);
	for (size_t i = 0; i < sketch->n_terms; i++)
		n += put_number(bytes + n, sketch->terms[i], 4);
	nw_buf_add_c(out, VERSION);
	nw_buf_add(out, nw_str(sodium_bin2base64(text, sizeof(text), bytes, n, BASE64)));
}

/* --- reading --- */

static bool is_language(const char language[4])
{
	size_t n = 0;

	while (n < 3 && language[n] >= 'a' && language[n] <= 'z')
		n++;
	for (size_t i = n; i < 4; i++) {
		if (language[i])
			return false;
	}
	return n != 1;
}

static bool is_known_term(const struct nw_sketch *sketch, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (nw_term_hash(sketch->terms[i]) == nw_term_hash(sketch->terms[n]))
			return true;
	}
	return false;
}

/* What sketch.h says of every sketch. */
static bool is_sound(const struct nw_sketch *sketch)
{
	for (size_t i = 1; i < sketch->n_runs; i++) {
		if (sketch->runs[i - 1] >= sketch->runs[i])
			return false;
	}
	for (size_t i = 0; i < sketch->n_terms; i++) {
		const uint32_t term = sketch->terms[i];

		if (!nw_term_weight(term) || nw_term_kind(term) > NW_TERM_NUMBER ||
			is_known_term(sketch, i))
			return false;
		if (i && nw_term_weight(sketch->terms[i - 1]) < nw_term_weight(term))
			return false;
	}
	return is_language(sketch->language);
}

enum nw_err nw_sketch_decode(struct nw_str encoded, struct nw_sketch *sketch)
{
	unsigned char bytes[BYTES_MAX];
	size_t n, at = 8;

	memset(sketch, 0, sizeof(*sketch));
	if (!encoded.n || encoded.p[0] != VERSION)
		return encoded.n ? NW_E_UNKNOWN : NW_E_SYNTAX;
	if (sodium_base642bin(
		    bytes, sizeof(bytes), encoded.p + 1, encoded.n - 1, NULL, &n, NULL, BASE64) ||
		n < 8 || bytes[6] > NW_SKETCH_RUNS || bytes[7] > NW_SKETCH_TERMS ||
		n != 8 + 4 * ((size_t)bytes[6] + bytes[7]))
		return NW_E_SYNTAX;
	memcpy(sketch->language, bytes, 4);
	sketch->n_words = (uint16_t)get_number(bytes + 4, 2);
	sketch->n_runs = bytes[6];
	sketch->n_terms = bytes[7];
	for (size_t i = 0; i < sketch->n_runs; i++, at += 4)
		sketch->runs[i] = get_number(bytes + at, 4);
	for (size_t i = 0; i < sketch->n_terms; i++, at += 4)
		sketch->terms[i] = get_number(bytes + at, 4);
	if (is_sound(sketch))
		return NW_OK;
	memset(sketch, 0, sizeof(*sketch));
	return NW_E_SYNTAX;
}
