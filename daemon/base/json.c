#include "base/json.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#define DEPTH_MAX 64

static json_t *must(json_t *value)
{
	if (!value)
		nw_out_of_memory();
	return value;
}

/* Refuses what jansson would follow by recursion to its own, much larger, limit. */
static enum nw_err check_depth(struct nw_str text, struct nw_error *error)
{
	bool quoted = false;
	int depth = 0, line = 1;
	size_t line_at = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];

		if (c == '\n') {
			line++;
			line_at = i + 1;
		} else if (quoted && c == '\\') {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '[' || c == '{')) {
			if (++depth > DEPTH_MAX)
				return nw_fail_at(error, NW_E_LIMIT, line, (int)(i - line_at) + 1,
					"nested deeper than %d levels", DEPTH_MAX);
		} else if (!quoted && (c == ']' || c == '}')) {
			depth--;
		}
	}
	return NW_OK;
}

enum nw_err nw_json_parse(struct nw_str text, json_t **value, struct nw_error *error)
{
	json_error_t why;
	enum nw_err err;

	*value = NULL;
	if (nw_str_starts(text, NW_STR("\xef\xbb\xbf")))
		text = nw_str_from(text, 3);
	err = check_depth(text, error);
	if (err)
		return err;
	*value = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (!*value)
		return nw_fail_at(error, NW_E_SYNTAX, why.line > 0 ? why.line : 0,
			why.column > 0 ? why.column : 0, "not valid JSON: %s", why.text);
	return NW_OK;
}

/*
 * jansson leaves DEL and the C1 controls as they are. They can only stand
 * inside a string, and it never splits a character between two calls.
 */
static int add_dumped(const char *bytes, size_t n, void *arg)
{
	struct nw_buf *out = arg;
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)bytes[i];
		const bool is_c1 = c == 0xc2 && i + 1 < n && (unsigned char)bytes[i + 1] < 0xa0;

		if (c != 0x7f && !is_c1)
			continue;
		nw_buf_add(out, (struct nw_str){bytes + from, i - from});
		i += is_c1;
		nw_buf_printf(out, "\\u%04X", (unsigned)(unsigned char)bytes[i]);
		from = i + 1;
	}
	nw_buf_add(out, (struct nw_str){bytes + from, n - from});
	return 0;
}

void nw_json_write(struct nw_buf *out, const json_t *value)
{
	if (json_dump_callback(value, add_dumped, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		out->failed = true;
}

json_t *nw_json_str(struct nw_str s)
{
	struct nw_arena *a;
	json_t *value;

	if (s.n == 0)
		return must(json_string(""));
	if (nw_utf8_valid(s) == s.n)
		return must(json_stringn_nocheck(s.p, s.n));
	a = nw_arena_new();
	s = nw_utf8_repair(a, s);
	value = must(json_stringn_nocheck(s.p, s.n));
	nw_arena_free(a);
	return value;
}

void nw_json_set_str(json_t *object, const char *key, struct nw_str s)
{
	if (s.n)
		nw_json_set(object, key, nw_json_str(s));
}

void nw_json_set_int(json_t *object, const char *key, int64_t value)
{
	nw_json_set(object, key, must(json_integer(value)));
}

void nw_json_set(json_t *object, const char *key, json_t *value)
{
	const int failed = json_object_set_new(object, key, must(value));

	assert(!failed);
	(void)failed;
}

void nw_json_append(json_t *array, json_t *value)
{
	const int failed = json_array_append_new(array, must(value));

	assert(!failed);
	(void)failed;
}

struct nw_str nw_json_get_str(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return (struct nw_str){0};
	return (struct nw_str){json_string_value(value), json_string_length(value)};
}

int64_t nw_json_get_int(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}
