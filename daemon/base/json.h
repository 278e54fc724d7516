#ifndef NW_BASE_JSON_H
#define NW_BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"

/*
 * What jansson does not say by itself. Objects keep the order in which members
 * were set, so the same value is always written as the same bytes.
 */

/* NW_E_SYNTAX with line and column; NW_E_LIMIT past 64 levels. The caller owns *value. */
enum nw_err nw_json_parse(struct nw_str text, json_t **value, struct nw_error *error) NW_MUST;

/* Compact, members in their order, UTF-8 as it is, no raw control characters. */
void nw_json_write(struct nw_buf *out, const json_t *value);

/* A string value; bytes that are not UTF-8 become U+FFFD. Never NULL. */
json_t *nw_json_str(struct nw_str s);

/* Sets a member; the first leaves it out when s is empty. */
void nw_json_set_str(json_t *object, const char *key, struct nw_str s);
void nw_json_set_int(json_t *object, const char *key, int64_t value);
void nw_json_set(json_t *object, const char *key, json_t *value); /* takes value over */
void nw_json_append(json_t *array, json_t *value);                /* takes value over */

/* A member's string, borrowed from the object; empty when missing or of another type. */
struct nw_str nw_json_get_str(const json_t *object, const char *key);
int64_t nw_json_get_int(const json_t *object, const char *key, int64_t otherwise);

#endif
