#include "cli/feed_json.h"

#include "base/when.h"

static void set_date(
	json_t *object, const char *key, const char *raw_key, const struct nw_feed_date *date)
{
	char text[NW_WHEN_TEXT];

	if (date->when.precision != NW_WHEN_UNKNOWN)
		nw_json_set_str(object, key, nw_str(nw_when_rfc3339(date->when.unix_s, text)));
	nw_json_set_str(object, raw_key, date->raw);
}

static void set_list(json_t *object, const char *key, json_t *list)
{
	if (json_array_size(list))
		nw_json_set(object, key, list);
	else
		json_decref(list);
}

static void set_categories(json_t *object, const struct nw_feed_category *c)
{
	json_t *list = json_array();

	for (; c; c = c->next) {
		json_t *row = json_object();

		nw_json_set_str(row, "term", c->term);
		nw_json_set_str(row, "scheme", c->scheme);
		nw_json_set_str(row, "label", c->label);
		nw_json_append(list, row);
	}
	set_list(object, "categories", list);
}

static void set_links(json_t *object, const struct nw_feed_link *l)
{
	json_t *list = json_array();

	for (; l; l = l->next) {
		json_t *row = json_object();

		nw_json_set_str(row, "rel", l->rel);
		nw_json_set_str(row, "href", l->href);
		nw_json_set_str(row, "type", l->type);
		nw_json_set_str(row, "title", l->title);
		nw_json_set_str(row, "hreflang", l->hreflang);
		nw_json_set_str(row, "length", l->length);
		nw_json_append(list, row);
	}
	set_list(object, "links", list);
}

static void set_enclosures(json_t *object, const struct nw_feed_enclosure *e)
{
	json_t *list = json_array();

	for (; e; e = e->next) {
		json_t *row = json_object();

		nw_json_set_str(row, "url", e->url);
		nw_json_set_str(row, "type", e->type);
		nw_json_set_str(row, "length", e->length);
		nw_json_append(list, row);
	}
	set_list(object, "enclosures", list);
}

const struct nw_feed_person *nw_feed_byline(const struct nw_feed_person *authors)
{
	for (const struct nw_feed_person *p = authors; p; p = p->next)
		if (p->name.n)
			return p;
	return authors;
}

static void set_authors(json_t *object, const struct nw_feed_person *authors)
{
	const struct nw_feed_person *byline = nw_feed_byline(authors);
	json_t *list;

	if (!byline)
		return;
	nw_json_set_str(object, "author", byline->name.n ? byline->name : byline->email);
	nw_json_set_str(object, "author_email", byline->email);
	nw_json_set_str(object, "author_url", byline->url);
	if (!authors->next)
		return;
	list = json_array();
	for (; authors; authors = authors->next) {
		json_t *row = json_object();

		nw_json_set_str(row, "name", authors->name);
		nw_json_set_str(row, "email", authors->email);
		nw_json_set_str(row, "url", authors->url);
		nw_json_append(list, row);
	}
	nw_json_set(object, "authors", list);
}

static void set_source(json_t *object, const struct nw_feed_source *source)
{
	json_t *row = json_object();

	nw_json_set_str(row, "title", source->title);
	nw_json_set_str(row, "link", source->link);
	nw_json_set_str(row, "id", source->id);
	if (json_object_size(row))
		nw_json_set(object, "source", row);
	else
		json_decref(row);
}

