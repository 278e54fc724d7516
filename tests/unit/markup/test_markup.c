/* Every case of tests/fixtures/markup: a document, and the tree it is to become. */
#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"

static const struct {
	const char *name;
	enum nw_err err;
} errors[] = {{"", NW_OK}, {"limit", NW_E_LIMIT}, {"syntax", NW_E_SYNTAX}};

static enum nw_err wanted_error(const json_t *want)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if (nw_str_eq(nw_json_get_str(want, "error"), nw_str(errors[i].name)))
			return errors[i].err;
	fail_msg("unknown error wanted");
	return NW_OK;
}

/* The document of a case and its kind: the ending of its name. */
static struct nw_str read_case(struct nw_arena *a, const char *name, const char **kind)
{
	static const char *const kinds[] = {"xml", "html", "fragment"};
	struct nw_str bytes = {0};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct nw_str path =
			nw_arena_printf(a, "%s/%s/in.%s", NW_FIXTURES, name, kinds[i]);

		*kind = kinds[i];
		if (nw_file_read(a, path.p, (size_t)1 << 20, &bytes, NULL) == NW_OK)
			return bytes;
	}
	fail_msg("%s: no document", name);
	return bytes;
}

static enum nw_err parse(struct nw_arena *a, struct nw_str bytes, const char *kind,
	struct nw_str content_type, struct nw_markup *m)
{
	const struct nw_markup_limits *limits = &nw_markup_default_limits;
	struct nw_error error = {0};
	enum nw_err err;

	if (strcmp(kind, "xml") == 0)
		err = nw_markup_xml(a, bytes, content_type, limits, m, &error);
	else if (strcmp(kind, "html") == 0)
		err = nw_markup_html(a, bytes, content_type, limits, m, &error);
	else
		err = nw_markup_fragment(a, bytes, limits, m, &error);
	assert_int_equal(err != NW_OK, error.text[0] != '\0');
	return err;
}

static bool same(const char *name, const char *what, struct nw_str got, struct nw_str want)
{
	if (nw_str_eq(got, want))
		return true;
	print_error("%s: %s is\n  %.*s\nnot\n  %.*s\n", name, what, NW_ARG(got), NW_ARG(want));
	return false;
}

static bool is_as_wanted(
	struct nw_arena *a, const char *name, const struct nw_markup *m, const json_t *want)
{
	const bool malformed = json_is_true(json_object_get(want, "malformed"));
	bool good = same(name, "inside", inside(a, m->root), nw_json_get_str(want, "inside"));

	good &= same(name, "encoding", m->encoding, nw_json_get_str(want, "encoding"));
	good &= same(name, "damage", nw_str(malformed ? "" : m->damage.text), NW_STR(""));
	good &= same(name, "malformed", nw_str(m->malformed ? "yes" : "no"),
		nw_str(malformed ? "yes" : "no"));
	return good && m->malformed == (m->damage.text[0] != '\0');
}

static bool check_case(struct nw_arena *a, const char *name)
{
	const struct nw_str path = nw_arena_printf(a, "%s/%s/want.json", NW_FIXTURES, name);
	const char *kind;
	struct nw_str text, bytes = read_case(a, name, &kind);
	struct nw_markup m;
	json_t *want;
	enum nw_err err;
	bool good;

	assert_int_equal(nw_file_read(a, path.p, (size_t)1 << 20, &text, NULL), NW_OK);
	assert_int_equal(nw_json_parse(text, &want, NULL), NW_OK);
	err = parse(a, bytes, kind, nw_json_get_str(want, "content_type"), &m);
	if (err != wanted_error(want)) {
		print_error("%s: error %d\n", name, (int)err);
		good = false;
	} else {
		good = err ? !m.root : is_as_wanted(a, name, &m, want);
	}
	json_decref(want);
	return good;
}

static void documents_become_the_trees_wanted(void **state)
{
	struct dirent **names;
	const int n = scandir(NW_FIXTURES, &names, NULL, alphasort);
	int bad = 0;

	(void)state;
	assert_true(n > 2);
	for (int i = 0; i < n; i++) {
		struct nw_arena *a = nw_arena_new();

		if (names[i]->d_name[0] != '.')
			bad += !check_case(a, names[i]->d_name);
		nw_arena_free(a);
		free(names[i]);
	}
	free(names);
	assert_int_equal(bad, 0);
}

#define ATTACKS NW_SOURCE "/../shared/data/feeds/attack"

static void attacks_of_others_end_small(void **state)
{
	struct nw_arena *names_arena = nw_arena_new();
	struct nw_str *names;
	size_t n;

	(void)state;
	if (nw_dir_list(names_arena, ATTACKS, NW_STR(".xml"), &names, &n, NULL) != NW_OK) {
		nw_arena_free(names_arena);
		skip();
	}
	for (size_t i = 0; i < n; i++) {
		struct nw_arena *a = nw_arena_new();
		const struct nw_str path = nw_arena_printf(a, "%s/%.*s", ATTACKS, NW_ARG(names[i]));
		struct nw_str bytes;
		struct nw_markup m;
		enum nw_err err;

		assert_int_equal(nw_file_read(a, path.p, (size_t)1 << 24, &bytes, NULL), NW_OK);
		err = nw_markup_xml(
			a, bytes, (struct nw_str){0}, &nw_markup_default_limits, &m, NULL);
		assert_true(err == NW_OK || err == NW_E_LIMIT);
		assert_true(nw_arena_total(a) < ((size_t)1 << 23) + 8 * bytes.n);
		nw_arena_free(a);
	}
	nw_arena_free(names_arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_become_the_trees_wanted),
		cmocka_unit_test(attacks_of_others_end_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
