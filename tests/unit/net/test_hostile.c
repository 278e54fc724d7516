#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/resource.h>

#include "client.h"

#define LIMIT ((size_t)1 << 20) /* of the body, in usual_request */

/* Zeros, as Deflate with its fixed codes writes them: 258 of them in 13 bits (RFC 1951). */
struct bits {
	unsigned char bytes[1 << 16];
	size_t n;
};

static void add_bits(struct bits *b, unsigned value, int n)
{
	for (int i = n - 1; i >= 0; i--, b->n++) {
		if (value >> i & 1)
			b->bytes[b->n / 8] = (unsigned char)(b->bytes[b->n / 8] | 1u << b->n % 8);
	}
}

/* A block that is not the last one and blows up to about 10 MB. */
static const struct bits *bomb(void)
{
	static struct bits b;

	if (b.n)
		return &b;
	add_bits(&b, 2, 3);    /* BFINAL 0, BTYPE 01 with its low bit first */
	add_bits(&b, 0x30, 8); /* the literal 0 */
	for (int i = 0; i < 40000; i++) {
		add_bits(&b, 0xc5, 8); /* length 258 */
		add_bits(&b, 0, 5);    /* distance 1 */
	}
	add_bits(&b, 0, 7); /* end of block */
	while (b.n % 8)
		add_bits(&b, 0, 1);
	return &b;
}

static const unsigned char gzip_head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

