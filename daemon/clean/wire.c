#include "clean/wire.h"

#include <stdbool.h>

#include "base/str.h"
#include "clean/measure.h"

#define DATELINE_BYTES ((size_t)160)
#define CREDIT_BYTES ((size_t)60)
#define FOLDED 200

/* As credits write it, folded; and its usual name. */
static const struct agency {
	const char *folded, *name;
} agencies[] = {
	{"reuters", "Reuters"},
	{"thomson reuters", "Reuters"},
	{"رويترز", "Reuters"},
	{"рейтер", "Reuters"},
	{"afp", "AFP"},
	{"agence france presse", "AFP"},
	{"أ ف ب", "AFP"},
	{"فرانس برس", "AFP"},
	{"ap", "AP"},
	{"associated press", "AP"},
	{"the associated press", "AP"},
	{"dpa", "dpa"},
	{"deutsche presse agentur", "dpa"},
	{"sid", "SID"},
	{"apa", "APA"},
	{"sda", "Keystone-SDA"},
	{"keystone sda", "Keystone-SDA"},
	{"ats", "Keystone-ATS"},
	{"epd", "epd"},
	{"kna", "KNA"},
	{"efe", "EFE"},
	{"europa press", "Europa Press"},
	{"ansa", "ANSA"},
	{"adnkronos", "Adnkronos"},
	{"lusa", "Lusa"},
	{"pa", "PA Media"},
	{"pa media", "PA Media"},
	{"press association", "PA Media"},
	{"upi", "UPI"},
	{"tass", "TASS"},
	{"тасс", "TASS"},
	{"риа новости", "RIA Novosti"},
	{"интерфакс", "Interfax"},
	{"interfax", "Interfax"},
	{"xinhua", "Xinhua"},
	{"新华社", "Xinhua"},
	{"anadolu", "Anadolu"},
	{"anadolu agency", "Anadolu"},
	{"anadolu ajansı", "Anadolu"},
	{"aa", "Anadolu"},
	{"الأناضول", "Anadolu"},
	{"iha", "İHA"},
	{"dha", "DHA"},
	{"wafa", "WAFA"},
	{"وفا", "WAFA"},
	{"spa", "SPA"},
	{"واس", "SPA"},
	{"wam", "WAM"},
	{"وام", "WAM"},
	{"kuna", "KUNA"},
	{"كونا", "KUNA"},
	{"qna", "QNA"},
	{"قنا", "QNA"},
	{"mena", "MENA"},
	{"أ ش أ", "MENA"},
	{"lana", "LANA"},
	{"وال", "LANA"},
	{"irna", "IRNA"},
	{"yonhap", "Yonhap"},
	{"kyodo", "Kyodo"},
	{"kyodo news", "Kyodo"},
	{"共同", "Kyodo"},
	{"jiji", "Jiji"},
	{"時事", "Jiji"},
	{"ani", "ANI"},
	{"pti", "PTI"},
	{"ians", "IANS"},
	{"bernama", "Bernama"},
	{"antara", "Antara"},
	{"anp", "ANP"},
	{"belga", "Belga"},
	{"ntb", "NTB"},
	{"tt", "TT"},
	{"ritzau", "Ritzau"},
	{"stt", "STT"},
	{"čtk", "ČTK"},
	{"tasr", "TASR"},
	{"pap", "PAP"},
	{"mti", "MTI"},
	{"hina", "HINA"},
	{"tanjug", "Tanjug"},
	{"ukrinform", "Ukrinform"},
	{"aap", "AAP"},
	{"the canadian press", "The Canadian Press"},
	{"canadian press", "The Canadian Press"},
	{"bloomberg", "Bloomberg"},
	{"panapress", "Panapress"},
};

static struct nw_str find_agency(struct nw_str text)
{
	char folded[FOLDED];
	const struct nw_str key = {folded, nw_fold(text, folded, sizeof(folded), false)};

	for (size_t i = 0; key.n && i < sizeof(agencies) / sizeof(agencies[0]); i++) {
		if (nw_str_eq(key, nw_str(agencies[i].folded)))
			return nw_str(agencies[i].name);
	}
	return (struct nw_str){0};
}

/* "AFP/Reuters", "SDA/sep": the first part that is an agency. */
static struct nw_str find_in_parts(struct nw_str text)
{
	struct nw_str part, agency = find_agency(text);

	while (!agency.n && nw_str_cut(&text, '/', &part))
		agency = find_agency(part);
	return agency;
}

/* The first credit in brackets. */
static struct nw_str find_in_brackets(struct nw_str text)
{
	struct nw_str agency = {0};

	while (!agency.n) {
		size_t open = nw_str_find(text, NW_STR("(")), close;

		text = nw_str_from(text, open + 1);
		close = nw_str_find(text, NW_STR(")"));
		if (close >= text.n)
			break;
		agency = find_in_parts(nw_str_head(text, close));
	}
	return agency;
}

struct nw_str nw_wire_find(const struct nw_author *authors, struct nw_str body)
{
	struct nw_str agency = {0};

	for (const struct nw_author *a = authors; a && !agency.n; a = a->next)
		agency = find_in_parts(a->name);
	if (!agency.n)
		agency = find_in_brackets(nw_str_head(body, DATELINE_BYTES));
	if (!agency.n && body.n > CREDIT_BYTES)
		agency = find_in_brackets(nw_str_from(body, body.n - CREDIT_BYTES));
	return agency;
}
