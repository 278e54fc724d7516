/* What a letter carries: alert/message.h says what is in it. */
#include "alert/desk.h"
#include "alert/extract.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/when.h"
#include "changes/changes.h"

#define TITLE_BYTES 300
#define SOURCE_BYTES 80
#define URL_BYTES 1000 /* a longer one is left out: half of it leads nowhere */
#define SOURCES_SHOWN 10
#define PAYLOAD_MAX ((size_t)1 << 20)

static void set_cut(json_t *o, const char *key, struct nw_arena *arena, struct nw_str s, size_t max)
{
	nw_json_set_str(o, key, nw_extract_cut(arena, s, max));
}

static void set_moment(json_t *o, const char *key, const struct nw_zone *zone, int64_t unix_s)
{
	char text[NW_WHEN_TEXT];

	nw_json_set_str(o, key, nw_str(nw_zone_rfc3339(zone, unix_s, text)));
}

static void set_published(json_t *o, const struct nw_zone *zone, struct nw_when published)
{
	char text[NW_WHEN_TEXT];

	if (published.precision == NW_WHEN_DAY)
		nw_json_set_str(o, "published", nw_str(nw_when_day(published, text)));
	else if (published.precision == NW_WHEN_SECOND)
		set_moment(o, "published", zone, published.unix_s);
}

static json_t *article_json(
	const struct nw_rule_ready *rule, const struct nw_event *event, struct nw_arena *arena)
{
	json_t *o = json_object();

	nw_json_set_str(o, "id", event->id);
	nw_json_set_int(o, "version", event->version);
	if (event->url.n <= URL_BYTES)
		nw_json_set_str(o, "url", event->url);
	set_cut(o, "title", arena, event->title, TITLE_BYTES);
	set_cut(o, "source", arena, event->source, SOURCE_BYTES);
	set_cut(o, "feed", arena, event->feed, SOURCE_BYTES);
	set_cut(o, "country", arena, event->country, SOURCE_BYTES);
	set_cut(o, "language", arena, event->language, SOURCE_BYTES);
	set_published(o, rule->zone, event->published);
	set_moment(o, "seen", rule->zone, event->unix_ms / 1000);
	return o;
}

json_t *nw_payload_report(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena)
{
	json_t *o = json_object();

	nw_json_set(o, "article", article_json(rule, event, arena));
	nw_json_set(o, "extract", nw_extract_lines(rule, event, asked, arena));
	nw_json_set(o, "why", nw_extract_why(rule, event, asked, arena));
	nw_json_set_str(o, "lead", nw_changes_lead(event->body));
	return o;
}

static struct nw_str written(const struct nw_turn *turn, json_t *o)
{
	struct nw_buf text;
	struct nw_str payload;

	nw_buf_init(&text, PAYLOAD_MAX);
	nw_json_write(&text, o);
	payload = nw_arena_str(turn->arena, nw_buf_str(&text));
	nw_buf_clear(&text);
	json_decref(o);
	return payload;
}

static json_t *head_json(
	const struct nw_turn *turn, const struct nw_desk *desk, struct nw_str transition)
{
	json_t *o = json_object();

	nw_json_set_str(o, "rule", desk->rule->config->name);
	nw_json_set_str(o, "transition", transition);
	set_moment(o, "at", desk->rule->zone, turn->now_s);
	return o;
}

static json_t *story_json(
	const struct nw_desk *desk, const struct nw_incident *incident, const json_t *report)
{
	json_t *o = json_object();

	nw_json_set_str(o, "id", incident->story);
	nw_json_set_str(o, "title", nw_json_get_str(json_object_get(report, "article"), "title"));
	nw_json_set_int(o, "articles", incident->articles);
	nw_json_set_int(o, "sources", incident->sources);
	set_moment(o, "first", desk->rule->zone, incident->opened_s);
	return o;
}

