#include "alert/look.h"

#include "alert/internal.h"
#include "base/str.h"

void nw_alerting_look(const struct nw_alerting *a, struct nw_alerting_view *view)
{
	*view = (struct nw_alerting_view){.rules = a->held->setting.config->n_alerts,
		.incidents = nw_alerts_count(a->engine),
		.open = nw_alerts_open(a->engine),
		.after = a->held->setting.rules->n ? a->cursor : -1};
}

static void add_letters(void *arg, const struct nw_outbox_view *letters)
{
	struct nw_channel_view *view = arg;

	if (nw_str_eq(letters->channel, view->name))
		view->waiting = letters->waiting;
}

static void add_health(const struct nw_alerting *a, struct nw_channel_view *view)
{
	const struct nw_channel_health *h;

	LIST_FOREACH(h, &a->healths, entry)
	{
		if (!nw_str_eq(view->name, nw_str(h->name)))
			continue;
		view->is_failing = h->is_failing;
		view->sent = h->sent;
		view->dead = h->dead;
		view->reason = h->failures ? nw_str(h->reason) : NW_STR("");
	}
}

void nw_alerting_each_channel(const struct nw_alerting *a,
	void (*on_channel)(void *arg, const struct nw_channel_view *channel), void *arg)
{
	const struct nw_config *config = a->held->setting.config;

	for (size_t i = 0; i < config->n_channels; i++) {
		struct nw_channel_view view = {.name = config->channels[i].name};

		nw_outbox_each(a->outbox, add_letters, &view);
		add_health(a, &view);
		on_channel(arg, &view);
	}
}
