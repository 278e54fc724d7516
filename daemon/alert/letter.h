#ifndef NW_ALERT_LETTER_H
#define NW_ALERT_LETTER_H

#include "alert/channel.h"
#include "base/json.h"

/*
 * A letter as JSON, for programs: the message's (alert/message.h) with "key", which a repeat
 * has again, and "channel". The caller owns it. NULL never.
 */
json_t *nw_letter_json(const struct nw_delivery *d);
/* As one line, with its end, in the delivery's arena. */
struct nw_str nw_letter_line(const struct nw_delivery *d);

/*
 * A template is a JSON value; in each of its strings {{NAME}} is replaced. The names: subject,
 * text, brief, link, html, key, rule, incident, transition, channel; a string that is just
 * "{{json}}" becomes the letter's JSON. What is put in is always a string's content, so that
 * no text of an article can change the form. NW_E_SYNTAX: no JSON, or a name nobody knows.
 */
enum nw_letter_dialect {
	NW_LETTER_PLAIN,
	NW_LETTER_SLACK,    /* & < > as entities: no mentions, no links but ours */
	NW_LETTER_MARKDOWN, /* as it stands: nothing is made bold, a link, an image, a mention */
};

struct nw_letter_template {
	struct nw_str json;
	enum nw_letter_dialect dialect;
	size_t max; /* units of UTF-16 of a value, as written here; the rest is cut off; 0: all */
};

/* Whether a template could be filled: NW_E_SYNTAX as below. */
enum nw_err nw_letter_check(struct nw_str json, struct nw_error *error) NW_MUST;

enum nw_err nw_letter_fill(const struct nw_delivery *d, const struct nw_letter_template *template,
	struct nw_str *filled, struct nw_error *error) NW_MUST;

#endif
