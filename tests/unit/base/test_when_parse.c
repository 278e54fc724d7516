#include "base/file.h"
#include "base/when.h"
#include "check.h"

struct example {
	const char *text, *want;
};

static void assert_read(struct nw_str text, const char *want)
{
	struct nw_when when;
	char got[NW_WHEN_TEXT];

	if (!nw_when_parse(text, &when))
		fail_msg("'%.*s' is not read", NW_ARG(text));
	if (strcmp(nw_when_rfc3339(when.unix_s, got), want) != 0)
		fail_msg("'%.*s' is read as %s, not %s", NW_ARG(text), got, want);
}

static void assert_each_read(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_read(nw_str(examples[i].text), examples[i].want);
}

static void iso_dates_are_read_in_all_forms(void **state)
{
	static const struct example examples[] = {
		{"-2312", "2023-12-01T00:00:00Z"},
		{"231231", "2023-12-31T00:00:00Z"},
		{"23-12-31", "2023-12-31T00:00:00Z"},
		{"23335", "2023-12-01T00:00:00Z"},
		{"2023335", "2023-12-01T00:00:00Z"},
		{"2023-335", "2023-12-01T00:00:00Z"},
		{"23-335", "2023-12-01T00:00:00Z"},
		{"20231231", "2023-12-31T00:00:00Z"},
		{"2023-12", "2023-12-01T00:00:00Z"},
		{"2023-12-31T24:00:00Z", "2024-01-01T00:00:00Z"},
		{"2023-12-31T10:41:60Z", "2023-12-31T10:42:00Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		{"2024-02-29T10:00Z", "2024-02-29T10:00:00Z"},
		{"2026-W01-1", "2025-12-29T00:00:00Z"},
		{"2020W537", "2021-01-03T00:00:00Z"},
		{"2020-W53-7T10:00:00+02:00", "2021-01-03T08:00:00Z"},
		{"2020-W53", "2020-12-28T00:00:00Z"},
		{"20231231T104155Z", "2023-12-31T10:41:55Z"},
		{"20231231T104155+0100", "2023-12-31T09:41:55Z"},
		{"20231231104155", "2023-12-31T10:41:55Z"},
		{"2023-12-31T10:41:55.123456789Z", "2023-12-31T10:41:55Z"},
		{"2023-12-31T10,5Z", "2023-12-31T10:30:00Z"},
		{"2023-12-31T10:41.5Z", "2023-12-31T10:41:30Z"},
		{"2023-12-31T10Z", "2023-12-31T10:00:00Z"},
		{"2023-12-31 10:41:55 UTC", "2023-12-31T10:41:55Z"},
		{"2023-12-31T10:41:55−05:00", "2023-12-31T15:41:55Z"},
		{"2023-12-31-05:00", "2023-12-31T05:00:00Z"},
		{"2023-12-31Z", "2023-12-31T00:00:00Z"},
		{"1709632800", "2024-03-05T10:00:00Z"},
		{"1709632800123", "2024-03-05T10:00:00Z"},
		{"2024-03-05T10:00:00+0530", "2024-03-05T04:30:00Z"},
		{"2024-03-05 10:00:00+05", "2024-03-05T05:00:00Z"},
		{"2023-12-31T", "2023-12-31T00:00:00Z"},
		{"2024-03-05 23:45:10 -00:20", "2024-03-06T00:05:10Z"},
		{"2024-1-5", "2024-01-05T00:00:00Z"},
		{"2024-01-05T9:05:00Z", "2024-01-05T09:05:00Z"},
	};

	(void)state;
	assert_each_read(examples, COUNT(examples));
}

static void dates_in_words_are_read(void **state)
{
	static const struct example examples[] = {
		{"2023-12-31 10:41:55 +0200 CEST", "2023-12-31T08:41:55Z"},
		{"2023-12-31T10:41:55+01:00[Europe/Paris]", "2023-12-31T09:41:55Z"},
		{"Tue, 05 Mar 2024 18:20:41 GMT", "2024-03-05T18:20:41Z"},
		{"Tue, 5 Mar 24 19:20 EST", "2024-03-06T00:20:00Z"},
		{"Thu, 01 Jan 2024 24:00:00 GMT", "2024-01-02T00:00:00Z"},
		{"1 Jan 2024", "2024-01-01T00:00:00Z"},
		{"Jan 1, 2024", "2024-01-01T00:00:00Z"},
		{"January 1st, 2024 at 3:05 p.m. EST", "2024-01-01T20:05:00Z"},
		{"Tue Mar  5 16:09:26 PST 2024", "2024-03-06T00:09:26Z"},
		{"Tue Mar 05 01:10:00 +0200 2024", "2024-03-04T23:10:00Z"},
		{"Thu Jan 01 2024 10:00:00 GMT+0100 (Central European Time)",
			"2024-01-01T09:00:00Z"},
		{"Tue, 05 Mar 2024 18:20:00 Etc/GMT", "2024-03-05T18:20:00Z"},
		{"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
		{"Tue, 5 March 2024 9:05:00 CT", "2024-03-05T15:05:00Z"},
		{"Tue, 2024/03/05 07:08:09 EST", "2024-03-05T12:08:09Z"},
		{"2024년 03월 05일  05:06:07", "2024-03-04T20:06:07Z"},
		{"2024-03-05 오전 10:20:30", "2024-03-05T01:20:30Z"},
		{"2024-03-05 오후 10:20:30", "2024-03-05T13:20:30Z"},
		{"Δευ, 12 Φεβ 2024 09:30:00 +0200", "2024-02-12T07:30:00Z"},
		{"2024-február-12T8:40+01:00", "2024-02-12T07:40:00Z"},
		{"2024-máujus-02T8:40+02:00", "2024-05-02T06:40:00Z"},
		{"2024. február 12. 8:40", "2024-02-12T08:40:00Z"},
		{"Tue, 05 Mar 2024 10.20.30 GMT", "2024-03-05T10:20:30Z"},
		{"Tue, 5 March 2024 9:05:00 AT", "2024-03-05T13:05:00Z"},
		{"10:00 at 5 March 2024", "2024-03-05T10:00:00Z"},
		{"5 March 2024 at 10:00", "2024-03-05T10:00:00Z"},
		{"2024.03.05T08:15-0500", "2024-03-05T13:15:00Z"},
		{"20240305T19:48:21Z", "2024-03-05T19:48:21Z"},
		{"3/5/24 3:04 PM", "2024-03-05T15:04:00Z"},
		{"Tue Mar  5 19:48:21 UTC+0100 2024", "2024-03-05T18:48:21Z"},
		{"2024년 3월 5일 오후", "2024-03-04T15:00:00Z"},
		{"2024年5月28日上午10时30分", "2024-05-28T10:30:00Z"},
		{"2024年5月28日 下午1:05", "2024-05-28T13:05:00Z"},
		{"Чт, 01 янв. 2024 10:00:00 +0300", "2024-01-01T07:00:00Z"},
		{"1 января 2024 г., 10:00", "2024-01-01T10:00:00Z"},
		{"12 كانون الثاني 2024", "2024-01-12T00:00:00Z"},
		{"الاثنين، 12 يناير 2024 10:30", "2024-01-12T10:30:00Z"},
		{"١٢ يناير ٢٠٢٤", "2024-01-12T00:00:00Z"},
		{"mar., 12 mars 2024 10h30", "2024-03-12T10:30:00Z"},
		{"mar, 12 mar 2024 10:30:00 +0100", "2024-03-12T09:30:00Z"},
		{"mardi 12 janvier 2024 à 10h30", "2024-01-12T10:30:00Z"},
		{"1er août 2024", "2024-08-01T00:00:00Z"},
		{"Lunes 4 de mayo de 2024, 10:00 h", "2024-05-04T10:00:00Z"},
		{"12. Februar 2024, 10.30 Uhr", "2024-02-12T10:30:00Z"},
		{"12.02.2024 10:30", "2024-02-12T10:30:00Z"},
		{"24-05-2024", "2024-05-24T00:00:00Z"},
		{"05/24/2024", "2024-05-24T00:00:00Z"},
		{"24/05/2024 10:00", "2024-05-24T10:00:00Z"},
		{"3/5/2024 9:08:07 PM", "2024-03-05T21:08:07Z"},
		{"12 Febuary 2024", "2024-02-12T00:00:00Z"},
		{"12 Spetember 2024", "2024-09-12T00:00:00Z"},
		{"12 Jna 2024", "2024-01-12T00:00:00Z"},
		{"3:05 pm, 5 March 2024", "2024-03-05T15:05:00Z"},
		{"12am 5 March 2024", "2024-03-05T00:00:00Z"},
		{"January 2024", "2024-01-01T00:00:00Z"},
		{"Sat, 13 Sept 2023 01:02:03 -0500", "2023-09-13T06:02:03Z"},
		{"Sat, 13 Sep 123 01:02:03 GMT", "2023-09-13T01:02:03Z"},
		{"Sat 13th of September 2023", "2023-09-13T00:00:00Z"},
		{"01 Jan 2024 -0500", "2024-01-01T05:00:00Z"},
		{"Tue, 5 Mar, 2024 06:20:00 UTC", "2024-03-05T06:20:00Z"},
		{"Tue, 5 Mar 2024 10:00:00 XYZ", "2024-03-05T10:00:00Z"},
		{"12 Aralık 2023 Salı 10:15", "2023-12-12T10:15:00Z"},
		{"Tue, 12 Mar 2024 10:00:00 AM", "2024-03-12T10:00:00Z"},
		{"Published: 3 January 2024", "2024-01-03T00:00:00Z"},
		{"2024/01/05", "2024-01-05T00:00:00Z"},
		{"2024.01.05 10:00", "2024-01-05T10:00:00Z"},
		{"2024-01-05 10:00 PM", "2024-01-05T22:00:00Z"},
		{"Fri Jan 5 10:00:00 2024 +0100", "2024-01-05T09:00:00Z"},
		{"Fri, 05 Jan 2024 10:00:00 +01:00", "2024-01-05T09:00:00Z"},
		{"Fri, 05 Jan 2024 10:00:00 UTC+2", "2024-01-05T08:00:00Z"},
		{"5 Jan 2024 10:00:00.500 GMT", "2024-01-05T10:00:00Z"},
	};

	(void)state;
	assert_each_read(examples, COUNT(examples));
}

static void what_is_no_day_is_not_read(void **state)
{
	static const char *const wrong[] = {
		"2023-12-31T24:00:01Z",
		"2023-12-31T25:41:55Z",
		"2023-12-31T10:61:55Z",
		"2023-12-31T10:41:61Z",
		"2023-02-29",
		"05/04/2024",
		"Fri, 31 Nov 2012 10:00:00 GMT",
		"0000-00-00 00:00:00",
		"0000-00-00T00:00:00Z",
		"garbage",
		"2024 hello",
		"12 hello 2024",
		"Tue, 5 Mar 2024 10:00:00 +2500",
		"Thu,",
		"20",
		"--12-31",
		"---31",
		"Ngày 5 2024",
		"2024-13-05",
		"",
		" ",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct nw_when when = {1, 1, NW_WHEN_DAY};

		if (nw_when_parse(nw_str(wrong[i]), &when))
			fail_msg("'%s' is taken for a date", wrong[i]);
		assert_true(when.unix_s == 0 && when.offset_min == 0);
		assert_int_equal(when.precision, NW_WHEN_UNKNOWN);
	}
}

static void a_zones_name_or_number_gives_the_offset(void **state)
{
	static const struct {
		const char *text;
		int32_t offset_min;
	} cases[] = {
		{"2024-03-05T10:00:00Z", 0},
		{"2024-03-05T10:00:00", 0},
		{"2024-03-05T10:00:00+05:30", 330},
		{"2024-03-05T10:00:00-0330", -210},
		{"Tue, 5 Mar 2024 10:00:00 EET", 120},
		{"Tue, 5 Mar 2024 10:00:00 +0200 (EET)", 120},
		{"Tue, 5 Mar 2024 10:00:00 -0800 PST", -480},
		{"Tue, 5 Mar 2024 10:00:00 GMT+3", 180},
		{"Tue, 5 Mar 2024 10:00:00 A", 0}, /* RFC 2822: a military zone tells nothing */
		{"2024-03-05+02:00", 120},
		{"2024년 3월 5일", 540},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_when when;

		assert_true(nw_when_parse(nw_str(cases[i].text), &when));
		if (when.offset_min != cases[i].offset_min)
			fail_msg("'%s' is at %d", cases[i].text, when.offset_min);
	}
}

static void a_date_without_a_time_is_known_to_the_day(void **state)
{
	static const char *const days[] = {"2024-03-05", "5 March 2024", "Tue, 05 Mar 2024",
		"2024-03-05+02:00", "05.03.2024", "2024-03"};
	static const char *const moments[] = {"2024-03-05T10", "5 March 2024 10:00",
		"10am, 5 March 2024", "1709632800", "20240305100000"};
	struct nw_when when;

	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		assert_true(nw_when_parse(nw_str(days[i]), &when));
		assert_int_equal(when.precision, NW_WHEN_DAY);
	}
	for (size_t i = 0; i < COUNT(moments); i++) {
		assert_true(nw_when_parse(nw_str(moments[i]), &when));
		assert_int_equal(when.precision, NW_WHEN_SECOND);
	}
}

/* What is written in any of our own forms is read as the same moment. */
static void written_dates_are_read_back(void **state)
{
	(void)state;
	for (int64_t unix_s = -62135596800; unix_s < 253402300800; unix_s += 86400 * 97 + 3607) {
		const struct nw_when local = {unix_s, (int32_t)(unix_s % 840), NW_WHEN_SECOND};
		struct nw_when when;
		char text[NW_WHEN_TEXT];

		assert_true(nw_when_parse(nw_str(nw_when_rfc3339(unix_s, text)), &when));
		assert_true(when.unix_s == unix_s);
		if (unix_s < -62135596800 + 86400)
			continue; /* its own offset may lie before the year 1 */
		assert_true(nw_when_parse(nw_str(nw_when_local(local, text)), &when));
		assert_true(when.unix_s == unix_s && when.offset_min == local.offset_min);
	}
}

static void months_are_known_in_many_languages(void **state)
{
	static const struct {
		const char *word;
		int month;
	} cases[] = {
		{"January", 1},
		{"SEPT", 9},
		{"février", 2},
		{"Août", 8},
		{"AOUT", 8},
		{"März", 3},
		{"Dez", 12},
		{"enero", 1},
		{"setiembre", 9},
		{"giugno", 6},
		{"março", 3},
		{"mei", 5},
		{"января", 1},
		{"Декабрь", 12},
		{"травня", 5},
		{"липень", 7},
		{"يناير", 1},
		{"أغسطس", 8},
		{"اغسطس", 8},
		{"جويلية", 7},
		{"شباط", 2},
		{"تشرين الثاني", 11},
		{"Şubat", 2},
		{"EYLÜL", 9},
		{"Ιανουαρίου", 1},
		{"Μαΐου", 5},
		{"május", 5},
		{"października", 10},
		{"září", 9},
		{"červenec", 7},
		{"srpanj", 7},
		{"maj", 5},
		{"huhtikuuta", 4},
		{"Desemba", 12},
		{"agustus", 8},
		{"ژانویه", 1},
		{"اکتوبر", 10},
		{"ינואר", 1},
		{"studenoga", 11},
		{"noiembrie", 11},
		{"rugsėjo", 9},
		{"кастрычніка", 10},
		{"", 0},
		{"Monday", 0},
		{"Januar y", 0},
		{"janu", 0},
		{"1", 0},
		{"a-word-that-is-far-too-long-to-be-the-name-of-any-month-at-all-in-any-language-of-ours",
			0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (nw_when_month(nw_str(cases[i].word)) != cases[i].month)
			fail_msg("'%s' is month %d", cases[i].word,
				nw_when_month(nw_str(cases[i].word)));
	}
}

/* Each file holds kind, split, the date as it was found, and what it means. */
static void dates_collected_from_feeds_are_read(void **state)
{
	const char *dir = NW_SOURCE "/../shared/data/feeds/dates";
	struct nw_str *names;
	size_t n;

	if (nw_dir_list(*state, dir, NW_STR(".exp"), &names, &n, NULL)) {
		print_message("no dates at %s\n", dir);
		skip();
	}
	for (size_t i = 0; i < n; i++) {
		const char *path = nw_arena_printf(*state, "%s/%s", dir, names[i].p).p;
		struct nw_str rest, field[4] = {{0}};

		assert_int_equal(nw_file_read(*state, path, 4096, &rest, NULL), NW_OK);
		for (size_t f = 0; f < COUNT(field); f++)
			(void)nw_str_cut(&rest, '\t', &field[f]);
		assert_read(field[2], nw_arena_str(*state, nw_str_trim(field[3])).p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_dates_are_read_in_all_forms),
		cmocka_unit_test(dates_in_words_are_read),
		cmocka_unit_test(what_is_no_day_is_not_read),
		cmocka_unit_test(a_zones_name_or_number_gives_the_offset),
		cmocka_unit_test(a_date_without_a_time_is_known_to_the_day),
		cmocka_unit_test(written_dates_are_read_back),
		cmocka_unit_test(months_are_known_in_many_languages),
		cmocka_unit_test(dates_collected_from_feeds_are_read),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
