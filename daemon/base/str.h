#ifndef NW_BASE_STR_H
#define NW_BASE_STR_H

#include <stdbool.h>

#include <newswire/base.h>

/* As NW_STR, for static tables, where C wants a constant. */
#define NW_LIT(lit)                    \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

/* ASCII alone: tolower(3) follows the locale, and strncasecmp(3) stops at a NUL. */
static inline char nw_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Questions about borrowed bytes. "nocase" folds ASCII only. */
bool nw_str_eq(struct nw_str a, struct nw_str b);
bool nw_str_eq_nocase(struct nw_str a, struct nw_str b);
bool nw_str_starts(struct nw_str s, struct nw_str prefix);
bool nw_str_starts_nocase(struct nw_str s, struct nw_str prefix);
bool nw_str_ends(struct nw_str s, struct nw_str suffix);
int nw_str_cmp(struct nw_str a, struct nw_str b); /* by bytes, then by length */

/* Index of the first occurrence, or s.n. */
size_t nw_str_find(struct nw_str s, struct nw_str part);
size_t nw_str_find_nocase(struct nw_str s, struct nw_str part);

struct nw_str nw_str_trim(struct nw_str s);            /* ASCII white space at both ends */
struct nw_str nw_str_from(struct nw_str s, size_t at); /* the rest; empty when at >= s.n */
struct nw_str nw_str_head(struct nw_str s, size_t n);  /* the first n bytes at most */

/* Takes the bytes before the next sep off *rest; false when *rest was used up. */
bool nw_str_cut(struct nw_str *rest, char sep, struct nw_str *part);

/* A whole decimal number, nothing around it; false when not one or out of range. */
bool nw_str_int(struct nw_str s, int64_t min, int64_t max, int64_t *value);

/* Formatted, in the arena, NUL-terminated. */
struct nw_str nw_arena_printf(struct nw_arena *a, const char *format, ...) NW_PRINTF(2, 3);

#endif
