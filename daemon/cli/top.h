#ifndef NW_CLI_TOP_H
#define NW_CLI_TOP_H

#include "base/json.h"
#include "base/str.h"

/*
 * newswire top: what the daemon said at two moments is made into lines (top_frame.c), and these
 * are shown, on a terminal by ncurses (top_screen.c) or printed (top.c).
 */
struct nw_top_sample {
	json_t *status, *feeds; /* as the control socket gave them; NULL: not asked yet */
	double at_s;            /* monotonic */
};

struct nw_top {
	struct nw_top_sample now;
	struct nw_top_sample before; /* up to a minute ago: figures are of the time since */
	struct nw_top_sample middle; /* what will be that */
	bool (*is_wanted)(void);     /* asked while the daemon is; NULL: it is */
	char trouble[256];           /* why the daemon does not answer; empty: it does */
};

enum nw_top_look { NW_TOP_PLAIN, NW_TOP_HEAD, NW_TOP_BAD, NW_TOP_N_LOOKS };

struct nw_top_line {
	char *text; /* safe for a terminal, and no wider than was asked for */
	enum nw_top_look look;
};

struct nw_top_frame {
	struct nw_top_line *line;
	size_t n, cap;
	size_t n_fixed; /* the first ones: the rest is a line a feed, to be scrolled */
	size_t width;   /* columns; longer lines are cut */
	size_t height;  /* rows there are to be seen at once; 0: without limit */
	bool is_ascii;  /* what is not is shown as '?' */
};

/* frame: width, height and is_ascii set, the rest zero. now_s: Unix. */
void nw_top_frame_make(struct nw_top_frame *frame, const struct nw_top *top, int64_t now_s);
void nw_top_frame_clear(struct nw_top_frame *frame);

/* Seconds below which a share of what was timed between the two lies; -1: nothing was. before may be NULL. */
double nw_top_quantile(const json_t *now, const json_t *before, double share);

/* Asks the daemon. Where it does not answer, trouble says so and the rest stays. */
void nw_top_ask(struct nw_top *top, const char *runtime, double at_s);
void nw_top_clear(struct nw_top *top);

/* Until q or a signal: an enum nw_exit, or -1 where the terminal cannot do it. */
int nw_top_screen(struct nw_top *top, const char *runtime, int every_ms);
double nw_top_clock_s(void); /* monotonic */

#endif