static void set_sources(json_t *o, const struct nw_incident *incident)
{
	json_t *reports = nw_incident_list(incident->reports), *list = json_array();

	for (size_t i = 0; i < json_array_size(reports) && i < SOURCES_SHOWN; i++) {
		const json_t *r = json_object_get(json_array_get(reports, i), "article");
		json_t *s = json_object();

		nw_json_set_str(s, "source", nw_json_get_str(r, "source"));
		nw_json_set_str(s, "title", nw_json_get_str(r, "title"));
		nw_json_set_str(s, "url", nw_json_get_str(r, "url"));
		nw_json_set_str(s, "seen", nw_json_get_str(r, "seen"));
		nw_json_append(list, s);
	}
	if (incident->sources > json_array_size(list))
		nw_json_set_int(o, "more_sources",
			(int64_t)incident->sources - (int64_t)json_array_size(list));
	nw_json_set(o, "sources", list);
	json_decref(reports);
}

static void set_from(json_t *o, const json_t *report, const char *key)
{
	json_t *value = json_object_get(report, key);

	if (value)
		nw_json_set(o, key, json_incref(value));
}

struct nw_str nw_payload_incident(const struct nw_turn *turn, const struct nw_incident *incident,
	const json_t *report, struct nw_str transition, enum nw_incident_state state,
	struct nw_str note)
{
	const struct nw_desk *desk = nw_desk_of(turn, incident);
	json_t *o = head_json(turn, desk, transition);

	nw_json_set_str(o, "incident", incident->id);
	nw_json_set_str(o, "state", nw_str(nw_incident_state_names[state]));
	nw_json_set_str(o, "note", note);
	nw_json_set(o, "story", story_json(desk, incident, report));
	set_from(o, report, "article");
	set_from(o, report, "extract");
	set_from(o, report, "why");
	if (incident->changes.n && (state == NW_INCIDENT_UPDATED || state == NW_INCIDENT_CORRECTED))
		nw_json_set(o, "changes", nw_incident_list(incident->changes));
	set_sources(o, incident);
	return written(turn, o);
}

/* What was told at once is past: it keeps the name that it was told by. */
static struct nw_str item_transition(
	const struct nw_turn *turn, const struct nw_incident *incident, unsigned tellings)
{
	unsigned telling = 0;

	while (telling + 1 < NW_N_TELLINGS && !(tellings >> telling & 1))
		telling++;
	return nw_tell_transition(
		turn, incident, (enum nw_telling)telling, !(incident->queued_rest >> telling & 1));
}

json_t *nw_payload_item(
	const struct nw_turn *turn, const struct nw_incident *incident, unsigned tellings)
{
	json_t *o = json_object(), *report = nw_incident_shown(incident);
	const json_t *article = json_object_get(report, "article");

	nw_json_set_str(o, "incident", incident->id);
	nw_json_set_str(o, "transition", item_transition(turn, incident, tellings));
	nw_json_set_str(o, "id", nw_json_get_str(article, "id"));
	nw_json_set_str(o, "title", nw_json_get_str(article, "title"));
	nw_json_set_str(o, "source", nw_json_get_str(article, "source"));
	nw_json_set_str(o, "url", nw_json_get_str(article, "url"));
	nw_json_set_str(o, "published", nw_json_get_str(article, "published"));
	nw_json_set_str(o, "seen", nw_json_get_str(article, "seen"));
	nw_json_set_int(o, "sources", incident->sources);
	json_decref(report);
	return o;
}

struct nw_str nw_payload_digest(const struct nw_turn *turn, const struct nw_desk *desk,
	struct nw_str transition, json_t *items, size_t more)
{
	json_t *o = head_json(turn, desk, transition);

	nw_json_set(o, "items", items);
	if (more)
		nw_json_set_int(o, "more_items", (int64_t)more);
	return written(turn, o);
}

struct nw_str nw_payload_test(
	const struct nw_turn *turn, const struct nw_desk *desk, struct nw_str transition)
{
	json_t *o = head_json(turn, desk, transition), *article = json_object(),
	       *line = json_array(), *lines = json_array(), *piece = json_object();

	nw_json_set(o, "test", json_true());
	nw_json_set_str(o, "note", NW_STR("this is a test: nothing has happened"));
	nw_json_set_str(article, "title", NW_STR("A test of this alert"));
	nw_json_set_str(article, "source", NW_STR("newswired"));
	set_moment(article, "seen", desk->rule->zone, turn->now_s);
	nw_json_set(o, "article", article);
	nw_json_set_str(piece, "text", NW_STR("If you read this, the channel works."));
	nw_json_append(line, piece);
	nw_json_append(lines, line);
	nw_json_set(o, "extract", lines);
	return written(turn, o);
}
