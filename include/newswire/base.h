#ifndef NEWSWIRE_BASE_H
#define NEWSWIRE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define NW_API __attribute__((visibility("default")))
#define NW_MUST __attribute__((warn_unused_result))
#define NW_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define NW_API
#define NW_MUST
#define NW_PRINTF(f, a)
#endif

/*
 * Bytes someone else owns. Passed by value, never freed through this. Text in
 * it is UTF-8 unless its comment says otherwise; it need not end in a NUL.
 */
struct nw_str {
	const char *p;
	size_t n;
};

#define NW_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

#ifdef __cplusplus
/* There nw_str is the type alone: nw_str{p, n}. */
static constexpr inline nw_str nw_str_of(const char *p, size_t n)
{
	return nw_str{p, n};
}
#define NW_STR(lit) nw_str_of((lit), sizeof(lit) - 1)
#else
#define NW_STR(lit) ((struct nw_str){(lit), sizeof(lit) - 1})

/* Borrows a C string; NULL is the empty string. */
static inline struct nw_str nw_str(const char *s)
{
	struct nw_str r = {s, s ? strlen(s) : 0};

	return r;
}
#endif

enum nw_err {
	NW_OK = 0,
	NW_E_SYNTAX,  /* the input is not what it claims to be */
	NW_E_UNKNOWN, /* no format, option, command or record by that name */
	NW_E_LIMIT,   /* larger, deeper or more than the limits allow */
	NW_E_SYSTEM,  /* the operating system or a library said no */
	NW_E_TIMEOUT, /* nothing came in the time allowed */
	NW_E_GONE,    /* it was there and has been removed */
};

/*
 * Where and why, for a person. Filled only on failure, by whoever found out;
 * every parameter of this type may be NULL.
 */
struct nw_error {
	char file[256]; /* path, feed or URL; empty when not known */
	int line;       /* from 1; 0 when not known */
	int column;     /* in bytes, from 1; 0 when not known */
	char text[256]; /* lower case, the error first, the subject in quotes */
};

/* Takes every complaint of a thing that may have several. */
struct nw_complain {
	void (*say)(void *arg, const struct nw_error *error);
	void *arg;
};

/* How exactly a moment is known. */
enum nw_precision {
	NW_WHEN_UNKNOWN = 0, /* the moment is not known; the other members are 0 */
	NW_WHEN_DAY,         /* only the calendar day, at its own offset */
	NW_WHEN_SECOND,
};

/* A moment as a publisher gave it. */
struct nw_when {
	int64_t unix_s;     /* seconds since 1970-01-01T00:00:00Z */
	int32_t offset_min; /* minutes east of UTC as written; 0 where none was */
	enum nw_precision precision;
};

/* One place a date was found; the list is most trusted first. */
struct nw_date_candidate {
	struct nw_date_candidate *next;
	const char *
		from; /* "json-ld", "meta", "itemprop", "time", "url", "text", "feed"; a constant */
	struct nw_when when;
	struct nw_str raw;
	bool disagrees; /* names another day than the one that won */
};

struct nw_author {
	struct nw_author *next;
	struct nw_str name;
};

/*
 * Memory that is freed all at once. Allocations are zeroed, aligned for any
 * type, and live until nw_arena_free. Not for use by two threads at a time.
 * Out of memory ends the process with one line on standard error.
 */
struct nw_arena;

NW_API struct nw_arena *nw_arena_new(void);
NW_API void nw_arena_free(struct nw_arena *a); /* NULL is fine */
NW_API void *nw_arena_alloc(struct nw_arena *a, size_t size);
NW_API struct nw_str nw_arena_str(
	struct nw_arena *a, struct nw_str s); /* a copy, and a NUL after it */

#ifdef __cplusplus
}
#endif
#endif
