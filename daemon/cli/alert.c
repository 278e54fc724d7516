/* newswire alert: asks the running daemon to do something about its alerts, or says what a rule would tell. */
#include <getopt.h>
#include <pwd.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/forecast.h"
#include "config/config.h"

#define ASK_MAX ((size_t)8192)

static const struct nw_command_option options[] = {
	{'w', "who", "NAME", "who has seen it, for ack (the user's name)"},
	NW_CLI_RUNTIME_OPTION,
	{'s', "since", "WHEN|SEQ",
		"from when on, for forecast: 2h, 7d, a day, a time, or after a number (30d)"},
	{'j', "json", NULL, "print what is forecast as JSON, a line each"},
	{'c', "config", "FILE", "the configuration, for forecast (" NW_CONFIG_DEFAULT ")"},
	{'S', "state", "DIR",
		"the daemon's state directory, for forecast ($NEWSWIRE_STATE or " NW_CLI_STATE_DEFAULT
		")"},
	{0},
};

struct asked {
	const char *subject, *more; /* operands; more may be NULL */
	const char *who;
};

/* Each fills in what the daemon is asked; false when the operands are not right. */
static bool ask_test(json_t *o, const struct asked *a)
{
	nw_json_set_str(o, "rule", nw_str(a->subject));
	return !a->more;
}

static bool ask_mute(json_t *o, const struct asked *a)
{
	int64_t s = 0;

	if (!a->more ||
		(!nw_str_eq(nw_str(a->more), NW_STR("0")) &&
			!nw_config_duration(nw_str(a->more), false, &s)))
		return false;
	nw_json_set_str(o, "rule", nw_str(a->subject));
	nw_json_set_int(o, "until", s ? (int64_t)time(NULL) + s : 0);
	return true;
}

static bool ask_ack(json_t *o, const struct asked *a)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const struct passwd *user = getpwuid(getuid());

	nw_json_set_str(o, "incident", nw_str(a->subject));
	nw_json_set_str(o, "who", nw_str(a->who ? a->who : user ? user->pw_name : "somebody"));
	return !a->more;
}

static bool ask_retry(json_t *o, const struct asked *a)
{
	int64_t n;

	if (nw_str_int(nw_str(a->subject), 1, INT64_MAX, &n))
		nw_json_set_int(o, "letter", n);
	else
		nw_json_set_str(o, "channel", nw_str(a->subject));
	return !a->more;
}

static const struct {
	const char *name;
	bool (*ask)(json_t *o, const struct asked *asked);
} asks[] = {
	{"test", ask_test},
	{"mute", ask_mute},
	{"ack", ask_ack},
	{"retry", ask_retry},
};

static int tell(const char *runtime, json_t *o, const char *subject)
{
	struct nw_error error = {0};
	struct nw_buf text;
	enum nw_err err;

	nw_buf_init(&text, ASK_MAX);
	nw_json_write(&text, o);
	err = nw_cli_tell(runtime, "/v1/alerts", nw_buf_str(&text), &error);
	nw_buf_clear(&text);
	if (err != NW_E_GONE)
		return err ? nw_cli_fail(&error) : NW_EXIT_YES;
	fputs("newswire: not there: '", stderr);
	nw_cli_put(stderr, nw_str(subject));
	fputs("'; see 'newswire alerts'\n", stderr);
	return NW_EXIT_NO;
}

/* One thing of the daemon. */
static int ask_daemon(const char *runtime, const char *name, const struct asked *asked)
{
	json_t *o;
	size_t i = 0;
	int code;

	while (i < sizeof(asks) / sizeof(asks[0]) && !nw_str_eq(nw_str(name), nw_str(asks[i].name)))
		i++;
	if (i == sizeof(asks) / sizeof(asks[0]))
		return nw_cli_wrong(&nw_command_alert, "nothing to be asked for: '%s'", name);
	o = json_object();
	nw_json_set_str(o, "ask", nw_str(name));
	if (asks[i].ask(o, asked))
		code = tell(runtime, o, asked->subject);
	else
		code = nw_cli_wrong(&nw_command_alert, "not as '%s' has it", name);
	json_decref(o);
	return code;
}

static int run(int argc, char **argv)
{
	struct nw_cli_forecast forecast = {.since = "30d"};
	const char *runtime = NULL, *name;
	struct asked asked = {0};
	int letter;

	while ((letter = nw_cli_option(&nw_command_alert, argc, argv)) != -1) {
		if (letter == 'w')
			asked.who = optarg;
		else if (letter == 'r')
			runtime = optarg;
		else if (letter == 's')
			forecast.since = optarg;
		else if (letter == 'c')
			forecast.config = optarg;
		else if (letter == 'S')
			forecast.state = optarg;
		else
			forecast.json = true;
	}
	name = argv[optind];
	asked.subject = forecast.rule = argv[optind + 1];
	asked.more = argc - optind > 2 ? argv[optind + 2] : NULL;
	if (!nw_str_eq(nw_str(name), NW_STR("forecast")))
		return ask_daemon(runtime, name, &asked);
	if (asked.more)
		return nw_cli_wrong(&nw_command_alert, "not as '%s' has it", name);
	return nw_cli_forecast(&forecast);
}

const struct nw_command nw_command_alert = {
	.name = "alert",
	.operands =
		"test RULE | mute RULE DURATION | ack INCIDENT | retry LETTER|CHANNEL | forecast RULE",
	.min_operands = 2,
	.max_operands = 3,
	.help = "Send a test, keep a rule quiet for a time (0: no longer), acknowledge, send again; or say what a rule would have sent.",
	.options = options,
	.run = run,
};
