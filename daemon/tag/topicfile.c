/* NAME.topic files, newswire-topics(7). */
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"
#include "tag/suggest.h"
#include "tag/topic.h"

#define POINTS_MOST 1000
#define NAME_MOST 64
#define PARAGRAPH " // "

struct reading {
	struct nw_parse *parse;
	struct nw_source *source;
	struct nw_topic *topic;
	struct nw_rule **rules;
	struct nw_topic_test **tests;
	enum nw_section section;
	bool skip; /* the lines of a section that there is not */
};

static const struct nw_str section_names[] = {
	[NW_SECTION_SCORE] = {"score", 5},
	[NW_SECTION_MATCH] = {"match", 5},
	[NW_SECTION_REQUIRE] = {"require", 7},
	[NW_SECTION_EXCLUDE] = {"exclude", 7},
	[NW_SECTION_TESTS] = {"tests", 5},
};

/* Parts of lower-case letters, digits and inner hyphens, joined by '/': a key of the bus. */
static bool is_topic_name(struct nw_str s)
{
	int before = '/';

	for (size_t i = 0; i <= s.n; i++) {
		const int c = i < s.n ? s.p[i] : '/';
		const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!word && ((c != '-' && c != '/') || before == '-' || before == '/'))
			return false;
		before = c;
	}
	return s.n > 0 && s.n <= NAME_MOST;
}

/* A decimal number, "-4" or "2.5". */
static bool read_points(struct nw_str s, double *points)
{
	const bool negative = nw_str_starts(s, NW_STR("-"));
	struct nw_str whole = nw_str_from(s, negative || nw_str_starts(s, NW_STR("+")) ? 1 : 0);
	const size_t dot = nw_str_find(whole, NW_STR("."));
	int64_t n = 0, part = 0, scale = 1;

	if (!nw_str_int(nw_str_head(whole, dot), 0, POINTS_MOST, &n) || whole.p[0] == '-')
		return false;
	if (dot < whole.n) {
		const struct nw_str digits = nw_str_from(whole, dot + 1);

		if (digits.n > 3 || !nw_str_int(digits, 0, 999, &part) || digits.p[0] == '-')
			return false;
		for (size_t i = 0; i < digits.n; i++)
			scale *= 10;
	}
	*points = (double)(n * scale + part) / (double)scale;
	if (negative)
		*points = -*points;
	return true;
}

/* The first word of a line, and what follows it. */
static struct nw_str split_word(struct nw_str line, struct nw_str *rest)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
		n++;
	*rest = nw_str_trim(nw_str_from(line, n));
	return nw_str_head(line, n);
}

static void set_name(struct reading *r, size_t at, struct nw_str value)
{
	if (r->topic->name.n)
		nw_source_complain(r->source, at, "second topic line; one file is one topic");
	else if (!is_topic_name(value))
		nw_source_complain(r->source, at,
			"topic's name is not parts of a-z, 0-9 and '-' joined by '/', %d bytes at most: '%.*s'",
			NAME_MOST, NW_ARG(value));
	else
		r->topic->name = value;
}

static void set_label(struct reading *r, size_t at, struct nw_str value)
{
	(void)at;
	r->topic->label = value;
}

static void set_code(struct reading *r, size_t at, struct nw_str value)
{
	if (nw_str_find(value, NW_STR(":")) == value.n || nw_str_find(value, NW_STR(" ")) < value.n)
		nw_source_complain(r->source, at, "code without its scheme; write medtop:20000056");
}

static void set_score(struct reading *r, size_t at, struct nw_str value)
{
	if (!read_points(value, &r->topic->score) || r->topic->score <= 0)
		nw_source_complain(
			r->source, at, "score is not a number above 0: '%.*s'", NW_ARG(value));
	r->topic->has_score = true;
	r->topic->score_at = at;
}

static void read_heading(struct reading *r, size_t at, struct nw_str line)
{
	static const struct {
		struct nw_str word;
		void (*set)(struct reading *r, size_t at, struct nw_str value);
	} words[] = {
		{{"topic", 5}, set_name},
		{{"label", 5}, set_label},
		{{"code", 4}, set_code},
		{{"score", 5}, set_score},
	};
	struct nw_str value;
	const struct nw_str word = split_word(line, &value);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!nw_str_eq(word, words[i].word))
			continue;
		if (value.n)
			words[i].set(r, at, value);
		else
			nw_source_complain(r->source, at, "nothing after '%.*s'", NW_ARG(word));
		return;
	}
	nw_source_complain(r->source, at,
		"unknown word '%.*s' before the first section; there are topic, label, code and score",
		NW_ARG(word));
}

