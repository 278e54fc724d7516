#ifndef NW_BUS_FENCE_H
#define NW_BUS_FENCE_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Waits until libzmq's own thread has dealt with all that it had been told before: a byte
 * goes through it, from one socket to another, and it takes things in their order. There
 * is one such thread a context.
 */
struct nw_fence {
	void *near, *far;
};

enum nw_err nw_fence_open(void *context, struct nw_fence *fence, struct nw_error *error) NW_MUST;
void nw_fence_close(struct nw_fence *fence);
void nw_fence_wait(struct nw_fence *fence);

#endif
