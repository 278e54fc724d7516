/* What is guessed right is in the fixtures; here is what must not be guessed. */
#include "check.h"

#include "markup/guess.h"

static void western_text_could_be_anything(void **state)
{
	(void)state;
	assert_int_equal(
		nw_guess_charset(NW_STR("d\xe9j\xe0 vu, o\xf9 \xeates-vous all\xe9s hier ?")).n, 0);
	assert_int_equal(nw_guess_charset(NW_STR("Stra\xdf"
						 "e, \xdc"
						 "ber, gr\xf6\xdf"
						 "er"))
				 .n,
		0);
}

static void few_bytes_say_nothing(void **state)
{
	(void)state;
	assert_int_equal(nw_guess_charset(NW_STR("\xe3\xd1\xcd\xc8\xc7")).n, 0);
	assert_int_equal(nw_guess_charset(NW_STR("")).n, 0);
	assert_int_equal(nw_guess_charset(NW_STR("plain text")).n, 0);
}

static void noise_fits_nothing(void **state)
{
	static const char noise[] =
		"\x80\xff\x81\xfe\x82\xfd\x83\xfc\x84\xfb\x85\xfa\x86\xf9\x87\xf8\xff\xff\x80\x80\x80";

	(void)state;
	assert_int_equal(nw_guess_charset(nw_str(noise)).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(western_text_could_be_anything),
		cmocka_unit_test(few_bytes_say_nothing),
		cmocka_unit_test(noise_fits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
