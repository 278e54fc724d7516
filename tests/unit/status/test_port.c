#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "rt/pool.h"
#include "status/port.h"

#define N_THREADS 4
#define N_EACH 50
#define N_SILENT 200 /* more than have a place */

struct place {
	struct nw_loop *loop;
	struct nw_status_port *port;
	pthread_t thread;
	bool runs;
	atomic_int asked;   /* of the LOOP */
	int status;         /* that it answers with */
	unsigned long last; /* the LOOP's own, without a lock */
};

static int write_any(void *arg, struct nw_buf *out)
{
	(void)arg;
	nw_buf_add(out, NW_STR("any\n"));
	return 200;
}

static int write_loop(void *arg, struct nw_buf *out)
{
	struct place *p = arg;

	atomic_fetch_add(&p->asked, 1);
	nw_buf_printf(out, "loop %lu\n", ++p->last);
	return p->status;
}

static const struct nw_status_page page[] = {
	{"/both", "text/plain", write_any, write_loop, NULL},
	{"/any", "text/plain", write_any, NULL, NULL},
	{"/loop", "application/json", NULL, write_loop, "late\n"},
};

static const char token[] = "a-token-of-thirty-two-characters";
static const char *sys[] = {"sys/", NULL}, *topic[] = {"topic/libya/", NULL};

static void start(struct place *p, const char *const *listen, const char **read)
{
	const struct nw_config_client client = {
		.name = {"watch", 5}, .token = {token, sizeof(token) - 1}, .read = {read, 1}};
	const struct nw_status_port_options options = {.loop = p->loop,
		.listen = listen,
		.pages = {page, 3, p},
		.clients = &client,
		.n_clients = 1};
	struct nw_error error;

	assert_int_equal(nw_status_port_start(&options, &p->port, &error), NW_OK);
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	p->status = 200;
	p->loop = nw_loop_new();
	*state = p;
	return 0;
}

static void *run_loop(void *arg)
{
	(void)nw_loop_run(arg);
	return NULL;
}

static void run(struct place *p)
{
	p->runs = true;
	nw_thread_start(&p->thread, "loop", run_loop, p->loop);
}

static void halt(struct place *p)
{
	nw_loop_stop(p->loop);
	pthread_join(p->thread, NULL);
	p->runs = false;
}

static int teardown(void **state)
{
	struct place *p = *state;

	if (p->runs)
		halt(p);
	nw_status_port_stop(p->port);
	nw_loop_free(p->loop);
	nw_status_port_free(p->port);
	free(p);
	return 0;
}

static const char *const here[] = {"127.0.0.1:*", NULL}, *const anywhere[] = {"0.0.0.0:*", NULL};

static int connect_to(const struct place *p)
{
	const char *endpoint = nw_status_port_endpoint(p->port, 0);
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)strtol(strrchr(endpoint, ':') + 1, NULL, 10))};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* The whole answer to one request; extra: further headers, each with its line end. */
static void ask(const struct place *p, const char *path, const char *extra, char answer[4096])
{
	const int fd = connect_to(p);
	char request[512];
	size_t n = 0;
	ssize_t got;

	(void)snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n", path, extra);
	assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	while (n + 1 < 4096 && (got = read(fd, answer + n, 4095 - n)) > 0)
		n += (size_t)got;
	answer[n] = '\0';
	close(fd);
}

