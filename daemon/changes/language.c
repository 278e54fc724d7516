#include "changes/language.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"

/* The first is that of a text of which nothing is known. */
/* clang-format off */
static const struct nw_language languages[] = {
	{"en", true,
		"not no never none neither nor without nobody nothing nowhere deny denies denied denying "
		"refuse refuses refused refusing reject rejects rejected rejecting fail fails failed failing "
		"unable hardly",
		"the a an and or but of to in on at by for from with as that this these those it its he she "
		"they we you i his her their our is are was were be been being has have had having do does "
		"did done will would shall should can could may might must there here then than so very too "
		"also just even still yet any longer more most all some who which what when where while "
		"after before since until if into over under about "
		"said says say saying mr mrs ms dr sir monday tuesday wednesday thursday friday saturday "
		"sunday january february march april june july august september october november december "
		"jan feb mar apr jun jul aug sep sept oct nov dec today yesterday tomorrow",
		"updated published posted modified edited corrected", "ago",
		"one=?1 a=?1 an=?1 zero=0 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 "
		"eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 "
		"nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 "
		"dozen=*12 hundred=*100 thousand=*1000 million=*1000000 billion=*1000000000 "
		"trillion=*1000000000000 dozens=~12 scores=~20 hundreds=~100 thousands=~1000 "
		"millions=~1000000 billions=~1000000000 and=&"},
	{"fr", true,
		"ne n pas non jamais aucun aucune ni sans nie nient niait nié dément démentent démenti refuse "
		"refusent refusé rejette rejettent rejeté échoue échoué",
		"le la les l de des du d un une et ou mais a à au aux en dans par pour sur avec ce cet cette "
		"ces c il elle ils elles on nous vous je tu se s me m te t lui leur leurs son sa ses y que qu "
		"qui dont où est sont était étaient été être ont avait avaient avoir sera seront serait va "
		"vont peut peuvent doit doivent plus très aussi encore déjà après avant depuis selon "
		"dit déclare m mme mlle dr lundi mardi mercredi jeudi vendredi samedi dimanche janvier février "
		"mars avril mai juin juillet août septembre octobre novembre décembre hier demain "
		"aujourd hui",
		"publié mis modifié actualisé", "il",
		"un=?1 une=?1 zéro=0 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 "
		"douze=12 treize=13 quatorze=14 quinze=15 seize=16 vingt=*20 vingts=*20 trente=30 quarante=40 "
		"cinquante=50 soixante=60 septante=70 octante=80 nonante=90 cent=*100 cents=*100 mille=*1000 "
		"million=*1000000 millions=*1000000 milliard=*1000000000 milliards=*1000000000 "
		"dizaine=~10 dizaines=~10 douzaine=*12 vingtaine=~20 trentaine=~30 quarantaine=~40 "
		"cinquantaine=~50 centaine=~100 centaines=~100 millier=~1000 milliers=~1000 et=&"},
	{"ar", false,
		"لا لم لن ليس ليست ليسوا غير دون بدون عدم نفى نفت نفوا ينفي تنفي رفض رفضت يرفض ترفض كلا",
		"في من على الى عن مع ان انه انها هذا هذه ذلك تلك التي الذي الذين قد كان كانت يكون تكون هو هي "
		"هم كما بعد قبل بين خلال حتى اذا او ثم كل بعض عند منذ حول لدى قال قالت اليوم امس غدا يوم "
		"الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت يناير فبراير مارس ابريل مايو يونيو يوليو "
		"اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
		"نشر تحديث اخر حدث", "قبل منذ",
		"واحد=?1 واحدة=?1 اثنان=2 اثنين=2 اثنتان=2 اثنتين=2 ثلاثة=3 ثلاث=3 اربعة=4 اربع=4 خمسة=5 خمس=5 "
		"ستة=6 ست=6 سبعة=7 سبع=7 ثمانية=8 ثماني=8 ثمان=8 تسعة=9 تسع=9 عشرة=10 عشر=10 عشرون=20 عشرين=20 "
		"ثلاثون=30 ثلاثين=30 اربعون=40 اربعين=40 خمسون=50 خمسين=50 ستون=60 ستين=60 سبعون=70 سبعين=70 "
		"ثمانون=80 ثمانين=80 تسعون=90 تسعين=90 مئة=*100 مائة=*100 مئتان=200 مئتين=200 مئتي=200 مائتي=200 مائتان=200 "
		"مائتين=200 الف=*1000 الفان=2000 الفين=2000 الفي=2000 الاف=*1000 مليون=*1000000 ملايين=*1000000 "
		"مليار=*1000000000 مليارات=*1000000000 عشرات=~10 مئات=~100"},
	{"es", true,
		"no nunca jamás ningún ninguno ninguna ni sin nadie nada niega niegan negó desmiente desmintió "
		"rechaza rechazan rechazó fracasa",
		"el la los las lo un una unos unas y e o u pero de del a al en por para con sobre que se su sus "
		"le les es son fue fueron ser era eran está están ha han había haber hay será serán puede pueden "
		"debe como más muy ya también tras según desde hasta dijo "
		"sr sra dr lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo "
		"junio julio agosto septiembre octubre noviembre diciembre hoy ayer mañana",
		"publicado actualizado modificado", "hace",
		"uno=?1 un=?1 una=?1 cero=0 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 "
		"once=11 doce=12 trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 "
		"diecinueve=19 veinte=20 veintiún=21 veintiuno=21 veintidós=22 veintitrés=23 veinticuatro=24 "
		"veinticinco=25 veintiséis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 "
		"cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=*100 ciento=*100 doscientos=200 "
		"trescientos=300 cuatrocientos=400 quinientos=500 seiscientos=600 setecientos=700 ochocientos=800 "
		"novecientos=900 mil=*1000 millón=*1000000 millones=*1000000 docena=*12 decenas=~10 docenas=~12 "
		"cientos=~100 centenares=~100 miles=~1000 millares=~1000 y=&"},
	{"it", true,
		"non mai né senza nessun nessuno nessuna niente nulla nega negano negato smentisce smentiscono "
		"smentito rifiuta rifiutano respinge respingono",
		"il lo la i gli le l un uno una e ed o ma di del dello della dei degli delle dell d a ad al allo "
		"alla ai agli alle all in nel nella nei nelle da dal dalla dai con su sul sulla per tra fra che "
		"chi cui si se è sono era erano stato stata stati state essere ha hanno aveva avevano avere sarà "
		"saranno può possono deve come più anche già ancora dopo prima secondo ci ne detto dice "
		"sig dott lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile "
		"maggio giugno luglio agosto settembre ottobre novembre dicembre oggi ieri domani",
		"pubblicato aggiornato modificato", "fa",
		"uno=?1 un=?1 una=?1 zero=0 due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 "
		"undici=11 dodici=12 tredici=13 quattordici=14 quindici=15 sedici=16 diciassette=17 diciotto=18 "
		"diciannove=19 venti=20 ventuno=21 ventidue=22 ventitré=23 ventiquattro=24 venticinque=25 "
		"ventisei=26 ventisette=27 ventotto=28 ventinove=29 trenta=30 quaranta=40 cinquanta=50 "
		"sessanta=60 settanta=70 ottanta=80 novanta=90 cento=*100 duecento=200 trecento=300 "
		"quattrocento=400 cinquecento=500 mille=*1000 mila=*1000 duemila=2000 tremila=3000 "
		"milione=*1000000 milioni=*1000000 miliardo=*1000000000 miliardi=*1000000000 dozzina=*12 "
		"decina=~10 decine=~10 ventina=~20 trentina=~30 dozzine=~12 centinaio=~100 centinaia=~100 "
		"migliaio=~1000 migliaia=~1000"},
	{"de", false,
		"nicht kein keine keinen keiner keinem nie niemals ohne weder noch niemand nichts bestreitet "
		"bestreiten dementiert dementieren lehnt",
		"der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf zu zum "
		"zur von vom mit für bei nach aus über unter vor durch gegen um ist sind war waren wird werden "
		"wurde wurden hat haben hatte hatten sein kann können soll sollen sich er sie es wir ihr auch als "
		"wie dass sagte sagt",
		"aktualisiert veröffentlicht stand", "vor",
		"ein=?1 eine=?1 einen=?1 einem=?1 einer=?1 null=0 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 "
		"acht=8 neun=9 zehn=10 elf=11 zwölf=12 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 "
		"achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 "
		"achtzig=80 neunzig=90 hundert=*100 tausend=*1000 million=*1000000 millionen=*1000000 "
		"milliarde=*1000000000 milliarden=*1000000000 dutzend=*12 dutzende=~12 hunderte=~100 tausende=~1000"},
	{"pt", true,
		"não nunca jamais nenhum nenhuma nem sem ninguém nada nega negam negou desmente rejeita rejeitou "
		"recusa recusou",
		"o a os as um uma uns umas e ou mas de do da dos das em no na nos nas por pelo pela para com sobre "
		"que se seu sua seus suas lhe é são foi foram ser era eram está estão tem há havia será pode podem "
		"deve como mais muito já também após segundo disse sr sra segunda terça quarta quinta sexta sábado "
		"domingo janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
		"publicado atualizado modificado", "há",
		"um=?1 uma=?1 zero=0 dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 "
		"onze=11 doze=12 treze=13 quatorze=14 catorze=14 quinze=15 dezesseis=16 dezassete=17 dezessete=17 "
		"dezoito=18 dezenove=19 vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70 "
		"oitenta=80 noventa=90 cem=*100 cento=*100 mil=*1000 milhão=*1000000 milhões=*1000000 "
		"dúzia=*12 dezenas=~10 dúzias=~12 centenas=~100 milhares=~1000 e=&"},
	{"ru", true,
		"не нет ни никогда никто ничего без отрицает отрицают отверг отказался отказалась опроверг",
		"и в во на с со что как по из к ко за от о об у до для при это этот эта эти он она они оно мы вы я "
		"его ее их был была были было быть есть будет будут же ли а но или сообщил заявил сказал "
		"понедельник вторник среду четверг пятницу субботу воскресенье",
		"обновлено опубликовано", "назад",
		"один=?1 одна=?1 два=2 две=2 двое=2 три=3 трое=3 четыре=4 четверо=4 пять=5 пятеро=5 шесть=6 семь=7 "
		"восемь=8 девять=9 десять=10 одиннадцать=11 двенадцать=12 пятнадцать=15 двадцать=20 тридцать=30 "
		"сорок=40 пятьдесят=50 сто=*100 тысяча=*1000 тысячи=*1000 тысяч=*1000 миллион=*1000000 "
		"миллиона=*1000000 миллионов=*1000000 десятки=~10 сотни=~100"},
	{"tr", true,
		"değil yok hiç hiçbir asla reddetti reddediyor yalanladı yalanlıyor",
		"ve veya bir bu da de ile için olarak olan oldu daha çok en o ki mi gibi kadar sonra önce göre her "
		"ama ancak dedi pazartesi salı çarşamba perşembe cuma cumartesi pazar",
		"güncellendi yayınlandı", "önce",
		"bir=?1 iki=2 üç=3 dört=4 beş=5 altı=6 yedi=7 sekiz=8 dokuz=9 on=10 yirmi=20 otuz=30 kırk=40 elli=50 "
		"altmış=60 yetmiş=70 seksen=80 doksan=90 yüz=*100 bin=*1000 milyon=*1000000 milyar=*1000000000 "
		"onlarca=~10 yüzlerce=~100 binlerce=~1000"},
};
/* clang-format on */

