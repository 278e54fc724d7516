#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"

#define FEED "<rss version=\"2.0\"><channel><title>t</title></channel></rss>"

/* "hello" as gzip, deflate (zlib), Brotli and Zstandard write it. */
static const unsigned char as_gzip[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xfa, 0xff,
	'h', 'e', 'l', 'l', 'o', 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0};
static const unsigned char as_brotli[] = {0x0b, 0x02, 0x80, 'h', 'e', 'l', 'l', 'o', 0x03};
static const unsigned char as_zstd[] = {
	0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 0x29, 0, 0, 'h', 'e', 'l', 'l', 'o'};

static bool send_coded(const struct peer *peer, const char *coding, const void *body, size_t n)
{
	return server_print(peer,
		       "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n",
		       coding, n) &&
		server_write(peer, body, n);
}

/* The request comes back as the answer. */
static bool answer(struct peer *peer)
{
	const char *path = peer->path;
	int code, n;

	if (strcmp(path, "/feed") == 0)
		return server_send(peer, "200 OK",
			"ETag: \"a b\"\r\nContent-Type: application/rss+xml\r\nLink: <a>; rel=hub\r\n"
			"Link: <b>; rel=self\r\nCache-Control: public, max-age=\"600\"\r\nAge: 60\r\n",
			FEED);
	if (strcmp(path, "/gzip") == 0)
		return send_coded(peer, "gzip", as_gzip, sizeof(as_gzip));
	if (strcmp(path, "/br") == 0)
		return send_coded(peer, "br", as_brotli, sizeof(as_brotli));
	if (strcmp(path, "/zstd") == 0)
		return send_coded(peer, "zstd", as_zstd, sizeof(as_zstd));
	/* NOLINTNEXTLINE(cert-err34-c): this test's own paths */
	if (sscanf(path, "/chain/%d/%d", &code, &n) == 2 && n > 0)
		return server_print(peer,
			"HTTP/1.1 %d Over there\r\nLocation: /chain/%d/%d#part\r\nContent-Length: 3\r\n\r\nabc",
			code, code, n - 1);
	if (strcmp(path, "/mixed") == 0)
		return server_send(peer, "301 Moved", "Location: mixed/2\r\n", "");
	if (strcmp(path, "/mixed/2") == 0)
		return server_send(peer, "302 Found", "Location: /mixed/3\r\n", "");
	if (strcmp(path, "/mixed/3") == 0)
		return server_send(peer, "301 Moved", "Location: /echo\r\n", "");
	/* NOLINTNEXTLINE(cert-err34-c): this test's own paths */
	if (sscanf(path, "/status/%d", &code) == 1)
		return server_print(peer, "HTTP/1.1 %d X\r\nContent-Length: 4\r\n\r\nbody", code);
	if (strcmp(path, "/304") == 0)
		return server_print(peer, "HTTP/1.1 304 Not Modified\r\nETag: \"a b\"\r\n\r\n");
	if (strcmp(path, "/moment") == 0)
		return server_hang(peer, 200) && server_send(peer, "200 OK", "", "");
	if (strcmp(path, "/hang") == 0)
		return server_hang(peer, 10000);
	return server_send(peer, "200 OK", "", peer->request);
}

static int start(void **state)
{
	static struct client client;

	client_start(&client, answer, 4);
	*state = &client;
	return 0;
}

static int stop(void **state)
{
	client_stop(*state);
	return 0;
}

static void response_comes_whole_with_its_header(void **state)
{
	struct outcome o = get_path(*state, "/feed");

	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 200);
	assert_string_equal(o.reason, "");
	assert_int_equal(o.n, strlen(FEED));
	assert_string_equal(o.body, FEED);
	assert_string_equal(o.etag, "\"a b\"");
	assert_string_equal(o.link, "<a>; rel=hub, <b>; rel=self");
	assert_string_equal(o.content_type, "application/rss+xml");
	assert_string_equal(o.moved_to, "");
	assert_int_equal(o.max_age_s, 540);
	assert_true(o.bytes > (int64_t)strlen(FEED));
	free(o.body);
}

