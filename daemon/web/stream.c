#include "web/stream.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"

#define BEAT_MS 15000
#define TROUBLE_MS 1000

struct nw_stream {
	struct nw_streams *all;
	struct nw_connection *connection;
	struct nw_stream *next, *before;
	struct nw_stream_query *query;
	char *token;                 /* NULL: it asks from this machine */
	struct nw_str note;          /* to be given before anything else */
	struct nw_stream_page *page; /* being given; NULL between two */
	size_t given;                /* of the page */
	int64_t after;
	int64_t trimmed;    /* up to where it was told that some is gone */
	int64_t written_ms; /* when anything was last written; monotonic */
};

void nw_streams_init(
	struct nw_streams *streams, struct nw_loop *loop, struct nw_journal_reader *reader)
{
	*streams = (struct nw_streams){.loop = loop, .pages.reader = reader};
}

void nw_streams_clear(struct nw_streams *streams)
{
	nw_stream_pages_clear(&streams->pages);
}

/* A state, told when it changes. */
static void report(struct nw_streams *streams, enum nw_err err, const struct nw_error *error)
{
	if (err && !streams->in_trouble)
		nw_log_error(NW_LOG_ERROR, "HTTP streams cannot read the journal", error);
	if (!err && streams->in_trouble)
		nw_log_write(NW_LOG_NOTICE, "HTTP streams read the journal again", NULL, 0);
	streams->in_trouble = err != NW_OK;
}

/* --- a turn --- */

static void return_page(struct nw_stream *s)
{
	if (s->page)
		nw_stream_page_return(&s->all->pages, s->page);
	s->page = NULL;
	s->given = 0;
}

/* *more: the journal has, or may have, something after what was found, which may be nothing. */
static enum nw_err take_page(struct nw_stream *s, bool *more, struct nw_error *error)
{
	const enum nw_err err =
		nw_stream_page_take(&s->all->pages, s->query, s->after, &s->page, error);

	*more = s->page != NULL;
	if (!s->page)
		return err;
	s->after = s->page->next;
	nw_count(NW_C_HTTP_MESSAGES, s->page->n);
	if (s->page->trimmed > s->trimmed)
		s->trimmed = s->page->trimmed;
	else
		s->given = s->page->n_gone;
	if (s->page->text.n == s->given)
		return_page(s);
	return err;
}

static void beat(struct nw_stream *s)
{
	const int64_t now_ms = nw_loop_monotonic_ms(s->all->loop);

	if (now_ms - s->written_ms >= BEAT_MS)
		s->note = s->query->is_sse ? NW_STR(":\n\n") : NW_STR("\n");
}

static size_t copy(struct nw_str from, char *p, size_t max)
{
	const struct nw_str head = nw_str_head(from, max);

	if (head.n)
		memcpy(p, head.p, head.n);
	return head.n;
}

/* What does not fit is left for the turns that follow. */
static size_t give(struct nw_stream *s, char *p, size_t max)
{
	size_t n = 0;

	if (s->note.n) {
		n = copy(s->note, p, max);
		s->note = nw_str_from(s->note, n);
	} else if (s->page) {
		n = copy(nw_str_from(nw_buf_str(&s->page->text), s->given), p, max);
		s->given += n;
		if (s->given == s->page->text.n)
			return_page(s);
	}
	if (n)
		s->written_ms = nw_loop_monotonic_ms(s->all->loop);
	return n;
}

/* What comes next; where that is nothing, *pause_ms until it is worth another look. */
static size_t on_ready(void *arg, char *p, size_t max, int64_t *pause_ms)
{
	struct nw_stream *s = arg;
	struct nw_error error = {0};
	enum nw_err err = NW_OK;
	bool more = false;

	if (!s->note.n && !s->page) {
		err = take_page(s, &more, &error);
		report(s->all, err, &error);
		if (!s->page)
			beat(s);
	}
	if (err)
		*pause_ms = TROUBLE_MS;
	else if (!more)
		*pause_ms = s->written_ms + BEAT_MS - nw_loop_monotonic_ms(s->all->loop);
	return give(s, p, max);
}

static void on_gone(void *arg)
{
	struct nw_stream *s = arg;

	if (s->before)
		s->before->next = s->next;
	else
		s->all->first = s->next;
	if (s->next)
		s->next->before = s->before;
	s->all->n--;
	return_page(s);
	nw_stream_query_free(s->query);
	free(s->token);
	free(s);
}

void nw_streams_check(struct nw_streams *streams, const struct nw_access *access)
{
	for (struct nw_stream *s = streams->first; s; s = s->next) {
		const struct nw_config_client *client =
			s->token ? nw_access_find(access, nw_str(s->token)) : NULL;

		if (s->token &&
			(!client ||
				!nw_access_allows(
					client, s->query->prefixes, s->query->n_prefixes)))
			nw_connection_end(s->connection);
	}
}

void nw_streams_wake(struct nw_streams *streams)
{
	for (struct nw_stream *s = streams->first; s; s = s->next)
		nw_connection_wake(s->connection);
}

void nw_streams_end(struct nw_streams *streams)
{
	for (struct nw_stream *s = streams->first; s; s = s->next)
		nw_connection_end(s->connection);
}

static const struct nw_stream_calls calls = {on_ready, on_gone};

void nw_stream_begin(struct nw_streams *streams, struct nw_connection *connection,
	const struct nw_query *query, int64_t after, struct nw_str token)
{
	struct nw_stream *s = nw_must_calloc(1, sizeof(*s));
	const struct nw_answer answer = {.status = 200,
		.type = query->form == NW_FORM_SSE ? "text/event-stream" : "application/x-ndjson",
		.fields = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}};

	s->all = streams;
	s->connection = connection;
	s->query =
		nw_stream_query_new(query->prefixes, query->n_prefixes, query->form == NW_FORM_SSE);
	s->after = after;
	s->token = token.n ? nw_must_strdup(token) : NULL;
	s->next = streams->first;
	if (s->next)
		s->next->before = s;
	streams->first = s;
	streams->n++;
	if (s->query->is_sse)
		s->note = NW_STR("retry: 2000\n\n");
	s->written_ms = nw_loop_monotonic_ms(streams->loop);
	nw_connection_stream(connection, &answer, &calls, s);
}
