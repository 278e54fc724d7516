/* newswire config: every option, its value, and where that comes from. */
#include <getopt.h>
#include <string.h>
#include <zmq.h>

#include "base/arena.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/json.h"
#include "base/map.h"
#include "base/str.h"
#include "cli/command.h"
#include "config/alert.h"
#include "config/config.h"

#define DEFAULT "default"

static const struct nw_command_option options[] = {
	{'j', "json", NULL, "print a JSON array, an object for each option"},
	{0},
};

struct dump {
	const struct nw_config *config;
	struct nw_arena *arena;
	struct nw_map origins; /* place_of(option, title) -> "FILE:LINE" */
	json_t *rows;          /* with --json; else NULL */
};

/* One thing that has options: of the whole, a feed, a client ... */
struct section {
	const char *word; /* "feed"; empty: the general options */
	struct nw_str name;
	struct nw_str title; /* by which its values were told */
	const struct nw_option *options;
	size_t n;
	const void *values; /* the options' offsets are into it */
	const char *takes;  /* the options to show, with spaces around each; NULL: all */
};

static bool is_shown(const struct section *s, const struct nw_option *option)
{
	char word[64];

	(void)snprintf(word, sizeof(word), " %s ", option->name);
	return !s->takes || strstr(s->takes, word);
}

/* --- where values come from --- */

static struct nw_str place_of(
	struct nw_arena *arena, const struct nw_option *option, struct nw_str title)
{
	return nw_arena_printf(arena, "%p %.*s", (const void *)option, NW_ARG(title));
}

static bool is_client_option(const struct nw_option *option)
{
	return option >= nw_config_client_options &&
		option < nw_config_client_options + nw_config_n_client_options;
}

/* A client is known by its file. */
static void on_given(
	void *arg, const struct nw_option *option, struct nw_str title, const char *file, int line)
{
	struct dump *d = arg;
	const struct nw_str key =
		place_of(d->arena, option, is_client_option(option) ? nw_str(file) : title);
	struct nw_str *origin = NW_ARENA_NEW(d->arena, struct nw_str);

	*origin = nw_arena_printf(d->arena, "%s:%d", file, line);
	(void)nw_map_put(&d->origins, key, origin);
}

static const struct nw_option *general_of(const char *name)
{
	for (size_t i = 0; i < nw_config_n_options; i++) {
		if (strcmp(nw_config_options[i].name, name) == 0)
			return &nw_config_options[i];
	}
	return NULL;
}

static const char *find_origin(
	const struct dump *d, const struct nw_option *option, struct nw_str title)
{
	const struct nw_str *given = nw_map_get(&d->origins, place_of(d->arena, option, title));

	return given ? given->p : NULL;
}

/* A feed's intervals are the general ones where it has none of its own. */
static const char *origin_of(
	const struct dump *d, const struct section *s, const struct nw_option *option)
{
	const char *given = find_origin(d, option, s->title);
	const struct nw_option *general =
		s->options == nw_config_feed_options ? general_of(option->name) : NULL;

	if (!given && general)
		given = find_origin(d, general, NW_STR(""));
	return given ? given : DEFAULT;
}

/* --- values --- */

static struct nw_str duration_text(struct nw_arena *arena, int64_t value, bool in_ms)
{
	static const struct {
		const char *suffix;
		int64_t ms;
	} units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
	const int64_t ms = in_ms ? value : value * 1000;
	size_t i = 0;

	if (!ms)
		return NW_STR("0s");
	while (ms % units[i].ms)
		i++;
	return nw_arena_printf(arena, "%lld%s", (long long)(ms / units[i].ms), units[i].suffix);
}

static struct nw_str size_text(struct nw_arena *arena, int64_t bytes)
{
	static const char suffixes[] = "KMG";
	size_t i = 0;

	while (bytes && bytes % 1024 == 0 && suffixes[i]) {
		bytes /= 1024;
		i++;
	}
	return i ? nw_arena_printf(arena, "%lld%c", (long long)bytes, suffixes[i - 1])
		 : nw_arena_printf(arena, "%lld", (long long)bytes);
}

