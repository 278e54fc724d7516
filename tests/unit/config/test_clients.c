#include "rig.h"

#define KEY "key = \"6UnR<8E92lK]1Q!qtpNk-SrzD?c2ZtfJCwt-8^/=\"\n"
#define TOKEN "token = \"0123456789abcdef0123456789abcdef\"\n"
#define READ "read = {\"topic/libya/\"}\n"

static int setup(void **state)
{
	static const char *const dirs[] = {"feeds.d", "clients.d", NULL};

	*state = make_place(dirs);
	return 0;
}

/* Of which nobody else may read the token. */
static void put_client(const struct place *p, const char *name, const char *text)
{
	put(p, name, text);
	set_mode(p, name, 0640);
}

static void a_client_is_called_as_its_file_and_has_a_key_or_a_token(void **state)
{
	struct place *p = *state;
	const struct nw_config_client *c;

	put_client(p, "clients.d/b.conf", KEY "read = {\"topic/libya/\", \"all/\"}\n");
	put_client(p, "clients.d/a.conf", TOKEN "read = {\"\"}\n");
	put_client(p, "clients.d/README", "no client");
	if (load(p))
		fail_msg("%s", p->error.text);
	assert_int_equal(p->config->n_clients, 2);
	c = &p->config->clients[0];
	assert_string_equal(c->name.p, "a");
	assert_int_equal(c->key.n, 0);
	assert_int_equal(c->token.n, 32);
	assert_int_equal(c->read.n, 1);
	assert_string_equal(c->read.v[0], "");
	c = &p->config->clients[1];
	assert_string_equal(c->name.p, "b");
	assert_int_equal(c->key.n, 32);
	assert_int_equal((unsigned char)c->key.p[0], 0x14);
	assert_int_equal(c->token.n, 0);
	assert_int_equal(c->read.n, 2);
	assert_string_equal(c->read.v[1], "all/");
	assert_null(c->read.v[2]);
}

static const struct {
	const char *text;
	int line, column;
	const char *says;
} bad[] = {
	{READ, 0, 0, "neither key nor token"},
	{KEY, 0, 0, "nothing to read"},
	{KEY "read = {}\n", 0, 0, "nothing to read"},
	{"key = \"short\"\n", 1, 1, "bad value for key: write the 40 characters"},
	{"# one\n  token = \"tooshort\"\n", 2, 3, "bad value for token: write 32 to 256"},
	{"token = \"0123456789abcdef 0123456789abcdef\"\n", 1, 1, "bad value for token"},
	{KEY "read = {\"topic/libya\"}\n", 2, 1, "bad value 'topic/libya' for read"},
	{KEY "read = {\"topic//\"}\n", 2, 1, "bad value 'topic//'"},
	{KEY "read = {\"/\"}\n", 2, 1, "bad value '/'"},
	{KEY "read = {\"Topic/\"}\n", 2, 1, "bad value 'Topic/'"},
	{KEY "write = {\"\"}\n", 2, 1, "no such option 'write'"},
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_client(p, "clients.d/a.conf", bad[i].text);
		if (load(p) != NW_E_SYNTAX || p->config || p->complaints != 1)
			fail_msg("row %zu was taken", i);
		if (!strstr(p->error.text, bad[i].says) || !strstr(p->error.file, "a.conf"))
			fail_msg("row %zu: '%s' in '%s'", i, p->error.text, p->error.file);
		if (p->error.line != bad[i].line || p->error.column != bad[i].column)
			fail_msg("row %zu: at %d:%d: %s", i, p->error.line, p->error.column,
				p->error.text);
	}
}

static void two_clients_never_share_a_key_or_a_token(void **state)
{
	static const struct {
		const char *a, *b, *says;
	} rows[] = {
		{KEY READ, KEY READ, "the key stands in"},
		{TOKEN READ, KEY TOKEN READ, "the token stands in"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_client(p, "clients.d/a.conf", rows[i].a);
		put_client(p, "clients.d/b.conf", rows[i].b);
		assert_int_equal(load(p), NW_E_SYNTAX);
		assert_int_equal(p->complaints, 1);
		assert_non_null(strstr(p->error.text, rows[i].says));
		assert_non_null(strstr(p->error.text, "/clients.d/a.conf"));
		assert_non_null(strstr(p->error.file, "/clients.d/b.conf"));
		assert_null(strstr(p->error.text, "0123456789"));
	}
}

static void a_token_that_anybody_may_read_is_refused(void **state)
{
	struct place *p = *state;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/clients.d/a.conf", p->dir);
	put_client(p, "clients.d/a.conf", TOKEN READ);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_non_null(strstr(p->error.text, "chmod o="));
	put_client(p, "clients.d/a.conf", KEY READ);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(load(p), NW_OK);
}

static void a_file_whose_name_is_no_clients_is_refused(void **state)
{
	struct place *p = *state;

	put_client(p, "clients.d/Desk One.conf", KEY READ);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_non_null(strstr(p->error.text, "bad client name"));
}

static void a_directory_that_is_not_there_holds_nobody_if_nobody_named_it(void **state)
{
	struct place *p = *state;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/clients.d", p->dir);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(load(p), NW_OK);
	assert_int_equal(p->config->n_clients, 0);
	put(p, "newswired.conf", "clients = \"elsewhere\"\n");
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_non_null(strstr(p->error.file, "/elsewhere"));
}

static void the_server_key_is_relative_to_the_configuration(void **state)
{
	struct place *p = *state;
	char want[128];

	assert_int_equal(load(p), NW_OK);
	assert_int_equal(p->config->server_key.n, 0);
	put(p, "newswired.conf", "server-key = server.key\n");
	assert_int_equal(load(p), NW_OK);
	(void)snprintf(want, sizeof(want), "%s/server.key", p->dir);
	assert_string_equal(p->config->server_key.p, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_client_is_called_as_its_file_and_has_a_key_or_a_token, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_wrong_is_told_with_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(
			two_clients_never_share_a_key_or_a_token, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_token_that_anybody_may_read_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_file_whose_name_is_no_clients_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_directory_that_is_not_there_holds_nobody_if_nobody_named_it, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			the_server_key_is_relative_to_the_configuration, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
