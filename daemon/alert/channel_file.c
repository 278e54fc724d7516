#include "alert/channel.h"
#include "alert/files.h"
#include "alert/letter.h"

/* A line of JSON at the end of a file. A repeat has the same "key": see newswire-alerts(5). */
static void on_written(void *arg, enum nw_err err, const struct nw_error *error)
{
	struct nw_delivery *d = arg;
	struct nw_delivered delivered = {.state = err ? NW_DELIVER_AGAIN : NW_DELIVERED};

	if (err)
		delivered.reason = nw_str(error->text);
	nw_delivery_end(d, &delivered);
}

static enum nw_err start(struct nw_delivery *d, struct nw_error *error)
{
	(void)error;
	d->file = nw_files_append(
		d->world->files, d->channel->path, nw_letter_line(d), on_written, d);
	return NW_OK;
}

const struct nw_channel_kind nw_channel_file = {"file", start, NW_C_LETTERS_FILE_SENT};