/* A client's key is kept as its bytes. */
static struct nw_str string_text(
	struct nw_arena *arena, const struct nw_option *option, struct nw_str value)
{
	char *text;

	if (!is_client_option(option) || option->offset != offsetof(struct nw_config_client, key) ||
		!value.n)
		return value;
	text = nw_arena_alloc(arena, NW_CURVE_TEXT + 1);
	return nw_str(zmq_z85_encode(text, (const uint8_t *)value.p, value.n));
}

static json_t *list_value(const struct nw_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		nw_json_append(array, nw_json_str(nw_str(list->v[i])));
	return array;
}

/* Strings, arrays of them, integers and booleans; null: a secret. */
static json_t *value_of(struct nw_arena *arena, const struct nw_option *option, const void *values)
{
	const void *member = (const char *)values + option->offset;

	if (option->is_secret)
		return json_null();
	switch (option->type) {
	case NW_OPTION_STRING:
		return nw_json_str(string_text(arena, option, *(const struct nw_str *)member));
	case NW_OPTION_LIST:
		return list_value(member);
	case NW_OPTION_BOOL:
		return json_boolean(*(const bool *)member);
	case NW_OPTION_DURATION:
		return nw_json_str(duration_text(arena, *(const int64_t *)member, option->in_ms));
	case NW_OPTION_SIZE:
		return nw_json_str(size_text(arena, *(const int64_t *)member));
	case NW_OPTION_INT:
	default:
		return json_integer(*(const int64_t *)member);
	}
}

/* --- as text --- */

static void put_string(struct nw_str text)
{
	size_t from = 0;

	putchar('"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '"' && text.p[i] != '\\')
			continue;
		nw_cli_put(stdout, nw_str_head(nw_str_from(text, from), i - from));
		putchar('\\');
		from = i;
	}
	nw_cli_put(stdout, nw_str_from(text, from));
	putchar('"');
}

static void put_list(const json_t *list)
{
	const json_t *value;
	size_t i;

	putchar('{');
	json_array_foreach(list, i, value)
	{
		fputs(i ? ", " : "", stdout);
		put_string(nw_str(json_string_value(value)));
	}
	putchar('}');
}

/* As it could be written in a file of the configuration. */
static void put_value(const struct nw_option *option, const json_t *value)
{
	if (json_is_null(value))
		fputs("(not shown)", stdout);
	else if (json_is_array(value))
		put_list(value);
	else if (json_is_integer(value))
		printf("%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", stdout);
	else if (option->type == NW_OPTION_STRING)
		put_string(nw_str(json_string_value(value)));
	else
		fputs(json_string_value(value), stdout);
}

static bool is_empty(const json_t *value)
{
	return json_is_null(value) || (json_is_string(value) && !json_string_length(value));
}

static void put_option(
	const struct dump *d, const struct section *s, const struct nw_option *option)
{
	json_t *value = value_of(d->arena, option, s->values);

	/* What could not be written so is a comment: nothing at all, or a secret. */
	fputs(is_empty(value) ? "# " : "", stdout);
	printf("%s%s = ", s->word[0] ? "    " : "", option->name);
	put_value(option, value);
	fputs("  # ", stdout);
	nw_cli_put(stdout, nw_str(origin_of(d, s, option)));
	putchar('\n');
	json_decref(value);
}

static void put_section(const struct dump *d, const struct section *s)
{
	if (s->word[0]) {
		printf("\n%s ", s->word);
		put_string(s->name);
		puts(" {");
	}
	for (size_t i = 0; i < s->n; i++) {
		if (is_shown(s, &s->options[i]))
			put_option(d, s, &s->options[i]);
	}
	if (s->word[0])
		puts("}");
}

/* --- as JSON --- */

static void add_option(
	const struct dump *d, const struct section *s, const struct nw_option *option)
{
	json_t *row = json_object();

	nw_json_set_str(row, "section", nw_str(s->word));
	nw_json_set_str(row, "name", s->name);
	nw_json_set_str(row, "option", nw_str(option->name));
	nw_json_set(row, "value", value_of(d->arena, option, s->values));
	nw_json_set_str(row, "from", nw_str(origin_of(d, s, option)));
	nw_json_append(d->rows, row);
}

