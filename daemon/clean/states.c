#include "clean/states.h"

#include "base/str.h"
#include "base/utf8.h"
#include "clean/gather.h"
#include "clean/measure.h"

#define SHORT_WORDS 25u /* less is no article */
#define WALL_WORDS 150u /* a wall's own text, or an article's beginning before one, is no longer */
#define PAGE_WORDS 400u /* nor is a page with only a message on it */
#define ARTICLE_WORDS 40u /* so many under a title are an article, whatever boxes stand around it */
#define TITLE_WORDS 4u    /* a message's title says hardly more than the message */
#define LINE_BYTES 400
#define LINES_MAX 1000u

/* What the page's lines say, folded; a line that holds the phrase is enough. */
struct sign {
	enum nw_page_state state;
	const char *phrase;
};

/* In the title: the whole page is nothing else. */
static const struct sign title_signs[] = {
	{NW_PAGE_BOT_CHECK, "just a moment"},
	{NW_PAGE_BOT_CHECK, "attention required"},
	{NW_PAGE_BOT_CHECK, "access denied"},
	{NW_PAGE_BOT_CHECK, "are you a robot"},
	{NW_PAGE_BOT_CHECK, "are you human"},
	{NW_PAGE_BOT_CHECK, "security check"},
	{NW_PAGE_BOT_CHECK, "robot check"},
	{NW_PAGE_BOT_CHECK, "captcha"},
	{NW_PAGE_BOT_CHECK, "ddos guard"},
	{NW_PAGE_BOT_CHECK, "one moment please"},
	{NW_PAGE_BOT_CHECK, "human verification"},
	{NW_PAGE_BOT_CHECK, "pardon our interruption"},
	{NW_PAGE_CONSENT, "before you continue"},
	{NW_PAGE_CONSENT, "your privacy choices"},
	{NW_PAGE_CONSENT, "consent"},
	{NW_PAGE_CONSENT, "privacy settings"},
	{NW_PAGE_CONSENT, "zustimmung"},
	{NW_PAGE_SOFT_404, "page not found"},
	{NW_PAGE_SOFT_404, "not found"},
	{NW_PAGE_SOFT_404, "404"},
	{NW_PAGE_SOFT_404, "page introuvable"},
	{NW_PAGE_SOFT_404, "seite nicht gefunden"},
	{NW_PAGE_SOFT_404, "página no encontrada"},
	{NW_PAGE_SOFT_404, "página não encontrada"},
	{NW_PAGE_SOFT_404, "pagina non trovata"},
	{NW_PAGE_SOFT_404, "pagina niet gevonden"},
	{NW_PAGE_SOFT_404, "страница не найдена"},
	{NW_PAGE_SOFT_404, "الصفحة غير موجودة"},
	{NW_PAGE_SOFT_404, "sayfa bulunamadı"},
	{NW_PAGE_SOFT_404, "nie znaleziono strony"},
	{NW_PAGE_SOFT_404, "sidan kunde inte hittas"},
	{NW_PAGE_SOFT_404, "siden ble ikke funnet"},
};