static const struct {
	uint32_t first, last; /* letters */
	const char *code;
} scripts[] = {{0x400, 0x4ff, "ru"}, {0x600, 0x6ff, "ar"}};

static const struct nw_language *find_row(struct nw_str code)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		if (nw_str_eq_nocase(code, nw_str(languages[i].code)))
			return &languages[i];
	}
	return NULL;
}

static bool has_word(const char *words, struct nw_str word)
{
	struct nw_str rest = nw_str(words), one;

	while (nw_str_cut(&rest, ' ', &one)) {
		if (nw_str_eq_nocase(one, word))
			return true;
	}
	return false;
}

/* How many words of the text are little ones of the language, or its negations. */
static size_t count_little(const struct nw_language *language, struct nw_str text)
{
	size_t n = 0;

	for (size_t at = 0, end; at < text.n; at = end + 1) {
		struct nw_str word;

		end = at;
		while (end < text.n && text.p[end] != ' ' && text.p[end] != '\'')
			end++;
		word = nw_str_head(nw_str_from(text, at), end - at);
		n += has_word(language->little, word) || has_word(language->negations, word);
	}
	return n;
}

static const struct nw_language *guess(struct nw_str text)
{
	const struct nw_language *best = &languages[0];
	size_t most = 0;

	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		const size_t n = count_little(&languages[i], text);

		if (n > most) {
			best = &languages[i];
			most = n;
		}
	}
	return best;
}

