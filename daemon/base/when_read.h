#ifndef NW_BASE_WHEN_READ_H
#define NW_BASE_WHEN_READ_H

#include <stdbool.h>

#include <newswire/base.h>

/* What base/when_parse.c and its helpers share; nobody else includes this. */

/* The parts of a date as they were read. Nothing is checked but their digits. */
struct nw_when_reading {
	int year, month, day;
	int hour, minute, second; /* 24:00:00 and :60 are still as written */
	int32_t offset_min;
	bool has_time;
};

/* Both: the whole text or nothing; *reading is undefined after false. */
bool nw_when_read_iso(struct nw_str text, struct nw_when_reading *reading);
bool nw_when_read_words(struct nw_str text, struct nw_when_reading *reading);

/* "+0530" taken apart: 1 to 6 digits as hours, minutes and (unheard) seconds. */
bool nw_when_offset(int64_t value, size_t digits, int32_t *minutes);

/* Two digits after RFC 2822, section 4.3: 50 to 99 are of the last century; 3 count from 1900. */
int nw_when_full_year(int64_t value, size_t digits);

/* Words. Months are in base/when.h. */

enum nw_when_word {
	NW_WORD_UNKNOWN = 0,
	NW_WORD_FILLER, /* "of", "th", "Uhr": says nothing a date needs */
	NW_WORD_AM,
	NW_WORD_PM,
	NW_WORD_AM_BEFORE, /* the same where it comes before the time */
	NW_WORD_PM_BEFORE,
	NW_WORD_YEAR,  /* comes after its number: "2004年" */
	NW_WORD_MONTH, /* "5月" */
	NW_WORD_DAY,
	NW_WORD_HOUR, /* "10h30", "10시 30분" */
	NW_WORD_MINUTE,
	NW_WORD_SECOND,
};

/* Letters without case and marks ("Août" is "aout"), NUL-terminated; empty when too long. */
#define NW_WHEN_FOLDED 48
size_t nw_when_fold(struct nw_str word, char folded[NW_WHEN_FOLDED]);

enum nw_when_word nw_when_word(const char *folded);

/* Minutes east of UTC of a zone's name; 0 for a word that is none (*known tells). */
int32_t nw_when_zone(const char *folded, bool *known);

/* An English month as people misspell it ("Febuary", "Spetember", "Jna"), or 0. */
int nw_when_misspelt(const char *folded);

#endif
