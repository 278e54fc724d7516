#include "clean/marks.h"

#include "base/arena.h"
#include "base/str.h"

#define SLOTS 1024u /* a power of two, over twice the words below */
#define LONGEST 24  /* letters of a word below */
#define SQUEEZED 48

/* Words as they occur in names of classes, by what they say; a word may be in several. */
static const struct group {
	uint32_t marks;
	const char *words;
} groups[] = {
	{NW_MARK_STRONG,
		"respond related sharing sharedaddy addthis social newsletter newsletters subscribe "
		"subscription signup sponsored sponsor advert advertisement adverts advertising outbrain "
		"taboola sidebar breadcrumb breadcrumbs byline cookie cookies consent gdpr recirc "
		"recirculation recommended recommendations recommend recommender readmore trending "
		"mostpopular popular footer navigation nav navbar menu copyright jp pagination pager "
		"captions credits toolbar promo promos promotion callout paywall tags tag hashtags taglist "
		"relatedposts morestories crosslink rating ratings vote votes login skip dateline "
		"timestamp pubdate modal popup lightbox overlay disclaimer also mostread donation "
		"inread teads dfp adslot adsbygoogle whatsapp telegram bookmark feedback cta infobox "
		"affiliate poll visually offscreen assistive identity registration regwall signin "
		"favorite favourite recirculate keepreading upsell donate"},
	{NW_MARK_STRONG, /* the same in other languages */
		"verwandt verwandte teilen werbung anzeige anzeigen kommentare merkliste compartir "
		"compartilhar compartilhe relacionadas relacionados relacionada relacionado publicidad "
		"publicidade publicite partage partager condividi correlati correlate pubblicita reklam "
		"reklama reklame reclame annonse annonser annons annonce delen gerelateerd galeri "
		"leiamais vejatambem leestips ilgili yorum yorumlar paylas udostepnij powiazane "
		"komentarze"},
	{NW_MARK_STRONG | NW_MARK_SURE,
		"share related caption credit newsletter byline advert ad promo comment breadcrumb "
		"breadcrumbs visually"},
	{NW_MARK_STRONG | NW_MARK_COMMENT, "comment comments disqus commentlist"},
	{NW_MARK_AREA, "list section area container thread wrap wrapper content body box block"},
	{NW_MARK_CONSENT,
		"onetrust optanon cookie cookies gdpr consent truste didomi cmp usercentrics"},
	{NW_MARK_MANAGER, "onetrust optanon gdpr didomi otmaincontent usercentrics cookiebot"},
	{NW_MARK_WEAK,
		"author authors bio meta widget info infobox aside ad ads ctrl print tools tool more next "
		"prev previous links link date published updated rail banner header masthead kicker "
		"eyebrow subscribe teaser teasers stories carousel gallery slider slideshow slide image "
		"img photo media figure video embed player headline title subtitle about contact source "
		"autor autoren autore auteur datum fecha fuente quelle follow topics topic category "
		"categories button"},
	{NW_MARK_PROFILE, "author authors bio teaser teasers carousel widget rail"},
	{NW_MARK_STRONG | NW_MARK_CAPTION,
		"caption captions legend credit bildunterschrift bildtext bildnachweis imagecaption "
		"photocaption mediacaption"},
	{NW_MARK_MEDIA,
		"media image images img photo photos picture pictures pic figure video videos gallery "
		"slideshow slider slide carousel bild foto imagen immagine lightbox thumbnail"},
	{NW_MARK_EMBED, "embed"},
	{NW_MARK_DATE,
		"date dates published pubdate timestamp time datetime posted dateline publish created "
		"update updated datum fecha data tarih uhrzeit zeit pubtime webtime horario hora"},
	{NW_MARK_BYLINE,
		"author authors byline autor autoren autore auteur auteurs bylines writer "
		"reporter redactor firma yazar journalist"},
	{NW_MARK_PRIVACY, "privacy"},
	{NW_MARK_MODAL, "modal popup"},
	{NW_MARK_PAYWALL, "paywall regwall subscriberonly"},
	{NW_MARK_SECTION, "kicker section category eyebrow rubrik rubric"},
};

