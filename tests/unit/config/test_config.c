#include "base/file.h"
#include "rig.h"

static int setup(void **state)
{
	static const char *const dirs[] = {"feeds.d", NULL};

	*state = make_place(dirs);
	return 0;
}

static void an_empty_file_is_all_defaults(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p), NW_OK);
	assert_int_equal(p->config->min_interval_s, 300);
	assert_int_equal(p->config->heartbeat_ms, 5000);
	assert_int_equal(p->config->feed_bytes, 16 << 20);
	assert_int_equal(p->config->live.n, 1);
	assert_string_equal(p->config->live.v[0], "tcp://127.0.0.1:7340");
	assert_null(p->config->live.v[1]);
	assert_int_equal(p->config->n_feeds, 0);
}

static void an_empty_list_is_not_the_default(void **state)
{
	struct place *p = *state;

	put(p, "newswired.conf", "live = {}\n");
	assert_int_equal(load(p), NW_OK);
	assert_int_equal(p->config->live.n, 0);
}

static void every_default_is_a_value_its_own_row_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nw_config_n_options; i++) {
		const struct nw_option *o = &nw_config_options[i];
		const char *reason = "";
		int64_t value = 0;
		bool ok = true;

		if (o->type == NW_OPTION_DURATION)
			ok = nw_config_duration(nw_str(o->otherwise), o->in_ms, &value);
		else if (o->type == NW_OPTION_SIZE)
			ok = nw_config_size(nw_str(o->otherwise), &value);
		else if (o->type == NW_OPTION_INT)
			ok = nw_str_int(nw_str(o->otherwise), INT64_MIN, INT64_MAX, &value);
		else if (o->is_right && o->otherwise[0])
			ok = o->is_right(nw_str(o->otherwise), &reason);
		if (!ok ||
			(o->type != NW_OPTION_LIST && o->max && (value < o->min || value > o->max)))
			fail_msg("%s: default '%s' is refused %s", o->name, o->otherwise, reason);
	}
}

static void feeds_come_sorted_with_their_own_and_the_general_intervals(void **state)
{
	struct place *p = *state;

	put(p, "newswired.conf", "min-interval = 2m\nmax-interval = 1h\n");
	put(p, "feeds.d/a.conf", "feed \"zebra\" { url = \"https://z.example/feed\" }\n");
	put(p, "feeds.d/b.conf",
		"feed \"ant\" {\n url = \"http://a.example/\"\n min-interval = 10s\n pages = false\n}\n");
	assert_int_equal(load(p), NW_OK);
	assert_int_equal(p->config->n_feeds, 2);
	assert_string_equal(p->config->feeds[0].id.p, "ant");
	assert_int_equal(p->config->feeds[0].min_interval_s, 10);
	assert_int_equal(p->config->feeds[0].max_interval_s, 3600);
	assert_false(p->config->feeds[0].pages);
	assert_string_equal(p->config->feeds[1].id.p, "zebra");
	assert_true(p->config->feeds[1].pages);
}

