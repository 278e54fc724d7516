#include "base/when_read.h"

#include <stdbool.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"

/*
 * Months in the languages news is written in, nominative and genitive, whole
 * and cut, as CLDR and the press have them; folded and sorted by bytes. Two
 * languages never disagree here: "listopad" is Polish and Czech, not Croatian.
 */
static const struct month {
	const char *name;
	int month;
} months[] = {
	/* clang-format off */
	{"abr", 4}, {"abriil", 4}, {"abril", 4}, {"afrilu", 4}, {"ago", 8}, {"agost", 8},
	{"agosti", 8}, {"agosto", 8}, {"agt", 8}, {"agu", 8}, {"agust", 8}, {"agusta", 8},
	{"agustos", 8}, {"agustus", 8}, {"aout", 8}, {"apr", 4}, {"aprel", 4}, {"april", 4},
	{"aprila", 4}, {"aprile", 4}, {"aprili", 4}, {"aprilie", 4}, {"aprilis", 4},
	{"aprilisi", 4}, {"aprill", 4}, {"ara", 12}, {"aralık", 12}, {"aug", 8}, {"august", 8},
	{"augusta", 8}, {"augusti", 8}, {"augusts", 8}, {"augustus", 8}, {"augusztus", 8},
	{"augusztusi", 8}, {"avgust", 8}, {"avgusta", 8}, {"avqust", 8}, {"avr", 4},
	{"avril", 4}, {"awwissu", 8}, {"balandis", 4}, {"balandzio", 4}, {"birzelio", 6},
	{"birzelis", 6}, {"brezen", 3}, {"brezna", 3}, {"cerven", 6}, {"cervence", 7},
	{"cervenec", 7}, {"cervna", 6}, {"cze", 6}, {"czerwca", 6}, {"czerwiec", 6}, {"dec", 12},
	{"decembar", 12}, {"december", 12}, {"decemberi", 12}, {"decembra", 12},
	{"decembre", 12}, {"decembrie", 12}, {"decembris", 12}, {"decembro", 12}, {"dekabr", 12},
	{"des", 12}, {"desemba", 12}, {"desember", 12}, {"desembre", 12}, {"detsember", 12},
	{"dez", 12}, {"dezember", 12}, {"dezembro", 12}, {"dic", 12}, {"dicembre", 12},
	{"dicembru", 12}, {"diciembre", 12}, {"disamba", 12}, {"diseembar", 12},
	{"disember", 12}, {"duben", 4}, {"dubna", 4}, {"eki", 10}, {"ekim", 10}, {"elo", 8},
	{"elokuu", 8}, {"elokuuta", 8}, {"ene", 1}, {"enero", 1}, {"eyl", 9}, {"eylul", 9},
	{"faburairu", 2}, {"feb", 2}, {"febbraio", 2}, {"feber", 2}, {"febraayo", 2},
	{"febreiro", 2}, {"febrer", 2}, {"febrero", 2}, {"februar", 2}, {"februara", 2},
	{"februari", 2}, {"februarie", 2}, {"februaris", 2}, {"februarja", 2}, {"february", 2},
	{"fev", 2}, {"fevereiro", 2}, {"fevr", 2}, {"fevral", 2}, {"fevrier", 2}, {"frar", 2},
	{"geguze", 5}, {"geguzes", 5}, {"gen", 1}, {"gener", 1}, {"gennaio", 1}, {"giu", 6},
	{"giugno", 6}, {"gru", 12}, {"grudnia", 12}, {"grudzien", 12}, {"gruodis", 12},
	{"gruodzio", 12}, {"gunju", 6}, {"haz", 6}, {"haziran", 6}, {"heina", 7},
	{"heinakuu", 7}, {"heinakuuta", 7}, {"helmi", 2}, {"helmikuu", 2}, {"helmikuuta", 2},
	{"huhti", 4}, {"huhtikuu", 4}, {"huhtikuuta", 4}, {"ian", 1}, {"ianuarie", 1},
	{"iul", 7}, {"iulie", 7}, {"iun", 6}, {"iunie", 6}, {"iyul", 7}, {"iyun", 6},
	{"jaanuar", 1}, {"jan", 1}, {"janairu", 1}, {"janeiro", 1}, {"jannaayo", 1},
	{"jannar", 1}, {"janner", 1}, {"januar", 1}, {"januara", 1}, {"januari", 1},
	{"januarie", 1}, {"januarja", 1}, {"january", 1}, {"janv", 1}, {"janvaris", 1},
	{"janvier", 1}, {"joulu", 12}, {"joulukuu", 12}, {"joulukuuta", 12}, {"juil", 7},
	{"juill", 7}, {"juillet", 7}, {"juin", 6}, {"jul", 7}, {"jula", 7}, {"julai", 7},
	{"julho", 7}, {"juli", 7}, {"julie", 7}, {"julij", 7}, {"julija", 7}, {"julijs", 7},
	{"julio", 7}, {"juliol", 7}, {"julius", 7}, {"juliusi", 7}, {"july", 7}, {"jun", 6},
	{"juna", 6}, {"june", 6}, {"junho", 6}, {"juni", 6}, {"junie", 6}, {"junij", 6},
	{"junija", 6}, {"junijs", 6}, {"junio", 6}, {"junius", 6}, {"juniusi", 6}, {"juny", 6},
	{"juuli", 7}, {"juun", 6}, {"juuni", 6}, {"kas", 11}, {"kasım", 11}, {"kesa", 6},
	{"kesakuu", 6}, {"kesakuuta", 6}, {"kolovoz", 8}, {"kolovoza", 8}, {"kovas", 3},
	{"kovo", 3}, {"kveten", 5}, {"kvetna", 5}, {"kwi", 4}, {"kwiecien", 4}, {"kwietnia", 4},
	{"lapkricio", 11}, {"lapkritis", 11}, {"leden", 1}, {"ledna", 1}, {"liepa", 7},
	{"liepos", 7}, {"lip", 7}, {"lipanj", 6}, {"lipca", 7}, {"lipiec", 7}, {"lipnja", 6},
	{"lis", 11}, {"listopad", 11}, {"listopada", 11}, {"listopadu", 11}, {"loka", 10},
	{"lokakuu", 10}, {"lokakuuta", 10}, {"lug", 7}, {"luglio", 7}, {"lulju", 7}, {"lut", 2},
	{"lutego", 2}, {"luty", 2}, {"luulyo", 7}, {"maajo", 5}, {"maalis", 3}, {"maaliskuu", 3},
	{"maaliskuuta", 3}, {"maarso", 3}, {"maart", 3}, {"mac", 3}, {"machi", 3}, {"maerz", 3},
	{"mag", 5}, {"maggio", 5}, {"mai", 5}, {"maig", 5}, {"maijs", 5}, {"maio", 5},
	{"maj", 5}, {"maja", 5}, {"majus", 5}, {"majusi", 5}, {"mar", 3}, {"marc", 3},
	{"marca", 3}, {"march", 3}, {"marcius", 3}, {"marciusi", 3}, {"marco", 3}, {"marec", 3},
	{"maret", 3}, {"maris", 3}, {"marras", 11}, {"marraskuu", 11}, {"marraskuuta", 11},
	{"mars", 3}, {"mart", 3}, {"martie", 3}, {"marts", 3}, {"marz", 3}, {"marzec", 3},
	{"marzo", 3}, {"marzu", 3}, {"maujus", 5}, {"may", 5}, {"mayo", 5}, {"mayu", 5},
	{"mayıs", 5}, {"mei", 5}, {"mejju", 5}, {"mrt", 3}, {"mrz", 3}, {"nis", 4}, {"nisan", 4},
	{"nofembar", 11}, {"noi", 11}, {"noiembrie", 11}, {"nov", 11}, {"novemba", 11},
	{"novembar", 11}, {"november", 11}, {"novemberi", 11}, {"novembra", 11},
	{"novembre", 11}, {"novembris", 11}, {"novembro", 11}, {"novembru", 11},
	{"noviembre", 11}, {"noyabr", 11}, {"nuwamba", 11}, {"oca", 1}, {"ocak", 1}, {"oct", 10},
	{"october", 10}, {"octobre", 10}, {"octombrie", 10}, {"octubre", 10}, {"ogos", 8},
	{"ogosto", 8}, {"okt", 10}, {"oktoba", 10}, {"oktobar", 10}, {"oktober", 10},
	{"oktoberi", 10}, {"oktobra", 10}, {"oktobris", 10}, {"oktoobar", 10}, {"oktoober", 10},
	{"oktyabr", 10}, {"ott", 10}, {"ottobre", 10}, {"ottubru", 10}, {"out", 10},
	{"outubro", 10}, {"ozujak", 3}, {"ozujka", 3}, {"paz", 10}, {"pazdziernik", 10},
	{"pazdziernika", 10}, {"prosinac", 12}, {"prosinca", 12}, {"prosince", 12},
	{"prosinec", 12}, {"rijen", 10}, {"rijna", 10}, {"rugpjucio", 8}, {"rugpjutis", 8},
	{"rugsejis", 9}, {"rugsejo", 9}, {"rujan", 9}, {"rujna", 9}, {"satumba", 9},
	{"sausio", 1}, {"sausis", 1}, {"sebtembar", 9}, {"sentyabr", 9}, {"sep", 9}, {"sept", 9},
	{"septemba", 9}, {"septembar", 9}, {"september", 9}, {"septembra", 9}, {"septembre", 9},
	{"septembrie", 9}, {"septembris", 9}, {"septiembre", 9}, {"set", 9}, {"setembre", 9},
	{"setembro", 9}, {"setiembre", 9}, {"settembre", 9}, {"settembru", 9}, {"sie", 8},
	{"sierpien", 8}, {"sierpnia", 8}, {"sijecanj", 1}, {"sijecnja", 1}, {"spalio", 10},
	{"spalis", 10}, {"srpanj", 7}, {"srpen", 8}, {"srpna", 8}, {"srpnja", 7},
	{"studeni", 11}, {"studenoga", 11}, {"sty", 1}, {"styczen", 1}, {"stycznia", 1},
	{"sub", 2}, {"subat", 2}, {"svibanj", 5}, {"svibnja", 5}, {"syys", 9}, {"syyskuu", 9},
	{"syyskuuta", 9}, {"szept", 9}, {"szeptember", 9}, {"szeptemberi", 9}, {"tammi", 1},
	{"tammikuu", 1}, {"tammikuuta", 1}, {"tem", 7}, {"temmuz", 7}, {"touko", 5},
	{"toukokuu", 5}, {"toukokuuta", 5}, {"travanj", 4}, {"travnja", 4}, {"unor", 2},
	{"unora", 2}, {"vasario", 2}, {"vasaris", 2}, {"veebruar", 2}, {"veljaca", 2},
	{"veljace", 2}, {"wrz", 9}, {"wrzesien", 9}, {"wrzesnia", 9}, {"xan", 1}, {"xaneiro", 1},
	{"xul", 7}, {"xullo", 7}, {"xun", 6}, {"xuno", 6}, {"yanvar", 1}, {"yuli", 7},
	{"yuni", 6}, {"zari", 9}, {"απρ", 4}, {"απριλιοσ", 4}, {"απριλιου", 4}, {"αυγ", 8},
	{"αυγουστοσ", 8}, {"αυγουστου", 8}, {"δεκ", 12}, {"δεκεμβριοσ", 12}, {"δεκεμβριου", 12},
	{"ιαν", 1}, {"ιανουαριοσ", 1}, {"ιανουαριου", 1}, {"ιολ", 7}, {"ιον", 6}, {"ιουλ", 7},
	{"ιουλιοσ", 7}, {"ιουλιου", 7}, {"ιουν", 6}, {"ιουνιοσ", 6}, {"ιουνιου", 6}, {"μαι", 5},
	{"μαιοσ", 5}, {"μαιου", 5}, {"μαρ", 3}, {"μαρτιοσ", 3}, {"μαρτιου", 3}, {"μαω", 3},
	{"νοε", 11}, {"νοεμβριοσ", 11}, {"νοεμβριου", 11}, {"οκτ", 10}, {"οκτωβριοσ", 10},
	{"οκτωβριου", 10}, {"σεπ", 9}, {"σεπτεμβριοσ", 9}, {"σεπτεμβριου", 9}, {"φεβ", 2},
	{"φεβρουαριοσ", 2}, {"φεβρουαριου", 2}, {"авг", 8}, {"август", 8}, {"августа", 8},
	{"апр", 4}, {"апрель", 4}, {"апреля", 4}, {"април", 4}, {"бер", 3}, {"березень", 3},
	{"березня", 3}, {"вер", 9}, {"верасень", 9}, {"верасня", 9}, {"вересень", 9},
	{"вересня", 9}, {"гру", 12}, {"грудень", 12}, {"грудня", 12}, {"дек", 12},
	{"декабрь", 12}, {"декабря", 12}, {"декември", 12}, {"децембар", 12}, {"жнівень", 8},
	{"жніуня", 8}, {"жов", 10}, {"жовтень", 10}, {"жовтня", 10}, {"июл", 7}, {"июль", 7},
	{"июля", 7}, {"июн", 6}, {"июнь", 6}, {"июня", 6}, {"кастрычнік", 10},
	{"кастрычніка", 10}, {"кві", 4}, {"квітень", 4}, {"квітня", 4}, {"красавік", 4},
	{"красавіка", 4}, {"лип", 7}, {"липень", 7}, {"липня", 7}, {"лис", 11}, {"листопад", 11},
	{"листопада", 11}, {"лют", 2}, {"лютага", 2}, {"лютии", 2}, {"лютого", 2}, {"люты", 2},
	{"ліпень", 7}, {"ліпеня", 7}, {"лістапад", 11}, {"лістапада", 11}, {"маи", 5},
	{"мар", 3}, {"март", 3}, {"марта", 3}, {"мая", 5}, {"мај", 5}, {"новембар", 11},
	{"ноември", 11}, {"ноя", 11}, {"нояб", 11}, {"ноябрь", 11}, {"ноября", 11}, {"окт", 10},
	{"октобар", 10}, {"октомври", 10}, {"октябрь", 10}, {"октября", 10}, {"сакавік", 3},
	{"сакавіка", 3}, {"сен", 9}, {"сент", 9}, {"сентябрь", 9}, {"сентября", 9},
	{"септембар", 9}, {"септември", 9}, {"сер", 8}, {"серпень", 8}, {"серпня", 8},
	{"снежань", 12}, {"снежня", 12}, {"студзень", 1}, {"студзеня", 1}, {"січ", 1},
	{"січень", 1}, {"січня", 1}, {"тра", 5}, {"травень", 5}, {"травня", 5}, {"фебруар", 2},
	{"фев", 2}, {"февр", 2}, {"февраль", 2}, {"февраля", 2}, {"февруари", 2}, {"чер", 6},
	{"червень", 6}, {"червня", 6}, {"чэрвень", 6}, {"чэрвеня", 6}, {"юли", 7}, {"юни", 6},
	{"янв", 1}, {"январь", 1}, {"января", 1}, {"януари", 1}, {"јануар", 1}, {"јануари", 1},
	{"јул", 7}, {"јули", 7}, {"јун", 6}, {"јуни", 6}, {"אוגוסט", 8}, {"אוקטובר", 10},
	{"אפריל", 4}, {"באוגוסט", 8}, {"באוקטובר", 10}, {"באפריל", 4}, {"בדצמבר", 12},
	{"ביולי", 7}, {"ביוני", 6}, {"בינואר", 1}, {"במאי", 5}, {"במרץ", 3}, {"בנובמבר", 11},
	{"בספטמבר", 9}, {"בפברואר", 2}, {"דצמבר", 12}, {"יולי", 7}, {"יוני", 6}, {"ינואר", 1},
	{"מאי", 5}, {"מרץ", 3}, {"נובמבר", 11}, {"ספטמבר", 9}, {"פברואר", 2}, {"اب", 8},
	{"ابريل", 4}, {"اذار", 3}, {"اغسطس", 8}, {"افريل", 4}, {"اكتوبر", 10}, {"اوت", 8},
	{"اوریل", 4}, {"ايار", 5}, {"ايلول", 9}, {"اپریل", 4}, {"اکتبر", 10}, {"اکتوبر", 10},
	{"اگست", 8}, {"تشرين الاول", 10}, {"تشرين الثاني", 11}, {"تموز", 7}, {"جانفي", 1},
	{"جنوری", 1}, {"جوان", 6}, {"جولايی", 7}, {"جولای", 7}, {"جون", 6}, {"جويلية", 7},
	{"حزيران", 6}, {"دجنبر", 12}, {"دسامبر", 12}, {"دسمبر", 12}, {"ديسمبر", 12},
	{"سبتمبر", 9}, {"ستمبر", 9}, {"سپتامبر", 9}, {"شباط", 2}, {"شتنبر", 9}, {"غشت", 8},
	{"فبراير", 2}, {"فبرایر", 2}, {"فروری", 2}, {"فوریه", 2}, {"فيفري", 2},
	{"كانون الاول", 12}, {"كانون الثاني", 1}, {"مارس", 3}, {"مارچ", 3}, {"ماي", 5},
	{"مايو", 5}, {"مه", 5}, {"ميی", 5}, {"می", 5}, {"نوامبر", 11}, {"نوفمبر", 11},
	{"نومبر", 11}, {"نونبر", 11}, {"نيسان", 4}, {"يناير", 1}, {"يوليه", 7}, {"يوليو", 7},
	{"يوليوز", 7}, {"يونيه", 6}, {"يونيو", 6}, {"ژانویه", 1}, {"ژوين", 6}, {"ژويیه", 7},
	/* clang-format on */
};

