#include "rt/journald.h"

#include "base/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void an_event_is_an_entry_with_a_field_for_each_value(void **state)
{
	const struct nw_kv kv[] = {NW_KV("feed", NW_STR("bbc")), NW_KVI("retry-after", -3),
		NW_KV("error", NW_STR("a\nPRIORITY=0"))};
	static const char *const want[] = {
		"MESSAGE=feed changed state feed=bbc retry-after=-3 error=\"a\\nPRIORITY=0\"",
		"PRIORITY=4", "NEWSWIRED_FEED=bbc", "NEWSWIRED_RETRY_AFTER=-3",
		"NEWSWIRED_ERROR=a\nPRIORITY=0"};
	struct iovec fields[NW_JOURNALD_FIELDS];
	struct nw_buf buf;

	(void)state;
	nw_buf_init(&buf, 1 << 16);
	assert_int_equal(nw_journald_entry(
				 &buf, fields, NW_LOG_WARNING, "feed changed state", kv, COUNT(kv)),
		COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(fields[i].iov_len, strlen(want[i]));
		assert_memory_equal(fields[i].iov_base, want[i], strlen(want[i]));
	}
	nw_buf_clear(&buf);
}

static void there_is_an_end_to_how_long_and_how_many(void **state)
{
	static char text[NW_JOURNALD_VALUE * 2];
	struct nw_kv kv[NW_JOURNALD_FIELDS * 2];
	struct iovec fields[NW_JOURNALD_FIELDS];
	struct nw_buf buf;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < COUNT(kv); i++)
		kv[i] = NW_KV("v", ((struct nw_str){text, sizeof(text)}));
	nw_buf_init(&buf, 1 << 20);
	assert_int_equal(nw_journald_entry(&buf, fields, NW_LOG_INFO, "m", kv, COUNT(kv)),
		NW_JOURNALD_FIELDS);
	assert_int_equal(fields[2].iov_len, strlen("NEWSWIRED_V=") + NW_JOURNALD_VALUE);
	assert_false(buf.failed);
	nw_buf_clear(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_an_entry_with_a_field_for_each_value),
		cmocka_unit_test(there_is_an_end_to_how_long_and_how_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
