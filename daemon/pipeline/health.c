#include "pipeline/health.h"

#include "article/encode.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/when.h"
#include "store/errand.h"

#define NOTICE_MAX ((size_t)64 << 10)
#define REASON_MAX 512 /* bytes */

/* extension is taken over; the title may hold anything. */
static void fill(struct nw_arena *arena, struct nw_str key, json_t *extension, struct nw_str text,
	struct nw_health *health)
{
	const struct nw_str title = nw_text_line(arena, text);
	struct nw_buf json;

	nw_buf_init(&json, NOTICE_MAX);
	nw_notice_encode(&json, extension, title);
	*health = (struct nw_health){.key = {.key = key},
		.record = {.kind = NW_KIND_HEALTH,
			.version = 1,
			.json = nw_arena_str(arena, nw_buf_str(&json)),
			.text = nw_arena_printf(arena, "%.*s\n", NW_ARG(title)),
			.n_keys = json.failed ? 0 : 1}};
	nw_buf_clear(&json);
}

void nw_health_of_feed(struct nw_arena *arena, const struct nw_polled *feed,
	enum nw_feed_status was, struct nw_health *health)
{
	const struct nw_feed_state *s = &feed->state;
	const struct nw_str reason = nw_text_line(arena, nw_str_head(s->reason, REASON_MAX));
	const struct nw_str colon = reason.n ? NW_STR(": ") : NW_STR("");
	json_t *extension = json_object();
	char when[NW_WHEN_TEXT];

	nw_json_set_str(extension, "feed", s->id);
	nw_json_set_str(extension, "state", s->state);
	nw_json_set_str(extension, "was", nw_str(nw_feed_status_rows[was].name));
	nw_json_set(
		extension, "failing", json_boolean(nw_feed_status_rows[feed->status].is_failure));
	nw_json_set_str(extension, "reason", reason);
	nw_json_set_str(extension, "since", nw_str(nw_when_rfc3339(s->state_since_s, when)));
	fill(arena, nw_arena_printf(arena, "sys/feed/%.*s/", NW_ARG(s->id)), extension,
		nw_arena_printf(arena, "feed %.*s: %.*s%.*s%.*s", NW_ARG(s->id), NW_ARG(s->state),
			NW_ARG(colon), NW_ARG(reason)),
		health);
}

enum nw_err nw_health_append(
	struct nw_journal *journal, struct nw_health *health, struct nw_error *error)
{
	bool is_new;

	if (!health->record.n_keys)
		return NW_OK;
	health->record.keys = &health->key;
	health->record.unix_ms = nw_unix_ms();
	return nw_journal_append(journal, &health->record, &is_new, error);
}

/* --- a reload --- */

struct telling {
	struct nw_errand errand; /* first, so that a job is one */
	struct nw_health health;
};

static enum nw_err write_health(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	return nw_health_append(journal, &((struct telling *)job)->health, error);
}

/*
 * Only where a mistake is: what is wrong there may be a password in a URL, and the bus has
 * more readers than the log.
 */
static struct nw_str place_of(struct nw_arena *arena, const struct nw_error *mistake)
{
	const char *slash = strrchr(mistake->file, '/');
	const char *file = slash ? slash + 1 : mistake->file;

	if (!file[0])
		return NW_STR("the log says why");
	return nw_text_line(arena,
		nw_arena_printf(
			arena, "%s:%d:%d, the log says why", file, mistake->line, mistake->column));
}

void nw_pipeline_tell_reload(struct nw_pipeline *p, const struct nw_error *mistake)
{
	/* Of its end the log needs no word: it has told of the reload, and of the database's trouble. */
	struct telling *t = nw_errand_new(sizeof(*t), write_health, NULL);
	struct nw_arena *arena = t->errand.arena;
	json_t *extension = json_object();
	struct nw_str title = NW_STR("reloaded"), reason = NW_STR("");

	if (mistake) {
		reason = place_of(arena, mistake);
		title = nw_arena_printf(arena, "reload refused: %.*s", NW_ARG(reason));
	}
	nw_json_set_str(extension, "reload", mistake ? NW_STR("refused") : NW_STR("taken"));
	nw_json_set_str(extension, "reason", reason);
	nw_json_set_int(extension, "feeds", (int64_t)p->snapshot->config->n_feeds);
	nw_json_set_int(extension, "topics", (int64_t)nw_topics_count(p->snapshot->topics));
	fill(arena, NW_STR("sys/reload/"), extension, title, &t->health);
	nw_errand_post(&t->errand, p->visit_steps.box[NW_STORE]);
}
