#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "rt/pool.h"
#include "status/control.h"

struct place {
	char dir[64];
	struct sockaddr_un address;
	struct nw_loop *loop;
	struct nw_control *control;
	pthread_t thread;
};

static void write_greeting(void *arg, struct nw_buf *json)
{
	nw_buf_add(json, nw_str(arg));
}

static bool take_greeting(void *arg, struct nw_str body)
{
	return nw_str_eq(body, nw_str(arg));
}

static char greeting[] = "{\"hello\":\"there\"}";
static const struct nw_control_page page[] = {
	{"/v1/hello", write_greeting, NULL}, {"/v1/greet", NULL, take_greeting}};
static const struct nw_control_pages pages = {.page = page, .n = 2, .arg = greeting};

static void *run_loop(void *arg)
{
	(void)nw_loop_run(arg);
	return NULL;
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/nw-control-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->address.sun_family = AF_UNIX;
	(void)snprintf(p->address.sun_path, sizeof(p->address.sun_path), "%s/sock", p->dir);
	p->loop = nw_loop_new();
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	nw_control_close(p->control);
	nw_loop_free(p->loop);
	(void)unlink(p->address.sun_path);
	(void)rmdir(p->dir);
	free(p);
	return 0;
}

/* One request and the whole answer, read until the daemon closes. */
static void ask(const struct place *p, const char *request, char *answer, size_t size)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t n = 0;
	ssize_t got;

	assert_int_equal(connect(fd, (const struct sockaddr *)&p->address, sizeof(p->address)), 0);
	assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	while (n + 1 < size && (got = read(fd, answer + n, size - n - 1)) > 0)
		n += (size_t)got;
	answer[n] = '\0';
	close(fd);
}

static void serve_and_ask(struct place *p, const char *request, char *answer, size_t size)
{
	struct nw_error error;

	assert_int_equal(
		nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error), NW_OK);
	nw_thread_start(&p->thread, "loop", run_loop, p->loop);
	ask(p, request, answer, size);
	nw_loop_stop(p->loop);
	pthread_join(p->thread, NULL);
}

static void a_page_is_served_as_json(void **state)
{
	char answer[2048];

	serve_and_ask(*state, "GET /v1/hello HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "200 OK"));
	assert_non_null(strstr(answer, "application/json"));
	assert_non_null(strstr(answer, "{\"hello\":\"there\"}\n"));
}

static void an_unknown_page_is_not_found(void **state)
{
	char answer[2048];

	serve_and_ask(*state, "GET /v1/nothing HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "404"));
}

static void a_page_is_asked_as_it_wants_to_be(void **state)
{
	char answer[2048];

	serve_and_ask(*state, "POST /v1/hello HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", answer,
		sizeof(answer));
	assert_non_null(strstr(answer, "405"));
}

static void what_is_posted_is_taken(void **state)
{
	char answer[2048];

	serve_and_ask(*state,
		"POST /v1/greet HTTP/1.0\r\nContent-Length: 17\r\n\r\n{\"hello\":\"there\"}",
		answer, sizeof(answer));
	assert_non_null(strstr(answer, "204"));
}

static void what_is_posted_and_not_there_is_not_found(void **state)
{
	char answer[2048];

	serve_and_ask(*state, "POST /v1/greet HTTP/1.0\r\nContent-Length: 0\r\n\r\n", answer,
		sizeof(answer));
	assert_non_null(strstr(answer, "404"));
}

static void what_only_takes_is_not_read(void **state)
{
	char answer[2048];

	serve_and_ask(*state, "GET /v1/greet HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "405"));
}

static void the_socket_is_for_owner_and_group_and_goes_at_the_end(void **state)
{
	struct place *p = *state;
	struct nw_error error;
	struct stat st;

	assert_int_equal(
		nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error), NW_OK);
	assert_int_equal(stat(p->address.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	nw_control_close(p->control);
	p->control = NULL;
	assert_int_equal(stat(p->address.sun_path, &st), -1);
}

static void a_stale_socket_is_replaced(void **state)
{
	struct place *p = *state;
	struct nw_error error;
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&p->address, sizeof(p->address)), 0);
	close(fd);
	assert_int_equal(
		nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error), NW_OK);
}

static void a_file_in_the_sockets_place_is_left_alone(void **state)
{
	struct place *p = *state;
	struct nw_error error;
	FILE *f = fopen(p->address.sun_path, "we");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error),
		NW_E_SYSTEM);
	assert_int_equal(access(p->address.sun_path, F_OK), 0);
}