/* In a line of a page that has hardly any other text. */
static const struct sign line_signs[] = {
	{NW_PAGE_BOT_CHECK, "checking your browser"},
	{NW_PAGE_BOT_CHECK, "verify you are human"},
	{NW_PAGE_BOT_CHECK, "verifying you are human"},
	{NW_PAGE_BOT_CHECK, "verify that you are human"},
	{NW_PAGE_BOT_CHECK, "not a robot"},
	{NW_PAGE_BOT_CHECK, "unusual traffic"},
	{NW_PAGE_BOT_CHECK, "unusual activity"},
	{NW_PAGE_BOT_CHECK, "enable javascript and cookies to continue"},
	{NW_PAGE_BOT_CHECK, "complete the security check"},
	{NW_PAGE_BOT_CHECK, "you have been blocked"},
	{NW_PAGE_BOT_CHECK, "ddos protection by"},
	{NW_PAGE_BOT_CHECK, "solve the captcha"},
	{NW_PAGE_SOFT_404, "page you requested could not be found"},
	{NW_PAGE_SOFT_404, "page you are looking for"},
	{NW_PAGE_SOFT_404, "page you were looking for"},
	{NW_PAGE_SOFT_404, "page doesn t exist"},
	{NW_PAGE_SOFT_404, "page does not exist"},
	{NW_PAGE_SOFT_404, "page cannot be found"},
	{NW_PAGE_SOFT_404, "no longer available"},
	{NW_PAGE_SOFT_404, "error 404"},
	{NW_PAGE_SOFT_404, "404 not found"},
	{NW_PAGE_SOFT_404, "cette page n existe"},
	{NW_PAGE_SOFT_404, "diese seite existiert nicht"},
	{NW_PAGE_SOFT_404, "seite wurde nicht gefunden"},
	{NW_PAGE_SOFT_404, "página que buscas"},
	{NW_PAGE_SOFT_404, "la pagina che cercavi"},
	{NW_PAGE_SOFT_404, "запрашиваемая страница"},
	{NW_PAGE_SOFT_404, "الصفحة المطلوبة"},
	{NW_PAGE_CONSENT, "we value your privacy"},
	{NW_PAGE_CONSENT, "we and our partners"},
	{NW_PAGE_CONSENT, "uses cookies"},
	{NW_PAGE_CONSENT, "use cookies"},
	{NW_PAGE_CONSENT, "using cookies"},
	{NW_PAGE_CONSENT, "accept all cookies"},
	{NW_PAGE_CONSENT, "accept cookies"},
	{NW_PAGE_CONSENT, "wir und unsere partner"},
	{NW_PAGE_CONSENT, "werbung und tracking"},
	{NW_PAGE_CONSENT, "cookies akzeptieren"},
	{NW_PAGE_CONSENT, "cookies zustimmen"},
	{NW_PAGE_CONSENT, "nous et nos partenaires"},
	{NW_PAGE_CONSENT, "accepter les cookies"},
	{NW_PAGE_CONSENT, "utilise des cookies"},
	{NW_PAGE_CONSENT, "aceptar cookies"},
	{NW_PAGE_CONSENT, "nosotros y nuestros socios"},
	{NW_PAGE_CONSENT, "noi e i nostri partner"},
	{NW_PAGE_CONSENT, "accetta i cookie"},
	{NW_PAGE_CONSENT, "nós e os nossos parceiros"},
	{NW_PAGE_CONSENT, "wij en onze partners"},
	{NW_PAGE_CONSENT, "cookies accepteren"},
	{NW_PAGE_CONSENT, "использует файлы cookie"},
	{NW_PAGE_CONSENT, "zaakceptuj"},
	{NW_PAGE_PAYWALL, "to continue reading"},
	{NW_PAGE_PAYWALL, "to read the full"},
	{NW_PAGE_PAYWALL, "subscribe to read"},
	{NW_PAGE_PAYWALL, "subscribers only"},
	{NW_PAGE_PAYWALL, "already a subscriber"},
	{NW_PAGE_PAYWALL, "this article is for subscribers"},
	{NW_PAGE_PAYWALL, "jetzt weiterlesen"},
	{NW_PAGE_PAYWALL, "sie sind bereits abonnent"},
	{NW_PAGE_PAYWALL, "artikel freischalten"},
	{NW_PAGE_PAYWALL, "réservé aux abonnés"},
	{NW_PAGE_PAYWALL, "réservé à nos abonnés"},
	{NW_PAGE_PAYWALL, "déjà abonné"},
	{NW_PAGE_PAYWALL, "solo para suscriptores"},
	{NW_PAGE_PAYWALL, "exclusivo para suscriptores"},
	{NW_PAGE_PAYWALL, "suscríbete para seguir leyendo"},
	{NW_PAGE_PAYWALL, "riservato agli abbonati"},
	{NW_PAGE_PAYWALL, "sei già abbonato"},
	{NW_PAGE_PAYWALL, "exclusivo para assinantes"},
	{NW_PAGE_PAYWALL, "já é assinante"},
	{NW_PAGE_PAYWALL, "al abonnee"},
	{NW_PAGE_PAYWALL, "alleen voor abonnees"},
	{NW_PAGE_PAYWALL, "только для подписчиков"},
	{NW_PAGE_PAYWALL, "tylko dla subskrybentów"},
	{NW_PAGE_PAYWALL, "redan prenumerant"},
	{NW_PAGE_PAYWALL, "allerede abonnent"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct nw_str fold_into(char folded[LINE_BYTES], struct nw_str text)
{
	return (struct nw_str){folded, nw_fold(text, folded, LINE_BYTES, false)};
}

/* The state of the first sign in the line; NW_PAGE_OK where it holds none. */
static enum nw_page_state read_line(struct nw_str line)
{
	char folded[LINE_BYTES];
	const struct nw_str text = fold_into(folded, line);

	for (size_t i = 0; text.n && i < COUNT(line_signs); i++) {
		if (nw_str_find(text, nw_str(line_signs[i].phrase)) < text.n)
			return line_signs[i].state;
	}
	return NW_PAGE_OK;
}

/* A headline may be about robots or consent, too: a message's title is the message and little else. */
static enum nw_page_state read_message(struct nw_str title)
{
	char folded[LINE_BYTES];
	const struct nw_str text = fold_into(folded, title);

	for (size_t i = 0; text.n && i < COUNT(title_signs); i++) {
		const struct nw_str phrase = nw_str(title_signs[i].phrase);

		if (nw_str_find(text, phrase) < text.n &&
			nw_utf8_count_words(text) <= nw_utf8_count_words(phrase) + TITLE_WORDS)
			return title_signs[i].state;
	}
	return NW_PAGE_OK;
}

static enum nw_page_state read_title(const struct nw_page *page, const struct nw_cleaned *out)
{
	enum nw_page_state state = read_message(out->title);

	if (state == NW_PAGE_OK && page->found->n[NW_FIND_TITLE])
		state = read_message(nw_gather_element(
			page->arena, page->found->spots[NW_FIND_TITLE][0].node, LINE_BYTES));
	return state;
}

static bool is_locked(
	const struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta)
{
	const struct nw_str tier = nw_meta_first(meta, NW_META_TIER);

	return ld->not_free || nw_str_eq_nocase(tier, NW_STR("locked")) ||
		nw_str_eq_nocase(tier, NW_STR("paid")) || page->found->n[NW_FIND_PAYWALL];
}

/* The text that was taken for the article's is the message itself. */
static enum nw_page_state read_body(struct nw_str body)
{
	enum nw_page_state state = NW_PAGE_OK;
	struct nw_str line;

	while (state == NW_PAGE_OK && nw_str_cut(&body, '\n', &line))
		state = read_line(line);
	return state;
}

static enum nw_page_state read_texts(const struct nw_page *page)
{
	const bool small = nw_words_in(page, page->body) < PAGE_WORDS;

	for (uint32_t i = page->body, n = 0; i <= page->flat[page->body].end && n < LINES_MAX;
		i++) {
		const struct nw_flat *f = &page->flat[i];
		enum nw_page_state state;

		if (f->tag != NW_TAG_NONE || nw_words_in(page, i) < 2)
			continue;
		n++;
		state = read_line(f->node->text);
		if (state == NW_PAGE_PAYWALL || (state != NW_PAGE_OK && small))
			return state;
	}
	return NW_PAGE_OK;
}

enum nw_page_state nw_state_find(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, const struct nw_cleaned *out)
{
	enum nw_page_state state;

	if (out->words >= WALL_WORDS)
		return NW_PAGE_OK;
	if (nw_words_in(page, page->body) < PAGE_WORDS || out->words < SHORT_WORDS) {
		state = read_title(page, out);
		if (state != NW_PAGE_OK)
			return state;
	}
	if (is_locked(page, ld, meta))
		return NW_PAGE_PAYWALL;
	state = read_body(out->body);
	if (state != NW_PAGE_OK)
		return state;
	/* Around an article a box asks for consent, and does not stand in for it. */
	state = read_texts(page);
	if (state == NW_PAGE_PAYWALL || (state != NW_PAGE_OK && out->words < ARTICLE_WORDS))
		return state;
	return out->words < SHORT_WORDS ? NW_PAGE_TOO_SHORT : NW_PAGE_OK;
}
