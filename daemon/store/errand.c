#include "store/errand.h"

#include "base/arena.h"

static void end(struct nw_store_job *job, const struct nw_error *error)
{
	struct nw_errand *errand = (struct nw_errand *)job;

	if (errand->on_end)
		errand->on_end(errand, error);
	nw_errand_drop(errand);
}

static void on_commit(struct nw_store_job *job)
{
	end(job, NULL);
}

void *nw_errand_new(size_t size,
	enum nw_err (*write)(
		struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error),
	void (*on_end)(struct nw_errand *errand, const struct nw_error *error))
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_errand *errand = nw_arena_alloc(arena, size);

	*errand = (struct nw_errand){
		.job = {.write = write, .on_commit = on_commit, .on_abandon = end},
		.arena = arena,
		.on_end = on_end};
	return errand;
}

void nw_errand_post(struct nw_errand *errand, struct nw_mailbox *store)
{
	nw_mailbox_post(store, &errand->job.mail);
}

void nw_errand_drop(struct nw_errand *errand)
{
	nw_arena_free(errand->arena);
}
