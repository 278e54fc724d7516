/*
 * Prints what the programs' own tables hold, one row a line: PAGE<TAB>MACRO<TAB>NAME<TAB>DEFAULT.
 * tests/lint/man.sh holds the man pages to it. `tables metrics` prints the names that samples have
 * at /metrics; tests/lint/grafana.py holds the dashboard to these.
 */
#include <stdio.h>
#include <string.h>

#include "alert/engine.h"
#include "config/alert.h"
#include "fetch/state.h"
#include "rt/metrics.h"
#include "rt/timing.h"
#include "status/gauge.h"
#include "status/process.h"

static void print_options(const char *page, const struct nw_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s\tIc\t%s\t%s\n", page, options[i].name,
			options[i].otherwise ? options[i].otherwise : "");
}

static void print_metrics(const char *page)
{
	const struct nw_timing_family *last = NULL;

	for (int i = 0; i < NW_N_GAUGES; i++)
		printf("%s\tVa\t%s\t\n", page, nw_gauge_rows[i].name);
	for (int i = 0; i < NW_N_TIMINGS; i++) {
		if (nw_timing_rows[i].family != last)
			printf("%s\tVa\t%s\t\n", page, nw_timing_rows[i].family->name);
		last = nw_timing_rows[i].family;
	}
	for (size_t i = 0; i < nw_process_n_families; i++)
		printf("%s\tVa\t%s\t\n", page, nw_process_families[i].name);
}

static int print_samples(void)
{
	static const char p[] = NW_EXPOSITION_PREFIX;
	const struct nw_timing_family *last = NULL;

	for (int i = 0; i < NW_N_COUNTERS; i++)
		printf("%s%s\n", p, nw_counter_rows[i].name);
	for (int i = 0; i < NW_N_GAUGES; i++)
		printf("%s%s\n", p, nw_gauge_rows[i].name);
	for (int i = 0; i < NW_N_TIMINGS; i++) {
		const char *name = nw_timing_rows[i].family->name;

		if (nw_timing_rows[i].family != last)
			printf("%s%s_bucket\n%s%s_sum\n%s%s_count\n", p, name, p, name, p, name);
		last = nw_timing_rows[i].family;
	}
	for (size_t i = 0; i < nw_process_n_families; i++)
		printf("%s\n", nw_process_families[i].name);
	return 0;
}

int main(int argc, char **argv)
{
	static const char general[] = "newswired.conf.5", alerts[] = "newswire-alerts.5";

	if (argc > 1 && strcmp(argv[1], "metrics") == 0)
		return print_samples();
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
	print_metrics("newswired.8");
	return 0;
}
