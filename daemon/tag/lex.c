#include "tag/lex.h"

#include "base/str.h"

#define NEAR_DEFAULT 10
#define NEAR_MOST 1000

static const struct nw_str left_quote = {"\xe2\x80\x9c", 3};
static const struct nw_str right_quote = {"\xe2\x80\x9d", 3};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The length of the quote that s begins with, straight or typographic; 0: none. */
static size_t quote_at(struct nw_str s)
{
	if (nw_str_starts(s, NW_STR("\"")))
		return 1;
	return nw_str_starts(s, left_quote) || nw_str_starts(s, right_quote) ? 3 : 0;
}

size_t nw_lex_comment(struct nw_str line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (quote_at(nw_str_from(line, i)))
			quoted = !quoted;
		else if (line.p[i] == '#' && !quoted && (i == 0 || is_space(line.p[i - 1])))
			return i;
	}
	return line.n;
}

static struct nw_str rest_of(const struct nw_lexer *l)
{
	return (struct nw_str){l->source->text.p + l->at, l->end - l->at};
}

/* White space, line ends and the comments before those. */
static void skip_blanks(struct nw_lexer *l)
{
	while (l->at < l->end) {
		const struct nw_str rest = rest_of(l);

		if (is_space(rest.p[0])) {
			l->at++;
		} else if (rest.p[0] == '#' && (l->at == 0 || is_space(rest.p[-1]))) {
			while (l->at < l->end && l->source->text.p[l->at] != '\n')
				l->at++;
		} else {
			return;
		}
	}
}

static struct nw_token bad(struct nw_lexer *l, size_t at, const char *problem)
{
	nw_source_complain(l->source, at, "%s", problem);
	l->at = l->end;
	return (struct nw_token){.kind = NW_TOKEN_BAD, .at = at, .end = l->end};
}

/* The slop of "a b"~5. */
static bool read_slop(struct nw_lexer *l, unsigned *slop)
{
	struct nw_str digits = nw_str_from(rest_of(l), 1);
	int64_t n;

	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			digits.n = i;
	}
	if (!nw_str_int(digits, 0, NEAR_MOST, &n))
		return false;
	*slop = (unsigned)n;
	l->at += 1 + digits.n;
	return true;
}

static struct nw_token read_phrase(struct nw_lexer *l, size_t quote)
{
	struct nw_token t = {.kind = NW_TOKEN_PHRASE, .at = l->at};
	unsigned slop = 0;

	l->at += quote;
	t.text = (struct nw_str){l->source->text.p + l->at, 0};
	for (;; l->at++) {
		const struct nw_str rest = rest_of(l);

		if (!rest.n || rest.p[0] == '\n')
			return bad(l, t.at, "quote not closed; put one at the end of the phrase");
		quote = quote_at(rest);
		if (quote)
			break;
		t.text.n++;
	}
	l->at += quote;
	if (nw_str_starts(rest_of(l), NW_STR("~"))) {
		if (!read_slop(l, &slop))
			return bad(l, l->at, "no number of words after '~'; write \"a b\"~5");
		t.n = slop + 1;
	}
	t.end = l->at;
	return t;
}

static bool ends_word(struct nw_str s)
{
	return is_space(s.p[0]) || s.p[0] == '(' || s.p[0] == ')' || s.p[0] == '|' || quote_at(s);
}

static size_t word_length(struct nw_str s)
{
	size_t n = 0;

	while (n < s.n && !ends_word(nw_str_from(s, n)))
		n++;
	return n;
}

static bool is_field_name(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char small = (char)(s.p[i] | 0x20);

		if (small < 'a' || small > 'z')
			return false;
	}
	return s.n > 0;
}

