#include "pipeline/steps.h"

#include "rt/pulse.h"

static void on_commit(struct nw_store_job *job)
{
	struct nw_work *w = (struct nw_work *)job;
	const struct nw_step *step = &w->steps->step[w->at];

	if (step->is_timed)
		nw_time_took(step->timing, nw_monotonic_ns() - w->posted_ns);
	nw_steps_resume(w);
}

/* The step left nothing behind; the next one, elsewhere, sees that and cleans up. */
static void on_abandon(struct nw_store_job *job, const struct nw_error *error)
{
	struct nw_work *w = (struct nw_work *)job;

	w->abandoned = true;
	w->error = *error;
	nw_steps_resume(w);
}

static void post(struct nw_work *w, const struct nw_step *step)
{
	w->place = step->place;
	w->posted_ns = nw_monotonic_ns();
	w->job.write = step->write;
	w->job.on_commit = on_commit;
	w->job.on_abandon = on_abandon;
	nw_mailbox_post(w->steps->box[step->place], &w->job.mail);
}

static enum nw_verdict run(struct nw_work *w, const struct nw_step *step)
{
	const int64_t began_ns = step->is_timed ? nw_monotonic_ns() : 0;
	const enum nw_verdict verdict = step->run(w);

	if (step->is_timed)
		nw_time_took(step->timing, nw_monotonic_ns() - began_ns);
	return verdict;
}

void nw_steps_begin(struct nw_work *w, const struct nw_steps *steps)
{
	w->steps = steps;
	w->at = 0;
	w->place = NW_LOOP;
	nw_steps_advance(w);
}

/*
 * Once a step has answered WAIT, or the work has been posted, another thread
 * may already hold it: nothing here looks at it again.
 */
void nw_steps_advance(struct nw_work *w)
{
	const struct nw_steps *steps = w->steps;

	while (w->at < steps->n) {
		const struct nw_step *s = &steps->step[w->at];

		if (s->place != w->place) {
			post(w, s);
			return;
		}
		if (run(w, s) == NW_WAIT)
			return;
		w->at++;
	}
	steps->end(w);
}

void nw_steps_resume(struct nw_work *w)
{
	w->at++;
	nw_steps_advance(w);
}
