#ifndef NW_RT_JOURNALD_H
#define NW_RT_JOURNALD_H

#include <sys/uio.h>

#include "base/buf.h"
#include "base/log.h"

/*
 * Where standard error is the journal of systemd (JOURNAL_STREAM, systemd.exec(5)), what is
 * logged goes there as an entry with fields, sd_journal_sendv(3): MESSAGE, PRIORITY, and each
 * value as NEWSWIRED_<NAME>. Before there is a second thread.
 */
void nw_journald_use(void);

#define NW_JOURNALD_FIELDS 34
#define NW_JOURNALD_VALUE ((size_t)2048) /* bytes; what is longer is cut */

/* The entry: the fields point into the buffer, which is empty at first. Answers how many. */
size_t nw_journald_entry(struct nw_buf *buf, struct iovec fields[NW_JOURNALD_FIELDS],
	enum nw_level level, const char *message, const struct nw_kv *kv, size_t n);

#endif
