#include "tag/lang.h"

#include "base/str.h"
#include "base/utf8.h"

#define LOOK 2048

enum nw_script nw_script_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		enum nw_script script;
	} ranges[] = {
		{'A', 'Z', NW_SCRIPT_LATIN},
		{'a', 'z', NW_SCRIPT_LATIN},
		{0xc0, 0xd6, NW_SCRIPT_LATIN},
		{0xd8, 0xf6, NW_SCRIPT_LATIN},
		{0xf8, 0x24f, NW_SCRIPT_LATIN},
		{0x370, 0x373, NW_SCRIPT_GREEK},
		{0x376, 0x37d, NW_SCRIPT_GREEK},
		{0x386, 0x3ff, NW_SCRIPT_GREEK},
		{0x400, 0x52f, NW_SCRIPT_CYRILLIC},
		{0x5d0, 0x5f4, NW_SCRIPT_HEBREW},
		{0x620, 0x64a, NW_SCRIPT_ARABIC},
		{0x66e, 0x6d3, NW_SCRIPT_ARABIC},
		{0x6fa, 0x6ff, NW_SCRIPT_ARABIC},
		{0x750, 0x77f, NW_SCRIPT_ARABIC},
		{0x1e00, 0x1eff, NW_SCRIPT_LATIN},
		{0x1f00, 0x1fff, NW_SCRIPT_GREEK},
		{0xfb50, 0xfdff, NW_SCRIPT_ARABIC},
		{0xfe70, 0xfeff, NW_SCRIPT_ARABIC},
		{0xff21, 0xff3a, NW_SCRIPT_LATIN},
		{0xff41, 0xff5a, NW_SCRIPT_LATIN},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].script;
	}
	return NW_SCRIPT_OTHER;
}

/* Words that are common in one language and rare in its neighbours; each with spaces around. */
static const struct {
	struct nw_str language, words;
} common[] = {
	{NW_LIT("en"),
		NW_LIT(" the and of to in is was for with that said by from has have been were ")},
	{NW_LIT("fr"),
		NW_LIT(" le les des et du une dans est pour qui par sur au aux avec ont pas sont ")},
	{NW_LIT("it"),
		NW_LIT(" il di che della del per gli una con non dei nel sono alla anche delle stato ")},
	{NW_LIT("tr"),
		NW_LIT(" ve bir bu de da i\xc3\xa7in ile olarak olan daha sonra en kadar dedi taraf\xc4\xb1ndan ")},
	{NW_LIT("es"),
		NW_LIT(" el los las y una por con para que del se su como ha al fue m\xc3\xa1s ")},
	{NW_LIT("de"),
		NW_LIT(" der die das und den von mit ist f\xc3\xbcr auf im eine dem nicht sich auch ")},
	{NW_LIT("pt"),
		NW_LIT(" o os uma n\xc3\xa3o que da dos em do com para por foi ao mais pelo s\xc3\xa3o ")},
	{NW_LIT("nl"), NW_LIT(" het een van de en dat op te voor met zijn niet aan ook bij naar ")},
};
#define N_COMMON (sizeof(common) / sizeof(*common))

/* The language whose common words are met most often; ties go to the first. */
static struct nw_str guess_latin(struct nw_str text)
{
	unsigned votes[N_COMMON] = {0}, most = 0;
	struct nw_str word, winner = {"", 0};

	while (nw_str_cut(&text, ' ', &word)) {
		char key[16];

		if (word.n == 0 || word.n > sizeof(key) - 2)
			continue;
		key[0] = key[word.n + 1] = ' ';
		for (size_t i = 0; i < word.n; i++)
			key[i + 1] = nw_lower(word.p[i]);
		for (size_t i = 0; i < N_COMMON; i++)
			votes[i] += memmem(common[i].words.p, common[i].words.n, key, word.n + 2) !=
				NULL;
	}
	for (size_t i = 0; i < N_COMMON; i++) {
		if (votes[i] > most) {
			most = votes[i];
			winner = common[i].language;
		}
	}
	return winner;
}

struct nw_str nw_lang_guess(struct nw_str text)
{
	const struct nw_str look = nw_str_head(text, LOOK);
	unsigned count[NW_SCRIPT_HEBREW + 1] = {0};
	enum nw_script most = NW_SCRIPT_LATIN;

	for (struct nw_str rest = look; rest.n;)
		count[nw_script_of(nw_utf8_next(&rest))]++;
	for (enum nw_script s = NW_SCRIPT_LATIN; s <= NW_SCRIPT_HEBREW; s++) {
		if (count[s] > count[most])
			most = s;
	}
	switch (most) {
	case NW_SCRIPT_CYRILLIC:
		return NW_STR("ru");
	case NW_SCRIPT_GREEK:
		return NW_STR("el");
	case NW_SCRIPT_ARABIC:
		return NW_STR("ar");
	case NW_SCRIPT_HEBREW:
		return NW_STR("he");
	case NW_SCRIPT_OTHER:
	case NW_SCRIPT_LATIN:
	default:
		return guess_latin(look);
	}
}
