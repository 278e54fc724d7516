#ifndef NW_STORY_STORY_H
#define NW_STORY_STORY_H

#include <stdbool.h>

#include "base/hash.h"
#include "story/sketch.h"

/*
 * Stories: which articles tell the same news. An article joins the story of what it is a
 * near-copy of, or else of what tells the same in other words, in its language and within
 * a window of time; or it opens a story of its own. Nothing is ever moved from one story to
 * another. The same articles in the same order give the same answers.
 *
 * For one thread. All times are Unix seconds. Memory has a limit: beyond `articles` of them
 * the oldest are forgotten, and a story with its last one.
 */
struct nw_stories;

struct nw_stories_options { /* 0: what stands in brackets */
	size_t articles;    /* held at most, about 500 bytes each, taken as they come (1,000,000) */
	int64_t window_s;   /* two reports further apart are not the same news (72 h) */
	int64_t quiet_s;    /* without an article until a story is quiet (6 h) */
	int64_t close_s;    /* and until it is closed (24 h) */
};

struct nw_stories *nw_stories_new(const struct nw_stories_options *options);
void nw_stories_free(struct nw_stories *stories);

enum nw_story_state { NW_STORY_OPEN, NW_STORY_QUIET, NW_STORY_CLOSED };

/* A story as it stands. Strings and tags are valid until the next call that changes any. */
#define NW_STORY_TAGS 32
struct nw_story {
	struct nw_hash id;   /* that of its first article */
	struct nw_str title; /* of its first article; empty when that is long forgotten */
	char language[4];
	int64_t opened_s, last_s; /* when its first and its newest article were seen */
	uint32_t articles;        /* that stand: without those withdrawn */
	/* Independent: near-copies are one, and so are articles of one site. 255: that or more. */
	uint32_t sources;
	enum nw_story_state state;
	struct nw_str tags[NW_STORY_TAGS]; /* of all its articles, in the order they came */
	size_t n_tags;
};

struct nw_story_article {
	struct nw_hash id;
	const struct nw_sketch *sketch;
	struct nw_str title, site; /* site: who published it; the same string, the same source */
	int64_t published_s;       /* 0: not known */
	int64_t seen_s; /* now; a time before that of the article before counts as that */
	const struct nw_str *tags;
	size_t n_tags;
};

/* What became of an article. */
struct nw_joined {
	struct nw_hash story;
	bool opened;         /* a story of its own */
	bool reopened;       /* its story was closed */
	bool is_copy;        /* a near-copy of `like` */
	bool is_version;     /* an article that was known: counted before */
	bool new_source;     /* it made the story's independent sources one more */
	struct nw_hash like; /* the article it was joined for; zero when it opened a story */
	double score;        /* how alike they are, 0 to 1: the reason */
};

/*
 * An article whose id is known is a new version of it: its words count from now on, its
 * story stays, whatever they say, since what was told of it was told as that story.
 */
void nw_stories_join(struct nw_stories *stories, const struct nw_story_article *article,
	struct nw_joined *joined);

/*
 * Withdraws an article: it counts no more, as an article or a source. False when it is not
 * known. *story: what is left of its story, which may be no article.
 */
bool nw_stories_cancel(struct nw_stories *stories, struct nw_hash article, struct nw_hash *story);

/* The withdrawal was none: the article counts again. */
void nw_stories_stand(struct nw_stories *stories, struct nw_hash article);

/*
 * At start, oldest first: an article with the story that it joined then. Of what became of it
 * then `story`, `like`, `is_copy` and `score` are wanted; is_found: all but the story is to be
 * found again, which takes ten times as long. Sketches may be left out (NULL) for what is only
 * to be counted.
 */
void nw_stories_restore(struct nw_stories *stories, const struct nw_story_article *article,
	const struct nw_joined *then, bool is_found);

/* Says which stories became quiet or closed by now_s, the longest without an article first. */
void nw_stories_tick(struct nw_stories *stories, int64_t now_s,
	void (*on_change)(void *arg, const struct nw_story *story), void *arg);

/* False when there is none of that id. */
bool nw_stories_get(const struct nw_stories *stories, struct nw_hash id, struct nw_story *story);

/* The story an article is in; false when it is not known. */
bool nw_stories_of(struct nw_stories *stories, struct nw_hash article, struct nw_hash *story);

/* Whether an article is known, and was not withdrawn. */
bool nw_stories_stands(struct nw_stories *stories, struct nw_hash article);

/* Every story held, in no order, until `on_story` answers false. */
void nw_stories_each(const struct nw_stories *stories,
	bool (*on_story)(void *arg, const struct nw_story *story), void *arg);

/* Articles and stories held, and articles compared so far: what a join costs is bounded. */
struct nw_stories_counts {
	size_t articles, stories, open;
	uint64_t steps;
};
struct nw_stories_counts nw_stories_count(const struct nw_stories *stories);

#endif
