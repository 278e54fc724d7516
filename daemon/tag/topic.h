#ifndef NW_TAG_TOPIC_H
#define NW_TAG_TOPIC_H

#include "base/hash.h"
#include "tag/expr.h"

/* Topic and set files as read: what compile.c and the tests work from. */
enum nw_section {
	NW_SECTION_SCORE,
	NW_SECTION_MATCH,
	NW_SECTION_REQUIRE,
	NW_SECTION_EXCLUDE,
	NW_SECTION_TESTS,
	NW_SECTIONS, /* before the first one */
};

struct nw_node; /* compile.h */

/* One line of a section other than tests. */
struct nw_rule {
	struct nw_rule *next;
	enum nw_section section;
	double points; /* of a score line */
	struct nw_expr *expr;
	struct nw_node *node; /* what it is compiled to */
	size_t at;
	struct nw_str place; /* "libya.topic:12" */
};

struct nw_topic_test {
	struct nw_topic_test *next;
	bool yes;
	struct nw_str text; /* line ends where " // " was; or the path of a file */
	bool is_file;
	size_t at;
};

struct nw_topic {
	struct nw_topic *next;
	struct nw_source *source;
	struct nw_str name, label;
	bool has_score;
	double score;
	size_t score_at;
	struct nw_rule *rules; /* in the file's order */
	struct nw_topic_test *tests;
	char hash[NW_HASH_HEX + 1]; /* of its text and of its sets' */
};

/* The sets of a file, not parsed yet, put before those that are there. */
void nw_sets_read(struct nw_parse *parse, struct nw_source *source);

/* NULL when nothing of it can be used. Problems are told and counted in the source. */
struct nw_topic *nw_topic_read(struct nw_parse *parse, struct nw_source *source);

/* What is wrong with a topic though each of its lines can be read. */
void nw_topic_lint(struct nw_topic *topic);

/* The sum of a topic's points cannot be more than this. */
double nw_topic_most(const struct nw_topic *topic);

/* What the next line of patterns holds, several physical ones where an operator joins them. */
struct nw_lines {
	struct nw_source *source;
	size_t at;
};
/* False at the end; else one line without its comment and the white space around it. */
bool nw_lines_next(struct nw_lines *lines, size_t *at, size_t *end);
/* Takes the lines that go on from the one that ends at *end. */
void nw_lines_join(struct nw_lines *lines, size_t *end);
/* "[name]" gives the name. */
bool nw_lines_header(const struct nw_source *source, size_t at, size_t end, struct nw_str *name);

#endif
