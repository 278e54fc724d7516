#ifndef NW_MARKUP_LIBRARY_H
#define NW_MARKUP_LIBRARY_H

/*
 * Called before anything of libxml2: its own first use is not safe in several
 * threads at a time. Any number of times, from any thread.
 */
void nw_library_ready(void);

#endif
