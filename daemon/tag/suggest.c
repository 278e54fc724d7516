#include "tag/suggest.h"

#define LONGEST 63
#define FARTHEST 2

static size_t least(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Bytes to put in, take out or change (Levenshtein's distance). */
static size_t distance(struct nw_str a, struct nw_str b)
{
	size_t row[LONGEST + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			const size_t change = corner + (a.p[i - 1] != b.p[j - 1]);

			corner = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[b.n];
}

struct nw_str nw_suggest(struct nw_str typed, const struct nw_str *names, size_t n)
{
	struct nw_str best = {"", 0};
	size_t nearest = FARTHEST + 1;

	if (typed.n > LONGEST)
		return best;
	for (size_t i = 0; i < n; i++) {
		size_t d;

		if (names[i].n > LONGEST)
			continue;
		d = distance(typed, names[i]);
		if (d < nearest && d < names[i].n) {
			nearest = d;
			best = names[i];
		}
	}
	return best;
}