static const struct {
	const char *file, *text;
	int line, column;
	const char *says;
} bad[] = {
	{"newswired.conf", "live = {}\nmni-interval = 5m\n", 2, 1, "no such option 'mni-interval'"},
	{"newswired.conf", "  min-interval = 5 minutes\n", 1, 3, "bad duration '5'"},
	{"newswired.conf", "timeout = 1d\n", 1, 1, "out of range"},
	{"newswired.conf", "per-host = many\n", 1, 1, "bad number 'many'"},
	{"newswired.conf", "feed-bytes = 3X\n", 1, 1, "bad size '3X'"},
	{"newswired.conf", "live = {\"tcp://0.0.0.0:7340\"}\n", 1, 1,
		"bad value 'tcp://0.0.0.0:7340'"},
	{"newswired.conf", "allow-networks = {\"x\"}\n", 1, 1,
		"bad value 'x' for allow-networks: write a network such as"},
	{"newswired.conf", "live = {'ipc://a', 'ipc://a'}\n", 0, 0, "'ipc://a' stands twice"},
	{"newswired.conf", "keep = 1d\nkeep-topics = {'libya 5y'}\n", 2, 1,
		"bad value 'libya 5y' for keep-topics"},
	{"newswired.conf", "keep-topics = {'Libya 5d'}\n", 1, 1, "bad value 'Libya 5d'"},
	{"newswired.conf", "keep-topics = {'libya'}\n", 1, 1, "write a tag and a time"},
	{"newswired.conf", "keep-topics = {'libya/ 5d'}\n", 1, 1, "write a tag and a time"},
	{"newswired.conf", "keep-topics = {'libya 36501d'}\n", 1, 1, "36500d at most"},
	{"newswired.conf", "keep-topics = {'libya 5d', 'libya 6d'}\n", 0, 0,
		"'libya' stands twice in keep-topics"},
	{"newswired.conf", "live = {'tcp://127.0.0.1:7341'}\n", 0, 0, "stands twice"},
	{"newswired.conf",
		"live = {ipc://1, ipc://2, ipc://3, ipc://4, ipc://5, ipc://6, ipc://7, ipc://8}\n",
		1, 1, "too many for live: at most 7"},
	{"newswired.conf", "min-interval = 2h\nmax-interval = 1h\n", 0, 0, "swap them"},
	{"newswired.conf", "\n\"\" = 1\n", 2, 0, "no option's name where there should be one"},
	{"newswired.conf", "log-level = loud\n", 1, 1, "write error, warning"},
	{"feeds.d/a.conf", "feed \"x\" {\n\turl = \"http://x/\"\n", 1, 10, "not closed: add '}'"},
	{"feeds.d/a.conf",
		"# all\nfeed \"x\" { url = \"http://x/\" } /* more\nfeed \"y\" { url = 'http://y/' }\n",
		2, 32, "comment not closed: add '*/'"},
	{"feeds.d/a.conf", "feed \"x\" {\n url = \"http://x/\n}\n", 2, 8, "string not closed"},
	{"newswired.conf", "/* one\n two */\nlive = {\n", 3, 8, "not closed: add '}'"},
	{"newswired.conf", "/* one\n two */\ntimeout = 1d\n", 3, 1, "out of range"},
	{"feeds.d/a.conf", "feed \"x\" {\n}\n", 2, 0, "feed 'x' has no url"},
	{"feeds.d/a.conf", "feed \"x\" { url = \"ftp://x/\" }\n", 1, 12, "bad value 'ftp://x/'"},
	{"feeds.d/a.conf", "feed \"x\" { url = \"http://u:pass@x/\" }\n", 1, 12,
		"bad value for url: write an address"},
	{"feeds.d/a.conf", "feed \"Not This\" { url = \"http://x/\" }\n", 1, 0, "bad feed name"},
	{"feeds.d/a.conf",
		"feed \"x\" { url = \"http://x/\" }\nfeed \"x\" { url = \"http://y/\" }\n", 2, 7,
		"'x' stands twice in this file"},
	{"feeds.d/a.conf",
		"feed a { url = http://a/ }\nfeed b { url = http://b/ }\nfeed 'a' {\n"
		"\turl = http://c/\n}\n",
		3, 7, "'a' stands twice in this file"},
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(p, "newswired.conf", "");
		put(p, "feeds.d/a.conf", "");
		put(p, bad[i].file, bad[i].text);
		if (load(p) != NW_E_SYNTAX || p->config || p->complaints < 1)
			fail_msg("row %zu was taken", i);
		if (!strstr(p->error.text, bad[i].says) || !strstr(p->error.file, bad[i].file))
			fail_msg("row %zu: '%s' in '%s'", i, p->error.text, p->error.file);
		if (p->error.line != bad[i].line || p->error.column != bad[i].column)
			fail_msg("row %zu: at %d:%d: %s", i, p->error.line, p->error.column,
				p->error.text);
	}
}