/* By the script, where one language has it to itself here, or else by its little words. */
const struct nw_language *nw_changes_language(struct nw_str code, struct nw_str text)
{
	const struct nw_language *row = find_row(nw_str_head(code, nw_str_find(code, NW_STR("-"))));
	struct nw_str rest = text;

	while (!row && rest.n) {
		const uint32_t c = nw_utf8_next(&rest);

		for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
			if (c >= scripts[i].first && c <= scripts[i].last)
				row = find_row(nw_str(scripts[i].code));
		}
	}
	return row ? row : guess(text);
}

/* --- meanings --- */

static void mean(struct nw_arena *arena, struct nw_map *meanings, struct nw_str word,
	enum nw_meaning meaning, double value)
{
	struct nw_meant *meant = NW_ARENA_NEW(arena, struct nw_meant);

	*meant = (struct nw_meant){meaning, value};
	(void)nw_map_put(meanings, nw_changes_fold(arena, word), meant);
}

static void mean_all(
	struct nw_arena *arena, struct nw_map *meanings, const char *words, enum nw_meaning meaning)
{
	struct nw_str rest = nw_str(words), word;

	while (nw_str_cut(&rest, ' ', &word))
		mean(arena, meanings, word, meaning, 0);
}

static void mean_numbers(struct nw_arena *arena, struct nw_map *meanings, const char *rows)
{
	static const struct {
		char sign;
		enum nw_meaning meaning;
	} signs[] = {{'*', NW_MEANS_SCALE}, {'~', NW_MEANS_VAGUE}, {'?', NW_MEANS_ARTICLE},
		{'&', NW_MEANS_AND}};
	struct nw_str rest = nw_str(rows), row;

	while (nw_str_cut(&rest, ' ', &row)) {
		const size_t at = nw_str_find(row, NW_STR("="));
		const char *value = row.p + at + 1;
		enum nw_meaning meaning = NW_MEANS_NUMBER;

		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
			if (*value == signs[i].sign)
				meaning = signs[i].meaning;
		}
		mean(arena, meanings, nw_str_head(row, at), meaning,
			strtod(meaning == NW_MEANS_NUMBER ? value : value + 1, NULL));
	}
}

