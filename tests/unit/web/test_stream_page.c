#include "rig.h"

#include "base/arena.h"
#include "web/stream_page.h"

#define LARGE ((size_t)1 << 20)

static struct nw_str prefixes[] = {{"all/", 4}, {"topic/a/", 8}};

struct shelf {
	struct place place;
	struct nw_stream_pages pages;
	struct nw_stream_query *sse, *ndjson, *more;
};

static void put_up(struct shelf *shelf, unsigned articles, struct nw_str text)
{
	struct nw_error error = {0};

	*shelf = (struct shelf){0};
	make_place(&shelf->place);
	fill_journal(&shelf->place, 1, articles, text);
	assert_int_equal(
		nw_journal_reader_open(shelf->place.path, &shelf->pages.reader, &error), NW_OK);
	shelf->sse = nw_stream_query_new(prefixes, 1, true);
	shelf->ndjson = nw_stream_query_new(prefixes, 1, false);
	shelf->more = nw_stream_query_new(prefixes, 2, true);
}

static void take_down(struct shelf *shelf)
{
	nw_stream_query_free(shelf->sse);
	nw_stream_query_free(shelf->ndjson);
	nw_stream_query_free(shelf->more);
	nw_stream_pages_clear(&shelf->pages);
	nw_journal_reader_close(shelf->pages.reader);
	remove_place(&shelf->place);
}

static struct nw_stream_page *take(
	struct shelf *shelf, const struct nw_stream_query *query, int64_t after)
{
	struct nw_stream_page *page;
	struct nw_error error = {0};

	assert_int_equal(nw_stream_page_take(&shelf->pages, query, after, &page, &error), NW_OK);
	return page;
}

static size_t count(const struct shelf *shelf)
{
	size_t n = 0;

	for (const struct nw_stream_page *p = shelf->pages.newest; p; p = p->older)
		n++;
	return n;
}

static void what_two_ask_for_is_written_once(void **state)
{
	struct nw_stream_page *first, *others[3];
	struct shelf shelf;

	(void)state;
	put_up(&shelf, 3, NW_STR("text\n"));
	first = take(&shelf, shelf.sse, 0);
	assert_int_equal(first->n, 3);
	assert_int_equal(first->next, 3);
	assert_ptr_equal(take(&shelf, shelf.sse, 0), first);
	/* In another form, under more keys, or from elsewhere it is another. */
	others[0] = take(&shelf, shelf.ndjson, 0);
	others[1] = take(&shelf, shelf.more, 0);
	others[2] = take(&shelf, shelf.sse, 1);
	for (size_t i = 0; i < 3; i++) {
		assert_ptr_not_equal(others[i], first);
		nw_stream_page_return(&shelf.pages, others[i]);
	}
	assert_int_equal(others[2]->n, 2);
	assert_true(nw_str_starts(nw_buf_str(&first->text), NW_STR("id: 1\ndata: {")));
	assert_true(nw_str_starts(nw_buf_str(&others[0]->text), NW_STR("{")));
	assert_null(take(&shelf, shelf.sse, 3));
	nw_stream_page_return(&shelf.pages, first);
	/* What is lent is what it was; what comes after is on the next. */
	fill_journal(&shelf.place, 4, 4, NW_STR("text\n"));
	assert_int_equal(take(&shelf, shelf.sse, 3)->n, 1);
	assert_int_equal(first->next, 3);
	take_down(&shelf);
}

static void a_large_page_goes_with_its_last_reader(void **state)
{
	struct nw_stream_page *page;
	struct shelf shelf;
	char *text = malloc(LARGE);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LARGE);
	put_up(&shelf, 3, (struct nw_str){text, LARGE});
	free(text);
	page = take(&shelf, shelf.sse, 0);
	assert_int_equal(page->n, 1);
	assert_ptr_equal(take(&shelf, shelf.sse, 0), page);
	nw_stream_page_return(&shelf.pages, page);
	assert_int_equal(count(&shelf), 1);
	nw_stream_page_return(&shelf.pages, page);
	assert_int_equal(count(&shelf), 0);
	take_down(&shelf);
}

static void a_few_small_pages_are_kept(void **state)
{
	struct nw_stream_page *lent;
	struct shelf shelf;

	(void)state;
	put_up(&shelf, 100, NW_STR("text\n"));
	lent = take(&shelf, shelf.ndjson, 0);
	for (int64_t after = 0; after < 100; after++)
		nw_stream_page_return(&shelf.pages, take(&shelf, shelf.sse, after));
	assert_in_range(count(&shelf), 2, 20);
	assert_ptr_equal(take(&shelf, shelf.ndjson, 0), lent);
	take_down(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_two_ask_for_is_written_once),
		cmocka_unit_test(a_large_page_goes_with_its_last_reader),
		cmocka_unit_test(a_few_small_pages_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
