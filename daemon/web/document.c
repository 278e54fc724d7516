#include "web/document.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "base/url.h"
#include "base/when.h"
#include "web/item.h"
#include "web/xml.h"

#define JSON_MAX ((size_t)64 << 20)

/* --- JSON Feed --- */

static void add_member(struct nw_buf *out, const char *name, struct nw_str value)
{
	json_t *string = nw_json_str(value);

	nw_buf_printf(out, ",\"%s\":", name);
	nw_json_write(out, string);
	json_decref(string);
}

void nw_document_json(struct nw_buf *out, const struct nw_document *document)
{
	nw_buf_add(out, NW_STR("{\"version\":\"https://jsonfeed.org/version/1.1\""));
	add_member(out, "title", document->title);
	add_member(out, "feed_url", document->self);
	if (document->next.n)
		add_member(out, "next_url", document->next);
	nw_buf_add(out, NW_STR(",\"items\":["));
	for (size_t i = 0; i < document->n; i++) {
		nw_buf_add(out, i ? NW_STR(",\n") : NW_STR("\n"));
		nw_item_write(out, &document->records[i]);
	}
	nw_buf_add(out, NW_STR("]}\n"));
}

/* --- Atom --- */

static void add_element(struct nw_buf *out, const char *name, struct nw_str text)
{
	if (!text.n)
		return;
	nw_buf_printf(out, "<%s>", name);
	nw_xml_add(out, text);
	nw_buf_printf(out, "</%s>\n", name);
}

static void add_link(struct nw_buf *out, const char *rel, const char *type, struct nw_str address)
{
	if (!nw_url_is_web(address))
		return;
	nw_buf_printf(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
	nw_xml_add_address(out, address);
	nw_buf_add(out, NW_STR("\"/>\n"));
}

/* 128 bits as RFC 9562 writes them; an article's id is such already. */
static void add_id(struct nw_buf *out, struct nw_str id)
{
	char hex[NW_HASH_HEX + 1];
	struct nw_hash hash;

	if (!nw_hash_parse(id, &hash))
		hash = nw_hash128(id);
	nw_hash_hex(hash, hex);
	nw_buf_printf(out, "<id>urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s</id>\n", hex, hex + 8, hex + 12,
		hex + 16, hex + 20);
}

static void add_moment(struct nw_buf *out, const char *name, int64_t unix_ms)
{
	char text[NW_WHEN_TEXT];

	add_element(out, name, nw_str(nw_when_rfc3339(unix_ms / 1000, text)));
}

static void add_published(struct nw_buf *out, struct nw_str date)
{
	char text[NW_WHEN_TEXT];
	struct nw_when when;

	if (date.n && nw_when_parse(date, &when))
		add_element(out, "published", nw_str(nw_when_local(when, text)));
}

static void add_author(struct nw_buf *out, struct nw_str name)
{
	nw_buf_add(out, NW_STR("<author>"));
	nw_buf_add(out, NW_STR("<name>"));
	nw_xml_add(out, name);
	nw_buf_add(out, NW_STR("</name></author>\n"));
}

/* Every entry needs one (RFC 4287, 4.1.2): where the article names nobody, its source. */
static void add_authors(struct nw_buf *out, const json_t *item)
{
	const json_t *list = json_object_get(item, "authors");
	const json_t *own = json_object_get(item, "_newswire");
	struct nw_str source = nw_json_get_str(own, "source");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const struct nw_str name = nw_json_get_str(json_array_get(list, i), "name");

		if (name.n)
			add_author(out, name);
		n += name.n > 0;
	}
	if (!source.n)
		source = nw_json_get_str(own, "feed");
	if (!n)
		add_author(out, source.n ? source : NW_STR("unknown"));
}

static void add_tags(struct nw_buf *out, const json_t *item)
{
	const json_t *list = json_object_get(item, "tags");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *tag = json_array_get(list, i);

		if (!json_is_string(tag))
			continue;
		nw_buf_add(out, NW_STR("<category term=\""));
		nw_xml_add(out, nw_str(json_string_value(tag)));
		nw_buf_add(out, NW_STR("\"/>\n"));
	}
}

/* The text format without its first line, which title and date say already. */
static void add_content(struct nw_buf *out, struct nw_str text)
{
	const struct nw_str body = nw_str_from(text, nw_str_find(text, NW_STR("\n\n")));

	nw_buf_add(out, NW_STR("<content type=\"text\">"));
	nw_xml_add(out, nw_str_trim(body.n ? body : text));
	nw_buf_add(out, NW_STR("</content>\n"));
}

/* A language tag as far as xml:lang's pattern goes. */
static bool is_language(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i], low = (char)(c | 0x20);

		if (!(low >= 'a' && low <= 'z') && c != '-' && !(i > 1 && c >= '0' && c <= '9'))
			return false;
	}
	return s.n >= 2 && s.n <= 35 && s.p[0] != '-' && s.p[1] != '-' && s.p[s.n - 1] != '-';
}

static void add_entry(struct nw_buf *out, const struct nw_record *record, const json_t *item)
{
	const struct nw_str language = nw_json_get_str(item, "language");
	const struct nw_str title = nw_json_get_str(item, "title");

	nw_buf_add(out, NW_STR("<entry"));
	if (is_language(language))
		nw_buf_printf(out, " xml:lang=\"%.*s\"", NW_ARG(language));
	nw_buf_add(out, NW_STR(">\n"));
	add_id(out, record->id);
	add_element(out, "title", title.n ? title : nw_json_get_str(item, "url"));
	if (!title.n && !nw_json_get_str(item, "url").n)
		nw_buf_add(out, NW_STR("<title/>\n"));
	add_moment(out, "updated", record->unix_ms);
	add_published(out, nw_json_get_str(item, "date_published"));
	add_authors(out, item);
	add_link(out, "alternate", "text/html", nw_json_get_str(item, "url"));
	add_tags(out, item);
	add_element(out, "summary", nw_json_get_str(item, "summary"));
	add_content(out, record->text);
	nw_buf_add(out, NW_STR("</entry>\n"));
}

static void write_entry(struct nw_buf *out, const struct nw_record *record)
{
	json_t *item = NULL;
	struct nw_buf json;

	nw_buf_init(&json, 2 * JSON_MAX);
	nw_buf_add(&json, NW_STR("{\"_newswire\":{\"seq\":0"));
	nw_buf_add(&json, record->json);
	/* Ours, and so it can be read; an entry without what could not be is still one. */
	if (nw_json_parse(nw_buf_str(&json), &item, NULL))
		item = NULL;
	add_entry(out, record, item);
	json_decref(item);
	nw_buf_clear(&json);
}

void nw_document_atom(struct nw_buf *out, const struct nw_document *document)
{
	nw_buf_add(out,
		NW_STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		       "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
	add_id(out, document->id);
	add_element(out, "title", document->title);
	add_moment(out, "updated", document->n ? document->records[0].unix_ms : 0);
	add_link(out, "self", "application/atom+xml", document->self);
	for (size_t i = 0; i < document->n; i++)
		write_entry(out, &document->records[i]);
	nw_buf_add(out, NW_STR("</feed>\n"));
}
