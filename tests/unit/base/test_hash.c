#include "base/hash.h"
#include "check.h"

static void a_hash_survives_being_written_and_read(void **state)
{
	const struct nw_hash h = nw_hash128(NW_STR("https://news.example/1"));
	char hex[NW_HASH_HEX + 1];
	struct nw_hash again;

	(void)state;
	nw_hash_hex(h, hex);
	assert_int_equal(strlen(hex), NW_HASH_HEX);
	assert_true(nw_hash_parse(nw_str(hex), &again));
	assert_true(nw_hash_eq(h, again));
}

/* Kept in journals: a library that hashed otherwise would orphan them all. */
static void hashes_never_change(void **state)
{
	char hex[NW_HASH_HEX + 1];

	(void)state;
	nw_hash_hex(nw_hash128(NW_STR("")), hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	assert_true(nw_hash64(NW_STR("")) == 0x2d06800538d394c2);
	assert_true(nw_hash64(nw_str(NULL)) == nw_hash64(NW_STR("")));
}

static void different_bytes_differ(void **state)
{
	(void)state;
	assert_false(nw_hash_eq(nw_hash128(NW_STR("a")), nw_hash128(NW_STR("b"))));
	assert_true(nw_hash64(NW_STR("a\0b")) != nw_hash64(NW_STR("a\0c")));
}

static void what_is_no_hash_is_refused(void **state)
{
	static const char *const wrong[] = {"", "99aa06d3014798d86001c324468d497",
		"99aa06d3014798d86001c324468d497f0", "99AA06D3014798D86001C324468D497F",
		"99aa06d3014798d8 001c324468d497f", "99aa06d3014798d86001c324468d497g"};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct nw_hash h;

		assert_false(nw_hash_parse(nw_str(wrong[i]), &h));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_survives_being_written_and_read),
		cmocka_unit_test(hashes_never_change),
		cmocka_unit_test(different_bytes_differ),
		cmocka_unit_test(what_is_no_hash_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
