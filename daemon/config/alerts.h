#ifndef NW_CONFIG_ALERTS_H
#define NW_CONFIG_ALERTS_H

#include "config/load.h"

/*
 * Private to config/: the directory of the rules and channels. One that is not there is
 * complained of, but for the default. The feeds have been read.
 */
void nw_alerts_load(struct nw_loader *l, struct nw_str dir);

#endif
