#ifndef NW_FEED_FORMAT_H
#define NW_FEED_FORMAT_H

#include <stdbool.h>

#include <newswire/feed.h>

#include "markup/markup.h"
#include "markup/names.h"

struct nw_feed_scope {
	struct nw_str base; /* what relative references are resolved against; empty: nothing */
	struct nw_str lang; /* xml:lang in force */
};

/* What every reader of a document carries along; lives for one nw_feed_parse. */
struct nw_feed_reader {
	struct nw_arena *arena;
	const struct nw_feed_input *input;
	const struct nw_feed_limits *limits;
	struct nw_feed *feed;
	struct nw_item **tail; /* where the next item goes */
	struct nw_feed_deletion **deletion_tail;
	const struct nw_node *scope_node;  /* whose scope is kept, since neighbours share it */
	struct nw_feed_scope scope, outer; /* of scope_node; of the document itself */
	bool damaged;                      /* elements may be where nobody put them */
	int64_t period_s;                  /* sy:updatePeriod; 0: not said */
	int64_t per_period;                /* sy:updateFrequency; 0: not said */
};

/* A format of feeds written in XML. Adding one is a file and a row in feed.c. */
struct nw_feed_format {
	bool (*is)(const struct nw_node *root);
	/* Sets feed->format and reads the rest. */
	void (*read)(struct nw_feed_reader *r, const struct nw_node *root);
};

extern const struct nw_feed_format nw_feed_format_rss;
extern const struct nw_feed_format nw_feed_format_rdf;
extern const struct nw_feed_format nw_feed_format_atom;
extern const struct nw_feed_format nw_feed_format_cdf;
extern const struct nw_feed_format nw_feed_format_sitemap;

/* JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): the one that is not XML. */
NW_MUST enum nw_err nw_feed_read_json(struct nw_feed_reader *r, struct nw_error *error);

/* scope.c: xml:base (W3C xmlbase) and xml:lang in force at a node. */
struct nw_feed_scope nw_feed_scope_of(struct nw_feed_reader *r, const struct nw_node *n);
struct nw_str nw_feed_resolve(
	const struct nw_feed_reader *r, struct nw_str base, struct nw_str url);

/* tree.c: the vocabulary that RSS, RDF, Atom, CDF and their modules share. */
void nw_feed_read_tree(struct nw_feed_reader *r, const struct nw_node *root);
/* A new item at the end of the feed; NULL, and the feed cut, where the limit is reached. */
struct nw_item *nw_feed_new_item(struct nw_feed_reader *r, uint32_t line);
/* In any case, as CDF writes its attributes. */
struct nw_str nw_feed_attr_nocase(const struct nw_node *n, const char *name);

/*
 * channel.c and item.c. Several elements may say the same thing: how much each
 * is believed is its rank, so that their order in the document matters little.
 * Of equal ranks the last title and feed description count, and the first of the rest.
 */
enum nw_feed_rank {
	NW_RANK_NONE,
	NW_RANK_MODULE,  /* itunes, media: made for something else */
	NW_RANK_DC,      /* Dublin Core, and second choices of the format itself */
	NW_RANK_OWN,     /* the format's own element */
	NW_RANK_CERTAIN, /* one that cannot mean anything else */
};
struct nw_feed_ranks {
	unsigned char title, link, summary, content, id, image;
};
void nw_feed_read_channel(struct nw_feed_reader *r, const struct nw_node *n);
void nw_feed_read_channel_child(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n);
void nw_feed_read_item(struct nw_feed_reader *r, struct nw_item *item, const struct nw_node *n);

/* The element belongs to RSS or Atom themselves, not to a module beside them. */
bool nw_feed_is_core(const struct nw_node *n);

/* construct.c: text as RSS, Atom 0.3 (type, mode) and RFC 4287, section 3.1, carry it. */
struct nw_feed_text {
	struct nw_str value; /* plain text or an HTML fragment with absolute links */
	struct nw_str type; /* media type: "text/plain", "text/html", "application/xhtml+xml" ... */
	bool is_html;
};
struct nw_feed_text nw_feed_read_text(struct nw_feed_reader *r, const struct nw_node *n);
/* The same as an HTML fragment whatever it was. */
struct nw_str nw_feed_read_fragment(struct nw_feed_reader *r, const struct nw_node *n);
/* A title: text or inline HTML, and the same as one plain line. */
void nw_feed_set_title(struct nw_feed_reader *r, struct nw_feed_text text, struct nw_str *title,
	struct nw_str *line);
/* All text inside, trimmed. */
struct nw_str nw_feed_read_word(const struct nw_feed_reader *r, const struct nw_node *n);

/* fragment.c: HTML in strings. */
struct nw_str nw_fragment_absolute(struct nw_arena *a, struct nw_str html, struct nw_str base);
struct nw_str nw_fragment_escape(struct nw_arena *a, struct nw_str plain);
struct nw_str nw_fragment_strip(struct nw_arena *a, struct nw_str html);
/* Holds tags, and all of them are HTML's: how text of an unsaid type is told. */
bool nw_fragment_is_html(struct nw_str text);

/* field.c: what channels and items have alike. A list that is full takes no more, and cut says so. */
void nw_feed_set_date(struct nw_feed_date *date, struct nw_str raw);
void nw_feed_add_category(
	struct nw_feed_reader *r, struct nw_feed_category **list, struct nw_feed_category category);
void nw_feed_add_keywords(struct nw_feed_reader *r, struct nw_feed_category **list,
	struct nw_str words, struct nw_str scheme);
void nw_feed_add_link(
	struct nw_feed_reader *r, struct nw_feed_link **list, struct nw_feed_link link);
void nw_feed_add_enclosure(struct nw_feed_reader *r, struct nw_feed_enclosure **list,
	struct nw_str url, struct nw_str type, struct nw_str length);
void nw_feed_add_person(
	struct nw_feed_reader *r, struct nw_feed_person **list, struct nw_feed_person person);
/* <category>, <dc:subject>, <itunes:category>, <media:category> ... */
void nw_feed_read_category(
	struct nw_feed_reader *r, struct nw_feed_category **list, const struct nw_node *n);
/* <link> with an href or with text; what it stands for is in rel. */
struct nw_feed_link nw_feed_read_link(struct nw_feed_reader *r, const struct nw_node *n);
/* <cc:license rdf:resource="...">, <creativeCommons:license>URL</...> */
struct nw_feed_link nw_feed_read_license(struct nw_feed_reader *r, const struct nw_node *n);
/* How well a link serves as the one link of its feed or item; 0: not at all. */
unsigned char nw_feed_rank_link(const struct nw_feed_link *link);
/* The URL that an element of one of the many shapes of images names. */
struct nw_str nw_feed_read_image(struct nw_feed_reader *r, const struct nw_node *n);

/* person.c */
void nw_feed_read_person(
	struct nw_feed_reader *r, struct nw_feed_person **list, const struct nw_node *n);
/* "Name (mail@host)", "mail@host (Name)", "Name <mail@host>" or either alone. */
struct nw_feed_person nw_feed_parse_person(struct nw_arena *a, struct nw_str text);

/* poll.c: what a feed asks of those who poll it. */
void nw_feed_read_poll(struct nw_feed_reader *r, const struct nw_node *n);
void nw_feed_set_poll(struct nw_feed_reader *r);

/* refuse.c: says what a document that is no feed looks like. */
NW_MUST enum nw_err nw_feed_refuse(struct nw_str body, struct nw_error *error);

#endif
