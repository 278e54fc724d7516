/*
 * The terminal, by ncurses. What stands on it is made elsewhere and safe; here is where: the
 * fixed lines on top, below them as many feeds as there is room for.
 */
#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/top.h"

#define CTRL_L 12

static volatile sig_atomic_t stopped;

static void on_signal(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* Before ncurses, which leaves alone what somebody else takes; it ends the screen, we say how. */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART: getch ends */

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &action, NULL);
}

static bool can_place(void)
{
	bool can;
	int error;

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO) ||
		setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	can = cursor_address != NULL;
	(void)del_curterm(cur_term);
	return can;
}

static attr_t looks[NW_TOP_N_LOOKS];

static void choose_looks(void)
{
	looks[NW_TOP_HEAD] = A_BOLD;
	looks[NW_TOP_BAD] = A_BOLD;
	if (!nw_cli_wants_colour() || !has_colors() || start_color() != OK)
		return;
	(void)use_default_colors();
	(void)init_pair(1, COLOR_RED, -1);
	looks[NW_TOP_BAD] = (attr_t)COLOR_PAIR(1);
}

static void put_line(int row, const struct nw_top_line *line)
{
	(void)attrset((int)looks[line->look]);
	(void)mvaddstr(row, 0, line->text);
	(void)attrset(A_NORMAL);
}

/* Where there is room for nothing else, the head alone. */
static void draw(const struct nw_top_frame *frame, size_t scroll)
{
	const size_t rows = LINES > 0 ? (size_t)LINES : 1;
	size_t row = 0;

	(void)erase();
	for (; row < frame->n_fixed && row < rows; row++)
		put_line((int)row, &frame->line[row]);
	for (size_t i = frame->n_fixed + scroll; i < frame->n && row < rows; i++)
		put_line((int)row++, &frame->line[i]);
	(void)refresh();
}

/* Of n lines to be scrolled with room for some: where to begin. */
static size_t clamp(size_t scroll, const struct nw_top_frame *frame)
{
	const size_t n = frame->n - frame->n_fixed, rows = LINES > 0 ? (size_t)LINES : 1;
	const size_t room = rows > frame->n_fixed ? rows - frame->n_fixed : 0;
	const size_t most = n > room ? n - room : 0;

	return scroll < most ? scroll : most;
}

static size_t turn(size_t scroll, int key)
{
	const size_t page = LINES > 16 ? (size_t)LINES - 16 : 1;

	switch (key) {
	case KEY_DOWN:
	case 'j':
		return scroll + 1;
	case KEY_UP:
	case 'k':
		return scroll ? scroll - 1 : 0;
	case KEY_NPAGE:
	case ' ':
		return scroll + page;
	case KEY_PPAGE:
	case 'b':
		return scroll > page ? scroll - page : 0;
	case KEY_HOME:
	case 'g':
		return 0;
	case KEY_END:
	case 'G':
		return SIZE_MAX / 2;
	default:
		return scroll;
	}
}

static void show(const struct nw_top *top, size_t *scroll)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *codeset = nl_langinfo(CODESET);
	struct nw_top_frame frame = {.width = COLS > 0 ? (size_t)COLS : 1,
		.height = LINES > 0 ? (size_t)LINES : 1,
		.is_ascii = strcmp(codeset, "UTF-8") != 0};

	nw_top_frame_make(&frame, top, (int64_t)time(NULL));
	*scroll = clamp(*scroll, &frame);
	draw(&frame, *scroll);
	nw_top_frame_clear(&frame);
}

static bool is_quit(int key)
{
	return key == 'q' || key == 'Q';
}

/* A daemon that hangs is asked for seconds: whoever wants to leave must not wait for it. */
static bool is_wanted(void)
{
	timeout(0);
	if (is_quit(getch()))
		stopped = 1;
	return !stopped;
}

static void watch(struct nw_top *top, const char *runtime, int every_ms)
{
	double next_s = 0;
	size_t scroll = 0;
	int key = ERR;

	while (!stopped && !is_quit(key)) {
		const double now_s = nw_top_clock_s();

		if (now_s >= next_s) {
			nw_top_ask(top, runtime, now_s);
			if (stopped)
				break;
			next_s = now_s + every_ms / 1000.0;
		}
		if (key == CTRL_L)
			(void)clearok(curscr, TRUE);
		show(top, &scroll);
		timeout((int)((next_s - now_s) * 1000) + 1);
		key = getch();
		scroll = turn(scroll, key);
	}
}

int nw_top_screen(struct nw_top *top, const char *runtime, int every_ms)
{
	if (!can_place())
		return -1;
	top->is_wanted = is_wanted;
	catch_signals();
	if (!initscr())
		return -1;
	(void)cbreak();
	(void)noecho();
	(void)keypad(stdscr, TRUE);
	(void)curs_set(0);
	choose_looks();
	watch(top, runtime, every_ms);
	(void)endwin();
	return NW_EXIT_YES;
}
