#include "web/stream_page.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "web/item.h"

#define PAGE_RECORDS 64
#define PAGE_BYTES ((size_t)16 << 10) /* and the record that goes past it: most often one piece */
#define TEXT_MAX ((size_t)512 << 20)  /* a record at its largest, and every byte of it escaped */
#define KEPT 8                        /* for whoever comes next, though lent to nobody */
#define KEPT_BYTES ((size_t)256 << 10)

struct nw_stream_query *nw_stream_query_new(
	const struct nw_str *prefixes, size_t n_prefixes, bool is_sse)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_stream_query *query = NW_ARENA_NEW(arena, struct nw_stream_query);

	*query = (struct nw_stream_query){.arena = arena,
		.prefixes = NW_ARENA_ARRAY(arena, struct nw_str, n_prefixes),
		.n_prefixes = n_prefixes,
		.is_sse = is_sse};
	for (size_t i = 0; i < n_prefixes; i++)
		query->prefixes[i] = nw_arena_str(arena, prefixes[i]);
	return query;
}

void nw_stream_query_free(struct nw_stream_query *query)
{
	nw_arena_free(query->arena);
}

static bool is_same(const struct nw_stream_query *a, const struct nw_stream_query *b)
{
	if (a->is_sse != b->is_sse || a->n_prefixes != b->n_prefixes)
		return false;
	for (size_t i = 0; i < a->n_prefixes; i++)
		if (!nw_str_eq(a->prefixes[i], b->prefixes[i]))
			return false;
	return true;
}

/* --- the shelf --- */

static void add_page(struct nw_stream_pages *pages, struct nw_stream_page *page)
{
	page->older = pages->newest;
	if (page->older)
		page->older->newer = page;
	pages->newest = page;
}

static void free_page(struct nw_stream_page *page)
{
	nw_stream_query_free(page->query);
	nw_buf_clear(&page->text);
	free(page);
}

static void remove_page(struct nw_stream_pages *pages, struct nw_stream_page *page)
{
	if (page->newer)
		page->newer->older = page->older;
	else
		pages->newest = page->older;
	if (page->older)
		page->older->newer = page->newer;
	free_page(page);
}

static void remove_old(struct nw_stream_pages *pages)
{
	size_t kept = 0;

	for (struct nw_stream_page *p = pages->newest, *older; p; p = older) {
		older = p->older;
		if (!p->readers && ++kept > KEPT)
			remove_page(pages, p);
	}
}

static struct nw_stream_page *find_page(
	const struct nw_stream_pages *pages, const struct nw_stream_query *query, int64_t after)
{
	struct nw_stream_page *p = pages->newest;

	while (p && (p->after != after || !is_same(p->query, query)))
		p = p->older;
	return p;
}

/* --- what is on it --- */

static void add_item(struct nw_stream_page *page, const struct nw_record *record)
{
	const bool is_sse = page->query->is_sse;

	if (is_sse)
		nw_buf_printf(&page->text, "id: %" PRId64 "\ndata: ", record->seq);
	nw_item_write(&page->text, record);
	nw_buf_add(&page->text, is_sse ? NW_STR("\n\n") : NW_STR("\n"));
}

/* Some of what was asked for has been trimmed; what there is begins at `oldest`. */
static void add_gone(struct nw_stream_page *page, int64_t oldest)
{
	const bool is_sse = page->query->is_sse;

	nw_buf_printf(&page->text, "%s{\"_newswire\":{\"kind\":\"gone\",\"oldest\":%" PRId64 "}}%s",
		is_sse ? "event: gone\ndata: " : "", oldest, is_sse ? "\n\n" : "\n");
}

static struct nw_stream_page *write_page(const struct nw_stream_query *query, int64_t after,
	const struct nw_journal_reader *reader, const struct nw_record *records, size_t n)
{
	const int64_t oldest = nw_journal_page_oldest(reader);
	struct nw_stream_page *page = nw_must_calloc(1, sizeof(*page));

	page->query = nw_stream_query_new(query->prefixes, query->n_prefixes, query->is_sse);
	page->after = after;
	page->n = n;
	nw_buf_init(&page->text, TEXT_MAX);
	page->trimmed = nw_journal_page_trimmed(reader);
	if (page->trimmed > after)
		add_gone(page, oldest > after ? oldest : after + 1);
	page->n_gone = page->text.n;
	for (size_t i = 0; i < n; i++)
		add_item(page, &records[i]);
	return page;
}

static enum nw_err read_page(struct nw_stream_pages *pages, const struct nw_stream_query *query,
	int64_t after, struct nw_stream_page **page, struct nw_error *error)
{
	const struct nw_journal_query journal_query = {.after = after,
		.prefixes = query->prefixes,
		.n_prefixes = query->n_prefixes,
		.limit = PAGE_RECORDS,
		.bytes = PAGE_BYTES};
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *records;
	int64_t next;
	size_t n;
	const enum nw_err err =
		nw_journal_read(pages->reader, &journal_query, arena, &records, &n, &next, error);

	*page = NULL;
	if (!err && next > after) {
		*page = write_page(query, after, pages->reader, records, n);
		(*page)->next = next;
		add_page(pages, *page);
		remove_old(pages);
	}
	nw_arena_free(arena);
	return err;
}

enum nw_err nw_stream_page_take(struct nw_stream_pages *pages, const struct nw_stream_query *query,
	int64_t after, struct nw_stream_page **page, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	*page = find_page(pages, query, after);
	if (!*page)
		err = read_page(pages, query, after, page, error);
	if (*page)
		(*page)->readers++;
	return err;
}

void nw_stream_page_return(struct nw_stream_pages *pages, struct nw_stream_page *page)
{
	if (--page->readers == 0 && page->text.cap > KEPT_BYTES)
		remove_page(pages, page);
}

void nw_stream_pages_clear(struct nw_stream_pages *pages)
{
	for (struct nw_stream_page *p = pages->newest, *older; p; p = older) {
		older = p->older;
		free_page(p);
	}
	pages->newest = NULL;
}
