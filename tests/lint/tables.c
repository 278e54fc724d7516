/*
 * Prints what the programs' own tables hold, one row a line: PAGE<TAB>MACRO<TAB>NAME<TAB>DEFAULT.
 * tests/lint/man.sh holds the man pages to it.
 */
#include <stdio.h>

#include "alert/engine.h"
#include "config/alert.h"
#include "fetch/state.h"
#include "rt/metrics.h"

static void print_options(const char *page, const struct nw_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s\tIc\t%s\t%s\n", page, options[i].name,
			options[i].otherwise ? options[i].otherwise : "");
}

int main(void)
{
	static const char general[] = "newswired.conf.5", alerts[] = "newswire-alerts.5";

	print_options(general, nw_config_options, nw_config_n_options);
	print_options(general, nw_config_feed_options, nw_config_n_feed_options);
	print_options(general, nw_config_client_options, nw_config_n_client_options);
	print_options(alerts, nw_config_alert_options, nw_config_n_alert_options);
	print_options(alerts, nw_config_channel_options, nw_config_n_channel_options);
	for (size_t i = 0; i < nw_n_channel_types; i++)
		printf("%s\tCm\t%s\t\n", alerts, nw_channel_types[i].name);
	for (int i = 0; i < NW_INCIDENT_N_STATES; i++)
		printf("%s\tCm\t%s\t\n", alerts, nw_incident_state_names[i]);
	for (int i = 0; i < NW_FEED_N_STATUSES; i++)
		printf("newswire.1\tCm\t%s\t\n", nw_feed_status_rows[i].name);
	for (int i = 0; i < NW_N_COUNTERS; i++)
		printf("newswire.1\tVa\t%s\t\n", nw_counter_rows[i].name);
	return 0;
}