/* RFC 822's names, and abbreviations in common use that stand for one offset more than others. */
static const struct zone {
	const char *name;
	int minutes;
} zones[] = {
	{"z", 0},
	{"ut", 0},
	{"utc", 0},
	{"gmt", 0},
	{"wet", 0},
	{"west", 60},
	{"bst", 60},
	{"cet", 60},
	{"cest", 120},
	{"met", 60},
	{"mest", 120},
	{"mez", 60},
	{"mesz", 120},
	{"wat", 60},
	{"cat", 120},
	{"sast", 120},
	{"eet", 120},
	{"eest", 180},
	{"eat", 180},
	{"msk", 180},
	{"msd", 240},
	{"trt", 180},
	{"ist", 330},
	{"pkt", 300},
	{"npt", 345},
	{"gst", 240},
	{"irst", 210},
	{"idt", 180},
	{"ict", 420},
	{"wib", 420},
	{"sgt", 480},
	{"hkt", 480},
	{"pht", 480},
	{"awst", 480},
	{"jst", 540},
	{"kst", 540},
	{"acst", 570},
	{"acdt", 630},
	{"aest", 600},
	{"aedt", 660},
	{"nzst", 720},
	{"nzdt", 780},
	{"brt", -180},
	{"art", -180},
	{"clt", -240},
	{"nst", -210},
	{"ndt", -150},
	{"ast", -240},
	{"at", -240},
	{"adt", -180},
	{"est", -300},
	{"edt", -240},
	{"et", -300},
	{"cst", -360},
	{"cdt", -300},
	{"ct", -360},
	{"mst", -420},
	{"mdt", -360},
	{"mt", -420},
	{"pst", -480},
	{"pdt", -420},
	{"pt", -480},
	{"akst", -540},
	{"akdt", -480},
	{"hst", -600},
	{"hadt", -540},
	{"hast", -600},
};

