#include "pipeline/internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/url.h"

/* An empty link, or "#", leads to the feed itself, which is no page of the item. */
static struct nw_str link_of(struct nw_arena *arena, const struct nw_item *item, struct nw_str own)
{
	struct nw_str link = item->link;

	if (!link.n && item->guid_is_link)
		link = item->id;
	link = nw_url_canonical(arena, link);
	return nw_str_eq(link, own) ? (struct nw_str){0} : link;
}

/* The first item with this key; the item itself where it is the first, or has none. */
static struct nw_sighting *first_with(struct nw_map *map, struct nw_str key, struct nw_sighting *s)
{
	struct nw_sighting *first = key.n ? nw_map_get(map, key) : s;

	if (!first) {
		nw_map_put(map, key, s);
		first = s;
	}
	return first;
}

/*
 * A guid that several items of one document have, each with another link, names the
 * feed and not the item; a link that several have, each with another guid (posts of
 * one live page, links to a front page), names the page. Neither tells items apart.
 */
struct nw_sighting *nw_sightings(
	struct nw_arena *arena, const struct nw_feed *feed, struct nw_str url)
{
	const struct nw_str own = nw_url_canonical(arena, url);
	struct nw_sighting *all = NW_ARENA_ARRAY(arena, struct nw_sighting, feed->n_items);
	struct nw_map guids = {0}, urls = {0};
	size_t n = 0;

	for (const struct nw_item *item = feed->items; item; item = item->next, n++) {
		struct nw_sighting *s = &all[n], *same_guid, *same_url;

		s->item = item;
		s->link = link_of(arena, item, own);
		same_guid = first_with(&guids, item->id, s);
		same_url = first_with(&urls, s->link, s);
		s->repeated =
			same_guid != s && same_url != s && nw_str_eq(same_guid->link, s->link);
		same_guid->guid_shared |= !nw_str_eq(same_guid->link, s->link);
		same_url->url_shared |= !nw_str_eq(same_url->item->id, item->id);
	}
	for (size_t i = 0; i < n; i++) {
		struct nw_sighting *s = &all[i];
		const bool guid_shared = first_with(&guids, s->item->id, s)->guid_shared;
		const bool url_shared = first_with(&urls, s->link, s)->url_shared;

		s->guid = guid_shared ? (struct nw_str){0} : s->item->id;
		s->url = url_shared && !guid_shared ? (struct nw_str){0} : s->link;
	}
	nw_map_clear(&guids);
	nw_map_clear(&urls);
	return all;
}
