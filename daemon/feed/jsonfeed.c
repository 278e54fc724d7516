/* JSON Feed 1.0 and 1.1, jsonfeed.org/version/1.1. */
#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feed/format.h"

/* jansson's strings go with its tree; the feed's stay in the arena. */
static struct nw_str text_of(struct nw_feed_reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value))
		return nw_arena_printf(
			r->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_real(value))
		return nw_arena_printf(r->arena, "%.17g", json_real_value(value));
	return nw_arena_str(r->arena, nw_str_trim(nw_json_get_str(object, key)));
}

static struct nw_str url_of(struct nw_feed_reader *r, const json_t *object, const char *key)
{
	return nw_feed_resolve(r, r->outer.base, text_of(r, object, key));
}

static struct nw_str line_of(struct nw_feed_reader *r, const json_t *object, const char *key)
{
	return nw_text_line(r->arena, text_of(r, object, key));
}

static void add_link(struct nw_feed_reader *r, struct nw_feed_link **list, struct nw_str rel,
	struct nw_str href, struct nw_str type)
{
	nw_feed_add_link(r, list, (struct nw_feed_link){.rel = rel, .href = href, .type = type});
}

static void add_author(struct nw_feed_reader *r, struct nw_feed_person **list, const json_t *author)
{
	nw_feed_add_person(r, list,
		(struct nw_feed_person){
			.name = line_of(r, author, "name"), .url = url_of(r, author, "url")});
}

/* "author" in 1.0, "authors" in 1.1. */
static void read_authors(
	struct nw_feed_reader *r, const json_t *object, struct nw_feed_person **list)
{
	const json_t *authors = json_object_get(object, "authors");
	const json_t *one = json_object_get(object, "author");

	for (size_t i = 0; i < json_array_size(authors); i++)
		add_author(r, list, json_array_get(authors, i));
	if (!*list && json_is_object(one))
		add_author(r, list, one);
	else if (!*list)
		nw_feed_add_person(
			r, list, (struct nw_feed_person){.name = line_of(r, object, "author")});
}

static void read_attachments(struct nw_feed_reader *r, struct nw_item *item, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *attachment = json_array_get(list, i);
		const struct nw_str url = url_of(r, attachment, "url");
		const struct nw_str type = text_of(r, attachment, "mime_type");

		nw_feed_add_enclosure(
			r, &item->enclosures, url, type, text_of(r, attachment, "size_in_bytes"));
		add_link(r, &item->links, NW_STR("enclosure"), url, type);
	}
}

static void read_content(struct nw_feed_reader *r, struct nw_item *item, const json_t *object)
{
	item->content =
		nw_fragment_absolute(r->arena, text_of(r, object, "content_html"), r->outer.base);
	item->content_type = NW_STR("text/html");
	if (item->content.n)
		return;
	item->content = nw_fragment_escape(r->arena, text_of(r, object, "content_text"));
	item->content_type = item->content.n ? NW_STR("text/plain") : (struct nw_str){0};
}

static struct nw_str tag_of(struct nw_feed_reader *r, const json_t *tag)
{
	const struct nw_str text = {json_string_value(tag), json_string_length(tag)};

	return nw_text_line(r->arena, nw_arena_str(r->arena, text));
}

static void read_item(struct nw_feed_reader *r, struct nw_item *item, const json_t *object)
{
	const json_t *tags = json_object_get(object, "tags");

	item->id = text_of(r, object, "id");
	item->title = item->title_text = line_of(r, object, "title");
	item->link = url_of(r, object, "url");
	add_link(r, &item->links, NW_STR("alternate"), item->link, NW_STR("text/html"));
	add_link(r, &item->links, NW_STR("related"), url_of(r, object, "external_url"),
		NW_STR("text/html"));
	if (!item->link.n)
		item->link = url_of(r, object, "external_url");
	nw_feed_set_date(&item->published, text_of(r, object, "date_published"));
	nw_feed_set_date(&item->updated, text_of(r, object, "date_modified"));
	item->summary = nw_fragment_escape(r->arena, text_of(r, object, "summary"));
	read_content(r, item, object);
	read_authors(r, object, &item->authors);
	item->language = text_of(r, object, "language");
	item->image = url_of(r, object, "image");
	if (!item->image.n)
		item->image = url_of(r, object, "banner_image");
	for (size_t i = 0; i < json_array_size(tags); i++)
		nw_feed_add_category(r, &item->categories,
			(struct nw_feed_category){.term = tag_of(r, json_array_get(tags, i))});
	read_attachments(r, item, json_object_get(object, "attachments"));
}

