#ifndef NW_PIPELINE_WITHDRAW_H
#define NW_PIPELINE_WITHDRAW_H

#include "pipeline/internal.h"

/*
 * Items that a feed says were taken back (newswire/feed.h): whoever was sent the article
 * is sent a record of kind cancel, under the same keys.
 */
struct nw_withdrawal {
	struct nw_hash article;
	struct nw_seen_mark mark; /* of the deletion itself, which a feed repeats for a while */
	const struct nw_feed_deletion *deletion;
	struct nw_buf json;
	bool is_counted_out;           /* of its story, before it is written */
	struct nw_article_story story; /* as it stands without it; id empty: not known */
	struct nw_record told;         /* of the story; without a key there is nothing to tell */
	bool is_written;               /* there was such an article, and it is taken back now */
};

/* On the LOOP: those of the visit's feed that are news, into visit->withdrawn. */
void nw_withdraw_admit(struct nw_visit *v);
/* On the LOOP, before the STORE has them: they count in no story any more. */
void nw_withdraw_count_out(struct nw_visit *v);
/* On the STORE thread; perhaps several times. */
enum nw_err nw_withdraw_write(
	struct nw_visit *v, struct nw_journal *journal, struct nw_error *error) NW_MUST;
/* On the LOOP, once it is: what was not written counts in its story again. */
void nw_withdraw_settle(struct nw_visit *v);
/* Nothing of it was kept: the deletions are met again. */
void nw_withdraw_forget(struct nw_visit *v);
void nw_withdraw_free(struct nw_visit *v);

#endif