static const struct word {
	const char *name;
	enum nw_when_word word;
} words[] = {
	{"am", NW_WORD_AM},
	{"pm", NW_WORD_PM},
	{"πμ", NW_WORD_AM},
	{"μμ", NW_WORD_PM},
	{"ص", NW_WORD_AM},
	{"م", NW_WORD_PM},
	{"صباحا", NW_WORD_AM},
	{"مساء", NW_WORD_PM},
	{"上午", NW_WORD_AM_BEFORE},
	{"下午", NW_WORD_PM_BEFORE},
	{"午前", NW_WORD_AM_BEFORE},
	{"午後", NW_WORD_PM_BEFORE},
	{"오전", NW_WORD_AM_BEFORE},
	{"오후", NW_WORD_PM_BEFORE},
	{"年", NW_WORD_YEAR},
	{"년", NW_WORD_YEAR},
	{"月", NW_WORD_MONTH},
	{"월", NW_WORD_MONTH},
	{"日", NW_WORD_DAY},
	{"일", NW_WORD_DAY},
	{"h", NW_WORD_HOUR},
	{"시", NW_WORD_HOUR},
	{"時", NW_WORD_HOUR},
	{"时", NW_WORD_HOUR},
	{"点", NW_WORD_HOUR},
	{"분", NW_WORD_MINUTE},
	{"分", NW_WORD_MINUTE},
	{"min", NW_WORD_MINUTE},
	{"초", NW_WORD_SECOND},
	{"秒", NW_WORD_SECOND},
	{"s", NW_WORD_SECOND},
	{"t", NW_WORD_FILLER},
	{"st", NW_WORD_FILLER},
	{"nd", NW_WORD_FILLER},
	{"rd", NW_WORD_FILLER},
	{"th", NW_WORD_FILLER},
	{"of", NW_WORD_FILLER},
	{"the", NW_WORD_FILLER},
	{"at", NW_WORD_FILLER},
	{"on", NW_WORD_FILLER},
	{"hrs", NW_WORD_FILLER},
	{"hours", NW_WORD_FILLER},
	{"a", NW_WORD_FILLER},
	{"er", NW_WORD_FILLER},
	{"le", NW_WORD_FILLER},
	{"de", NW_WORD_FILLER},
	{"del", NW_WORD_FILLER},
	{"el", NW_WORD_FILLER},
	{"º", NW_WORD_FILLER},
	{"las", NW_WORD_FILLER},
	{"as", NW_WORD_FILLER},
	{"alle", NW_WORD_FILLER},
	{"ore", NW_WORD_FILLER},
	{"um", NW_WORD_FILLER},
	{"uhr", NW_WORD_FILLER},
	{"den", NW_WORD_FILLER},
	{"om", NW_WORD_FILLER},
	{"kl", NW_WORD_FILLER},
	{"klo", NW_WORD_FILLER},
	{"г", NW_WORD_FILLER},
	{"года", NW_WORD_FILLER},
	{"року", NW_WORD_FILLER},
	{"в", NW_WORD_FILLER},
	{"о", NW_WORD_FILLER},
	{"roku", NW_WORD_FILLER},
	{"في", NW_WORD_FILLER},
	{"الساعة", NW_WORD_FILLER},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

size_t nw_when_fold(struct nw_str word, char folded[NW_WHEN_FOLDED])
{
	const utf8proc_option_t how =
		UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
	size_t n = 0;

	while (word.n) {
		const utf8proc_int32_t c = (utf8proc_int32_t)nw_utf8_next(&word);
		utf8proc_int32_t parts[8];
		utf8proc_ssize_t count = 1;

		parts[0] = c;
		if (c < 0xac00 || c > 0xd7a3) /* Hangul has no marks, and would fall into letters */
			count = utf8proc_decompose_char(c, parts, 8, how, NULL);

		for (utf8proc_ssize_t i = 0; i < count && i < 8; i++) {
			if (n + 4 >= NW_WHEN_FOLDED) {
				folded[0] = '\0';
				return 0;
			}
			n += nw_utf8_put((uint32_t)parts[i], folded + n);
		}
	}
	folded[n] = '\0';
	return n;
}

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct month *)row)->name);
}

