#include <dirent.h>

#include "rig.h"

#include "alert/message.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

#define CASES NW_FIXTURES "/message"

static struct nw_str read_file(struct nw_arena *a, const char *name, const char *file)
{
	const struct nw_str path = nw_arena_printf(a, "%s/%s/%s", CASES, name, file);
	struct nw_error error = {0};
	struct nw_str bytes;

	if (nw_file_read(a, path.p, 1 << 20, &bytes, &error) != NW_OK)
		fail_msg("%s: %s", path.p, error.text);
	return bytes;
}

static void assert_file(struct nw_arena *a, const char *name, const char *file, struct nw_str got)
{
	const struct nw_str path = nw_arena_printf(a, "%s/%s/%s", CASES, name, file);

	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads */
	if (getenv("NW_WRITE")) { /* to look at what changed with git diff */
		assert_int_equal(nw_file_write(path.p, got, NULL), NW_OK);
		return;
	}
	assert_string_equal(nw_arena_str(a, got).p, read_file(a, name, file).p);
}

static struct nw_alert_message message_of(struct nw_arena *a, struct nw_str payload)
{
	struct nw_alert_message m;
	struct nw_error error = {0};

	if (nw_alert_message(a, payload, &m, &error) != NW_OK)
		fail_msg("%s", error.text);
	return m;
}

/* What moves a cursor, colours a terminal, or shows text in another order than it is in. */
static bool is_obeyed(uint32_t c)
{
	return (c < ' ' && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c ||
		c == 0xfeff;
}

static void assert_plain(struct nw_str s, bool is_line)
{
	assert_int_equal(nw_utf8_valid(s), s.n);
	while (s.n) {
		const uint32_t c = nw_utf8_next(&s);

		assert_false(is_obeyed(c) || (is_line && c == '\n'));
	}
}

static size_t characters(struct nw_str s)
{
	size_t n = 0;

	for (; s.n; n++)
		(void)nw_utf8_next(&s);
	return n;
}

static void each_golden_message_is_what_it_was(void **state)
{
	struct nw_arena *a = nw_arena_new();
	DIR *dir = opendir(CASES);
	int n = 0;

	(void)state;
	assert_non_null(dir);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads */
	for (struct dirent *d; (d = readdir(dir));) {
		struct nw_alert_message m;

		if (d->d_name[0] == '.')
			continue;
		m = message_of(a, read_file(a, d->d_name, "payload.json"));
		assert_file(a, d->d_name, "want.txt", m.text);
		assert_file(a, d->d_name, "want.html", m.html);
		assert_file(a, d->d_name, "want.lines",
			nw_arena_printf(a, "%.*s\n%.*s\n%.*s\n", NW_ARG(m.subject), NW_ARG(m.brief),
				NW_ARG(m.link)));
		assert_file(a, d->d_name, "want.notice",
			nw_arena_printf(a, "%.*s\n", NW_ARG(m.notice)));
		assert_true(m.notice.n <= 1510);
		assert_plain(m.notice, false);
		n++;
	}
	closedir(dir);
	assert_true(n >= 6);
	nw_arena_free(a);
}

static void nothing_of_the_outside_is_obeyed(void **state)
{
	struct nw_arena *a = nw_arena_new();
	const struct nw_alert_message m = message_of(a, read_file(a, "hostile", "payload.json"));

	(void)state;
	assert_plain(m.subject, true);
	assert_plain(m.brief, true);
	assert_plain(m.text, false);
	assert_plain(m.html, false);
	assert_plain(m.json, true);
	assert_int_equal(m.link.n, 0);
	assert_null(strstr(m.html.p, "<script"));
	assert_null(strstr(m.html.p, "<i>"));
	assert_null(strstr(m.html.p, "<b onm"));
	assert_null(strstr(m.html.p, "javascript"));
	nw_arena_free(a);
}

static void limits_hold_for_any_title(void **state)
{
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t n = 0; n < 700; n += 7) {
		json_t *o = json_object(), *article = json_object();
		struct nw_alert_message m;
		struct nw_buf b;

		nw_buf_init(&b, 1 << 20);
		for (size_t i = 0; i < n; i++)
			nw_buf_add(&b, i % 5 ? NW_STR("ب") : NW_STR(" x"));
		nw_json_set_str(article, "title", nw_buf_str(&b));
		nw_json_set_str(article, "source", nw_buf_str(&b));
		nw_json_set(o, "article", article);
		nw_json_set_str(o, "transition", NW_STR("first"));
		nw_buf_empty(&b);
		nw_json_write(&b, o);
		m = message_of(a, nw_buf_str(&b));
		assert_true(m.subject.n <= 200);
		assert_true(characters(m.brief) <= 240);
		assert_plain(m.subject, true);
		assert_plain(m.brief, true);
		nw_buf_clear(&b);
		json_decref(o);
	}
	nw_arena_free(a);
}

static void what_is_no_payload_is_refused(void **state)
{
	static const char *const payloads[] = {"", "[]", "7", "{", "\"x\""};
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		struct nw_alert_message m;
		struct nw_error error = {0};

		assert_int_equal(nw_alert_message(a, nw_str(payloads[i]), &m, &error), NW_E_SYNTAX);
		assert_true(error.text[0]);
	}
	nw_arena_free(a);
}

static void the_json_has_the_payload_and_what_is_shown(void **state)
{
	struct nw_arena *a = nw_arena_new();
	const struct nw_alert_message m = message_of(a, read_file(a, "first", "payload.json"));
	json_t *o;

	(void)state;
	assert_int_equal(nw_json_parse(m.json, &o, NULL), NW_OK);
	assert_string_equal(json_string_value(json_object_get(o, "rule")), "libya-flash");
	assert_int_equal(nw_json_get_str(o, "subject").n, m.subject.n);
	assert_int_equal(nw_json_get_str(o, "text").n, m.text.n);
	assert_int_equal(nw_json_get_str(o, "brief").n, m.brief.n);
	assert_int_equal(json_array_size(json_object_get(o, "sources")), 2);
	json_decref(o);
	nw_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_golden_message_is_what_it_was),
		cmocka_unit_test(nothing_of_the_outside_is_obeyed),
		cmocka_unit_test(limits_hold_for_any_title),
		cmocka_unit_test(what_is_no_payload_is_refused),
		cmocka_unit_test(the_json_has_the_payload_and_what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