static void request_is_honest_and_carries_no_more_than_needed(void **state)
{
	struct client *c = *state;
	char url[1024];
	struct nw_http_request r = usual_request(c, "/echo a/\xc3\xa9?q=1 2#part", url);
	struct outcome o;

	r.accept = NW_STR("text/html");
	r.if_none_match = NW_STR("W/\"x\ty\"");
	r.if_modified_since = NW_STR("Thu, 01 Jan 2004 19:48:21 GMT");
	o = get(c, &r);
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_non_null(strstr(o.body, "GET /echo%20a/%c3%a9?q=1+2 HTTP/1.1\r\n"));
	assert_non_null(strstr(o.body, "User-Agent: newswired/test (+https://example.org)\r\n"));
	assert_non_null(strstr(o.body, "Accept: text/html\r\n"));
	assert_non_null(strstr(o.body, "If-None-Match: W/\"x\ty\"\r\n"));
	assert_non_null(strstr(o.body, "If-Modified-Since: Thu, 01 Jan 2004 19:48:21 GMT\r\n"));
	assert_non_null(strstr(o.body, "Accept-Encoding: deflate, gzip, br, zstd\r\n"));
	assert_null(strstr(o.body, "Cookie"));
	assert_null(strstr(o.body, "Referer"));
	free(o.body);
}

static void validator_that_would_end_the_line_is_not_sent(void **state)
{
	struct client *c = *state;
	char url[1024];
	struct nw_http_request r = usual_request(c, "/echo", url);
	struct outcome o;

	r.if_none_match = NW_STR("x\r\nX-Evil: 1");
	o = get(c, &r);
	assert_null(strstr(o.body, "Evil"));
	free(o.body);
}

static void compressed_bodies_are_read(void **state)
{
	static const char *const paths[] = {"/gzip", "/br", "/zstd"};

	for (int i = 0; i < 3; i++) {
		struct outcome o = get_path(*state, paths[i]);

		assert_int_equal(o.result, NW_HTTP_DONE);
		assert_string_equal(o.body, "hello");
		free(o.body);
	}
}

static void not_modified_is_done_without_a_body(void **state)
{
	struct outcome o = get_path(*state, "/304");

	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 304);
	assert_string_equal(o.etag, "\"a b\"");
	assert_int_equal(o.n, 0);
	free(o.body);
}

static void only_a_success_has_a_body(void **state)
{
	struct outcome o = get_path(*state, "/status/503");

	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 503);
	assert_int_equal(o.n, 0);
	free(o.body);
}

static void permanent_redirects_tell_where_it_moved(void **state)
{
	static const struct {
		int code;
		bool permanent;
	} rows[] = {{301, true}, {308, true}, {302, false}, {303, false}, {307, false}};
	const struct client *c = *state;
	char path[64], want[128];

	(void)snprintf(want, sizeof(want), "http://127.0.0.1:%u/chain/%%d/0", c->server.port);
	for (int i = 0; i < 5; i++) {
		struct outcome o;

		(void)snprintf(path, sizeof(path), "/chain/%d/5", rows[i].code);
		o = get_path(*state, path);
		(void)snprintf(want, sizeof(want), "http://127.0.0.1:%u/chain/%d/0", c->server.port,
			rows[i].code);
		assert_int_equal(o.result, NW_HTTP_DONE);
		assert_int_equal(o.status, 200);
		assert_string_equal(o.url, want);
		assert_string_equal(o.moved_to, rows[i].permanent ? want : "");
		free(o.body);
	}
}

static void broken_chain_of_permanent_redirects_ends_where_it_broke(void **state)
{
	const struct client *c = *state;
	struct outcome o = get_path(*state, "/mixed");
	char want[128];

	(void)snprintf(want, sizeof(want), "http://127.0.0.1:%u/mixed/2", c->server.port);
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_string_equal(o.moved_to, want);
	assert_non_null(strstr(o.url, "/echo"));
	free(o.body);
}

static void too_many_redirects_are_not_followed(void **state)
{
	struct outcome o = get_path(*state, "/chain/302/6");

	assert_int_equal(o.result, NW_HTTP_REDIRECTS);
	assert_string_equal(o.reason, "more than 5 redirects");
	free(o.body);
}

static void connection_is_kept(void **state)
{
	struct client *c = *state;
	const int before = c->server.n_peers;

	for (int i = 0; i < 20; i++)
		free(get_path(c, "/feed").body);
	assert_true(c->server.n_peers - before <= 1);
}

