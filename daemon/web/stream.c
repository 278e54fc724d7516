#include "web/stream.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"
#include "web/item.h"

#define PAGE_RECORDS 64
#define PAGE_BYTES ((size_t)16 << 10) /* and the record that goes past it: most often one piece */
#define OUT_MAX ((size_t)512 << 20)   /* a record at its largest, and every byte of it escaped */
#define OUT_KEPT ((size_t)1 << 20)
#define BEAT_MS 15000
#define TROUBLE_MS 1000

struct nw_stream {
	struct nw_streams *all;
	struct nw_connection *connection;
	struct nw_stream *next, *before;
	struct nw_arena *arena; /* of prefixes and token */
	struct nw_str *prefixes;
	size_t n_prefixes;
	struct nw_str token; /* empty: it asks from this machine */
	bool is_sse;
	struct nw_buf rest; /* of a page that did not fit */
	size_t given;       /* of the rest */
	int64_t after;
	int64_t written_ms; /* when anything was last written; monotonic */
};

void nw_streams_init(
	struct nw_streams *streams, struct nw_loop *loop, struct nw_journal_reader *reader)
{
	*streams = (struct nw_streams){.loop = loop, .reader = reader};
	nw_buf_init(&streams->out, OUT_MAX);
}

void nw_streams_clear(struct nw_streams *streams)
{
	nw_buf_clear(&streams->out);
}

/* --- what is written --- */

static void add_item(struct nw_stream *s, const struct nw_record *record)
{
	struct nw_buf *out = &s->all->out;

	if (s->is_sse)
		nw_buf_printf(out, "id: %" PRId64 "\ndata: ", record->seq);
	nw_item_write(out, record);
	nw_buf_add(out, s->is_sse ? NW_STR("\n\n") : NW_STR("\n"));
}

/* What was asked for from `oldest` back has been trimmed. */
static void add_gone(struct nw_stream *s, int64_t oldest)
{
	nw_buf_printf(&s->all->out,
		"%s{\"_newswire\":{\"kind\":\"gone\",\"oldest\":%" PRId64 "}}%s",
		s->is_sse ? "event: gone\ndata: " : "", oldest, s->is_sse ? "\n\n" : "\n");
}

/* What does not fit is kept for the turns that follow. */
static size_t give(struct nw_stream *s, char *p, size_t max)
{
	struct nw_buf *out = &s->all->out;
	const size_t n = out->n < max ? out->n : max;

	if (n) {
		memcpy(p, out->p, n);
		s->written_ms = nw_loop_monotonic_ms(s->all->loop);
	}
	if (out->n > n)
		nw_buf_add(&s->rest, nw_str_from(nw_buf_str(out), n));
	nw_buf_empty(out);
	/* One that was very large does not stay so. */
	if (out->cap > OUT_KEPT) {
		nw_buf_clear(out);
		nw_buf_init(out, OUT_MAX);
	}
	return n;
}

static size_t give_rest(struct nw_stream *s, char *p, size_t max)
{
	const size_t left = s->rest.n - s->given, n = left < max ? left : max;

	memcpy(p, s->rest.p + s->given, n);
	s->written_ms = nw_loop_monotonic_ms(s->all->loop);
	s->given += n;
	if (s->given == s->rest.n) {
		nw_buf_clear(&s->rest);
		nw_buf_init(&s->rest, OUT_MAX);
		s->given = 0;
	}
	return n;
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

/* *more: the journal has, or may have, something after this page. */
static enum nw_err write_page(struct nw_stream *s, bool *more, struct nw_error *error)
{
	const struct nw_journal_query query = {.after = s->after,
		.prefixes = s->prefixes,
		.n_prefixes = s->n_prefixes,
		.limit = PAGE_RECORDS,
		.bytes = PAGE_BYTES};
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *records;
	enum nw_err err;
	int64_t next;
	size_t n;

	err = nw_journal_read(s->all->reader, &query, arena, &records, &n, &next, error);
	if (!err) {
		const int64_t oldest = nw_journal_page_oldest(s->all->reader);

		if (s->after + 1 < oldest)
			add_gone(s, oldest);
		for (size_t i = 0; i < n; i++)
			add_item(s, &records[i]);
		nw_count(NW_C_HTTP_MESSAGES, n);
		*more = next > s->after;
		s->after = next;
	}
	nw_arena_free(arena);
	return err;
}

static void beat(struct nw_stream *s)
{
	const int64_t now_ms = nw_loop_monotonic_ms(s->all->loop);

	if (now_ms - s->written_ms >= BEAT_MS)
		nw_buf_add(&s->all->out, s->is_sse ? NW_STR(":\n\n") : NW_STR("\n"));
}

/* What comes next; where that is nothing, *pause_ms until it is worth another look. */
static size_t on_ready(void *arg, char *p, size_t max, int64_t *pause_ms)
{
	struct nw_stream *s = arg;
	struct nw_error error = {0};
	bool more = false;
	enum nw_err err;

	if (s->rest.n)
		return give_rest(s, p, max);
	err = write_page(s, &more, &error);
	report(s->all, err, &error);
	if (!s->all->out.n)
		beat(s);
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
	nw_buf_clear(&s->rest);
	nw_arena_free(s->arena);
	free(s);
}

void nw_streams_check(struct nw_streams *streams, const struct nw_access *access)
{
	for (struct nw_stream *s = streams->first; s; s = s->next) {
		const struct nw_config_client *client =
			s->token.n ? nw_access_find(access, s->token) : NULL;

		if (s->token.n &&
			(!client || !nw_access_allows(client, s->prefixes, s->n_prefixes)))
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
	s->is_sse = query->form == NW_FORM_SSE;
	s->after = after;
	s->arena = nw_arena_new();
	s->token = nw_arena_str(s->arena, token);
	s->n_prefixes = query->n_prefixes;
	s->prefixes = NW_ARENA_ARRAY(s->arena, struct nw_str, query->n_prefixes);
	for (size_t i = 0; i < query->n_prefixes; i++)
		s->prefixes[i] = nw_arena_str(s->arena, query->prefixes[i]);
	s->next = streams->first;
	if (s->next)
		s->next->before = s;
	streams->first = s;
	nw_buf_init(&s->rest, OUT_MAX);
	if (s->is_sse)
		nw_buf_add(&s->rest, NW_STR("retry: 2000\n\n"));
	s->written_ms = nw_loop_monotonic_ms(streams->loop);
	nw_connection_stream(connection, &answer, &calls, s);
}
