#ifndef NW_ARTICLE_ENCODE_H
#define NW_ARTICLE_ENCODE_H

#include "base/buf.h"
#include "base/json.h"
#include <newswire/article.h>

/*
 * The one encoded form: a JSON Feed 1.1 item whose first member is _newswire,
 * and in that, first, seq. What is kept is the object without its head, which
 * is written once the sequence number is known:
 *   {"_newswire":{"seq":42   then what nw_article_encode wrote.
 */
void nw_article_encode(struct nw_buf *tail, const struct nw_article *article);
/* The member _newswire.story, for before what was encoded while the story was not known yet. */
void nw_article_encode_story(struct nw_buf *head, const struct nw_article_story *story);
/*
 * The member _newswire.first of a version that follows another: what the article's first version
 * said of when it is from. last: the version before, as it was encoded.
 */
void nw_article_encode_first(struct nw_buf *head, struct nw_str last);
/*
 * The same of an article that its publisher has taken back: of what was said last only
 * what tells which it was is repeated. last: as it was encoded; story: as it stands without
 * the article, its id empty where it is not known; other strings may be empty.
 */
struct nw_cancelled {
	struct nw_str last, when, reason;
	const struct nw_article_story *story;
};
void nw_cancel_encode(struct nw_buf *tail, const struct nw_cancelled *cancelled);
/* The same of what is no article: the members of _newswire, taken over, and a title. */
void nw_notice_encode(struct nw_buf *tail, json_t *extension, struct nw_str title);
void nw_article_join(struct nw_buf *json, int64_t seq, struct nw_str tail);

/* The member _newswire.tags of one article; the caller owns it. */
json_t *nw_article_tags_json(const struct nw_tag *tags);

#endif
