#ifndef NW_WEB_HOST_H
#define NW_WEB_HOST_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Whether a Host header may be answered. On loopback it must name this machine
 * (localhost, 127.0.0.1, [::1] or the endpoint's own address, with any port): else a
 * page of any site could have its own name lead here, and read what is answered.
 * Elsewhere it is only held to the form of a host, as it goes into links. Pure.
 */
bool nw_host_is_right(struct nw_str host, const char *endpoint, bool is_loopback);

#endif