static json_t *entry_json(const struct nw_item *item)
{
	json_t *entry = json_object();

	nw_json_set_str(entry, "id", item->id);
	nw_json_set(entry, "guid_is_link", json_boolean(item->guid_is_link));
	nw_json_set_str(entry, "title", item->title);
	nw_json_set_str(entry, "link", item->link);
	set_date(entry, "published", "published_raw", &item->published);
	set_date(entry, "updated", "updated_raw", &item->updated);
	nw_json_set_str(entry, "summary", item->summary.n ? item->summary : item->content);
	nw_json_set_str(entry, "content", item->content);
	nw_json_set_str(entry, "content_type", item->content_type);
	nw_json_set_str(entry, "content_src", item->content_src);
	set_authors(entry, item->authors);
	nw_json_set_str(entry, "language", item->language);
	nw_json_set_str(entry, "rights", item->rights);
	nw_json_set_str(entry, "comments", item->comments);
	nw_json_set_str(entry, "image", item->image);
	nw_json_set_str(entry, "thumbnail", item->thumbnail);
	set_categories(entry, item->categories);
	set_links(entry, item->links);
	set_enclosures(entry, item->enclosures);
	set_source(entry, &item->source);
	return entry;
}

static json_t *bits_json(uint32_t bits)
{
	json_t *list = json_array();

	for (int i = 0; i < 32; i++)
		if (bits & UINT32_C(1) << i)
			nw_json_append(list, json_integer(i));
	return list;
}

static void set_cloud(json_t *object, const struct nw_feed *feed)
{
	json_t *row;

	if (!feed->cloud.domain.n)
		return;
	row = json_object();
	nw_json_set_str(row, "domain", feed->cloud.domain);
	nw_json_set_str(row, "port", feed->cloud.port);
	nw_json_set_str(row, "path", feed->cloud.path);
	nw_json_set_str(row, "registerprocedure", feed->cloud.registerprocedure);
	nw_json_set_str(row, "protocol", feed->cloud.protocol);
	nw_json_set(object, "cloud", row);
}

static json_t *channel_json(const struct nw_feed *feed)
{
	json_t *object = json_object();

	nw_json_set_str(object, "title", feed->title);
	nw_json_set_str(object, "description", feed->description);
	nw_json_set_str(object, "link", feed->link);
	nw_json_set_str(object, "id", feed->id);
	nw_json_set_str(object, "language", feed->language);
	set_date(object, "updated", "updated_raw", &feed->updated);
	set_date(object, "published", "published_raw", &feed->published);
	set_authors(object, feed->authors);
	nw_json_set_str(object, "rights", feed->rights);
	nw_json_set_str(object, "generator", feed->generator);
	nw_json_set_str(object, "image", feed->image);
	nw_json_set_str(object, "ttl", feed->ttl);
	nw_json_set_str(object, "new_location", feed->new_location);
	if (feed->poll_every_s)
		nw_json_set_int(object, "poll_every_s", feed->poll_every_s);
	set_list(object, "skip_hours", bits_json(feed->skip_hours));
	set_list(object, "skip_days", bits_json(feed->skip_days));
	set_categories(object, feed->categories);
	set_links(object, feed->links);
	set_cloud(object, feed);
	return object;
}

static json_t *deletions_json(const struct nw_feed_deletion *deletions)
{
	json_t *list = json_array();

	for (const struct nw_feed_deletion *d = deletions; d; d = d->next) {
		json_t *row = json_object();

		nw_json_set_str(row, "id", d->id);
		set_date(row, "when", "when_raw", &d->when);
		nw_json_set_str(row, "comment", d->comment);
		nw_json_append(list, row);
	}
	return list;
}

json_t *nw_feed_json(const struct nw_feed *feed)
{
	json_t *root = json_object(), *entries = json_array();

	nw_json_set_str(root, "schema", NW_STR("newswire-feed/1"));
	nw_json_set_str(root, "format", nw_str(feed->format));
	nw_json_set_str(root, "encoding", feed->encoding);
	nw_json_set(root, "malformed", json_boolean(feed->malformed));
	nw_json_set(root, "cut", json_boolean(feed->cut));
	nw_json_set(root, "feed", channel_json(feed));
	for (const struct nw_item *item = feed->items; item; item = item->next)
		nw_json_append(entries, entry_json(item));
	nw_json_set(root, "entries", entries);
	set_list(root, "deleted", deletions_json(feed->deletions));
	return root;
}
