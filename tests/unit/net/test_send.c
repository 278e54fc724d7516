#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/str.h"
#include "net/send.h"
#include "server.h"

/* What came of one sending. */
struct outcome {
	struct nw_loop *loop;
	int times, status;
	enum nw_http_result result;
	int64_t retry_after_s;
	char reason[600];
};

static void on_sent(void *arg, const struct nw_send_response *response)
{
	struct outcome *o = arg;

	o->times++;
	o->status = response->status;
	o->result = response->result;
	o->retry_after_s = response->retry_after_s;
	(void)snprintf(o->reason, sizeof(o->reason), "%.*s", NW_ARG(response->reason));
	nw_loop_stop(o->loop);
}

static struct outcome send_one(struct nw_send_request *request)
{
	const struct nw_sender_options options = {"newswired/test"};
	struct outcome o = {.loop = nw_loop_new()};
	struct nw_sender *sender = nw_sender_new(o.loop, &options);

	if (!request->timeout_ms)
		request->timeout_ms = 5000;
	request->connect_timeout_ms = 2000;
	(void)nw_send(sender, request, on_sent, &o);
	assert_int_equal(o.times, 0);
	assert_int_equal(nw_loop_run(o.loop), 0);
	assert_int_equal(o.times, 1);
	nw_sender_free(sender);
	nw_loop_free(o.loop);
	return o;
}

/* --- HTTP --- */

static char body_seen[256];
static char head_seen[4096];

static bool answer(struct peer *peer)
{
	const char *length = strstr(peer->request, "Content-Length: ");
	size_t n = length ? strtoul(length + 16, NULL, 10) : 0;

	(void)snprintf(head_seen, sizeof(head_seen), "%.4000s", peer->request);
	n = n < sizeof(body_seen) - 1 ? n : sizeof(body_seen) - 1;
	if (n && recv(peer->fd, body_seen, n, MSG_WAITALL) != (ssize_t)n)
		return false;
	body_seen[n] = '\0';
	if (strcmp(peer->path, "/busy") == 0)
		return server_send(peer, "429 Busy", "Retry-After: 17\r\n", "come later");
	if (strcmp(peer->path, "/elsewhere") == 0)
		return server_send(peer, "302 Found", "Location: /well\r\n", "");
	if (strcmp(peer->path, "/hang") == 0)
		return server_hang(peer, 5000);
	if (strcmp(peer->path, "/flood") == 0) {
		static char much[1 << 16];

		memset(much, 'x', sizeof(much));
		if (!server_print(peer, "HTTP/1.1 400 No\r\nContent-Length: 99999999\r\n\r\n"))
			return false;
		while (server_write(peer, much, sizeof(much)))
			;
		return false;
	}
	return server_send(peer, "200 OK", "", "{}");
}

static struct outcome post(const char *path, const char *method, const struct nw_send_field *fields,
	size_t n_fields, int64_t timeout_ms)
{
	struct server server;
	char url[128];
	struct nw_send_request request = {.body = NW_STR("{\"a\":1}"),
		.method = method,
		.fields = fields,
		.n_fields = n_fields,
		.timeout_ms = timeout_ms};
	struct outcome o;

	server_start(&server, answer, NULL);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server.port, path);
	request.url = url;
	o = send_one(&request);
	server_stop(&server);
	return o;
}

static void a_body_is_posted_with_its_fields(void **state)
{
	const struct nw_send_field fields[] = {
		{"Content-Type", NW_STR("application/json")}, {"X-Empty", NW_STR("")}};
	const struct outcome o = post("/well", NULL, fields, 2, 0);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 200);
	assert_string_equal(body_seen, "{\"a\":1}");
	assert_int_equal(strncmp(head_seen, "POST /well ", 11), 0);
	assert_non_null(strstr(head_seen, "Content-Type: application/json\r\n"));
	assert_null(strstr(head_seen, "X-Empty"));
	assert_null(strstr(head_seen, "Expect"));
}

static void a_body_can_be_put(void **state)
{
	const struct outcome o = post("/well", "PUT", NULL, 0, 0);

	(void)state;
	assert_int_equal(o.status, 200);
	assert_int_equal(strncmp(head_seen, "PUT ", 4), 0);
}

static void what_the_peer_asks_for_is_told(void **state)
{
	const struct outcome o = post("/busy", NULL, NULL, 0, 0);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 429);
	assert_int_equal(o.retry_after_s, 17);
	assert_string_equal(o.reason, "come later");
}

