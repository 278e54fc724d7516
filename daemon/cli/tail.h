#ifndef NW_CLI_TAIL_H
#define NW_CLI_TAIL_H

#include <stdbool.h>
#include <stdio.h>

#include <newswire/client.h>

/* What newswire tail does with a message: one of these a way, in files of their own. */

/* For a person: time, tags and title, then source and address. */
void nw_tail_show(FILE *out, const struct nw_message *message, bool colour);
/* The JSON Feed item on one line, the text in it as content_text. */
void nw_tail_json(FILE *out, const struct nw_message *message);
/* The text as it is, and two empty lines, which no text has. */
void nw_tail_text(FILE *out, const struct nw_message *message);

/*
 * Runs a shell command with the text on its standard input and NEWSWIRE_KEY, _KIND,
 * _SEQ, _ID and _URL in its environment; waits for it. False, said on standard
 * error, when it could not be run or did not end with 0.
 */
bool nw_tail_exec(const char *command, const struct nw_message *message);

/*
 * "42": after that seq. "2h", "30m ago", "7d": that long before now_s. Anything else is
 * a time, as RFC 3339 writes it or a day alone. False when it is none of these.
 */
bool nw_tail_since(const char *text, int64_t now_s, struct nw_client_options *options);

#endif
