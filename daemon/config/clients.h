#ifndef NW_CONFIG_CLIENTS_H
#define NW_CONFIG_CLIENTS_H

#include "config/load.h"

/*
 * Private to config/: the directory of the clients, a file each. One that is not there is
 * complained of, but for the default.
 */
void nw_clients_load(struct nw_loader *l, struct nw_str dir);

#endif