static void redirects_are_not_followed(void **state)
{
	const struct outcome o = post("/elsewhere", NULL, NULL, 0, 0);

	(void)state;
	assert_int_equal(o.status, 302);
	assert_non_null(strstr(head_seen, "/elsewhere"));
}

static void who_hangs_is_given_up(void **state)
{
	const struct outcome o = post("/hang", NULL, NULL, 0, 200);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_TIMEOUT);
}

static void a_flood_is_cut_and_its_status_holds(void **state)
{
	const struct outcome o = post("/flood", NULL, NULL, 0, 0);

	(void)state;
	assert_int_equal(o.status, 400);
	assert_int_equal(strlen(o.reason), 512);
}

static void a_field_that_would_begin_another_is_not_sent(void **state)
{
	const struct nw_send_field fields[] = {{"X-A", NW_STR("a\r\nX-B: b")}};
	const struct outcome o = post("/well", NULL, fields, 1, 0);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_BAD_URL);
}

/* --- mail --- */

/* A mail server: what it says, step by step; what it is told is kept. */
struct post_office {
	int fd;
	unsigned port;
	pthread_t thread;
	const char *to_rcpt, *to_end; /* replies; to_end NULL: none, ever */
	const char *greeting;         /* NULL: a friendly one */
	bool tls_required;            /* of the sending */
	char heard[8192];
};

static bool read_line(struct post_office *p, int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && recv(fd, line + n, 1, 0) == 1)
		if (line[n++] == '\n')
			break;
	line[n] = '\0';
	(void)snprintf(
		p->heard + strlen(p->heard), sizeof(p->heard) - strlen(p->heard), "%s", line);
	return n > 0;
}

static void say(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void *serve_mail(void *arg)
{
	struct post_office *p = arg;
	const int fd = accept(p->fd, NULL, NULL);
	bool in_data = false;
	char line[1024];

	say(fd, p->greeting ? p->greeting : "220 here\r\n");
	while (read_line(p, fd, line, sizeof(line))) {
		if (in_data && strcmp(line, ".\r\n") != 0)
			continue;
		if (in_data && p->to_end)
			say(fd, p->to_end);
		else if (strncmp(line, "RCPT", 4) == 0)
			say(fd, p->to_rcpt);
		else if (strncmp(line, "DATA", 4) == 0)
			say(fd, "354 go on\r\n");
		else if (!in_data && strncmp(line, "QUIT", 4) != 0)
			say(fd, "250 well\r\n");
		in_data = !in_data && strncmp(line, "DATA", 4) == 0;
	}
	close(fd);
	return NULL;
}

static struct outcome mail(struct post_office *p, const char *to, int64_t timeout_ms)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const char *const list[] = {to, "b@example.org", NULL};
	socklen_t n = sizeof(a);
	char url[64];
	struct nw_send_request request = {.url = url,
		.from = "wire@example.org",
		.to = list,
		.tls_required = p->tls_required,
		.body = NW_STR("Subject: x\r\n\r\n.dot\r\n"),
		.timeout_ms = timeout_ms};
	struct outcome o;

	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(p->fd, 1), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&a, &n), 0);
	(void)snprintf(url, sizeof(url), "smtp://127.0.0.1:%u", ntohs(a.sin_port));
	pthread_create(&p->thread, NULL, serve_mail, p);
	o = send_one(&request);
	(void)shutdown(p->fd, SHUT_RDWR); /* where nobody came */
	pthread_join(p->thread, NULL);
	close(p->fd);
	return o;
}

static void a_mail_is_taken(void **state)
{
	struct post_office p = {.to_rcpt = "250 well\r\n", .to_end = "250 taken\r\n"};
	struct timespec began, now;
	struct outcome o;

	(void)state;
	(void)clock_gettime(CLOCK_MONOTONIC, &began);
	o = mail(&p, "a@example.org", 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 250);
	assert_non_null(strstr(p.heard, "MAIL FROM:<wire@example.org>"));
	assert_non_null(strstr(p.heard, "RCPT TO:<a@example.org>"));
	assert_non_null(strstr(p.heard, "RCPT TO:<b@example.org>"));
	assert_non_null(strstr(p.heard, "\r\n..dot\r\n.\r\n"));
	/* Nobody answers that, and nobody waits for it. */
	assert_non_null(strstr(p.heard, "QUIT\r\n"));
	assert_true(now.tv_sec - began.tv_sec < 4);
}

