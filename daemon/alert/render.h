#ifndef NW_ALERT_RENDER_H
#define NW_ALERT_RENDER_H

#include "alert/message.h"
#include "base/json.h"

/* Private to alert/message*.c: what the text and the HTML of a message have in common. */
struct nw_render {
	struct nw_arena *arena;
	const json_t *payload; /* its strings made plain */
	struct nw_str rule, title, link;
	struct nw_str label; /* "First report", "Now 5 sources" */
	struct nw_str subject;
};

#define NW_RENDER_MAX ((size_t)4 << 20)

/* "21 Nov 2026 07:04 (+02:00)", or the day alone; empty for what is no moment. */
struct nw_str nw_render_when(struct nw_arena *arena, struct nw_str rfc3339);
/* "Reuters, published ..., seen ...": the parts that there are. */
struct nw_str nw_render_byline(const struct nw_render *r, const json_t *article);
/* "libya (12 of 5): Haftar, LNA" */
struct nw_str nw_render_why(const struct nw_render *r, const json_t *why);
/* "3 sources, 5 articles"; empty when it is not known. */
struct nw_str nw_render_counts(const struct nw_render *r);
/* Label of an item of a digest. */
struct nw_str nw_render_label(const struct nw_render *r, struct nw_str transition, int64_t sources);
/* http or https, or empty. */
struct nw_str nw_render_url(const json_t *o, const char *key);

void nw_render_text(const struct nw_render *r, struct nw_buf *out);
void nw_render_notice(const struct nw_render *r, struct nw_buf *out);
void nw_render_html(const struct nw_render *r, struct nw_buf *out);

#endif