void nw_changes_meanings(
	struct nw_arena *arena, const struct nw_language *language, struct nw_map *meanings)
{
	/* A page may be written in one language and stamped in another. */
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		mean_all(arena, meanings, languages[i].stamps, NW_MEANS_STAMP);
	mean_all(arena, meanings, language->little, NW_MEANS_LITTLE);
	mean_all(arena, meanings, language->stamps, NW_MEANS_STAMP);
	mean_numbers(arena, meanings, language->numbers);
	mean_all(arena, meanings, language->negations, NW_MEANS_NEGATION);
}

/* --- letters --- */

/* What writers of one language leave apart. 0: left out. */
static uint32_t same_letter(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} alike[] = {{0x622, 0x627}, {0x623, 0x627}, {0x625, 0x627}, {0x671, 0x627}, {0x624, 0x648},
		{0x626, 0x64a}, {0x629, 0x647}, {0x649, 0x64a}, {0x640, 0}, {0x6a9, 0x643},
		{0x6cc, 0x64a}, {0x307, 0}};

	if ((c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9))
		return '0' + (c & 0xf);
	if (c >= 0x64b && c <= 0x652)
		return 0; /* vowel signs */
	for (size_t i = 0; c >= 0x300 && i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (alike[i].from == c)
			return alike[i].to;
	}
	return c;
}

struct nw_str nw_changes_fold(struct nw_arena *arena, struct nw_str s)
{
	const struct nw_str whole = nw_utf8_nfc(arena, s);
	char *p = nw_arena_alloc(arena, whole.n * 2 + 5), *to = p;
	struct nw_str rest = whole;

	while (rest.n) {
		const uint32_t c = same_letter(nw_utf8_next(&rest));

		if (c)
			to += nw_utf8_put((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), to);
	}
	return (struct nw_str){p, (size_t)(to - p)};
}
