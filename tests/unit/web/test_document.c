#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/str.h"
#include "web/document.h"
#include "web/item.h"
#include "web/xml.h"

/* NW_STR is no constant. */
#define S(lit)                         \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

static struct nw_journal_key keys[] = {{S("all/"), 1}, {S("topic/a/"), 0}};

static const struct nw_record records[] = {
	{.seq = 7,
		.kind = NW_KIND_UPDATE,
		.version = 2,
		.unix_ms = 1795284000123,
		.id = S("6f1c35a0f2b84d7e9a7dd1c4be52f0a3"),
		.json = S(
			",\"feed\":\"gazette\",\"source\":\"The <Gazette>\"},\"id\":\"6f1c\","
			"\"url\":\"https://a.example/?x=1&y=\\\"<2>\\u00e9\",\"title\":\"A & B\\u0001\","
			"\"summary\":\"]]> & so on\",\"date_published\":\"2026-11-19T13:00:00+02:00\","
			"\"authors\":[{\"name\":\"Rosa\"},{},{\"name\":\"Omar <o@x>\"}],"
			"\"tags\":[\"libya\",\"libya/haftar\"],\"language\":\"pt-BR\"}"),
		.text = S(" date 2026-11-19 A & B\n\nFirst <p>.\n\nSecond\x08\xff.\n"),
		.keys = keys,
		.n_keys = 2},
	{.seq = 3,
		.kind = NW_KIND_ITEM,
		.version = 1,
		.unix_ms = 1795283999999,
		.id = S("not-a-hash"),
		.json = S(",\"feed\":\"gazette\"},\"id\":\"x\",\"url\":\"javascript:alert(1)\","
			  "\"date_published\":\"someday\",\"tags\":[],\"language\":\"x\"}"),
		.text = S("Only a line\n"),
		.keys = keys,
		.n_keys = 1},
};

static const struct nw_document document = {.title = S("newswire: a"),
	.self = S("http://localhost/topics/a.atom"),
	.next = S("http://localhost/v1/articles?before=3"),
	.id = S("http://localhost/#topic/a/"),
	.records = records,
	.n = 2};

static const char atom[] =
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	"<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
	"<id>urn:uuid:db8934df-5520-5729-fc1e-0c4fdf29d03b</id>\n"
	"<title>newswire: a</title>\n"
	"<updated>2026-11-21T18:00:00Z</updated>\n"
	"<link rel=\"self\" type=\"application/atom+xml\" href=\"http://localhost/topics/a.atom\"/>\n"
	"<entry xml:lang=\"pt-BR\">\n"
	"<id>urn:uuid:6f1c35a0-f2b8-4d7e-9a7d-d1c4be52f0a3</id>\n"
	"<title>A &amp; B</title>\n"
	"<updated>2026-11-21T18:00:00Z</updated>\n"
	"<published>2026-11-19T13:00:00+02:00</published>\n"
	"<author><name>Rosa</name></author>\n"
	"<author><name>Omar &lt;o@x&gt;</name></author>\n"
	"<link rel=\"alternate\" type=\"text/html\" "
	"href=\"https://a.example/?x=1&amp;y=%22%3C2%3E\xc3\xa9\"/>\n"
	"<category term=\"libya\"/>\n"
	"<category term=\"libya/haftar\"/>\n"
	"<summary>]]&gt; &amp; so on</summary>\n"
	"<content type=\"text\">First &lt;p&gt;.\n\nSecond\xef\xbf\xbd.</content>\n"
	"</entry>\n"
	"<entry>\n"
	"<id>urn:uuid:acfccd41-79e7-e5e1-3d19-f3a1d5f8ed39</id>\n"
	"<title>javascript:alert(1)</title>\n"
	"<updated>2026-11-21T17:59:59Z</updated>\n"
	"<author><name>gazette</name></author>\n"
	"<content type=\"text\">Only a line</content>\n"
	"</entry>\n"
	"</feed>\n";

