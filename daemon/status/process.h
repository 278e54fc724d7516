#ifndef NW_STATUS_PROCESS_H
#define NW_STATUS_PROCESS_H

#include "status/exposition.h"

/*
 * What Prometheus' own clients say of every process, under their names and out of /proc.
 * Where that cannot be read its families are left out. From any thread.
 */
extern const struct nw_family nw_process_families[];
extern const size_t nw_process_n_families;

void nw_process_write(struct nw_buf *out);

#endif
