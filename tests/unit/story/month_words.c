#include "month_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"

#define FILE_MAX ((size_t)1 << 20)
#define ROWS_MAX 512

/* --- numbers --- */

uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

size_t dice_below(struct dice *dice, size_t n)
{
	return n ? (size_t)(dice_roll(dice) % n) : 0;
}

static double roll_unit(struct dice *dice)
{
	return (double)(dice_roll(dice) >> 11) / 9007199254740992.0;
}

bool dice_chance(struct dice *dice, double p)
{
	return roll_unit(dice) < p;
}

double dice_exponential(struct dice *dice, double mean)
{
	return -mean * log(1.0 - roll_unit(dice));
}

struct nw_str dice_pick(struct dice *dice, const struct words_list *list)
{
	return list->n ? list->rows[dice_below(dice, list->n)] : (struct nw_str){0};
}

/* --- the file --- */

static void append(struct nw_arena *arena, struct words_list *list, struct nw_str row)
{
	if (!list->rows)
		list->rows = NW_ARENA_ARRAY(arena, struct nw_str, ROWS_MAX);
	if (list->n < ROWS_MAX)
		list->rows[list->n++] = row;
}

static void append_all(
	struct nw_arena *arena, struct words_list *list, struct nw_str rest, char separator)
{
	struct nw_str part;

	while (nw_str_cut(&rest, separator, &part))
		append(arena, list, part);
}

/* Names of lists are by word, of places by bar, the others a line each. */
static bool read_list(
	struct nw_arena *arena, struct words *words, struct nw_str name, struct nw_str rest)
{
	static const struct {
		const char *name;
		char separator;
	} lists[WORDS_LISTS] = {
		{"first", ' '},
		{"last", ' '},
		{"place", '|'},
		{"country", '|'},
		{"group", '|'},
		{"org", '|'},
		{"quote", 0},
		{"background", 0},
		{"intro", 0},
		{"outro", 0},
	};

	for (size_t i = 0; i < WORDS_LISTS; i++) {
		if (!nw_str_eq(name, nw_str(lists[i].name)))
			continue;
		append_all(arena, &words->lists[i], rest, lists[i].separator);
		return true;
	}
	return false;
}

static bool read_part(
	struct nw_arena *arena, struct words *words, struct nw_str name, struct nw_str rest)
{
	static const char *const parts[WORDS_PARTS] = {"title", "later", "lead", "fact", "new"};

	if (nw_str_eq(name, NW_STR("kind")))
		return words->n_kinds++ < WORDS_KINDS;
	for (size_t i = 0; i < WORDS_PARTS && words->n_kinds; i++) {
		if (!nw_str_eq(name, nw_str(parts[i])))
			continue;
		append(arena, &words->kinds[words->n_kinds - 1].parts[i], rest);
		return true;
	}
	return false;
}

void words_read(
	struct nw_arena *arena, const char *directory, const char *language, struct words *words)
{
	const struct nw_str path = nw_arena_printf(arena, "%s/%s.txt", directory, language);
	struct nw_str rest = {0}, line, name;
	struct nw_error error = {0};

	*words = (struct words){.language = nw_str(language)};
	if (nw_file_read(arena, path.p, FILE_MAX, &rest, &error)) {
		(void)fprintf(stderr, "month: %s\n", error.text);
		exit(1);
	}
	while (nw_str_cut(&rest, '\n', &line)) {
		if (!line.n || line.p[0] == '#')
			continue;
		(void)nw_str_cut(&line, ' ', &name);
		if (!read_list(arena, words, name, line) && !read_part(arena, words, name, line)) {
			(void)fprintf(
				stderr, "month: %s: \"%.*s\" is not known\n", path.p, NW_ARG(name));
			exit(1);
		}
	}
}

/* --- sentences --- */

/* Index of the brace that closes the one before s, and how many choices there are. */
static size_t find_end(struct nw_str s, size_t *n_choices)
{
	unsigned depth = 0;
	size_t i = 0;

	*n_choices = 1;
	for (; i < s.n; i++) {
		if (s.p[i] == '}' && depth-- == 0)
			break;
		if (s.p[i] == '{')
			depth++;
		if (s.p[i] == '|' && depth == 0)
			++*n_choices;
	}
	return i;
}

static struct nw_str find_choice(struct nw_str s, size_t which)
{
	unsigned depth = 0;
	size_t start = 0, i = 0;

	for (; i < s.n; i++) {
		depth += s.p[i] == '{';
		depth -= s.p[i] == '}';
		if (s.p[i] != '|' || depth)
			continue;
		if (which-- == 0)
			break;
		start = i + 1;
	}
	return (struct nw_str){s.p + start, i - start};
}

/* Writes the slot at the front of s (after its dollar); how many bytes its name took. */
static size_t write_slot(struct nw_buf *out, struct nw_str s, const struct slots *slots)
{
	const bool braced = s.n >= 3 && s.p[0] == '{';
	const char letter = s.n > braced ? s.p[braced] : 0;

	if (letter < 'A' || letter > 'Z')
		return 0;
	nw_buf_add(out, slots->of[letter - 'A']);
	return braced ? 3 : 1;
}

void words_write(
	struct nw_buf *out, struct nw_str line, const struct slots *slots, struct dice *dice)
{
	for (size_t i = 0; i < line.n; i++) {
		const struct nw_str rest = nw_str_from(line, i + 1);
		size_t n_choices, end;

		if (line.p[i] == '$') {
			i += write_slot(out, rest, slots);
		} else if (line.p[i] == '{') {
			end = find_end(rest, &n_choices);
			/* as deep as the lines of our own files are nested */
			words_write(out,
				find_choice(nw_str_head(rest, end), dice_below(dice, n_choices)),
				slots, dice);
			i += end + 1;
		} else {
			nw_buf_add_c(out, line.p[i]);
		}
	}
}
