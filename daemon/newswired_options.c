#include "newswired_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <newswire/version.h>

#define CONFIG_DEFAULT NW_SYSCONFDIR "/newswired/newswired.conf"
#define STATE_DEFAULT "/var/lib/newswired"
#define RUNTIME_DEFAULT "/run/newswired"

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"state", required_argument, NULL, 's'},
	{"runtime", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	puts("usage: newswired [-c FILE] [-s DIR] [-r DIR]\n"
	     "Polls news feeds and publishes their articles, cleaned and tagged.\n"
	     "\n"
	     "  -c, --config FILE   configuration (" CONFIG_DEFAULT ")\n"
	     "  -s, --state DIR     where the journal is kept ($STATE_DIRECTORY or " STATE_DEFAULT
	     ")\n"
	     "  -r, --runtime DIR   where the sockets are ($RUNTIME_DIRECTORY or " RUNTIME_DEFAULT
	     ")\n"
	     "  -h, --help          this text\n"
	     "  -V, --version       print the version\n"
	     "\n"
	     "SIGHUP reads configuration, feeds, topics, clients and alerts again; SIGTERM stops.\n"
	     "See newswired(8) and newswired.conf(5).");
}

const char *nw_options_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): nobody sets any */

	return value && value[0] ? value : otherwise;
}

int nw_options_read(int argc, char **argv, struct nw_options *o)
{
	int c;

	*o = (struct nw_options){.config = CONFIG_DEFAULT,
		.state = nw_options_environment("STATE_DIRECTORY", STATE_DEFAULT),
		.runtime = nw_options_environment("RUNTIME_DIRECTORY", RUNTIME_DEFAULT)};
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread */
	while ((c = getopt_long(argc, argv, "c:s:r:hV", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 's':
			o->state = optarg;
			break;
		case 'r':
			o->runtime = optarg;
			break;
		case 'h':
			print_help();
			return 1;
		case 'V':
			puts("newswired " NW_VERSION);
			return 1;
		default:
			fputs("see newswired --help\n", stderr);
			return 3;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "newswired: unexpected argument '%s'\n", argv[optind]);
		return 3;
	}
	return 0;
}
