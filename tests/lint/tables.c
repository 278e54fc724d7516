/*
 * Prints what the programs' own tables hold, one row a line: PAGE<TAB>MACRO<TAB>NAME<TAB>DEFAULT.
 * tests/lint/man.sh holds the man pages to it.
 */
#include <stdio.h>

#include "config/config.h"
#include "fetch/state.h"
#include "rt/metrics.h"

static void print_options(const struct nw_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("newswired.conf.5\tIc\t%s\t%s\n", options[i].name,
			options[i].otherwise ? options[i].otherwise : "");
}

int main(void)
{
	print_options(nw_config_options, nw_config_n_options);
	print_options(nw_config_feed_options, nw_config_n_feed_options);
	print_options(nw_config_client_options, nw_config_n_client_options);
	for (int i = 0; i < NW_FEED_N_STATUSES; i++)
		printf("newswire.1\tCm\t%s\t\n", nw_feed_status_rows[i].name);
	for (int i = 0; i < NW_N_COUNTERS; i++)
		printf("newswire.1\tVa\t%s\t\n", nw_counter_rows[i].name);
	return 0;
}