static const struct nw_option *option(const char *name)
{
	for (size_t i = 0; i < nw_config_n_options; i++) {
		if (strcmp(nw_config_options[i].name, name) == 0)
			return &nw_config_options[i];
	}
	fail_msg("no option %s", name);
	return NULL;
}

static void an_endpoint_is_plain_on_this_machine_alone_and_curve_anywhere(void **state)
{
	static const char *const good[] = {"tcp://127.0.0.1:7340", "tcp://127.1.2.3:1",
		"tcp://[::1]:65535", "tcp://127.0.0.1:*", "ipc:///run/x.ipc", "ipc://x",
		"curve+tcp://127.0.0.1:*", "curve+tcp://*:7350", "curve+tcp://10.0.0.1:1",
		"curve+tcp://[::]:1", "curve+tcp://[2001:db8::1]:65535"};
	static const char *const wrong[] = {"", "tcp://127.0.0.1",
		"tcp://127.0.0.1:", "tcp://127.0.0.1:notaport", "tcp://127.0.0.1:1x",
		"tcp://127.0.0.1:70000", "tcp://127.0.0.1:0", "tcp://127.0.0.1:-1",
		"tcp://127.0.0.1:1:1", "tcp://127.0:1", "tcp://127.0.0.1.example:1",
		"tcp://0.0.0.0:1", "tcp://*:1", "tcp://10.0.0.1:1", "tcp://[::1]",
		"tcp://[::1]:", "tcp://[::]:1", "ipc://", "udp://127.0.0.1:1", "tcp:/127.0.0.1:1",
		"curve+tcp://", "curve+tcp://*", "curve+tcp://:1", "curve+tcp://host.example:1",
		"curve+tcp://[::1:1", "curve+tcp://10.0.0.1:0", "curve+ipc://x", "curve://*:1"};
	const struct nw_option *live = option("live");
	char path[6 + 108 + 1] = "ipc://";
	const char *reason;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!live->is_right(nw_str(good[i]), &reason))
			fail_msg("'%s' is refused", good[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (live->is_right(nw_str(wrong[i]), &reason))
			fail_msg("'%s' is taken", wrong[i]);
	}
	memset(path + 6, 'x', 108);
	assert_false(live->is_right((struct nw_str){path, 6 + 108}, &reason));
	assert_true(live->is_right((struct nw_str){path, 6 + 107}, &reason));
}

static void what_a_reload_changed_can_be_told_for_each_option(void **state)
{
	static const char *const changed[] = {
		"live", "replay", "heartbeat", "user-agent", "feed-bytes", "workers"};
	struct place *p = *state;
	struct nw_config *old;
	size_t n = 0;

	assert_int_equal(load(p), NW_OK);
	old = p->config;
	p->config = NULL;
	put(p, "newswired.conf",
		"live = {}\nreplay = {'tcp://127.0.0.1:1'}\nheartbeat = 1s\nuser-agent = x\n"
		"feed-bytes = 1M\nworkers = 3\nconnections = 256\n");
	assert_int_equal(load(p), NW_OK);
	for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++)
		assert_false(nw_config_same(old, p->config, option(changed[i])));
	for (size_t i = 0; i < nw_config_n_options; i++)
		n += !nw_config_same(old, p->config, &nw_config_options[i]);
	assert_int_equal(n, sizeof(changed) / sizeof(changed[0]));
	nw_config_free(old);
}

static void the_options_outlive_what_they_are_copied_from(void **state)
{
	struct place *p = *state;
	struct nw_config *copy;

	put(p, "newswired.conf",
		"live = {'ipc:///a', 'ipc:///b'}\nuser-agent = x\nfeed-bytes = 1M\nworkers = 3\n");
	assert_int_equal(load(p), NW_OK);
	copy = nw_config_copy_options(p->config);
	assert_int_equal(load(p), NW_OK); /* what was there is freed */
	for (size_t i = 0; i < nw_config_n_options; i++)
		if (!nw_config_same(copy, p->config, &nw_config_options[i]))
			fail_msg("'%s' is another", nw_config_options[i].name);
	assert_int_equal(copy->live.n, 2);
	assert_null(copy->live.v[2]);
	nw_config_free(copy);
}

