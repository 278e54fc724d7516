#ifndef NW_CLI_OPTION_H
#define NW_CLI_OPTION_H

#include <stdbool.h>

#include "cli/command.h"

/*
 * Goes over a command's whole line before it runs. *done: nothing is left to
 * do, since help was asked for and printed or the line is wrong and that was
 * said; the answer is then the exit code.
 */
int nw_cli_check(const struct nw_command *command, int argc, char **argv, bool *done);

#endif
