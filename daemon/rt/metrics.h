#ifndef NW_RT_METRICS_H
#define NW_RT_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* Every counter there is; its row in metrics.c carries its name and sentence. Any thread may count. */
enum nw_counter {
	NW_C_VISITS,
	NW_C_VISITS_UNCHANGED,
	NW_C_VISITS_NOT_MODIFIED,
	NW_C_VISITS_FAILED,
	NW_C_ITEMS_NEW,
	NW_C_ITEMS_CHANGED,
	NW_C_PAGES,
	NW_C_PAGES_FAILED,
	NW_C_BYTES_IN,
	NW_C_ARTICLES,
	NW_C_ARTICLES_TAGGED,
	NW_C_STORIES_OPENED,
	NW_C_STORIES_JOINED,
	NW_C_COPIES,
	NW_C_PUBLISHED,
	NW_C_REPLAYED,
	NW_C_REPLAY_REQUESTS,
	NW_C_REPLAY_REFUSED,
	NW_C_CURSORS_MOVED,
	NW_C_SUBSCRIPTIONS,
	NW_C_SUBSCRIPTIONS_REFUSED,
	NW_C_CLIENTS_REFUSED,
	NW_C_DROPPED,
	NW_C_FLOODS,
	NW_C_TRIMMED,
	NW_C_HTTP_REQUESTS,
	NW_C_HTTP_REFUSED,
	NW_C_HTTP_DENIED,
	NW_C_HTTP_MESSAGES,
	NW_C_LETTERS_MAIL_SENT, /* of each type of channel three, in this order */
	NW_C_LETTERS_MAIL_FAILED,
	NW_C_LETTERS_MAIL_DEAD,
	NW_C_LETTERS_WEBHOOK_SENT,
	NW_C_LETTERS_WEBHOOK_FAILED,
	NW_C_LETTERS_WEBHOOK_DEAD,
	NW_C_LETTERS_NTFY_SENT,
	NW_C_LETTERS_NTFY_FAILED,
	NW_C_LETTERS_NTFY_DEAD,
	NW_C_LETTERS_EXEC_SENT,
	NW_C_LETTERS_EXEC_FAILED,
	NW_C_LETTERS_EXEC_DEAD,
	NW_C_LETTERS_FILE_SENT,
	NW_C_LETTERS_FILE_FAILED,
	NW_C_LETTERS_FILE_DEAD,
	NW_N_COUNTERS
};

struct nw_counter_row {
	const char *name; /* as Prometheus wants it, without the prefix */
	const char *help;
};

extern const struct nw_counter_row nw_counter_rows[NW_N_COUNTERS];

void nw_count(enum nw_counter counter, uint64_t more);
uint64_t nw_counter_value(enum nw_counter counter);

#endif
