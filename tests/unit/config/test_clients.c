#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/str.h"
#include "config/config.h"

#define KEY "key = \"6UnR<8E92lK]1Q!qtpNk-SrzD?c2ZtfJCwt-8^/=\"\n"
#define TOKEN "token = \"0123456789abcdef0123456789abcdef\"\n"
#define READ "read = {\"topic/libya/\"}\n"

struct place {
	char dir[64], file[128];
	struct nw_error error; /* the first complaint */
	int complaints;
	struct nw_config *config;
};

static void put(const struct place *p, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0640), 0);
}

static void on_complaint(void *arg, const struct nw_error *error)
{
	struct place *p = arg;

	if (p->complaints++ == 0)
		p->error = *error;
}

static enum nw_err load(struct place *p)
{
	const struct nw_complain complain = {on_complaint, p};

	p->complaints = 0;
	nw_config_free(p->config);
	return nw_config_load(p->file, &complain, &p->config);
}

static int setup(void **state)
{
	static const char *const dirs[] = {"feeds.d", "clients.d"};
	struct place *p = calloc(1, sizeof(*p));
	char path[128];

	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/nw-clients-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	(void)snprintf(p->file, sizeof(p->file), "%s/newswired.conf", p->dir);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, dirs[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(p, "newswired.conf", "");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = {"clients.d/a.conf", "clients.d/b.conf",
		"clients.d/Desk One.conf", "clients.d/README", "clients.d", "feeds.d",
		"newswired.conf", ""};
	struct place *p = *state;
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, names[i]);
		(void)remove(path);
	}
	nw_config_free(p->config);
	free(p);
	return 0;
}

static void a_client_is_called_as_its_file_and_has_a_key_or_a_token(void **state)
{
	struct place *p = *state;
	const struct nw_config_client *c;

	put(p, "clients.d/b.conf", KEY "read = {\"topic/libya/\", \"all/\"}\n");
	put(p, "clients.d/a.conf", TOKEN "read = {\"\"}\n");
	put(p, "clients.d/README", "no client");
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
	{"key = \"short\"\n", 1, 1, "bad value 'short' for key: write the 40 characters"},
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
		put(p, "clients.d/a.conf", bad[i].text);
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
		put(p, "clients.d/a.conf", rows[i].a);
		put(p, "clients.d/b.conf", rows[i].b);
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
	put(p, "clients.d/a.conf", TOKEN READ);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(load(p), NW_E_SYNTAX);
	assert_non_null(strstr(p->error.text, "chmod o="));
	put(p, "clients.d/a.conf", KEY READ);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(load(p), NW_OK);
}

static void a_file_whose_name_is_no_clients_is_refused(void **state)
{
	struct place *p = *state;

	put(p, "clients.d/Desk One.conf", KEY READ);
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
