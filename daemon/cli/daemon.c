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

static CURLcode fetch(CURL *curl, const char *socket, const char *page, struct nw_buf *body)
{
	char url[256];

	(void)snprintf(url, sizeof(url), "http://newswired%s", page);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	(void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	return curl_easy_perform(curl);
}

enum nw_err nw_cli_ask(
	const char *runtime, const char *page, json_t **answer, struct nw_error *error)
{
	CURL *curl = curl_easy_init();
	char socket[4096];
	struct nw_buf body;
	CURLcode code = CURLE_FAILED_INIT;
	enum nw_err err;

	*answer = NULL;
	(void)snprintf(socket, sizeof(socket), "%s/control.sock", nw_cli_runtime(runtime));
	nw_buf_init(&body, ANSWER_MAX);
	if (curl)
		code = fetch(curl, socket, page, &body);
	if (code != CURLE_OK) {
		err = nw_fail(error, NW_E_SYSTEM,
			"no newswired answers here (%s); is it running, and is --runtime right?",
			curl_easy_strerror(code));
		nw_error_set_file(error, socket);
	} else {
		err = nw_json_parse(nw_buf_str(&body), answer, error);
	}
	curl_easy_cleanup(curl);
	nw_buf_clear(&body);
	return err;
}