static void a_refusal_is_told_in_the_servers_words(void **state)
{
	struct post_office p = {.to_rcpt = "550 5.1.1 nobody here\r\n", .to_end = "250 taken\r\n"};
	const struct outcome o = mail(&p, "a@example.org", 1000);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 550);
	assert_string_equal(o.reason, "550 5.1.1 nobody here");
	assert_null(strstr(p.heard, "DATA"));
}

static void a_refusal_of_the_message_is_told(void **state)
{
	struct post_office p = {.to_rcpt = "250 well\r\n", .to_end = "451 later\r\n"};
	const struct outcome o = mail(&p, "a@example.org", 1000);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_DONE);
	assert_int_equal(o.status, 451);
}

/* Not of the message: it may go when somebody has mended it. */
static void a_refusal_of_us_is_none_of_the_message(void **state)
{
	struct post_office p = {.greeting = "554 5.3.2 nobody is served\r\n"};
	const struct outcome o = mail(&p, "a@example.org", 2000);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_REFUSED);
	assert_string_equal(o.reason, "554 5.3.2 nobody is served");
	assert_null(strstr(p.heard, "MAIL"));
}

static void nothing_goes_in_the_clear_where_tls_is_required(void **state)
{
	struct post_office p = {
		.to_rcpt = "250 well\r\n", .to_end = "250 taken\r\n", .tls_required = true};
	const struct outcome o = mail(&p, "a@example.org", 2000);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_TLS);
	assert_non_null(strstr(o.reason, "no STARTTLS"));
	assert_null(strstr(p.heard, "MAIL"));
}

static void a_server_that_never_takes_it_is_given_up(void **state)
{
	struct post_office p = {.to_rcpt = "250 well\r\n"};
	const struct outcome o = mail(&p, "a@example.org", 1000);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_TIMEOUT);
}

static void an_address_that_would_be_another_command_is_not_sent(void **state)
{
	struct post_office p = {.to_rcpt = "250 well\r\n", .to_end = "250 taken\r\n"};
	const struct outcome o = mail(&p, "a@example.org>\r\nRCPT TO:<evil@example.org", 0);

	(void)state;
	assert_int_equal(o.result, NW_HTTP_BAD_URL);
	assert_string_equal(p.heard, "");
}

static void one_that_is_cancelled_says_nothing(void **state)
{
	static const char *const to[] = {"a@example.org", NULL};
	const struct nw_sender_options options = {"newswired/test"};
	struct outcome o = {.loop = nw_loop_new()};
	struct nw_sender *sender = nw_sender_new(o.loop, &options);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n = sizeof(a);
	char smtp[64], http[64];
	struct nw_send_request request = {.from = "wire@example.org",
		.to = to,
		.body = NW_STR("x\r\n"),
		.timeout_ms = 60000,
		.connect_timeout_ms = 60000};

	(void)state;
	assert_int_equal(bind(silent, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(silent, 8), 0);
	assert_int_equal(getsockname(silent, (struct sockaddr *)&a, &n), 0);
	(void)snprintf(smtp, sizeof(smtp), "smtp://127.0.0.1:%u", ntohs(a.sin_port));
	(void)snprintf(http, sizeof(http), "http://127.0.0.1:%u/", ntohs(a.sin_port));
	for (int i = 0; i < 4; i++) {
		struct nw_sending *sending;

		request.url = i % 2 ? smtp : http;
		sending = nw_send(sender, &request, on_sent, &o);
		if (i < 2)
			nw_send_cancel(sending);
	}
	(void)usleep(100000);
	nw_sender_free(sender); /* and with it the other two, which wait for a greeting */
	assert_int_equal(o.times, 0);
	nw_loop_free(o.loop);
	close(silent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_is_posted_with_its_fields),
		cmocka_unit_test(a_body_can_be_put),
		cmocka_unit_test(what_the_peer_asks_for_is_told),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(who_hangs_is_given_up),
		cmocka_unit_test(a_flood_is_cut_and_its_status_holds),
		cmocka_unit_test(a_field_that_would_begin_another_is_not_sent),
		cmocka_unit_test(a_mail_is_taken),
		cmocka_unit_test(a_refusal_is_told_in_the_servers_words),
		cmocka_unit_test(a_refusal_of_the_message_is_told),
		cmocka_unit_test(a_refusal_of_us_is_none_of_the_message),
		cmocka_unit_test(nothing_goes_in_the_clear_where_tls_is_required),
		cmocka_unit_test(a_server_that_never_takes_it_is_given_up),
		cmocka_unit_test(an_address_that_would_be_another_command_is_not_sent),
		cmocka_unit_test(one_that_is_cancelled_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
