#include "alert/channel.h"
#include "alert/letter.h"
#include "base/str.h"

/*
 * A program: its arguments are the configuration's alone, what the letter says comes on its
 * standard input. With exit code 0 it has been delivered; with any other, a signal, or past its
 * time, it is tried again, and what it said is the reason.
 */
static void on_end(void *arg, const struct nw_child_end *end)
{
	struct nw_delivery *d = arg;
	const bool is_done = end->code == 0 && !end->timed_out;
	struct nw_delivered delivered = {.state = is_done ? NW_DELIVERED : NW_DELIVER_AGAIN};
	struct nw_str how;

	if (end->timed_out)
		how = NW_STR("timeout: the program was ended");
	else if (end->signal)
		how = nw_arena_printf(d->arena, "the program was ended by signal %d", end->signal);
	else
		how = nw_arena_printf(d->arena, "the program ended with %d", end->code);
	delivered.reason = nw_arena_printf(d->arena, "%.*s%s%.*s", NW_ARG(how),
		end->output.n ? ": " : "", NW_ARG(end->output));
	nw_delivery_end(d, &delivered);
}

static enum nw_err start(struct nw_delivery *d, struct nw_error *error)
{
	const struct nw_child_request request = {.argv = d->channel->argv.v,
		.in = nw_letter_line(d),
		.timeout_ms = d->channel->timeout_ms};

	return nw_child_start(d->world->loop, &request, on_end, d, &d->child, error);
}

const struct nw_channel_kind nw_channel_exec = {"exec", start, NW_C_LETTERS_EXEC_SENT};