int nw_when_month(struct nw_str word)
{
	char folded[NW_WHEN_FOLDED];
	const struct month *row;

	if (word.n == 0 || word.n > 2 * (size_t)NW_WHEN_FOLDED || !nw_when_fold(word, folded))
		return 0;
	row = bsearch(folded, months, COUNT(months), sizeof(months[0]), by_name);
	return row ? row->month : 0;
}

enum nw_when_word nw_when_word(const char *folded)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i].name, folded) == 0)
			return words[i].word;
	}
	return NW_WORD_UNKNOWN;
}

int32_t nw_when_zone(const char *folded, bool *known)
{
	*known = false;
	for (size_t i = 0; i < COUNT(zones); i++) {
		if (strcmp(zones[i].name, folded) == 0) {
			*known = true;
			return zones[i].minutes;
		}
	}
	return 0;
}

/* One letter wrong, missing, too many, or two neighbours swapped. */
static bool is_near(const char *a, const char *b)
{
	const size_t n = strlen(a), m = strlen(b);
	size_t i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	if (n == m && (strcmp(a + i, b + i) == 0 || strcmp(a + i + 1, b + i + 1) == 0))
		return true;
	if (n == m)
		return a[i + 1] && a[i] == b[i + 1] && a[i + 1] == b[i] &&
			strcmp(a + i + 2, b + i + 2) == 0;
	if (n + 1 == m)
		return strcmp(a + i, b + i + 1) == 0;
	return n == m + 1 && strcmp(a + i + 1, b + i) == 0;
}

int nw_when_misspelt(const char *folded)
{
	static const char *const english[] = {"january", "february", "march", "april", "may",
		"june", "july", "august", "september", "october", "november", "december"};
	const size_t n = strlen(folded);

	for (int i = 0; i < 12 && n >= 3; i++) {
		const char *name = english[i];

		if (strncmp(folded, name, 3) == 0)
			return i + 1;
		if (n == 3 &&
			((folded[0] == name[1] && folded[1] == name[0] && folded[2] == name[2]) ||
				(folded[0] == name[0] && folded[1] == name[2] &&
					folded[2] == name[1])))
			return i + 1;
		if (n >= 4 && strlen(name) >= 5 && is_near(folded, name))
			return i + 1;
	}
	return 0;
}