static void a_kept_connection_to_where_we_may_not_go_any_more_is_refused(void **state)
{
	struct client *c = *state;
	const struct nw_guard allowed = c->guard;
	struct outcome o;

	free(get_path(c, "/feed").body);
	c->guard = (struct nw_guard){0};
	o = get_path(c, "/feed");
	c->guard = allowed;
	assert_int_equal(o.result, NW_HTTP_REFUSED);
	assert_non_null(strstr(o.reason, "address not allowed: "));
	o = get_path(c, "/feed");
	assert_int_equal(o.result, NW_HTTP_DONE);
	free(o.body);
}

/* Of four requests to what hangs a moment; how many the peer had at a time. */
static int hang_together(struct client *c)
{
	struct outcome o[4];
	struct nw_http_request r;
	char url[1024];
	int pending = 4;

	atomic_store(&c->server.most_busy, 0);
	for (int i = 0; i < 4; i++) {
		o[i] = (struct outcome){.loop = c->loop, .pending = &pending};
		r = usual_request(c, "/moment", url);
		(void)nw_http_get(c->http, &r, note_outcome, &o[i]);
	}
	assert_int_equal(nw_loop_run(c->loop), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(o[i].result, NW_HTTP_DONE);
		free(o[i].body);
	}
	return atomic_load(&c->server.most_busy);
}

static void a_host_gets_as_many_connections_as_are_allowed_by_now(void **state)
{
	struct client *c = *state;

	nw_http_set_per_host(c->http, 1);
	assert_int_equal(hang_together(c), 1);
	nw_http_set_per_host(c->http, 4);
	assert_in_range(hang_together(c), 2, 4);
}

static void what_is_no_web_address_is_refused_later(void **state)
{
	static const char *const wrong[] = {"", "x", "ftp://127.0.0.1/", "file:///etc/passwd",
		"gopher://127.0.0.1/", "http://", "http://a b/", "http://\x01/",
		"http://127.0.0.1:99999/", "javascript:alert(1)", "//127.0.0.1/"};
	struct client *c = *state;
	struct nw_http_request r;
	struct outcome o;
	char url[1024];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		r = usual_request(c, "/", url);
		r.url = nw_str(wrong[i]);
		o = get(c, &r);
		if (o.result != NW_HTTP_BAD_URL)
			fail_msg("'%s': %s, %s", wrong[i], nw_http_result_name(o.result), o.reason);
		assert_non_null(strstr(o.reason, "not a web address: '"));
	}
	r.url = (struct nw_str){"http://127.0.0.1/\0x", 19};
	assert_int_equal(get(c, &r).result, NW_HTTP_BAD_URL);
}

static void nobody_listening_is_connect(void **state)
{
	struct client *c = *state;
	struct nw_http_request r;
	struct outcome o;
	char url[1024];

	r = usual_request(c, "/", url);
	r.url = NW_STR("http://127.0.0.1:1/");
	o = get(c, &r);
	assert_int_equal(o.result, NW_HTTP_CONNECT);
	assert_true(o.reason[0] != '\0');
}

static void silence_is_a_timeout(void **state)
{
	struct client *c = *state;
	char url[1024];
	struct nw_http_request r = usual_request(c, "/hang", url);
	struct outcome o;

	r.timeout_ms = 300;
	o = get(c, &r);
	assert_int_equal(o.result, NW_HTTP_TIMEOUT);
	assert_in_range(o.elapsed_ms, 290, 1500);
	assert_int_equal(o.status, 0);
}

static void who_comes_when_all_places_are_taken_waits_without_losing_time(void **state)
{
	struct client *c = *state;
	struct outcome o[12];
	struct nw_http_request r;
	char url[1024];
	int pending = 12;

	for (int i = 0; i < 12; i++) {
		o[i] = (struct outcome){.loop = c->loop, .pending = &pending};
		r = usual_request(c, i < 8 ? "/hang" : "/feed", url);
		r.timeout_ms = 300;
		(void)nw_http_get(c->http, &r, note_outcome, &o[i]);
	}
	assert_int_equal(nw_loop_run(c->loop), 0);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(o[i].times, 1);
		assert_int_equal(o[i].result, i < 8 ? NW_HTTP_TIMEOUT : NW_HTTP_DONE);
		free(o[i].body);
	}
	assert_true(atomic_load(&c->server.most_busy) <=
		8); /* the hung ones end a little later there */
}

