#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/curve.h"
#include "base/str.h"

/* A pair of this project's own, from zmq_curve_keypair. */
static const char key[] = "6UnR<8E92lK]1Q!qtpNk-SrzD?c2ZtfJCwt-8^/=";
static const unsigned char raw[NW_CURVE_BYTES] = {0x14, 0xba, 0x7a, 0xff, 0x1a, 0x5b, 0xf9, 0x50,
	0x91, 0xfa, 0xf1, 0xc5, 0x51, 0xf8, 0x0c, 0xbd, 0xc6, 0x01, 0xb3, 0x56, 0xdd, 0x59, 0x8d,
	0x03, 0x30, 0x55, 0xb1, 0x3b, 0xc4, 0x57, 0x19, 0x0d};

static void a_key_is_forty_characters_for_thirty_two_bytes(void **state)
{
	unsigned char got[NW_CURVE_BYTES];

	(void)state;
	assert_true(nw_curve_decode(nw_str(key), got));
	assert_memory_equal(got, raw, sizeof(raw));
}

static void what_is_no_key_is_told_from_one(void **state)
{
	static const char *const wrong[] = {"", "x", "0000000000000000000000000000000000000000x",
		"000000000000000000000000000000000000000",
		"000000000000000000000000000000000000000 ",
		"0000000000000000000000000000000000000\"00",
		/* Five digits may say more than 32 bits hold. */
		"#####00000000000000000000000000000000000",
		"00000000000000000000000000000000000%nSc1"};
	unsigned char got[NW_CURVE_BYTES];
	char with_nul[NW_CURVE_TEXT] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (nw_curve_decode(nw_str(wrong[i]), got))
			fail_msg("'%s' is taken", wrong[i]);
	}
	assert_false(nw_curve_decode((struct nw_str){with_nul, sizeof(with_nul)}, got));
	assert_true(nw_curve_decode(NW_STR("%nSc000000000000000000000000000000000000"), got));
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_file_holds_one_key_that_others_may_not_read(void **state)
{
	char path[] = "/tmp/nw-curve-XXXXXX", text[NW_CURVE_TEXT + 1], line[64];
	struct nw_error error;
	const int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	(void)snprintf(line, sizeof(line), "%s\n", key);
	write_file(path, line, 0640);
	assert_int_equal(nw_curve_read(path, text, &error), NW_OK);
	assert_string_equal(text, key);
	write_file(path, line, 0644);
	assert_int_equal(nw_curve_read(path, text, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "chmod o="));
	assert_string_equal(text, "");
	write_file(path, "secret", 0600);
	assert_int_equal(nw_curve_read(path, text, &error), NW_E_SYNTAX);
	assert_null(strstr(error.text, "secret"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(nw_curve_read(path, text, &error), NW_E_SYSTEM);
	assert_int_equal(nw_curve_read("/tmp", text, &error), NW_E_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_forty_characters_for_thirty_two_bytes),
		cmocka_unit_test(what_is_no_key_is_told_from_one),
		cmocka_unit_test(a_file_holds_one_key_that_others_may_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