static void the_options_read_at_the_start_are_those_of_the_manual(void **state)
{
	FILE *f = fopen(NW_SOURCE "/daemon/man/newswired.conf.5", "re");
	char line[256], name[64] = "";
	size_t n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		(void)sscanf(line, ".It Ic %63s", name);
		if (strcmp(line, "Read at the start only.\n") != 0)
			continue;
		if (!option(name)->at_start)
			fail_msg("%s is read at a reload too", name);
		n++;
	}
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; i < nw_config_n_options; i++)
		n -= nw_config_options[i].at_start;
	assert_int_equal(n, 0);
}

static void every_bad_file_is_told_of_at_once(void **state)
{
	struct place *p = *state;

	put(p, "feeds.d/a.conf", "feed \"x\" { }\n");
	put(p, "feeds.d/b.conf", "feed \"y\" { }\n");
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_int_equal(p->complaints, 2);
}

static void a_feed_of_another_file_is_named_with_that_file(void **state)
{
	struct place *p = *state;

	put(p, "feeds.d/a.conf", "feed x { url = http://x/ }\n");
	put(p, "feeds.d/b.conf", "feed w { url = http://w/ }\nfeed x { url = http://x/ }\n");
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_int_equal(p->error.line, 2);
	assert_non_null(strstr(p->error.text, "feed 'x' stands twice: first in "));
	assert_non_null(strstr(p->error.text, "/a.conf;"));
}

static void a_missing_file_is_named(void **state)
{
	struct place *p = *state;

	assert_int_equal(remove(p->file), 0);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_string_equal(p->error.file, p->file);
	assert_non_null(strstr(p->error.text, "No such file"));
}

static void what_is_no_file_is_refused_without_waiting(void **state)
{
	struct place *p = *state;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/feeds.d/a.conf", p->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_string_equal(p->error.file, path);
	assert_string_equal(p->error.text, "not a regular file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_string_equal(p->error.file, path);
	assert_string_equal(p->error.text, "not a regular file");
}

static void durations_and_sizes_are_read_with_their_units(void **state)
{
	int64_t v;

	(void)state;
	assert_true(nw_config_duration(NW_STR("2h"), false, &v));
	assert_int_equal(v, 7200);
	assert_true(nw_config_duration(NW_STR("500ms"), true, &v));
	assert_int_equal(v, 500);
	assert_false(nw_config_duration(NW_STR("500ms"), false, &v));
	assert_false(nw_config_duration(NW_STR("-5s"), false, &v));
	assert_false(nw_config_duration(NW_STR("99999999999999999d"), false, &v));
	assert_false(nw_config_duration(NW_STR("5"), false, &v));
	assert_true(nw_config_size(NW_STR("64K"), &v));
	assert_int_equal(v, 65536);
	assert_true(nw_config_size(NW_STR("12"), &v));
	assert_int_equal(v, 12);
	assert_false(nw_config_size(NW_STR("K"), &v));
	assert_false(nw_config_size(NW_STR(""), &v));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_file_is_all_defaults),
		TEST(an_empty_list_is_not_the_default),
		TEST(every_default_is_a_value_its_own_row_takes),
		TEST(feeds_come_sorted_with_their_own_and_the_general_intervals),
		TEST(what_is_wrong_is_told_with_its_place),
		TEST(an_endpoint_is_plain_on_this_machine_alone_and_curve_anywhere),
		TEST(what_a_reload_changed_can_be_told_for_each_option),
		TEST(the_options_outlive_what_they_are_copied_from),
		TEST(the_options_read_at_the_start_are_those_of_the_manual),
		TEST(every_bad_file_is_told_of_at_once),
		TEST(a_feed_of_another_file_is_named_with_that_file),
		TEST(a_missing_file_is_named),
		TEST(what_is_no_file_is_refused_without_waiting),
		TEST(durations_and_sizes_are_read_with_their_units),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