struct pair {
	struct client *client;
	struct nw_http_transfer *other, *own;
	struct nw_http_request request;
	int done;
	bool late;
};

static void on_second_done(void *arg, struct nw_http_response *r)
{
	struct pair *p = arg;

	assert_int_equal(r->result, NW_HTTP_DONE);
	p->done++;
	nw_loop_stop(p->client->loop);
}

static void cancel_other_and_go_on(void *arg, struct nw_http_response *r)
{
	struct pair *p = arg;

	(void)r;
	p->done++;
	nw_http_cancel(p->other);
	nw_http_cancel(p->own);
	(void)nw_http_get(p->client->http, &p->request, on_second_done, p);
}

static void must_not_come(void *arg, struct nw_http_response *r)
{
	(void)r;
	((struct pair *)arg)->late = true;
}

static void cancelling_and_asking_within_a_callback_is_fine(void **state)
{
	struct client *c = *state;
	struct pair p = {.client = c};
	struct nw_http_request r;
	char url[1024], other[1024];

	p.request = usual_request(c, "/feed", url);
	r = usual_request(c, "/hang", other);
	p.other = nw_http_get(c->http, &r, must_not_come, &p);
	p.own = nw_http_get(c->http, &p.request, cancel_other_and_go_on, &p);
	assert_int_equal(nw_loop_run(c->loop), 0);
	assert_int_equal(p.done, 2);
	assert_false(p.late);
}

static void what_is_cancelled_before_it_ran_is_not_heard_of(void **state)
{
	static const char *const paths[] = {"/hang", "/feed", "/feed", "/feed", "/feed", "/feed"};
	struct client *c = *state;
	struct nw_http_transfer *transfers[6];
	struct pair p = {.client = c};
	char url[1024];

	for (int i = 0; i < 6; i++) {
		struct nw_http_request r = usual_request(c, paths[i], url);

		if (i == 5)
			r.url = NW_STR("nowhere");
		transfers[i] = nw_http_get(c->http, &r, must_not_come, &p);
	}
	for (int i = 5; i >= 0; i--)
		nw_http_cancel(transfers[i]);
	assert_int_equal(get_path(c, "/304").result, NW_HTTP_DONE);
	assert_false(p.late);
}

static void freeing_ends_everything_without_a_callback(void **state)
{
	struct client c;
	struct pair p = {0};
	struct nw_http_request r;
	char url[1024];

	(void)state;
	client_start(&c, answer, 2);
	for (int i = 0; i < 6; i++) {
		r = usual_request(&c, i % 3 ? "/hang" : "/feed", url);
		if (i == 5)
			r.url = NW_STR("nowhere");
		(void)nw_http_get(c.http, &r, must_not_come, &p);
	}
	client_stop(&c);
	assert_false(p.late);
}

static void every_result_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < NW_HTTP_N_RESULTS; i++)
		assert_non_null(nw_http_result_name((enum nw_http_result)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_comes_whole_with_its_header),
		cmocka_unit_test(request_is_honest_and_carries_no_more_than_needed),
		cmocka_unit_test(validator_that_would_end_the_line_is_not_sent),
		cmocka_unit_test(compressed_bodies_are_read),
		cmocka_unit_test(not_modified_is_done_without_a_body),
		cmocka_unit_test(only_a_success_has_a_body),
		cmocka_unit_test(permanent_redirects_tell_where_it_moved),
		cmocka_unit_test(broken_chain_of_permanent_redirects_ends_where_it_broke),
		cmocka_unit_test(too_many_redirects_are_not_followed),
		cmocka_unit_test(connection_is_kept),
		cmocka_unit_test(a_kept_connection_to_where_we_may_not_go_any_more_is_refused),
		cmocka_unit_test(a_host_gets_as_many_connections_as_are_allowed_by_now),
		cmocka_unit_test(what_is_no_web_address_is_refused_later),
		cmocka_unit_test(nobody_listening_is_connect),
		cmocka_unit_test(silence_is_a_timeout),
		cmocka_unit_test(who_comes_when_all_places_are_taken_waits_without_losing_time),
		cmocka_unit_test(cancelling_and_asking_within_a_callback_is_fine),
		cmocka_unit_test(what_is_cancelled_before_it_ran_is_not_heard_of),
		cmocka_unit_test(freeing_ends_everything_without_a_callback),
		cmocka_unit_test(every_result_has_a_name),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