static void read_feed(struct nw_feed_reader *r, const json_t *root)
{
	const json_t *hubs = json_object_get(root, "hubs");
	struct nw_feed *feed = r->feed;

	feed->title = feed->title_text = line_of(r, root, "title");
	feed->description = nw_fragment_escape(r->arena, text_of(r, root, "description"));
	feed->link = url_of(r, root, "home_page_url");
	feed->id = text_of(r, root, "feed_url");
	feed->language = text_of(r, root, "language");
	feed->image = url_of(r, root, "icon");
	if (!feed->image.n)
		feed->image = url_of(r, root, "favicon");
	read_authors(r, root, &feed->authors);
	add_link(r, &feed->links, NW_STR("alternate"), feed->link, NW_STR("text/html"));
	add_link(r, &feed->links, NW_STR("self"), url_of(r, root, "feed_url"),
		NW_STR("application/feed+json"));
	add_link(r, &feed->links, NW_STR("next"), url_of(r, root, "next_url"),
		NW_STR("application/feed+json"));
	for (size_t i = 0; i < json_array_size(hubs); i++)
		add_link(r, &feed->links, NW_STR("hub"), url_of(r, json_array_get(hubs, i), "url"),
			(struct nw_str){0});
}

static const char *version_of(const json_t *root)
{
	const struct nw_str version = nw_json_get_str(root, "version");

	if (nw_str_find(version, NW_STR("jsonfeed.org/version/1.1")) < version.n)
		return "json11";
	if (nw_str_find(version, NW_STR("jsonfeed.org/version/")) < version.n)
		return "json1";
	return json_is_array(json_object_get(root, "items")) ? "json" : NULL;
}

static enum nw_err read_root(struct nw_feed_reader *r, const json_t *root, struct nw_error *error)
{
	const json_t *items = json_object_get(root, "items");

	r->feed->format = version_of(root);
	if (!r->feed->format)
		return nw_fail(
			error, NW_E_UNKNOWN, "no feed: JSON without \"version\" and \"items\"");
	read_feed(r, root);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *object = json_array_get(items, i);
		struct nw_item *item;

		if (!json_is_object(object))
			continue;
		item = nw_feed_new_item(r, 0);
		if (!item)
			break;
		read_item(r, item, object);
	}
	return NW_OK;
}

#define MOST_CONTAINERS 200000
#define MOST_VALUES 1000000

/* A tree of JSON costs up to a hundred times its text: what could be one too large is not built. */
static bool is_too_much(struct nw_str body)
{
	size_t containers = 0, values = 0;

	for (size_t i = 0; i < body.n; i++) {
		containers += body.p[i] == '{' || body.p[i] == '[';
		values += body.p[i] == ',';
	}
	return containers > MOST_CONTAINERS || values > MOST_VALUES;
}

enum nw_err nw_feed_read_json(struct nw_feed_reader *r, struct nw_error *error)
{
	struct nw_str body = r->input->body;
	enum nw_err err;
	json_t *root;

	if (nw_str_starts(body, NW_STR("\xef\xbb\xbf")))
		body = nw_str_from(body, 3);
	r->feed->encoding = NW_STR("utf-8");
	r->feed->malformed = nw_utf8_valid(body) < body.n;
	if (r->feed->malformed)
		body = nw_utf8_repair(r->arena, body);
	if (is_too_much(body))
		return nw_fail(error, NW_E_LIMIT, "more values in JSON than any feed has");
	err = nw_json_parse(body, &root, error);
	if (err)
		return err;
	err = read_root(r, root, error);
	json_decref(root);
	return err;
}
