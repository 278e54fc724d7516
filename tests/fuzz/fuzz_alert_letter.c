/* A text as each preset of webhooks sends it: all of it text, and no more than the service takes. */
#include <stdlib.h>

#include "alert/channel.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool is_one_of(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set;
}

static void check_slack(struct nw_str s)
{
	for (; s.n; s = nw_str_from(s, 1)) {
		must(!is_one_of(s.p[0], "<>"));
		must(s.p[0] != '&' || nw_str_starts(s, NW_STR("&amp;")) ||
			nw_str_starts(s, NW_STR("&lt;")) || nw_str_starts(s, NW_STR("&gt;")));
	}
}

/* Outside addresses all that means something stands behind a backslash, or before a space of no width. */
static void check_markdown(struct nw_str s)
{
	bool in_address = false, is_first = true;

	for (; s.n; s = nw_str_from(s, 1)) {
		const struct nw_str rest = nw_str_from(s, 1);
		const char c = s.p[0];

		in_address = !is_one_of(c, " \n") &&
			(in_address || nw_str_starts_nocase(s, NW_STR("http://")) ||
				nw_str_starts_nocase(s, NW_STR("https://")));
		must(!in_address || !is_one_of(c, "\\`[]|<>@"));
		must(in_address || !is_one_of(c, "`*_[]~|"));
		must(!is_one_of(c, "@<") || nw_str_starts(rest, NW_STR("\xe2\x80\x8b")));
		must(!is_first || !is_one_of(c, "#>"));
		if (c == '\\' && rest.n)
			s = rest; /* what it takes the meaning of */
		is_first = c == '\n' || (is_first && c == ' ');
	}
}

static void check_units(struct nw_str s, size_t max)
{
	size_t units = 0;

	while (s.n)
		units += nw_utf8_next(&s) >= 0x10000 ? 2 : 1;
	must(units <= max);
}

static struct nw_str fill(
	struct nw_arena *arena, struct nw_str text, const char *preset, const char *member)
{
	const struct nw_config_channel channel = {.preset = nw_str(preset)};
	struct nw_delivery d = {.arena = arena,
		.channel = &channel,
		.letter = {.key = NW_STR("k"), .channel = NW_STR("webhook:x")},
		.message = {.text = text, .json = NW_STR("{}")}};
	struct nw_str body, filled;
	json_t *o;

	must(nw_webhook_body(&d, &body, NULL) == NW_OK);
	must(nw_json_parse(body, &o, NULL) == NW_OK);
	filled = nw_arena_str(arena, nw_json_get_str(o, member));
	json_decref(o);
	must(!text.n == !filled.n);
	must(nw_utf8_valid(filled) == filled.n);
	return filled;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_str text = nw_utf8_repair(arena, (struct nw_str){(const char *)data, size});
	struct nw_str filled;

	filled = fill(arena, text, "slack", "text");
	check_slack(nw_str_head(filled, filled.n));
	check_units(filled, 40000);
	filled = fill(arena, text, "mattermost", "text");
	check_markdown(filled);
	check_units(filled, 16383);
	filled = fill(arena, text, "discord", "content");
	check_markdown(filled);
	check_units(filled, 2000);
	filled = fill(arena, text, "telegram", "text");
	check_units(filled, 4096);
	must(text.n > 4000 || nw_str_eq(text, filled));
	nw_arena_free(arena);
	return 0;
}
