#ifndef NW_STORE_ALERTS_H
#define NW_STORE_ALERTS_H

#include <newswire/base.h>

struct nw_incident_row {
	struct nw_str id; /* "RULE/STORY" */
	struct nw_str rule, story;
	struct nw_str state; /* "closed" is the one that the store knows */
	struct nw_str body;  /* JSON, the engine's own */
	int64_t changed_s;
};

#endif
