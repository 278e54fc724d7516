#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/when.h"
#include "clean/datetext.h"

static void check(const char *text, bool month_first, const char *want)
{
	char day[NW_WHEN_TEXT] = "";
	struct nw_when when;
	struct nw_str raw;

	if (nw_datetext_find(nw_str(text), month_first, &when, &raw))
		(void)nw_when_day(when, day);
	if (strcmp(day, want) != 0)
		fail_msg("\"%s\" is read as \"%s\", not \"%s\"", text, day, want);
}

static void days_are_found_in_any_order_and_language(void **state)
{
	static const char *const texts[] = {"Friday 3 May 2024, 14:20", "May 3rd, 2024 at 2:20 pm",
		"Published on 3rd of May 2024", "3.5.2024", "03.05.2024, 14:20 Uhr", "3. Mai 2024",
		"Publié le vendredi 3 mai 2024 à 14h20", "3 de mayo de 2024", "3 de maio de 2024",
		"3 мая 2024 г.", "الجمعة 3 مايو 2024", "٣ مايو ٢٠٢٤", "2024年5月3日 14:20",
		"2024년 5월 3일", "3 Mayıs 2024", "3 maja 2024", "2024-05-03 14:20", "2024/05/03",
		"14:20 03/05/2024"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(texts[i], false, "2024-05-03");
}

static void two_numbers_that_may_both_be_months_follow_the_country(void **state)
{
	(void)state;
	check("05/03/2024", true, "2024-05-03");
	check("05/03/2024", false, "2024-03-05");
	check("13/05/2024", true, "2024-05-13");
}

static void what_is_no_day_is_not_taken(void **state)
{
	(void)state;
	check("", false, "");
	check("May 2024", false, "");
	check("31 February 2024", false, "");
	check("The 3 men of 2024 may come", false, "");
	check("Tel. 12 34 5678", false, "");
	check("99/99/2024", false, "");
	check("1.2.3", false, "");
}

static void check_path(const char *url, const char *want)
{
	char day[NW_WHEN_TEXT] = "";
	struct nw_when when;
	struct nw_str raw;

	if (nw_dateurl_find(nw_str(url), &when, &raw))
		(void)nw_when_day(when, day);
	if (strcmp(day, want) != 0)
		fail_msg("\"%s\" is read as \"%s\", not \"%s\"", url, day, want);
}

static void days_are_found_in_addresses(void **state)
{
	(void)state;
	check_path("https://coast.example/2024/05/03/wall", "2024-05-03");
	check_path("https://coast.example/2024/5/3/wall", "2024-05-03");
	check_path("https://coast.example/news/2024-05-03-wall", "2024-05-03");
	check_path("https://coast.example/news/20240503/wall", "2024-05-03");
	check_path("https://coast.example/a/wall_2024_05_03.html", "2024-05-03");
	check_path("https://coast.example/article/202405031", "");
	check_path("https://coast.example/2024/05/wall", "");
	check_path("https://coast.example/1850/05/03/wall", "");
	check_path("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_found_in_any_order_and_language),
		cmocka_unit_test(two_numbers_that_may_both_be_months_follow_the_country),
		cmocka_unit_test(what_is_no_day_is_not_taken),
		cmocka_unit_test(days_are_found_in_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
