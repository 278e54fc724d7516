#include "clean/phrases.h"

#include <stdbool.h>

#include "base/str.h"
#include "clean/measure.h"

#define LONGEST_LINE 60u /* words: longer ones are paragraphs */
#define NUMBERED_WORDS 5u
#define FOLDED 160 /* bytes: longer than any phrase */

/* The first word of a folded text. */
static struct nw_str first_word(struct nw_str s)
{
	const char *space = s.n ? memchr(s.p, ' ', s.n) : NULL;

	return space ? nw_str_head(s, (size_t)(space - s.p)) : s;
}

/* Index of the first phrase that does not sort before the word. */
static size_t find_first(struct nw_str word)
{
	size_t low = 0, high = nw_n_phrases;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (nw_str_cmp(nw_str(nw_phrases[middle].text), word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static unsigned match(const struct nw_phrase_row *row, struct nw_str line)
{
	const struct nw_str phrase = nw_str(row->text);

	if (!nw_str_starts(line, phrase))
		return 0;
	if (line.n == phrase.n || (line.n == phrase.n + 1 && line.p[phrase.n] == ':'))
		return row->is;
	if (row->is & NW_PHRASE_WHOLE)
		return 0;
	return line.p[phrase.n] == ' ' || line.p[phrase.n] == ':' ? row->is : 0;
}

static bool is_number(struct nw_str word)
{
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	}
	return true;
}

/* "36 comments", "comments 36": how many there are does not matter. */
static struct nw_str without_numbers(struct nw_str s)
{
	struct nw_str rest = s, word;

	while (nw_str_cut(&rest, ' ', &word) && is_number(word) && rest.n)
		s = rest;
	while (s.n && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9') {
		size_t space = s.n;

		while (space > 0 && s.p[space - 1] >= '0' && s.p[space - 1] <= '9')
			space--;
		if (space == 0 || s.p[space - 1] != ' ')
			break;
		s.n = space - 1;
	}
	return s;
}

unsigned nw_phrase_of(struct nw_str line, uint32_t words)
{
	char folded[FOLDED];
	struct nw_str key, word;
	unsigned is = 0;

	if (words > LONGEST_LINE)
		return 0;
	key = (struct nw_str){folded, nw_fold(line, folded, sizeof(folded), true)};
	if (words <= NUMBERED_WORDS)
		key = without_numbers(key);
	word = first_word(key);
	if (word.n && word.p[word.n - 1] == ':')
		word.n--; /* phrases of one word may be meant with or without */
	if (!word.n)
		return 0;
	for (size_t i = find_first(word); i < nw_n_phrases; i++) {
		if (!nw_str_starts(nw_str(nw_phrases[i].text), word))
			break;
		is |= match(&nw_phrases[i], key);
	}
	return is & ~(unsigned)NW_PHRASE_WHOLE;
}
