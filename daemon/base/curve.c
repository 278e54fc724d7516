#include "base/curve.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"

#define FILE_MAX 256

static const char digits[] =
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/* Five digits to the base of 85, which can say more than four bytes hold. */
static bool decode_word(const char *text, unsigned char *bytes)
{
	uint64_t word = 0;

	for (size_t i = 0; i < 5; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (!digit)
			return false;
		word = word * 85 + (uint64_t)(digit - digits);
	}
	for (size_t i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(word >> (24 - 8 * i));
	return word <= UINT32_MAX;
}

bool nw_curve_decode(struct nw_str text, unsigned char key[NW_CURVE_BYTES])
{
	bool ok = text.n == NW_CURVE_TEXT;

	for (size_t i = 0; ok && i < NW_CURVE_TEXT / 5; i++)
		ok = decode_word(text.p + 5 * i, key + 4 * i);
	return ok;
}

static enum nw_err check_mode(const char *path, struct nw_error *error)
{
	struct stat st;

	if (stat(path, &st))
		return nw_fail_errno(error, path, "cannot open");
	if (!(st.st_mode & S_IRWXO))
		return NW_OK;
	(void)nw_fail(error, NW_E_SYSTEM, "anybody may use this key: chmod o= the file");
	nw_error_set_file(error, path);
	return NW_E_SYSTEM;
}

enum nw_err nw_curve_read(const char *path, char text[NW_CURVE_TEXT + 1], struct nw_error *error)
{
	struct nw_arena *arena = nw_arena_new();
	unsigned char key[NW_CURVE_BYTES];
	struct nw_str bytes;
	enum nw_err err = check_mode(path, error);

	text[0] = '\0';
	if (!err)
		err = nw_file_read_regular(arena, path, FILE_MAX, &bytes, error);
	if (!err && !nw_curve_decode(nw_str_trim(bytes), key)) {
		err = nw_fail(error, NW_E_SYNTAX,
			"no key: it takes 40 characters on one line, as newswire keygen writes it");
		nw_error_set_file(error, path);
	}
	if (!err) {
		memcpy(text, nw_str_trim(bytes).p, NW_CURVE_TEXT);
		text[NW_CURVE_TEXT] = '\0';
	}
	nw_arena_free(arena);
	return err;
}
