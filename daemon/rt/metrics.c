#include "rt/metrics.h"

#include <stdatomic.h>

const struct nw_counter_row nw_counter_rows[NW_N_COUNTERS] = {
	[NW_C_VISITS] = {"feed_visits_total", "Visits paid to feeds."},
	[NW_C_VISITS_UNCHANGED] = {"feed_visits_unchanged_total", "Visits that found nothing new."},
	[NW_C_VISITS_NOT_MODIFIED] = {"feed_visits_not_modified_total",
		"Visits that were answered with 304."},
	[NW_C_VISITS_FAILED] = {"feed_visits_failed_total", "Visits that ended in a failure."},
	[NW_C_ITEMS_NEW] = {"feed_items_new_total", "Items met for the first time."},
	[NW_C_ITEMS_CHANGED] = {"feed_items_changed_total", "Items met again with other words."},
	[NW_C_PAGES] = {"pages_total", "Article pages asked for."},
	[NW_C_PAGES_FAILED] = {"pages_failed_total", "Article pages that could not be had."},
	[NW_C_BYTES_IN] = {"received_bytes_total", "Bytes received over HTTP, as they came."},
	[NW_C_ARTICLES] = {"articles_total", "Articles written to the journal."},
	[NW_C_ARTICLES_TAGGED] = {"articles_tagged_total", "Articles on at least one topic."},
	[NW_C_STORIES_OPENED] = {"stories_opened_total", "Articles that opened a story."},
	[NW_C_STORIES_JOINED] = {"stories_joined_total",
		"Articles that joined a story that was there."},
	[NW_C_COPIES] = {"stories_copies_total", "Of these, near-copies of another article."},
	[NW_C_PUBLISHED] = {"bus_messages_total", "Messages published to the bus."},
	[NW_C_REPLAYED] = {"bus_messages_replayed_total",
		"Messages sent in answer to replay requests."},
	[NW_C_REPLAY_REQUESTS] = {"bus_replay_requests_total", "Replay requests answered."},
	[NW_C_REPLAY_REFUSED] = {"bus_replay_refused_total", "Replay requests and ACKs refused."},
	[NW_C_CURSORS_MOVED] = {"bus_cursors_moved_total", "ACKs kept."},
	[NW_C_SUBSCRIPTIONS] = {"bus_subscriptions_total", "Subscriptions taken."},
	[NW_C_SUBSCRIPTIONS_REFUSED] = {"bus_subscriptions_refused_total",
		"Subscriptions refused."},
	[NW_C_CLIENTS_REFUSED] = {"bus_clients_refused_total",
		"Times somebody was not let in by CURVE."},
	[NW_C_DROPPED] = {"bus_messages_dropped_total",
		"Times a subscriber fell too far behind to get all live."},
	[NW_C_FLOODS] = {"bus_floods_cut_total", "Peers cut off for sending too much."},
	[NW_C_TRIMMED] = {"journal_trimmed_total", "Messages removed from the journal."},
	[NW_C_HTTP_REQUESTS] = {"http_requests_total", "HTTP requests answered."},
	[NW_C_HTTP_REFUSED] = {"http_requests_refused_total",
		"HTTP requests answered with an error."},
	[NW_C_HTTP_DENIED] = {"http_requests_denied_total",
		"HTTP requests from other machines without a token for what they ask."},
	[NW_C_HTTP_MESSAGES] = {"http_messages_total", "Messages sent on HTTP streams."},
	[NW_C_LETTERS_MAIL_SENT] = {"letters_mail_sent_total", "Alerts delivered by e-mail."},
	[NW_C_LETTERS_MAIL_FAILED] = {"letters_mail_failed_total",
		"Attempts by e-mail that failed."},
	[NW_C_LETTERS_MAIL_DEAD] = {"letters_mail_dead_total",
		"Alerts by e-mail that were given up."},
	[NW_C_LETTERS_WEBHOOK_SENT] = {"letters_webhook_sent_total",
		"Alerts delivered to webhooks."},
	[NW_C_LETTERS_WEBHOOK_FAILED] = {"letters_webhook_failed_total",
		"Attempts to webhooks that failed."},
	[NW_C_LETTERS_WEBHOOK_DEAD] = {"letters_webhook_dead_total",
		"Alerts to webhooks that were given up."},
	[NW_C_LETTERS_NTFY_SENT] = {"letters_ntfy_sent_total", "Alerts delivered to ntfy servers."},
	[NW_C_LETTERS_NTFY_FAILED] = {"letters_ntfy_failed_total",
		"Attempts to ntfy servers that failed."},
	[NW_C_LETTERS_NTFY_DEAD] = {"letters_ntfy_dead_total",
		"Alerts to ntfy servers that were given up."},
	[NW_C_LETTERS_EXEC_SENT] = {"letters_exec_sent_total", "Alerts delivered to programs."},
	[NW_C_LETTERS_EXEC_FAILED] = {"letters_exec_failed_total",
		"Attempts to programs that failed."},
	[NW_C_LETTERS_EXEC_DEAD] = {"letters_exec_dead_total",
		"Alerts to programs that were given up."},
	[NW_C_LETTERS_FILE_SENT] = {"letters_file_sent_total", "Alerts delivered into files."},
	[NW_C_LETTERS_FILE_FAILED] = {"letters_file_failed_total",
		"Attempts into files that failed."},
	[NW_C_LETTERS_FILE_DEAD] = {"letters_file_dead_total",
		"Alerts into files that were given up."},
};

static _Atomic uint64_t counters[NW_N_COUNTERS];

void nw_count(enum nw_counter counter, uint64_t more)
{
	atomic_fetch_add_explicit(&counters[counter], more, memory_order_relaxed);
}

uint64_t nw_counter_value(enum nw_counter counter)
{
	return atomic_load_explicit(&counters[counter], memory_order_relaxed);
}
