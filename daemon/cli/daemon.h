#ifndef NW_CLI_DAEMON_H
#define NW_CLI_DAEMON_H

#include "base/json.h"
#include "cli/command.h"

/*
 * Asks the running daemon, over its control socket, for one page. The caller owns
 * *answer. runtime: the daemon's runtime directory; NULL: $NEWSWIRE_RUNTIME, else
 * /run/newswired.
 */
enum nw_err nw_cli_ask(
	const char *runtime, const char *page, json_t **answer, struct nw_error *error) NW_MUST;

/* The same, given up soon after nobody wants the answer any more: is_wanted is asked now and then. */
enum nw_err nw_cli_ask_while(const char *runtime, const char *page, bool (*is_wanted)(void),
	json_t **answer, struct nw_error *error) NW_MUST;

/* Posts a text to one of its pages. NW_E_GONE: what the text names is not there; error is then not set. */
enum nw_err nw_cli_tell(
	const char *runtime, const char *page, struct nw_str text, struct nw_error *error) NW_MUST;

/* The row that every command with a runtime directory has. */
#define NW_CLI_RUNTIME_OPTION                                                                  \
	{                                                                                      \
		'r', "runtime", "DIR",                                                         \
			"the daemon's runtime directory ($NEWSWIRE_RUNTIME or /run/newswired)" \
	}

const char *nw_cli_runtime(const char *given);

#endif
