/* newswire top: what the running daemon is at, again and again. */
#include "cli/top.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/daemon.h"

#define EVERY_MS 2000
#define WINDOW_S 60
#define ONCE_COLUMNS 1000
#define ONCE_S 1 /* between the two looks that a rate takes */

static const struct nw_command_option options[] = {
	{'o', "once", NULL, "print everything once, after a second, and end"},
	NW_CLI_RUNTIME_OPTION,
	{0},
};

double nw_top_clock_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void clear_sample(struct nw_top_sample *sample)
{
	json_decref(sample->status);
	json_decref(sample->feeds);
	*sample = (struct nw_top_sample){0};
}

void nw_top_clear(struct nw_top *top)
{
	clear_sample(&top->before);
	clear_sample(&top->middle);
	clear_sample(&top->now);
}

static bool is_same_daemon(const struct nw_top_sample *a, const struct nw_top_sample *b)
{
	return nw_json_get_int(a->status, "pid", 0) == nw_json_get_int(b->status, "pid", 0);
}

static struct nw_top_sample share(const struct nw_top_sample *sample)
{
	return (struct nw_top_sample){
		json_incref(sample->status), json_incref(sample->feeds), sample->at_s};
}

/*
 * Figures are of the time since `before`, which is half a window to a whole one ago: `middle` takes
 * its place when it has been there for half a window itself.
 */
static void move_on(struct nw_top *top, const struct nw_top_sample *next)
{
	clear_sample(&top->now);
	top->now = *next;
	if (!top->before.status || !is_same_daemon(&top->before, next)) {
		clear_sample(&top->before);
		clear_sample(&top->middle);
		top->before = share(next);
	}
	if (!top->middle.status)
		top->middle = share(next);
	if (next->at_s - top->middle.at_s < WINDOW_S / 2.0)
		return;
	clear_sample(&top->before);
	top->before = top->middle;
	top->middle = share(next);
}

void nw_top_ask(struct nw_top *top, const char *runtime, double at_s)
{
	struct nw_top_sample next = {.at_s = at_s};
	struct nw_error error = {0};
	char text[NW_ERROR_TEXT];

	top->trouble[0] = '\0';
	if (nw_cli_ask_while(runtime, "/v1/status", top->is_wanted, &next.status, &error) ||
		nw_cli_ask_while(runtime, "/v1/feeds", top->is_wanted, &next.feeds, &error)) {
		(void)snprintf(
			top->trouble, sizeof(top->trouble), "%s", nw_error_text(&error, text));
		clear_sample(&next);
		return;
	}
	move_on(top, &next);
}

/* For scripts, and for terminals that cannot place text: once, as long as it is. */
static int print_once(struct nw_top *top, const char *runtime)
{
	const struct timespec wait = {.tv_sec = ONCE_S};
	struct nw_top_frame frame = {.width = ONCE_COLUMNS};

	nw_top_ask(top, runtime, nw_top_clock_s());
	if (!top->trouble[0]) {
		(void)nanosleep(&wait, NULL);
		nw_top_ask(top, runtime, nw_top_clock_s());
	}
	if (top->trouble[0]) {
		fputs("newswire: ", stderr);
		nw_cli_put(stderr, nw_str(top->trouble));
		fputc('\n', stderr);
		return NW_EXIT_WRONG;
	}
	nw_top_frame_make(&frame, top, (int64_t)time(NULL));
	for (size_t i = 0; i < frame.n; i++)
		puts(frame.line[i].text);
	nw_top_frame_clear(&frame);
	return NW_EXIT_YES;
}

static int run(int argc, char **argv)
{
	const char *runtime = NULL;
	struct nw_top top = {0};
	bool once = false;
	int letter, code = -1;

	while ((letter = nw_cli_option(&nw_command_top, argc, argv)) != -1) {
		if (letter == 'o')
			once = true;
		else
			runtime = optarg;
	}
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	(void)setlocale(LC_CTYPE, "");
	if (!once)
		code = nw_top_screen(&top, runtime, EVERY_MS);
	if (code < 0)
		code = print_once(&top, runtime);
	nw_top_clear(&top);
	return code;
}

const struct nw_command nw_command_top = {
	.name = "top",
	.operands = "",
	.help = "Show what the running daemon is at: feeds, rates, steps, queues; q ends it.",
	.options = options,
	.run = run,
};