static void a_socket_in_use_is_left_alone(void **state)
{
	struct place *p = *state;
	struct nw_control *second;
	struct nw_error error;

	assert_int_equal(
		nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error), NW_OK);
	assert_int_equal(nw_control_open(p->loop, p->address.sun_path, &pages, &second, &error),
		NW_E_SYSTEM);
	assert_null(second);
	assert_non_null(strstr(error.text, "in use"));
	assert_string_equal(error.file, p->address.sun_path);
}

static void who_hangs_with_a_full_queue_is_in_use_too(void **state)
{
	struct place *p = *state;
	const int hung = socket(AF_UNIX, SOCK_STREAM, 0);
	const int waiting = socket(AF_UNIX, SOCK_STREAM, 0);
	struct nw_error error;

	assert_int_equal(bind(hung, (const struct sockaddr *)&p->address, sizeof(p->address)), 0);
	assert_int_equal(listen(hung, 0), 0);
	assert_int_equal(
		connect(waiting, (const struct sockaddr *)&p->address, sizeof(p->address)), 0);
	assert_int_equal(nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error),
		NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "in use"));
	close(waiting);
	close(hung);
}

/* From here on no descriptor is to be had; returns the limit there was. */
static rlim_t use_up_descriptors(void)
{
	const int next = dup(STDOUT_FILENO);
	struct rlimit limit;
	rlim_t was;

	assert_true(next >= 0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	was = limit.rlim_cur;
	limit.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return was;
}

static void give_back_descriptors(rlim_t was)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = was;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void out_of_descriptors_it_pauses_says_so_once_and_goes_on(void **state)
{
	static const char request[] = "GET /v1/hello HTTP/1.0\r\n\r\n";
	struct place *p = *state;
	const int peer = socket(AF_UNIX, SOCK_STREAM, 0), stderr_was = dup(STDERR_FILENO);
	FILE *log = tmpfile();
	char answer[1024] = "";
	struct nw_error error;
	long logged;
	rlim_t was;

	assert_non_null(log);
	assert_int_equal(dup2(fileno(log), STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(
		nw_control_open(p->loop, p->address.sun_path, &pages, &p->control, &error), NW_OK);
	was = use_up_descriptors();
	assert_int_equal(
		connect(peer, (const struct sockaddr *)&p->address, sizeof(p->address)), 0);
	assert_int_equal(write(peer, request, strlen(request)), (ssize_t)strlen(request));
	nw_thread_start(&p->thread, "loop", run_loop, p->loop);
	(void)usleep(1300000); /* past one pause: the second failure is not told again */
	give_back_descriptors(was);
	assert_true(read(peer, answer, sizeof(answer) - 1) > 0);
	nw_loop_stop(p->loop);
	pthread_join(p->thread, NULL);
	assert_int_equal(dup2(stderr_was, STDERR_FILENO), STDERR_FILENO);
	logged = lseek(fileno(log), 0, SEEK_END);
	assert_true(logged > 0 && logged < 200);
	assert_non_null(strstr(answer, "200 OK"));
	close(stderr_was);
	close(peer);
	assert_int_equal(fclose(log), 0);
}

static void a_path_too_long_for_a_socket_is_refused(void **state)
{
	struct place *p = *state;
	struct nw_error error;
	char path[300];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(nw_control_open(p->loop, path, &pages, &p->control, &error), NW_E_LIMIT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_served_as_json),
		TEST(an_unknown_page_is_not_found),
		TEST(a_page_is_asked_as_it_wants_to_be),
		TEST(what_is_posted_is_taken),
		TEST(what_is_posted_and_not_there_is_not_found),
		TEST(what_only_takes_is_not_read),
		TEST(the_socket_is_for_owner_and_group_and_goes_at_the_end),
		TEST(a_stale_socket_is_replaced),
		TEST(a_file_in_the_sockets_place_is_left_alone),
		TEST(a_socket_in_use_is_left_alone),
		TEST(who_hangs_with_a_full_queue_is_in_use_too),
		TEST(out_of_descriptors_it_pauses_says_so_once_and_goes_on),
		TEST(a_path_too_long_for_a_socket_is_refused),
	};

	return cmocka_run_group_tests_name("status/control", tests, NULL, NULL);
}
