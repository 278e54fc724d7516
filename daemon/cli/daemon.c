#include "cli/daemon.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/error.h"

#define ANSWER_MAX ((size_t)64 << 20)
#define TIMEOUT_S 10L

const char *nw_cli_runtime(const char *given)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *set = getenv("NEWSWIRE_RUNTIME");

	if (given)
		return given;
	return set && set[0] ? set : "/run/newswired";
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's own signature */
static size_t on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
	struct nw_buf *body = arg;

	nw_buf_add(body, (struct nw_str){bytes, size * n});
	return body->failed ? 0 : size * n;
}

struct question {
	const char *runtime, *page;
	struct nw_str text;      /* to be posted; without a pointer it is a GET */
	bool (*is_wanted)(void); /* NULL: it is */
};

/* About once a second while nothing comes, and with all that does. */
static int on_progress(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
	curl_off_t up) /* NOLINT(bugprone-easily-swappable-parameters): libcurl's own signature */
{
	const struct question *q = arg;

	(void)down_all, (void)down, (void)up_all, (void)up;
	return !q->is_wanted();
}

static CURLcode fetch(CURL *curl, const char *socket, const struct question *q, struct nw_buf *body)
{
	char url[256];

	(void)snprintf(url, sizeof(url), "http://newswired%s", q->page);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	(void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	if (q->is_wanted) {
		(void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
		(void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
		(void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, q);
	}
	if (q->text.p) {
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->text.n);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->text.p);
	}
	return curl_easy_perform(curl);
}

/* One exchange; the caller clears the body. */
static enum nw_err exchange(const struct question *q, struct nw_buf *body, struct nw_error *error)
{
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;
	char socket[4096];
	long status = 0;

	(void)snprintf(socket, sizeof(socket), "%s/control.sock", nw_cli_runtime(q->runtime));
	nw_buf_init(body, ANSWER_MAX);
	if (curl) {
		code = fetch(curl, socket, q, body);
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	}
	curl_easy_cleanup(curl);
	if (code == CURLE_OK)
		return NW_OK;
	if (q->text.p && status == 404)
		return NW_E_GONE;
	(void)nw_fail(error, NW_E_SYSTEM,
		"no newswired answers here (%s); is it running, and is --runtime right?",
		curl_easy_strerror(code));
	nw_error_set_file(error, socket);
	return NW_E_SYSTEM;
}

enum nw_err nw_cli_ask(
	const char *runtime, const char *page, json_t **answer, struct nw_error *error)
{
	return nw_cli_ask_while(runtime, page, NULL, answer, error);
}

enum nw_err nw_cli_ask_while(const char *runtime, const char *page, bool (*is_wanted)(void),
	json_t **answer, struct nw_error *error)
{
	const struct question q = {.runtime = runtime, .page = page, .is_wanted = is_wanted};
	struct nw_buf body;
	enum nw_err err = exchange(&q, &body, error);

	*answer = NULL;
	if (!err)
		err = nw_json_parse(nw_buf_str(&body), answer, error);
	nw_buf_clear(&body);
	return err;
}

enum nw_err nw_cli_tell(
	const char *runtime, const char *page, struct nw_str text, struct nw_error *error)
{
	const struct question q = {.runtime = runtime, .page = page, .text = text};
	struct nw_buf body;
	const enum nw_err err = exchange(&q, &body, error);

	nw_buf_clear(&body);
	return err;
}
