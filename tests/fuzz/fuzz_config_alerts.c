/* A file of alerts.d, loaded as a configuration of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/wire.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "config/alert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static char dir[64];

static void remove_all(void)
{
	static const char *const names[] = {
		"feeds.d", "alerts.d/a.conf", "alerts.d", "newswired.conf", ""};
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)remove(path);
	}
}

static void write_file(const char *name, const void *bytes, size_t n)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	must(f && fwrite(bytes, 1, n, f) == n);
	must(fclose(f) == 0);
}

static void make_once(void)
{
	char path[128];

	if (dir[0])
		return;
	(void)snprintf(dir, sizeof(dir), "/tmp/nw-fuzz-XXXXXX");
	must(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof(path), "%s/feeds.d", dir);
	must(mkdir(path, 0700) == 0);
	(void)snprintf(path, sizeof(path), "%s/alerts.d", dir);
	must(mkdir(path, 0700) == 0);
	write_file("newswired.conf", "", 0);
	must(atexit(remove_all) == 0);
}

static void on_complaint(void *arg, const struct nw_error *error)
{
	must(error->text[0] && error->file[0]);
	++*(int *)arg;
}

static void check_channels(const struct nw_config *c, const struct nw_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		must(nw_config_channel(c, nw_str(list->v[i])) != NULL);
}

/* What newswire-alerts(5) says of every rule that is accepted. */
static void check_alert(const struct nw_config *c, const struct nw_config_alert *a)
{
	must(nw_wire_is_name(a->name) && nw_config_alert(c, a->name) == a);
	must(a->topics.n || a->query.n || a->feeds.n);
	must(a->send.n || a->digest_to.n);
	must(!a->digest_to.n || a->n_digests);
	must(a->n_when > 0 && a->n_when <= NW_ALERT_CONDITIONS);
	must(a->quiet_from_min >= 0 && a->quiet_from_min < 1440 && a->quiet_to_min < 1440);
	must(a->throttle_n >= 0 && a->throttle_n <= 1000 && !a->throttle_n == !a->throttle_per_s);
	for (size_t i = 0; i < a->n_digests; i++)
		must(a->digest_min[i] >= 0 && a->digest_min[i] < 1440);
	check_channels(c, &a->send);
	check_channels(c, &a->digest_to);
	check_channels(c, &a->escalate_to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int complaints = 0;
	const struct nw_complain complain = {on_complaint, &complaints};
	struct nw_config *config;
	char path[128];

	make_once();
	write_file("alerts.d/a.conf", data, size);
	(void)snprintf(path, sizeof(path), "%s/newswired.conf", dir);
	if (nw_config_load(path, &complain, &config) == NW_OK) {
		must(complaints == 0);
		for (size_t i = 0; i < config->n_alerts; i++)
			check_alert(config, &config->alerts[i]);
	} else {
		must(complaints > 0 && !config);
	}
	nw_config_free(config);
	return 0;
}
