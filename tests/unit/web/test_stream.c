#include <arpa/inet.h>
#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rig.h"
#include "web/web.h"

/*
 * A stream whose journal is trimmed while it reads. The trimming stands in for that of
 * the writer: the oldest record goes whenever a transaction of the stream's begins, so
 * that between any two something has gone.
 */
#define RECORDS 200

static sqlite3 *trimmer;

/* Of each statement that anybody in this process begins. */
static int on_statement(unsigned what, void *arg, void *statement, void *sql)
{
	(void)what;
	(void)arg;
	(void)statement;
	if (trimmer && strcmp(sql, "BEGIN") == 0)
		assert_int_equal(
			sqlite3_exec(trimmer,
				"BEGIN; DELETE FROM journal WHERE seq = (SELECT min(seq)"
				" FROM journal) AND seq < 150;"
				"UPDATE merged SET trimmed = (SELECT min(seq) - 1 FROM journal);"
				"UPDATE keys SET trimmed = (SELECT trimmed FROM merged);"
				"COMMIT",
				NULL, NULL, NULL),
			SQLITE_OK);
	return 0;
}

static int watch(sqlite3 *sqlite)
{
	return sqlite3_trace_v2(sqlite, SQLITE_TRACE_STMT, on_statement, NULL);
}

static FILE *ask(const struct nw_web *web, const char *request)
{
	const char *port = strrchr(nw_web_endpoint(web, 0), ':') + 1;
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtol(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *file;

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(fd, request, strlen(request)), strlen(request));
	file = fdopen(fd, "r");
	assert_non_null(file);
	return file;
}

static int64_t number_after(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void what_is_trimmed_between_two_looks_is_told_of(void **state)
{
	static const char *const listen[] = {"127.0.0.1:*", NULL};
	struct nw_web_options options = {.listen = listen};
	struct nw_error error = {0};
	struct place place;
	struct nw_web *web;
	char line[1024];
	int64_t last = 0;
	FILE *stream;

	(void)state;
	make_place(&place);
	fill_journal(&place, 1, RECORDS, NW_STR("text\n"));
	options.journal = place.path;
	assert_int_equal(sqlite3_open(place.path, &trimmer), SQLITE_OK);
	(void)sqlite3_auto_extension((void (*)(void))watch);
	assert_int_equal(nw_web_start(&options, &web, &error), NW_OK);
	stream = ask(web, "GET /v1/stream?since=0 HTTP/1.0\r\n\r\n");
	while (last < RECORDS && fgets(line, sizeof(line), stream)) {
		const int64_t seq = number_after(line, "\"seq\":");
		const int64_t oldest = number_after(line, "\"oldest\":");

		assert_true(!seq || seq == last + 1);
		if (seq || oldest)
			last = seq ? seq : oldest - 1;
	}
	assert_int_equal(last, RECORDS);
	(void)fclose(stream);
	nw_web_stop(web);
	sqlite3_cancel_auto_extension((void (*)(void))watch);
	(void)sqlite3_close(trimmer);
	remove_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_trimmed_between_two_looks_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
