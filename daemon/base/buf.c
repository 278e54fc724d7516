#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

void nw_buf_init(struct nw_buf *b, size_t max)
{
	*b = (struct nw_buf){.max = max};
}

void nw_buf_clear(struct nw_buf *b)
{
	free(b->p);
	*b = (struct nw_buf){.max = b->max};
}

void nw_buf_empty(struct nw_buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = '\0';
}

/* Room for more bytes and a NUL; false past the maximum. */
static bool reserve(struct nw_buf *b, size_t more)
{
	size_t cap;

	if (b->failed || more > b->max - b->n) {
		b->failed = true;
		return false;
	}
	if (b->n + more + 1 <= b->cap)
		return true;
	cap = b->cap ? b->cap * 2 : 256;
	if (cap > b->max)
		cap = b->max + 1;
	if (cap < b->n + more + 1)
		cap = b->n + more + 1;
	b->p = nw_must_realloc(b->p, cap);
	b->cap = cap;
	return true;
}

void nw_buf_add(struct nw_buf *b, struct nw_str s)
{
	if (!reserve(b, s.n))
		return;
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void nw_buf_add_c(struct nw_buf *b, char c)
{
	nw_buf_add(b, (struct nw_str){&c, 1});
}

void nw_buf_printf(struct nw_buf *b, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n >= 0 && reserve(b, (size_t)n)) {
		(void)vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

struct nw_str nw_buf_str(const struct nw_buf *b)
{
	return (struct nw_str){b->p ? b->p : "", b->n};
}