/* Ids are among it: a reader that met another would take every article for a new one. */
static void an_atom_feed_is_written_as_this(void **state)
{
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 1 << 20);
	nw_document_atom(&out, &document);
	assert_string_equal(out.p, atom);
	nw_buf_clear(&out);
}

static void a_feed_without_articles_is_whole(void **state)
{
	const struct nw_document none = {
		.title = NW_STR("a"), .self = NW_STR("http://localhost/a"), .id = NW_STR("a")};
	struct nw_buf out;
	json_t *feed;

	(void)state;
	nw_buf_init(&out, 1 << 20);
	nw_document_atom(&out, &none);
	assert_non_null(strstr(out.p, "<updated>1970-01-01T00:00:00Z</updated>"));
	nw_buf_empty(&out);
	nw_document_json(&out, &none);
	assert_int_equal(nw_json_parse(nw_buf_str(&out), &feed, NULL), NW_OK);
	assert_int_equal(json_array_size(json_object_get(feed, "items")), 0);
	assert_null(json_object_get(feed, "next_url"));
	json_decref(feed);
	nw_buf_clear(&out);
}

static void an_item_has_what_the_frames_have(void **state)
{
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 1 << 20);
	nw_item_write(&out, &records[1]);
	assert_string_equal(out.p,
		"{\"_newswire\":{\"seq\":3,\"kind\":\"item\",\"version\":1,"
		"\"written\":\"2026-11-21T17:59:59Z\",\"keys\":[\"all/\"],\"feed\":\"gazette\"},"
		"\"id\":\"x\",\"url\":\"javascript:alert(1)\",\"date_published\":\"someday\","
		"\"tags\":[],\"language\":\"x\",\"content_text\":\"Only a line\\n\"}");
	nw_buf_clear(&out);
}

static void a_json_feed_can_be_read(void **state)
{
	struct nw_buf out;
	const json_t *item;
	json_t *feed;

	(void)state;
	nw_buf_init(&out, 1 << 20);
	nw_document_json(&out, &document);
	assert_int_equal(nw_json_parse(nw_buf_str(&out), &feed, NULL), NW_OK);
	assert_true(nw_str_eq(
		nw_json_get_str(feed, "version"), NW_STR("https://jsonfeed.org/version/1.1")));
	assert_true(nw_str_eq(nw_json_get_str(feed, "next_url"), document.next));
	item = json_array_get(json_object_get(feed, "items"), 0);
	assert_int_equal(nw_json_get_int(json_object_get(item, "_newswire"), "seq", 0), 7);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(item, "_newswire"), "keys")), 2);
	assert_true(nw_str_starts(nw_json_get_str(item, "content_text"), NW_STR(" date 2026")));
	json_decref(feed);
	nw_buf_clear(&out);
}

static const struct {
	struct nw_str text;
	const char *xml;
} escapes[] = {
	{S("a<b>&\"c\"'"), "a&lt;b&gt;&amp;&quot;c&quot;'"},
	{S("\x00\x01\x1f\x7f."), "."},
	{S("a\tb\nc\rd"), "a\tb\ncd"},
	{S("\xc2\x85\xc2\x9f\xc2\xa0"), "\xc2\xa0"},
	{S("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"), "\xef\xbf\xbd"},
	{S("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80"},
	{S("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
};

static void what_xml_cannot_hold_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		struct nw_buf out;

		nw_buf_init(&out, 1000);
		nw_xml_add(&out, escapes[i].text);
		assert_string_equal(out.p, escapes[i].xml);
		nw_buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_atom_feed_is_written_as_this),
		cmocka_unit_test(a_feed_without_articles_is_whole),
		cmocka_unit_test(an_item_has_what_the_frames_have),
		cmocka_unit_test(a_json_feed_can_be_read),
		cmocka_unit_test(what_xml_cannot_hold_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
