#ifndef NW_BASE_BUF_H
#define NW_BASE_BUF_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Bytes being written. A buffer is born with the most it may hold; what would
 * go past that is not written and sets `failed`, which stays set and is asked
 * once, at the end. After a failure the bytes are cut off, never garbled.
 */
struct nw_buf {
	char *p; /* always NUL-terminated once anything was added */
	size_t n, cap, max;
	bool failed;
};

void nw_buf_init(struct nw_buf *b, size_t max);
void nw_buf_clear(struct nw_buf *b); /* frees; may be used again after nw_buf_init */
void nw_buf_empty(struct nw_buf *b); /* keeps the memory, forgets bytes and failure */

void nw_buf_add(struct nw_buf *b, struct nw_str s);
void nw_buf_add_c(struct nw_buf *b, char c);
void nw_buf_printf(struct nw_buf *b, const char *format, ...) NW_PRINTF(2, 3);

/* Valid until the buffer is next written or cleared. */
struct nw_str nw_buf_str(const struct nw_buf *b);

#endif