/* How the class, id or itemprop of an article's body begins or ends, letters only. */
static const struct nw_str bodies[] = {NW_LIT("articlebody"), NW_LIT("storybody"),
	NW_LIT("postcontent"), NW_LIT("entrycontent"), NW_LIT("articlecontent"),
	NW_LIT("articletext"), NW_LIT("storycontent"), NW_LIT("postbody"), NW_LIT("entry"),
	NW_LIT("bodytext"), NW_LIT("maincontent"), NW_LIT("contentbody"), NW_LIT("bodycopy"),
	NW_LIT("storytext"), NW_LIT("posttext")};

static const char *const roles[] = {"navigation", "complementary", "banner", "contentinfo",
	"dialog", "alertdialog", "search", "menu", "menubar", "toolbar", "tablist", "note"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct word {
	const char *p; /* NULL: an empty slot */
	uint32_t hash, n, marks;
};

struct nw_marker {
	struct word words[SLOTS];
};

/* FNV-1a: short words, one byte at a time as they are folded anyway. */
#define HASH_START 2166136261u
static uint32_t hash_byte(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;
}

static uint32_t find_slot(const struct word *words, const char *p, uint32_t n, uint32_t hash)
{
	uint32_t i = (hash ^ hash >> 15) & (SLOTS - 1);

	while (words[i].p &&
		!(words[i].hash == hash && words[i].n == n && memcmp(words[i].p, p, n) == 0))
		i = (i + 1) & (SLOTS - 1);
	return i;
}

static void learn(struct nw_marker *m, struct nw_str word, uint32_t marks)
{
	uint32_t hash = HASH_START;
	struct word *slot;

	for (size_t i = 0; i < word.n; i++)
		hash = hash_byte(hash, word.p[i]);
	slot = &m->words[find_slot(m->words, word.p, (uint32_t)word.n, hash)];
	slot->p = word.p;
	slot->n = (uint32_t)word.n;
	slot->hash = hash;
	slot->marks |= marks;
}

struct nw_marker *nw_marker_new(struct nw_arena *arena)
{
	struct nw_marker *m = NW_ARENA_NEW(arena, struct nw_marker);

	for (size_t i = 0; i < COUNT(groups); i++) {
		struct nw_str rest = nw_str(groups[i].words), word;

		while (nw_str_cut(&rest, ' ', &word))
			learn(m, word, groups[i].marks);
	}
	return m;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * The next word of a name: letters up to a change to upper case, a digit or a
 * sign; "navBar2_linkHTMLBox" has nav, bar, link, html, box. *word is its marks.
 */
static bool next_word(const struct nw_marker *m, struct nw_str *rest, uint32_t *marks)
{
	char lower[LONGEST];
	uint32_t hash = HASH_START, n = 0;
	size_t i = 0, end;

	while (i < rest->n && !is_lower(rest->p[i]) && !is_upper(rest->p[i]))
		i++;
	if (i == rest->n)
		return false;
	end = i + 1;
	if (is_upper(rest->p[i])) {
		while (end < rest->n && is_upper(rest->p[end]))
			end++;
		if (end - i > 1 && end < rest->n && is_lower(rest->p[end]))
			end--;
	}
	if (end - i == 1) {
		while (end < rest->n && is_lower(rest->p[end]))
			end++;
	}
	for (; i < end && n < LONGEST; i++, n++) {
		lower[n] = nw_lower(rest->p[i]);
		hash = hash_byte(hash, lower[n]);
	}
	*marks = i == end ? m->words[find_slot(m->words, lower, n, hash)].marks : 0;
	*rest = nw_str_from(*rest, end);
	return true;
}

/* Marks of all words of a class or id; *first: none was read before. */
static uint32_t read_words(const struct nw_marker *m, struct nw_str value, bool *first)
{
	uint32_t all = 0, marks;

	while (next_word(m, &value, &marks)) {
		all |= marks;
		if (*first && (marks & NW_MARK_COMMENT))
			all |= NW_MARK_FIRST_COMMENT;
		*first = false;
	}
	return all;
}

static bool is_body_name(const char *p, size_t n)
{
	for (size_t i = 0; i < COUNT(bodies); i++) {
		const size_t k = bodies[i].n;

		if (n >= k &&
			(memcmp(p, bodies[i].p, k) == 0 || memcmp(p + n - k, bodies[i].p, k) == 0))
			return true;
	}
	return false;
}

/* Whether one of the names in value, letters only, is that of an article's body. */
static bool names_body(struct nw_str value)
{
	char name[SQUEEZED];
	size_t n = 0;

	for (size_t i = 0; i <= value.n; i++) {
		const char c = (char)(i < value.n ? value.p[i] : ' ');

		if (c == ' ' || c == '\n' || c == '\t') {
			if (n >= 5 && is_body_name(name, n))
				return true;
			n = 0;
		} else if ((is_lower(c) || is_upper(c)) && n < SQUEEZED) {
			name[n++] = nw_lower(c);
		}
	}
	return false;
}

static bool has_any(struct nw_str s, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (nw_str_find_nocase(s, nw_str(parts[i])) < s.n)
			return true;
	}
	return false;
}

static bool hides(struct nw_str style)
{
	static const char *const hidden[] = {
		"display:none", "display: none", "visibility:hidden", "visibility: hidden"};

	return has_any(style, hidden, COUNT(hidden));
}

/* One of the names is what style sheets hide elements by, and no other shows it on wide screens. */
static bool is_hidden_class(struct nw_str value)
{
	static const struct nw_str hidden[] = {NW_LIT("hidden"), NW_LIT("d-none"),
		NW_LIT("is-hidden"), NW_LIT("u-hidden"), NW_LIT("hide"), NW_LIT("visually-hidden"),
		NW_LIT("visuallyhidden"), NW_LIT("sr-only"), NW_LIT("screen-reader-text"),
		NW_LIT("invisible")};
	static const char *const shown[] = {
		":block", ":flex", ":grid", ":inline", "d-sm-", "d-md-", "d-lg-", "d-xl-"};
	struct nw_str rest = value, name;

	while (nw_str_cut(&rest, ' ', &name)) {
		for (size_t i = 0; name.n >= 4 && i < COUNT(hidden); i++) {
			if (nw_str_eq(name, hidden[i]))
				return !has_any(value, shown, COUNT(shown));
		}
	}
	return false;
}

static bool is_foreign_role(struct nw_str role)
{
	for (size_t i = 0; i < COUNT(roles); i++) {
		if (nw_str_eq_nocase(role, nw_str(roles[i])))
			return true;
	}
	return false;
}

uint32_t nw_marker_read(const struct nw_marker *m, const struct nw_node *element)
{
	uint32_t marks = 0;
	bool first = true;

	for (const struct nw_attr *a = element->attrs; a; a = a->next) {
		if (nw_str_eq(a->name, NW_STR("class")) || nw_str_eq(a->name, NW_STR("id"))) {
			marks |= read_words(m, a->value, &first);
			if (names_body(a->value))
				marks |= NW_MARK_BODY;
			if (is_hidden_class(a->value))
				marks |= NW_MARK_HIDDEN;
		} else if (nw_str_eq(a->name, NW_STR("itemprop"))) {
			if (names_body(a->value))
				marks |= NW_MARK_BODY;
		} else if (nw_str_eq(a->name, NW_STR("style"))) {
			if (hides(a->value))
				marks |= NW_MARK_HIDDEN;
		} else if (nw_str_eq(a->name, NW_STR("hidden"))) {
			marks |= NW_MARK_HIDDEN;
		} else if (nw_str_eq(a->name, NW_STR("role"))) {
			if (is_foreign_role(a->value))
				marks |= NW_MARK_ROLE;
		}
	}
	return marks;
}
