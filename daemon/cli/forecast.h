#ifndef NW_CLI_FORECAST_H
#define NW_CLI_FORECAST_H

#include "cli/command.h"

#define NW_CLI_STATE_DEFAULT "/var/lib/newswired"

/* newswire alert forecast: what a rule, as it is on disk, would have sent. Answers an enum nw_exit. */
struct nw_cli_forecast {
	const char *rule, *since;
	const char *config, *state; /* NULL: where the daemon has them */
	bool json;
};
int nw_cli_forecast(const struct nw_cli_forecast *asked);

#endif
