#include "story/common.h"

#include "base/arena.h"
#include "base/str.h"
#include "story/words.h"

#define SLOTS 4096 /* four times the words below, at least */

const struct nw_story_language nw_story_languages[] = {
	{"en",
		"the of and to in a is was that for on with as by at from it he she they we you his her "
		"their its this these those be been are were has have had not no but or an which who "
		"whom whose what when where will would can could should may might must than then there "
		"here into over under after before about against between during through up down out off "
		"more most some any all also other such only own same so too very just now one two three "
		"said says say told according added saying reported new year years day days week month "
		"people time last first our us my me him them your if while since until because both each "
		"few many much per did does do how why again further once near another second still even "
		"monday tuesday wednesday thursday friday saturday sunday"},
	{"fr",
		"le la les de du des un une et a au aux en dans par pour sur avec sans sous ce cet cette ces "
		"il elle ils elles on nous vous je tu se sa son ses leur leurs qui que quoi dont ou est sont "
		"ete etait etaient etre avoir ont avait avaient sera seront serait pas ne ni plus moins tres "
		"mais donc car si comme apres avant depuis entre vers chez selon contre aussi tout tous toute "
		"toutes meme autre autres deux trois ans an jour jours semaine mois annee fait faire dit a-t "
		"declare indique ajoute affirme explique lors alors encore ainsi afin notamment cela celui "
		"celle ceux y lui eux notre nos votre vos peut peuvent doit lundi mardi mercredi jeudi "
		"vendredi samedi dimanche"},
	{"ar",
		"في من على الي عن مع ان انه انها هذا هذه ذلك تلك التي الذي الذين ما لا لم لن قد كان كانت يكون "
		"تكون هو هي هم كما بعد قبل بين خلال حتي اذا او ثم كل بعض غير عند منذ حول ضد نحو لدي وقد وكان "
		"وان وقال قال قالت واضاف اضاف اكد واكد ذكر اوضح بحسب وفق حيث اي ايضا كذلك عبر لكن بل فيما بها "
		"به له لها لهم منها منه فيها فيه عليها عليه الان اليوم يوم عام سنه شهر اسبوع الاول الثاني "
		"الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت"},
	{"es",
		"el la los las de del un una unos unas y a al en por para con sin sobre que se su sus lo le les "
		"es son fue fueron ser era eran ha han habia hay como mas pero o no si ya este esta estos estas "
		"ese esa esos eso entre desde hasta cuando donde quien cual tambien muy todo todos toda todas "
		"otro otra otros dos tres ano anos dia dias semana mes tras segun dijo ante bajo contra durante "
		"mientras porque nos me mi ellos ella el aunque lunes martes miercoles jueves viernes sabado "
		"domingo"},
	{"de",
		"der die das den dem des ein eine einen einem einer eines und in im an am auf zu zum zur von vom "
		"mit fur bei nach aus uber unter vor durch gegen um ohne ist sind war waren wird werden wurde "
		"wurden hat haben hatte hatten sein nicht kein keine auch als wie dass sich er sie es wir ihr "
		"ich man aber oder wenn weil noch nur schon mehr sehr so dann da hier dort dieser diese dieses "
		"alle zwei drei jahr jahre tag tage woche monat sagte sagt erklarte laut seine ihre seinen "
		"montag dienstag mittwoch donnerstag freitag samstag sonntag"},
	{"it",
		"il lo la i gli le di del della dei delle dello degli un uno una e a al alla ai alle in nel "
		"nella nei nelle da dal dalla con su sul sulla per tra fra che chi cui non si e sono era erano "
		"stato stata stati essere ha hanno aveva avere come piu ma o se anche questo questa questi "
		"quello quella suo sua suoi loro ci ne dopo prima durante contro secondo ancora molto tutto "
		"tutti due tre anno anni giorno giorni settimana mese detto ha lunedi martedi mercoledi giovedi "
		"venerdi sabato domenica"},
	{"pt",
		"o a os as de do da dos das um uma uns umas e em no na nos nas por pelo pela para com sem sobre "
		"que se seu sua seus suas lhe e foi foram ser era eram tem ha havia como mais mas ou nao sim ja "
		"este esta esse essa isso aquele entre desde ate quando onde quem qual tambem muito todo todos "
		"outra outro dois tres ano anos dia dias semana mes apos segundo disse contra durante enquanto "
		"porque ele ela eles elas"},
	{"ru",
		"и в во не на с со что как по из к ко за от о об у до для при это этот эта эти тот та те он она "
		"они оно мы вы я его ее их им ему был была были было быть есть будет будут бы же ли а но или "
		"если когда где кто который которая которые которых также так уже еще только после перед между "
		"под над без через против год года лет день дня сообщил заявил сказал сообщает словам "
		"понедельник вторник среду четверг пятницу субботу воскресенье"},
	{"tr",
		"ve bir bu da de ile icin olarak olan oldu oldugunu var yok daha cok en ne o su ki mi mu gibi "
		"kadar sonra once gore kendi her hem ya veya ancak ama fakat iki uc yil gun ay hafta dedi "
		"soyledi belirtti ifade etti eden edilen ise icinde uzere tarafindan karsi arasinda bugun dun "
		"pazartesi sali carsamba persembe cuma cumartesi pazar"},
};

const size_t nw_story_n_languages = sizeof(nw_story_languages) / sizeof(*nw_story_languages);

static void add(struct nw_story_common *common, uint32_t hash, size_t language)
{
	size_t i = hash & common->mask;

	while (common->hashes[i] && common->hashes[i] != hash)
		i = (i + 1) & common->mask;
	common->hashes[i] = hash;
	common->languages[i] |= (uint16_t)(1U << language);
}

void nw_story_common_init(struct nw_story_common *common, struct nw_arena *arena)
{
	common->hashes = NW_ARENA_ARRAY(arena, uint32_t, SLOTS);
	common->languages = NW_ARENA_ARRAY(arena, uint16_t, SLOTS);
	common->mask = SLOTS - 1;
	for (size_t i = 0; i < nw_story_n_languages; i++) {
		struct nw_story_words words;
		struct nw_story_word word;

		nw_story_words_init(&words, nw_str(nw_story_languages[i].words));
		while (nw_story_words_next(&words, &word))
			add(common, word.hash, i);
	}
}

uint16_t nw_story_common_in(const struct nw_story_common *common, uint32_t hash)
{
	for (size_t i = hash & common->mask; common->hashes[i]; i = (i + 1) & common->mask) {
		if (common->hashes[i] == hash)
			return common->languages[i];
	}
	return 0;
}