/* NEAR, NEAR/5 and what other products call them; false when word is none of these. */
static bool read_near(struct nw_str word, struct nw_token *t)
{
	static const struct {
		const char *name;
		enum nw_token_kind kind;
		bool bare; /* may stand without a number */
	} forms[] = {
		{"NEAR", NW_TOKEN_NEAR, true},
		{"ONEAR", NW_TOKEN_ONEAR, true},
		{"W", NW_TOKEN_NEAR, false},
		{"PRE", NW_TOKEN_ONEAR, false},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const struct nw_str name = nw_str(forms[i].name);
		int64_t n = NEAR_DEFAULT;

		if (!nw_str_starts(word, name))
			continue;
		if (word.n == name.n ? !forms[i].bare
				     : word.p[name.n] != '/' ||
					!nw_str_int(
						nw_str_from(word, name.n + 1), 0, NEAR_MOST, &n))
			continue;
		t->kind = forms[i].kind;
		t->n = (unsigned)n;
		return true;
	}
	return false;
}

static struct nw_token read_word(struct nw_lexer *l)
{
	const struct nw_str rest = rest_of(l);
	struct nw_token t = {.kind = NW_TOKEN_WORD, .at = l->at};
	struct nw_str part;
	size_t colon;

	t.text = nw_str_head(rest, word_length(rest));
	part = t.text;
	colon = nw_str_find(t.text, NW_STR(":"));
	if (colon < t.text.n && is_field_name(nw_str_head(part, colon))) {
		t.kind = NW_TOKEN_FIELD;
		t.text = nw_str_head(part, colon);
		l->at += colon + 1;
	} else if (t.text.n < rest.n && rest.p[t.text.n] == '(') {
		t.kind = NW_TOKEN_CALL;
		l->at += t.text.n + 1;
	} else {
		if (nw_str_eq(t.text, NW_STR("AND")))
			t.kind = NW_TOKEN_AND;
		else if (nw_str_eq(t.text, NW_STR("OR")))
			t.kind = NW_TOKEN_OR;
		else if (nw_str_eq(t.text, NW_STR("NOT")))
			t.kind = NW_TOKEN_NOT;
		else
			(void)read_near(t.text, &t);
		l->at += t.text.n;
	}
	t.end = l->at;
	return t;
}

/* Operators may stand against a bracket: "NOT(", "NEAR/5(", as may no other word. */
static void undo_operator_call(struct nw_lexer *l, struct nw_token *t)
{
	static const struct {
		const char *name;
		enum nw_token_kind kind;
	} names[] = {{"AND", NW_TOKEN_AND}, {"OR", NW_TOKEN_OR}, {"NOT", NW_TOKEN_NOT}};
	bool found = read_near(t->text, t);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (nw_str_eq(t->text, nw_str(names[i].name))) {
			t->kind = names[i].kind;
			found = true;
		}
	}
	if (found)
		t->end = --l->at;
}

struct nw_token nw_lex_next(struct nw_lexer *l)
{
	static const struct {
		char c;
		enum nw_token_kind kind;
	} marks[] = {{'(', NW_TOKEN_OPEN}, {')', NW_TOKEN_CLOSE}, {'|', NW_TOKEN_OR},
		{'=', NW_TOKEN_EXACT}};
	struct nw_token t = {0};
	struct nw_str rest;

	skip_blanks(l);
	rest = rest_of(l);
	t.at = t.end = l->at;
	if (!rest.n)
		return t;
	if (quote_at(rest))
		return read_phrase(l, quote_at(rest));
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (rest.p[0] == marks[i].c) {
			t.kind = marks[i].kind;
			t.end = ++l->at;
			return t;
		}
	}
	if (rest.p[0] == '-') {
		t.kind = NW_TOKEN_NOT;
		t.end = ++l->at;
		return t;
	}
	if (rest.p[0] == '@') {
		t.kind = NW_TOKEN_SET;
		t.text = nw_str_head(nw_str_from(rest, 1), word_length(nw_str_from(rest, 1)));
		l->at += 1 + t.text.n;
		t.end = l->at;
		return t;
	}
	t = read_word(l);
	if (t.kind == NW_TOKEN_CALL)
		undo_operator_call(l, &t);
	return t;
}
