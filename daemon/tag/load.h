#ifndef NW_TAG_LOAD_H
#define NW_TAG_LOAD_H

#include <newswire/tag.h>

/* A .topic or .set file in memory; borrowed while it is loaded only. */
struct nw_topic_file {
	struct nw_str name, text;
};

/*
 * As nw_topics_load, of files that are held already. dir is what problems name
 * before the file and where the tests' stories are.
 */
NW_MUST enum nw_err nw_topics_build(const char *dir, const struct nw_topic_file *files, size_t n,
	const struct nw_complain *complain, struct nw_topics **topics);

#endif