static bool send_bomb(struct peer *peer)
{
	return server_print(peer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n") &&
		server_write(peer, gzip_head, sizeof(gzip_head)) &&
		server_write(peer, bomb()->bytes, bomb()->n / 8) && server_hang(peer, 3000);
}

static bool send_double_bomb(struct peer *peer)
{
	return server_print(peer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n") &&
		server_write(peer, gzip_head, sizeof(gzip_head)) && server_hang(peer, 3000);
}

static bool send_chain(struct peer *peer)
{
	return server_send(peer, "200 OK",
		"Content-Encoding: br, br, br, br, br, br, br, br, br, br, br, br\r\n", "x");
}

/* Compressed bytes without end that come to nothing: empty stored blocks. */
static bool send_nothing(struct peer *peer)
{
	static const unsigned char empty[5] = {0, 0, 0, 0xff, 0xff};
	unsigned char many[5000];

	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = empty[i % 5];
	if (!server_print(peer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n") ||
		!server_write(peer, gzip_head, sizeof(gzip_head)))
		return false;
	while (server_write(peer, many, sizeof(many)))
		;
	return false;
}

static bool send_endless(struct peer *peer)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	if (!server_print(peer, "HTTP/1.1 200 OK\r\n\r\n"))
		return false;
	while (server_write(peer, many, sizeof(many)))
		;
	return false;
}

static bool send_endless_error(struct peer *peer)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	if (!server_print(peer, "HTTP/1.1 404 Nothing here\r\n\r\n"))
		return false;
	while (server_write(peer, many, sizeof(many)))
		;
	return false;
}

static bool send_large_length(struct peer *peer)
{
	return server_print(peer, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc") &&
		server_hang(peer, 300);
}

static bool send_wide_header(struct peer *peer)
{
	char many[4096];
	bool ok = server_print(peer, "HTTP/1.1 200 OK\r\nX: ");

	memset(many, 'a', sizeof(many));
	for (int i = 0; ok && i < 512; i++)
		ok = server_write(peer, many, sizeof(many));
	return ok && server_print(peer, "\r\nContent-Length: 2\r\n\r\nok");
}

static bool send_many_lines(struct peer *peer)
{
	bool ok = server_print(peer, "HTTP/1.1 200 OK\r\n");

	for (int i = 0; ok && i < 100000; i++)
		ok = server_print(peer, "X-%d: %d\r\n", i, i);
	return ok && server_print(peer, "Content-Length: 2\r\n\r\nok");
}

static bool send_many_continues(struct peer *peer)
{
	while (server_print(peer, "HTTP/1.1 100 Continue\r\n\r\n"))
		;
	return false;
}

static bool send_many_trailers(struct peer *peer)
{
	bool ok = server_print(
		peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n");

	for (int i = 0; ok && i < 100000; i++)
		ok = server_print(peer, "X-%d: %d\r\n", i, i);
	return ok && server_print(peer, "\r\n");
}

static bool send_endless_chunk_line(struct peer *peer)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	if (!server_print(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"))
		return false;
	while (server_write(peer, many, sizeof(many)))
		;
	return false;
}

static bool send_slow_header(struct peer *peer)
{
	if (!server_print(peer, "HTTP/1.1 200 OK\r\nX: "))
		return false;
	while (server_print(peer, "x") && server_hang(peer, 100))
		;
	return false;
}

static bool send_slow_body(struct peer *peer)
{
	if (!server_print(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"))
		return false;
	while (server_print(peer, "x") && server_hang(peer, 100))
		;
	return false;
}

static bool send_stall(struct peer *peer)
{
	return server_hang(peer, 20000);
}

static bool send_cut_body(struct peer *peer)
{
	(void)server_print(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
	return false;
}

static bool send_reset(struct peer *peer)
{
	const struct linger now = {.l_onoff = 1};

	(void)server_print(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
	(void)setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return false;
}

static bool send_bad_chunk(struct peer *peer)
{
	(void)server_print(peer,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nabc");
	return false;
}

static bool send_bad_gzip(struct peer *peer)
{
	return server_send(peer, "200 OK", "Content-Encoding: gzip\r\n", "this is not gzip at all");
}

static bool send_negative_length(struct peer *peer)
{
	(void)server_print(peer, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc");
	return false;
}

static bool send_no_http(struct peer *peer)
{
	(void)server_print(peer, "<rss><channel/></rss>");
	return false;
}

static bool send_noise(struct peer *peer)
{
	unsigned char many[100000];
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = (unsigned char)((x = x * 1664525u + 1013904223u) >> 24);
	(void)server_write(peer, many, sizeof(many));
	return false;
}

static bool send_nothing_at_all(struct peer *peer)
{
	(void)peer;
	return false;
}

static bool redirect(struct peer *peer, const char *to)
{
	char line[512];

	(void)snprintf(line, sizeof(line), "Location: %s\r\n", to);
	return server_send(peer, "302 Found", line, "");
}

static bool send_endless_redirects(struct peer *peer)
{
	char to[64];

	(void)snprintf(to, sizeof(to), "/redirects/%d", atomic_load(&peer->server->n_requests));
	return redirect(peer, to);
}

static bool send_to_itself(struct peer *peer)
{
	return server_send(peer, "301 Moved", "Location: /to-itself\r\n", "");
}

static bool send_redirect_with_endless_body(struct peer *peer)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	if (!server_print(peer, "HTTP/1.1 302 Found\r\nLocation: /fine\r\n\r\n"))
		return false;
	while (server_write(peer, many, sizeof(many)))
		;
	return false;
}

static bool send_fine(struct peer *peer)
{
	return server_send(peer, "200 OK", "Set-Cookie: a=b\r\n", "fine");
}

static const struct attack {
	const char *path;
	bool (*send)(struct peer *peer);
	enum nw_http_result result;
	int status;
} attacks[] = {
	{"/bomb", send_bomb, NW_HTTP_TOO_LARGE, 200},
	{"/double-bomb", send_double_bomb, NW_HTTP_BROKEN, 200},
	{"/chain", send_chain, NW_HTTP_BROKEN, 200},
	{"/nothing", send_nothing, NW_HTTP_TOO_LARGE, 200},
	{"/endless", send_endless, NW_HTTP_TOO_LARGE, 200},
	{"/endless-error", send_endless_error, NW_HTTP_DONE, 404},
	{"/large-length", send_large_length, NW_HTTP_TOO_LARGE, 200},
	{"/wide-header", send_wide_header, NW_HTTP_TOO_LARGE, 200},
	{"/many-lines", send_many_lines, NW_HTTP_TOO_LARGE, 200},
	{"/many-continues", send_many_continues, NW_HTTP_TOO_LARGE, 100},
	{"/many-trailers", send_many_trailers, NW_HTTP_TOO_LARGE, 200},
	{"/endless-chunk-line", send_endless_chunk_line, NW_HTTP_TIMEOUT, 200},
	{"/slow-header", send_slow_header, NW_HTTP_TIMEOUT, 200},
	{"/slow-body", send_slow_body, NW_HTTP_TIMEOUT, 200},
	{"/stall", send_stall, NW_HTTP_TIMEOUT, 0},
	{"/cut-body", send_cut_body, NW_HTTP_BROKEN, 200},
	{"/reset", send_reset, NW_HTTP_BROKEN, 200},
	{"/bad-chunk", send_bad_chunk, NW_HTTP_BROKEN, 200},
	{"/bad-gzip", send_bad_gzip, NW_HTTP_BROKEN, 200},
	{"/negative-length", send_negative_length, NW_HTTP_BROKEN, 200},
	{"/no-http", send_no_http, NW_HTTP_BROKEN, 0},
	{"/noise", send_noise, NW_HTTP_BROKEN, 0},
	{"/nothing-at-all", send_nothing_at_all, NW_HTTP_BROKEN, 0},
	{"/redirects", send_endless_redirects, NW_HTTP_REDIRECTS, 302},
	{"/to-itself", send_to_itself, NW_HTTP_REDIRECTS, 301},
	{"/long-redirect", send_redirect_with_endless_body, NW_HTTP_DONE, 200},
	{"/fine", send_fine, NW_HTTP_DONE, 200},
};

#define N_ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

static atomic_int n_forbidden; /* requests that never should have come */

/* "/to?URL" redirects there; anything else is the attack of that name. */
static bool answer(struct peer *peer)
{
	if (strcmp(peer->path, "/forbidden") == 0)
		atomic_fetch_add(&n_forbidden, 1);
	if (strncmp(peer->path, "/to?", 4) == 0)
		return redirect(peer, peer->path + 4);
	for (size_t i = 0; i < N_ATTACKS; i++) {
		const size_t n = strlen(attacks[i].path);

		if (strncmp(peer->path, attacks[i].path, n) == 0 &&
			(!peer->path[n] || peer->path[n] == '/'))
			return attacks[i].send(peer);
	}
	return server_send(peer, "404 Not Found", "", "");
}

static int start(void **state)
{
	static struct client client;

	client_start(&client, answer, 64);
	*state = &client;
	return 0;
}

static int stop(void **state)
{
	client_stop(*state);
	return 0;
}

static long memory_kb(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void every_attack_ends_within_its_limits(void **state)
{
	const long before = memory_kb();

	for (size_t i = 0; i < N_ATTACKS; i++) {
		const struct attack *a = &attacks[i];
		struct outcome o = get_path(*state, a->path);

		if (o.result != a->result || o.status != a->status)
			fail_msg("%s: %s %d '%s'", a->path, nw_http_result_name(o.result), o.status,
				o.reason);
		assert_true(o.n <= LIMIT);
		assert_true(o.result == NW_HTTP_DONE || (o.n == 0 && o.reason[0]));
		assert_in_range(o.elapsed_ms, 0, 5500);
		if (o.bytes > (int64_t)(4 * LIMIT))
			fail_msg("%s: %ld bytes on the wire", a->path, (long)o.bytes);
		free(o.body);
	}
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_true(memory_kb() - before < 32768L);
#else
	(void)before;
#endif
}

static void all_attacks_at_once_do_not_disturb_an_honest_peer(void **state)
{
	struct client *c = *state;
	struct outcome attacked[N_ATTACKS] = {0}, honest[20] = {0};
	int never = 1000, pending = 20;
	struct nw_http_transfer *transfers[N_ATTACKS];
	struct nw_http_request r;
	char url[1024];

	for (size_t i = 0; i < N_ATTACKS; i++) {
		attacked[i].loop = c->loop;
		attacked[i].pending = &never;
		r = usual_request(c, attacks[i].path, url);
		transfers[i] = nw_http_get(c->http, &r, note_outcome, &attacked[i]);
	}
	for (int i = 0; i < 20; i++) {
		honest[i].loop = c->loop;
		honest[i].pending = &pending;
		r = usual_request(c, "/fine", url);
		(void)nw_http_get(c->http, &r, note_outcome, &honest[i]);
	}
	assert_int_equal(nw_loop_run(c->loop), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(honest[i].result, NW_HTTP_DONE);
		assert_string_equal(honest[i].body, "fine");
		free(honest[i].body);
	}
	for (size_t i = 0; i < N_ATTACKS; i++) {
		free(attacked[i].body);
		if (!attacked[i].times)
			nw_http_cancel(transfers[i]);
	}
}

/* In all of their spellings, first of all and after a redirect: nothing is even connected to. */
static void forbidden_addresses_are_never_connected_to(void **state)
{
	static const struct {
		const char *url;
		enum nw_http_result result;
	} rows[] = {
		{"http://127.0.0.2:%u/forbidden", NW_HTTP_REFUSED},
		{"http://127.2:%u/forbidden", NW_HTTP_REFUSED},
		{"http://2130706434:%u/forbidden", NW_HTTP_REFUSED},
		{"http://0x7f000002:%u/forbidden", NW_HTTP_REFUSED},
		{"http://0177.0.0.2:%u/forbidden", NW_HTTP_REFUSED},
		{"http://0.0.0.0:%u/forbidden", NW_HTTP_REFUSED},
		{"http://0:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[::1]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[::]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[::ffff:127.0.0.2]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[::ffff:7f00:2]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[64:ff9b::7f00:2]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://[fe80::1%%25lo]:%u/forbidden", NW_HTTP_REFUSED},
		{"http://169.254.169.254:%u/latest/meta-data/", NW_HTTP_REFUSED},
		{"http://10.0.0.1:%u/", NW_HTTP_REFUSED},
		{"http://x@127.0.0.2:%u/forbidden", NW_HTTP_REFUSED},
		{"file:///etc/passwd?%u", NW_HTTP_BAD_URL},
		{"gopher://127.0.0.1:%u/_X", NW_HTTP_BAD_URL},
		{"ftp://127.0.0.1:%u/", NW_HTTP_BAD_URL},
		{"dict://127.0.0.1:%u/", NW_HTTP_BAD_URL},
	};
	struct client *c = *state;
	struct outcome o;
	struct nw_http_request r;
	char target[256], path[512], url[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(target, sizeof(target), rows[i].url, c->server.port);
#pragma GCC diagnostic pop
		r = usual_request(c, "/", url);
		r.url = nw_str(target);
		o = get(c, &r);
		if (o.result != rows[i].result)
			fail_msg("%s: %s '%s'", target, nw_http_result_name(o.result), o.reason);
		(void)snprintf(path, sizeof(path), "/to?%s", target);
		o = get_path(c, path);
		if (o.result != rows[i].result)
			fail_msg("to %s: %s '%s'", target, nw_http_result_name(o.result), o.reason);
		assert_string_equal(o.moved_to, "");
	}
	assert_int_equal(atomic_load(&n_forbidden), 0);
}

/* What a name resolves to counts, not the name: "localhost" is in every hosts file. */
static void name_that_resolves_to_a_forbidden_address_is_refused(void **state)
{
	static const struct nw_guard strict;
	const struct nw_http_options options = {
		.user_agent = "test", .guard = &strict, .max_connections = 2, .max_per_host = 2};
	struct client *c = *state;
	struct client other = {.loop = c->loop, .http = nw_http_new(c->loop, &options)};
	struct nw_http_request r;
	struct outcome o;
	char url[1024], text[64];

	r = usual_request(c, "/", url);
	(void)snprintf(text, sizeof(text), "http://localhost:%u/fine", c->server.port);
	r.url = nw_str(text);
	o = get(&other, &r);
	assert_int_equal(o.result, NW_HTTP_REFUSED);
	assert_non_null(strstr(o.reason, "address not allowed"));
	nw_http_free(other.http);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_attack_ends_within_its_limits),
		cmocka_unit_test(all_attacks_at_once_do_not_disturb_an_honest_peer),
		cmocka_unit_test(forbidden_addresses_are_never_connected_to),
		cmocka_unit_test(name_that_resolves_to_a_forbidden_address_is_refused),
	};

	/* For all of them: a proxy would connect for us and see no guard, so none is used. */
	/* NOLINTBEGIN(concurrency-mt-unsafe): there are no threads yet */
	if (setenv("http_proxy", "http://127.0.0.1:1/", 1) ||
		setenv("all_proxy", "http://127.0.0.1:1/", 1))
		return 1;
	/* NOLINTEND(concurrency-mt-unsafe) */
	return cmocka_run_group_tests(tests, start, stop);
}
