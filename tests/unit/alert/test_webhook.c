#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/channel.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"

#define MUCH 11

/* The most that each service takes, as its public documentation has it (channel_webhook.c). */
static const struct {
	const char *preset;
	const char *path[6]; /* to the text */
	size_t units;        /* of UTF-16; 0: no such limit */
	size_t bytes;        /* of the whole body; 0: no such limit */
} services[] = {
	{"slack", {"text"}, 40000, 0},
	{"mattermost", {"text"}, 16383, 65535},
	{"discord", {"content"}, 2000, 0},
	{"teams", {"attachments", "content", "body", "inlines", "text"}, 0, 28672},
	{"matrix", {"body"}, 0, 61440}, /* less what the server adds to an event */
	{"telegram", {"text"}, 4096, 0},
};

static struct nw_str repeat(struct nw_arena *arena, const char *what, size_t times)
{
	const size_t n = strlen(what);
	char *text = NW_ARENA_ARRAY(arena, char, n *times + 1);

	for (size_t i = 0; i < n * times; i++)
		text[i] = what[i % n];
	return (struct nw_str){text, n * times};
}

static size_t count_units(const char *text)
{
	struct nw_str rest = nw_str(text);
	size_t units = 0;

	while (rest.n)
		units += nw_utf8_next(&rest) >= 0x10000 ? 2 : 1;
	return units;
}

/* Of an array the first. */
static const char *text_at(const json_t *o, const char *const *path)
{
	for (; *path; path++) {
		o = json_object_get(o, *path);
		if (json_is_array(o))
			o = json_array_get(o, 0);
	}
	assert_true(json_is_string(o));
	return json_string_value(o);
}

static json_t *fill(const char *preset, struct nw_arena *arena, struct nw_str text, size_t *bytes)
{
	const struct nw_config_channel channel = {.preset = nw_str(preset)};
	struct nw_delivery d = {.arena = arena,
		.channel = &channel,
		.letter = {.key = NW_STR("k"), .channel = NW_STR("webhook:x")},
		.message = {.text = text, .json = NW_STR("{}")}};
	struct nw_str body;
	json_t *o;

	assert_int_equal(nw_webhook_body(&d, &body, NULL), NW_OK);
	assert_int_equal(nw_json_parse(body, &o, NULL), NW_OK);
	*bytes = body.n;
	return o;
}

static void no_preset_sends_more_than_its_service_takes(void **state)
{
	/* Letters of 1 to 4 bytes, and what takes the most room when it is escaped. */
	static const char *const much[MUCH] = {"x", "\xd9\x88", "\xe4\xb8\xad", "\xf0\x9f\x98\x80",
		"&", "*", "\\", "\"", "\n", "@", "a "};

	(void)state;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]) * MUCH; i++) {
		struct nw_arena *arena = nw_arena_new();
		const char *const letter = much[i % MUCH];
		size_t bytes, at = i / MUCH;
		json_t *o = fill(services[at].preset, arena, repeat(arena, letter, 50000), &bytes);
		const char *text = text_at(o, services[at].path);

		if ((services[at].units && count_units(text) > services[at].units) ||
			(services[at].bytes && bytes > services[at].bytes))
			fail_msg("%s of '%s': %zu units, %zu bytes", services[at].preset, letter,
				count_units(text), bytes);
		assert_string_equal(text + strlen(text) - 3, "\xe2\x80\xa6");
		json_decref(o);
		nw_arena_free(arena);
	}
}

static void a_short_text_is_sent_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		struct nw_arena *arena = nw_arena_new();
		size_t bytes;
		json_t *o = fill(services[i].preset, arena, NW_STR("one\ntwo"), &bytes);

		assert_string_equal(text_at(o, services[i].path), "one\ntwo");
		json_decref(o);
		nw_arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_preset_sends_more_than_its_service_takes),
		cmocka_unit_test(a_short_text_is_sent_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
