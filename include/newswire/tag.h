#ifndef NEWSWIRE_TAG_H
#define NEWSWIRE_TAG_H

#include <newswire/article.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Topics, newswire-topics(7): compiled once, immutable, matched from any number
 * of threads at a time.
 */
struct nw_topics;

/*
 * Reads every NAME.topic and NAME.set of a directory. Each problem is handed to
 * complain (may be NULL) with file, line, column; any problem fails the load and
 * *topics is NULL. The topics' own tests are not run here.
 */
NW_API NW_MUST enum nw_err nw_topics_load(
	const char *dir, const struct nw_complain *complain, struct nw_topics **topics);
NW_API void nw_topics_free(struct nw_topics *topics); /* NULL is fine */
NW_API size_t nw_topics_count(const struct nw_topics *topics);
NW_API struct nw_str nw_topics_name(const struct nw_topics *topics, size_t i);

/* Runs the [tests] of every topic; each that fails is a complaint. Returns how many failed, *n: how many ran. */
NW_API size_t nw_topics_test(
	const struct nw_topics *topics, const struct nw_complain *complain, size_t *n);

/*
 * The tags of an article, sorted by name, with their reasons, in the arena; the
 * article's own tags are not looked at. Never fails: a text of any size is matched,
 * up to the 65,536th place in it where some topic's words stand. The same article
 * and topics give the same result, always.
 */
NW_API struct nw_tag *nw_topics_match(
	const struct nw_topics *topics, const struct nw_article *article, struct nw_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