static void add_section(const struct dump *d, const struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (is_shown(s, &s->options[i]))
			add_option(d, s, &s->options[i]);
	}
}

/* --- the whole --- */

static void show(const struct dump *d, const struct section *s)
{
	if (d->rows)
		add_section(d, s);
	else
		put_section(d, s);
}

static void show_feeds(const struct dump *d)
{
	for (size_t i = 0; i < d->config->n_feeds; i++) {
		const struct nw_config_feed *feed = &d->config->feeds[i];
		const struct section s = {"feed", feed->id, feed->id, nw_config_feed_options,
			nw_config_n_feed_options, feed, NULL};

		show(d, &s);
	}
}

static void show_clients(const struct dump *d)
{
	for (size_t i = 0; i < d->config->n_clients; i++) {
		const struct nw_config_client *client = &d->config->clients[i];
		const struct nw_str file = nw_arena_printf(d->arena, "%.*s/%.*s.conf",
			NW_ARG(d->config->clients_dir), NW_ARG(client->name));
		const struct section s = {"client", client->name, file, nw_config_client_options,
			nw_config_n_client_options, client, NULL};

		show(d, &s);
	}
}

static const char *taken_by(struct nw_str type)
{
	size_t i = 0;

	while (i + 1 < nw_n_channel_types && !nw_str_eq(type, nw_str(nw_channel_types[i].name)))
		i++;
	return nw_channel_types[i].takes;
}

static void show_channels(const struct dump *d)
{
	for (size_t i = 0; i < d->config->n_channels; i++) {
		const struct nw_config_channel *channel = &d->config->channels[i];
		const struct section s = {"channel", channel->name, channel->name,
			nw_config_channel_options, nw_config_n_channel_options, channel,
			taken_by(channel->type)};

		show(d, &s);
	}
}

static void show_alerts(const struct dump *d)
{
	for (size_t i = 0; i < d->config->n_alerts; i++) {
		const struct nw_config_alert *alert = &d->config->alerts[i];
		const struct section s = {"alert", alert->name, alert->name,
			nw_config_alert_options, nw_config_n_alert_options, alert, NULL};

		show(d, &s);
	}
}

static void show_all(const struct dump *d)
{
	const struct section general = {
		"", {0}, {0}, nw_config_options, nw_config_n_options, d->config, NULL};

	show(d, &general);
	show_feeds(d);
	show_clients(d);
	show_channels(d);
	show_alerts(d);
	if (d->rows) {
		(void)json_dumpf(d->rows, stdout, JSON_INDENT(2));
		putchar('\n');
	}
}

static void say(void *arg, const struct nw_error *error)
{
	(void)arg;
	(void)nw_cli_fail(error);
}

static int dump(const char *path, bool as_json)
{
	struct dump d = {.arena = nw_arena_new(), .rows = as_json ? json_array() : NULL};
	const struct nw_complain complain = {say, NULL};
	const struct nw_config_notice notice = {on_given, &d};
	struct nw_config *config;
	const enum nw_err err = nw_config_trace(path, &complain, &notice, &config);

	if (!err) {
		d.config = config;
		show_all(&d);
		nw_config_free(config);
	}
	json_decref(d.rows);
	nw_map_clear(&d.origins);
	nw_arena_free(d.arena);
	return err ? NW_EXIT_WRONG : NW_EXIT_YES;
}

static int run(int argc, char **argv)
{
	bool as_json = false;

	while (nw_cli_option(&nw_command_config, argc, argv) != -1)
		as_json = true;
	if (strcmp(argv[optind], "dump") != 0)
		return nw_cli_wrong(&nw_command_config, "nothing to be done: '%s'", argv[optind]);
	return dump(optind + 1 < argc ? argv[optind + 1] : NW_CONFIG_DEFAULT, as_json);
}

const struct nw_command nw_command_config = {
	.name = "config",
	.operands = "dump [CONFIG]",
	.min_operands = 1,
	.max_operands = 2,
	.help = "Print every option of a configuration, its value, and where that comes from.",
	.options = options,
	.run = run,
};