static void what_is_the_loops_is_asked_of_the_loop(void **state)
{
	struct place *p = *state;
	char answer[4096];

	start(p, here, sys);
	run(p);
	ask(p, "/both?x=y", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	assert_non_null(strstr(answer, "\r\n\r\nany\nloop 1\n"));
	ask(p, "/nothing", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 404"));
	(void)usleep(150000);
	p->status = 503;
	ask(p, "/loop", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 503"));
	assert_non_null(strstr(answer, "application/json"));
	assert_non_null(strstr(answer, "\r\n\r\nloop 2\n"));
}

static void a_loop_that_hangs_is_told_of_and_not_waited_for(void **state)
{
	struct place *p = *state;
	char answer[4096];

	start(p, here, sys); /* nobody runs the loop */
	ask(p, "/any", "", answer);
	assert_non_null(strstr(answer, "\r\n\r\nany\n"));
	ask(p, "/both", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	assert_non_null(strstr(answer, "\r\n\r\nany\n"));
	assert_null(strstr(answer, "loop"));
	ask(p, "/loop", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 503"));
	assert_non_null(strstr(answer, "\r\n\r\nlate\n"));
	/* It comes to itself. */
	run(p);
	(void)usleep(150000);
	ask(p, "/both", "", answer);
	assert_non_null(strstr(answer, "\r\n\r\nany\nloop "));
	assert_int_equal(atomic_load(&p->asked), 2);
}

static void *ask_often(void *arg)
{
	char answer[4096];

	for (int i = 0; i < N_EACH; i++) {
		ask(arg, i % 2 ? "/both" : "/loop", "", answer);
		assert_non_null(strstr(answer, "HTTP/1.1 200"));
		assert_non_null(strstr(answer, "loop "));
	}
	return NULL;
}

static void many_who_ask_at_once_get_one_answer_of_the_loops(void **state)
{
	struct place *p = *state;
	pthread_t threads[N_THREADS];
	char answer[4096];

	start(p, here, sys);
	run(p);
	ask(p, "/both", "", answer);
	for (int i = 0; i < 30; i++)
		ask(p, "/both", "", answer);
	assert_true(atomic_load(&p->asked) < 30);
	for (int i = 0; i < N_THREADS; i++)
		nw_thread_start(&threads[i], "asker", ask_often, p);
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void who_asks_is_answered_whoever_else_holds_connections(void **state)
{
	struct place *p = *state;
	char answer[4096];
	int fd[N_SILENT];
	time_t began;

	start(p, here, sys);
	for (size_t i = 0; i < N_SILENT; i++) {
		fd[i] = connect_to(p);
		if (i % 2)
			(void)!send(fd[i], "GET /a", 6, MSG_NOSIGNAL);
	}
	began = time(NULL);
	ask(p, "/any", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	assert_true(time(NULL) - began < 5); /* those are cut off by themselves after ten */
	for (size_t i = 0; i < N_SILENT; i++)
		close(fd[i]);
}

#define BEARER "Authorization: Bearer a-token-of-thirty-two-characters\r\n"

static void another_address_takes_a_token_that_may_read_sys(void **state)
{
	const struct nw_config_client nobody = {
		.name = {"watch", 5}, .token = {token, sizeof(token) - 1}, .read = {topic, 1}};
	struct place *p = *state;
	char answer[4096];

	start(p, anywhere, sys);
	run(p);
	ask(p, "/any", "", answer);
	assert_non_null(strstr(answer, "HTTP/1.1 401"));
	assert_non_null(strstr(answer, "WWW-Authenticate: Bearer"));
	ask(p, "/any", BEARER, answer);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	nw_status_port_set(p->port, &nobody, 1);
	do
		ask(p, "/any", BEARER, answer);
	while (!strstr(answer, "HTTP/1.1 401"));
}

static void an_address_that_is_taken_is_an_error_with_its_name(void **state)
{
	struct place *p = *state, other = {.loop = p->loop};
	const char *taken[] = {NULL, NULL};
	const struct nw_status_port_options options = {
		.loop = p->loop, .listen = taken, .pages = {page, 3, p}};
	struct nw_error error;

	start(p, here, sys);
	taken[0] = nw_status_port_endpoint(p->port, 0);
	assert_int_equal(nw_status_port_start(&options, &other.port, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.file, taken[0]));
	nw_status_port_stop(other.port);
	halt((run(p), p)); /* its mailbox is watched until the loop is freed */
	nw_status_port_stop(p->port);
	nw_loop_free(p->loop);
	nw_status_port_free(other.port);
	nw_status_port_free(p->port);
	p->port = NULL;
	p->loop = nw_loop_new();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_the_loops_is_asked_of_the_loop),
		TEST(a_loop_that_hangs_is_told_of_and_not_waited_for),
		TEST(many_who_ask_at_once_get_one_answer_of_the_loops),
		TEST(who_asks_is_answered_whoever_else_holds_connections),
		TEST(another_address_takes_a_token_that_may_read_sys),
		TEST(an_address_that_is_taken_is_an_error_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
