#ifndef NW_BASE_CURVE_H
#define NW_BASE_CURVE_H

#include <newswire/base.h>

/* Keys of CURVE (ZeroMQ RFC 26) as text, Z85 (RFC 32), and as files. */
#define NW_CURVE_BYTES 32
#define NW_CURVE_TEXT 40

/* Strict: exactly 40 characters of Z85 that stand for 32 bytes; else false. */
bool nw_curve_decode(struct nw_str text, unsigned char key[NW_CURVE_BYTES]);

/*
 * A file that holds one key and nothing else but a line's end, as newswire keygen
 * writes it. NW_E_SYSTEM when it cannot be read or anybody may read it, NW_E_SYNTAX
 * when it holds something else. The reason never shows what it holds.
 */
enum nw_err nw_curve_read(
	const char *path, char text[NW_CURVE_TEXT + 1], struct nw_error *error) NW_MUST;

#endif
