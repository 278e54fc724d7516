#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "../net/client.h"
#include "fetch/fetch.h"

#define MOST 64

/* Two peers are two hosts: a host is a name and a port. */
struct scene {
	struct client client;
	struct server other;
	struct nw_fetch *fetch;
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The order and the moments in which requests came, for one thread at a time. */
static struct {
	pthread_mutex_t lock;
	int n;
	int numbers[MOST];
	int64_t moments[MOST];
	bool was_conditional;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note_request(const struct peer *peer)
{
	pthread_mutex_lock(&seen.lock);
	if (seen.n < MOST) {
		seen.numbers[seen.n] =
			atoi(peer->path + 1); /* NOLINT(cert-err34-c): our own paths */
		seen.moments[seen.n++] = now_ms();
	}
	seen.was_conditional = strstr(peer->request, "If-None-Match: \"v\"\r\n") &&
		strstr(peer->request, "If-Modified-Since: then\r\n");
	pthread_mutex_unlock(&seen.lock);
}

/* "/N" answers at once, "/N/slow" after a while, "/N/hang" never, "/N/once" only the second time. */
static bool answer(struct peer *peer)
{
	static atomic_int times;

	note_request(peer);
	if (strstr(peer->path, "/hang"))
		return server_hang(peer, 10000);
	if (strstr(peer->path, "/slow") && !server_hang(peer, 50))
		return false;
	if (strstr(peer->path, "/wait"))
		return server_send(peer, "503 Later", "Retry-After: 60\r\n", "");
	if (strstr(peer->path, "/down") ||
		(strstr(peer->path, "/once") && atomic_fetch_add(&times, 1) % 2 == 0))
		return server_send(peer, "500 Oh", "", "");
	return server_send(
		peer, "200 OK", "", strstr(peer->path, "/big") ? "0123456789abcdef" : "ok");
}

static const struct nw_fetch_options usual = {.per_host = 2,
	.timeout_ms = 2000,
	.connect_timeout_ms = 1000,
	.max_redirects = 3,
	.feed_bytes = 1000,
	.page_bytes = 10};

static int start(void **state)
{
	static struct scene scene;

	client_start(&scene.client, answer, 32);
	server_start(&scene.other, answer, NULL);
	scene.fetch = nw_fetch_new(scene.client.loop, scene.client.http, &usual);
	seen.n = 0;
	*state = &scene;
	return 0;
}

static int stop(void **state)
{
	struct scene *s = *state;

	nw_fetch_free(s->fetch);
	client_stop(&s->client);
	server_stop(&s->other);
	return 0;
}

static void ask(
	const struct scene *s, const struct server *server, const char *path, struct outcome *o)
{
	char url[256];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server->port, path);
	o->loop = s->client.loop;
	nw_fetch_page(s->fetch, nw_str(url), note_outcome, o);
	assert_int_equal(o->times, 0);
}

static void run_all(const struct scene *s, struct outcome *o, int n)
{
	assert_int_equal(nw_loop_run(s->client.loop), 0);
	for (int i = 0; i < n; i++) {
		assert_int_equal(o[i].times, 1);
		free(o[i].body);
	}
	assert_int_equal(nw_fetch_waiting(s->fetch), 0);
}

static void host_has_so_many_places_and_no_more(void **state)
{
	struct scene *s = *state;
	struct outcome o[10] = {0};
	int pending = 10;
	char path[32];

	for (int i = 0; i < 10; i++) {
		(void)snprintf(path, sizeof(path), "/%d/slow", i);
		o[i].pending = &pending;
		ask(s, &s->client.server, path, &o[i]);
	}
	assert_int_equal(nw_fetch_waiting(s->fetch), 8);
	run_all(s, o, 10);
	assert_int_equal(atomic_load(&s->client.server.most_busy), 2);
	assert_int_equal(atomic_load(&s->client.server.n_requests), 10);
}

static void turns_are_taken_in_order_with_a_pause_between(void **state)
{
	struct scene *s = *state;
	struct nw_fetch_options options = usual;
	struct outcome o[5] = {0};
	int pending = 5;
	char path[32];

	options.host_pause_ms = 60;
	nw_fetch_set(s->fetch, &options);
	for (int i = 0; i < 5; i++) {
		(void)snprintf(path, sizeof(path), "/%d", i);
		o[i].pending = &pending;
		ask(s, &s->client.server, path, &o[i]);
	}
	run_all(s, o, 5);
	assert_int_equal(seen.n, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(seen.numbers[i], i);
	assert_true(seen.moments[4] - seen.moments[0] >= 4 * 60 - 20);
}

static void hanging_host_holds_up_nobody_else(void **state)
{
	struct scene *s = *state;
	struct outcome hung[6] = {0}, o[6] = {0};
	int forever = 100, pending = 6;

	for (int i = 0; i < 6; i++) {
		hung[i].pending = &forever;
		ask(s, &s->client.server, "/1/hang", &hung[i]);
	}
	for (int i = 0; i < 6; i++) {
		o[i].pending = &pending;
		ask(s, &s->other, "/2", &o[i]);
	}
	assert_int_equal(nw_loop_run(s->client.loop), 0);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(o[i].status, 200);
		assert_int_equal(hung[i].times, 0);
		free(o[i].body);
	}
	assert_int_equal(nw_fetch_waiting(s->fetch), 4);
}

static void failed_page_is_tried_once_more(void **state)
{
	struct scene *s = *state;
	struct outcome o[3] = {0};
	int pending = 3;
	static const char *const paths[] = {"/1/once", "/2/down", "/3/wait"};

	for (int i = 0; i < 3; i++) {
		o[i].pending = &pending;
		ask(s, i == 0 ? &s->client.server : &s->other, paths[i], &o[i]);
	}
	run_all(s, o, 3);
	assert_int_equal(o[0].status, 200);
	assert_int_equal(o[1].status, 500);
	assert_int_equal(o[2].status, 503);
	assert_int_equal(atomic_load(&s->client.server.n_requests), 2);
	assert_int_equal(atomic_load(&s->other.n_requests), 3);
}

static void feed_is_asked_for_once_and_with_its_validators(void **state)
{
	struct scene *s = *state;
	int pending = 1;
	struct outcome o = {.loop = s->client.loop, .pending = &pending};
	char url[256];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/1/down", s->client.server.port);
	nw_fetch_feed(s->fetch, nw_str(url), NW_STR("\"v\""), NW_STR("then"), note_outcome, &o);
	run_all(s, &o, 1);
	assert_int_equal(o.status, 500);
	assert_int_equal(atomic_load(&s->client.server.n_requests), 1);
	assert_true(seen.was_conditional);
}

static void feeds_and_pages_have_limits_of_their_own(void **state)
{
	struct scene *s = *state;
	int pending = 2;
	struct outcome o[2] = {{.loop = s->client.loop, .pending = &pending},
		{.loop = s->client.loop, .pending = &pending}};
	char url[256];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/1/big", s->client.server.port);
	nw_fetch_feed(s->fetch, nw_str(url), NW_STR(""), NW_STR(""), note_outcome, &o[0]);
	ask(s, &s->client.server, "/1/big", &o[1]);
	run_all(s, o, 2);
	assert_int_equal(o[0].result, NW_HTTP_DONE);
	assert_int_equal(o[1].result, NW_HTTP_TOO_LARGE);
}

static void what_is_no_url_waits_its_turn_and_fails(void **state)
{
	struct scene *s = *state;
	struct outcome o[5] = {0};
	int pending = 5;

	for (int i = 0; i < 5; i++) {
		o[i].pending = &pending;
		o[i].loop = s->client.loop;
		nw_fetch_page(s->fetch, i % 2 ? NW_STR("") : NW_STR("no url"), note_outcome, &o[i]);
	}
	run_all(s, o, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(o[i].result, NW_HTTP_BAD_URL);
}

static void freeing_ends_what_waits_and_what_runs(void **state)
{
	struct scene *s = *state;
	struct outcome o[8] = {0};
	int pending = 8;

	for (int i = 0; i < 8; i++) {
		o[i].pending = &pending;
		ask(s, i % 2 ? &s->other : &s->client.server, "/1/hang", &o[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(host_has_so_many_places_and_no_more, start, stop),
		cmocka_unit_test_setup_teardown(
			turns_are_taken_in_order_with_a_pause_between, start, stop),
		cmocka_unit_test_setup_teardown(hanging_host_holds_up_nobody_else, start, stop),
		cmocka_unit_test_setup_teardown(failed_page_is_tried_once_more, start, stop),
		cmocka_unit_test_setup_teardown(
			feed_is_asked_for_once_and_with_its_validators, start, stop),
		cmocka_unit_test_setup_teardown(
			feeds_and_pages_have_limits_of_their_own, start, stop),
		cmocka_unit_test_setup_teardown(
			what_is_no_url_waits_its_turn_and_fails, start, stop),
		cmocka_unit_test_setup_teardown(freeing_ends_what_waits_and_what_runs, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