static void read_section(struct reading *r, size_t at, struct nw_str name)
{
	struct nw_str near;
	size_t i = 0;

	while (i < NW_SECTIONS && !nw_str_eq(section_names[i], name))
		i++;
	r->section = (enum nw_section)i;
	r->skip = i == NW_SECTIONS;
	if (!r->skip)
		return;
	near = nw_suggest(name, section_names, NW_SECTIONS);
	nw_source_complain(r->source, at,
		"unknown section '%.*s'%s%.*s%s; there are score, match, require, exclude and tests",
		NW_ARG(name), near.n ? ", do you mean '" : "", NW_ARG(near), near.n ? "'" : "");
}

static void read_rule(struct reading *r, size_t at, size_t end)
{
	const struct nw_str line = {r->source->text.p + at, end - at};
	struct nw_rule rule = {.section = r->section, .at = at};
	int number, column;

	if (r->section == NW_SECTION_SCORE) {
		struct nw_str pattern;
		const struct nw_str points = split_word(line, &pattern);

		if (!read_points(points, &rule.points) || rule.points == 0) {
			nw_source_complain(r->source, at,
				"line of [score] begins with its points, not 0: '3 word', '-2 word'");
			return;
		}
		at = end - pattern.n;
	}
	nw_source_place(r->source, rule.at, &number, &column);
	rule.expr = nw_expr_parse(r->parse, r->source, at, end);
	if (!rule.expr)
		return;
	rule.place = nw_arena_printf(r->parse->arena, "%.*s:%d", NW_ARG(r->source->name), number);
	*r->rules = NW_ARENA_NEW(r->parse->arena, struct nw_rule);
	**r->rules = rule;
	r->rules = &(*r->rules)->next;
}

/* An article in a line: " // " stands for the end of the title and of paragraphs. */
static struct nw_str break_lines(struct nw_arena *arena, struct nw_str text)
{
	const struct nw_str copy = nw_arena_str(arena, text);
	char *p = nw_arena_alloc(arena, copy.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < copy.n; i++) {
		if (nw_str_starts(nw_str_from(copy, i), NW_STR(PARAGRAPH))) {
			p[n++] = '\n';
			i += sizeof(PARAGRAPH) - 2;
		} else {
			p[n++] = copy.p[i];
		}
	}
	return (struct nw_str){p, n};
}

static void read_test(struct reading *r, size_t at, struct nw_str line)
{
	struct nw_topic_test test = {.at = at};
	struct nw_str text, path;
	const struct nw_str answer = split_word(line, &text);

	test.yes = nw_str_eq(answer, NW_STR("yes"));
	if ((!test.yes && !nw_str_eq(answer, NW_STR("no"))) || !text.n) {
		nw_source_complain(r->source, at,
			"line of [tests] is 'yes TEXT', 'no TEXT' or either with '@file PATH'");
		return;
	}
	test.is_file = nw_str_eq(split_word(text, &path), NW_STR("@file"));
	if (test.is_file && !path.n) {
		nw_source_complain(r->source, at, "no path after '@file'");
		return;
	}
	test.text = test.is_file ? nw_arena_str(r->parse->arena, path)
				 : break_lines(r->parse->arena, text);
	*r->tests = NW_ARENA_NEW(r->parse->arena, struct nw_topic_test);
	**r->tests = test;
	r->tests = &(*r->tests)->next;
}

/* A '#' within a test's text is of the text. */
static struct nw_str whole_line(const struct nw_source *source, size_t at)
{
	const struct nw_str rest = nw_str_from(source->text, at);

	return nw_str_trim(nw_str_head(rest, nw_str_find(rest, NW_STR("\n"))));
}

static void read_line(struct reading *r, struct nw_lines *lines, size_t at, size_t end)
{
	struct nw_str name;

	if (nw_lines_header(r->source, at, end, &name)) {
		read_section(r, at, name);
		return;
	}
	if (r->skip)
		return;
	switch (r->section) {
	case NW_SECTION_TESTS:
		read_test(r, at, whole_line(r->source, at));
		return;
	case NW_SECTIONS:
		read_heading(r, at, (struct nw_str){r->source->text.p + at, end - at});
		return;
	case NW_SECTION_SCORE:
	case NW_SECTION_MATCH:
	case NW_SECTION_REQUIRE:
	case NW_SECTION_EXCLUDE:
	default:
		nw_lines_join(lines, &end);
		read_rule(r, at, end);
	}
}

struct nw_topic *nw_topic_read(struct nw_parse *parse, struct nw_source *source)
{
	struct nw_topic *topic = NW_ARENA_NEW(parse->arena, struct nw_topic);
	struct reading r = {.parse = parse,
		.source = source,
		.topic = topic,
		.rules = &topic->rules,
		.tests = &topic->tests,
		.section = NW_SECTIONS};
	struct nw_lines lines = {.source = source};
	size_t at, end;

	topic->source = source;
	while (nw_lines_next(&lines, &at, &end))
		read_line(&r, &lines, at, end);
	if (!topic->name.n) {
		if (!source->problems)
			nw_source_complain(source, 0, "no topic line; begin with 'topic NAME'");
		return NULL;
	}
	if (!topic->label.n)
		topic->label = topic->name;
	return topic;
}
