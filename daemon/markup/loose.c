#include "markup/loose.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/text.h"
#include "markup/nest.h"
#include "markup/refs.h"
#include "markup/scan.h"

#define BINDINGS_MAX 64

struct loose {
	struct nw_tree *tree;
	struct nw_refs refs;
	struct nw_scan scan;
	struct nw_buf scratch;
	bool is_html;
	const char *p, *end;
	const char *counted; /* lines are counted up to here */
	uint32_t line;
	unsigned outside; /* open elements that a limit left out */
	unsigned absent;  /* bits: terminators that do not occur from here on */
	struct {
		struct nw_str prefix;
		uint16_t ns;
		unsigned depth;
	} bindings[BINDINGS_MAX];
	unsigned n_bindings;
	struct nw_error *damage;
};

static uint32_t line_here(struct loose *l)
{
	while (l->counted < l->p) {
		l->counted = memchr(l->counted, '\n', (size_t)(l->p - l->counted));
		if (!l->counted) {
			l->counted = l->p;
			break;
		}
		l->counted++;
		l->line++;
	}
	return l->line;
}

static void note(struct loose *l, const char *what)
{
	if (!l->damage->text[0])
		(void)nw_fail_at(l->damage, NW_E_SYNTAX, (int)line_here(l), 0, "%s", what);
}

static struct nw_str rest_of(const struct loose *l)
{
	return (struct nw_str){l->p, (size_t)(l->end - l->p)};
}

/* --- terminators: a search that failed once is not tried again ------------- */

enum terminator { END_COMMENT, END_CDATA, END_PI, END_TAG, END_SCRIPT, END_STYLE, END_TEXTAREA };

static const char *const terminators[] = {
	[END_COMMENT] = "-->",
	[END_CDATA] = "]]>",
	[END_PI] = "?>",
	[END_TAG] = ">",
	[END_SCRIPT] = "</script",
	[END_STYLE] = "</style",
	[END_TEXTAREA] = "</textarea",
};

/* Where it begins, at or after from; NULL where it does not occur. */
static const char *find(struct loose *l, const char *from, enum terminator t)
{
	const struct nw_str what = nw_str(terminators[t]);
	const struct nw_str where = {from, (size_t)(l->end - from)};
	size_t at;

	if (from > l->end || l->absent & 1U << t)
		return NULL;
	at = t >= END_SCRIPT ? nw_tag_find_end(where, what) : nw_str_find(where, what);
	if (at < where.n)
		return from + at;
	l->absent |= 1U << t;
	return NULL;
}

static void skip_past(struct loose *l, const char *from, enum terminator t)
{
	const char *at = find(l, from, t);

	if (!at && t != END_TAG) {
		note(l, "markup that does not end");
		t = END_TAG;
		at = find(l, from, t);
	}
	l->p = at ? at + strlen(terminators[t]) : l->end;
}

/* --- names ------------------------------------------------------------------ */

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
		(unsigned char)c >= 0x80;
}

static struct nw_str lower(struct nw_arena *a, struct nw_str s)
{
	char *copy = nw_arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		copy[i] = nw_tag_lower(s.p[i]);
	return (struct nw_str){copy, s.n};
}

/* A name that lives as long as the tree. */
static struct nw_str keep_name(struct loose *l, struct nw_str name, enum nw_tag_id tag)
{
	const struct nw_str usual = nw_tag_name(tag);

	if (usual.n && (l->is_html || nw_str_eq(usual, name)))
		return usual;
	if (name.n > l->tree->limits->name)
		return name; /* nothing will keep it */
	return l->is_html ? lower(l->tree->arena, name) : nw_arena_str(l->tree->arena, name);
}

static struct nw_str split_prefix(struct nw_str *name)
{
	struct nw_str prefix, rest = *name;

	if (!nw_str_cut(&rest, ':', &prefix) || prefix.n == name->n || rest.n == 0)
		return (struct nw_str){0};
	*name = rest;
	return prefix;
}

static uint16_t space_of(struct loose *l, struct nw_str prefix, bool *is_bound)
{
	*is_bound = true;
	for (unsigned i = l->n_bindings; i-- > 0;)
		if (nw_str_eq(l->bindings[i].prefix, prefix))
			return l->bindings[i].ns;
	*is_bound = prefix.n == 0 || nw_str_eq(prefix, NW_STR("xml"));
	return (uint16_t)nw_ns_of_prefix(prefix);
}

static struct nw_tree_name name_of(struct loose *l, struct nw_str written)
{
	struct nw_tree_name name = {.text = written};
	bool is_bound;

	if (!l->is_html) {
		name.ns = space_of(l, split_prefix(&name.text), &is_bound);
		if (!is_bound)
			note(l, "undeclared prefix");
	}
	name.tag = (uint16_t)nw_tag_find(name.text);
	return name;
}

/* Takes up what the tag just scanned declares, for itself and its inside. */
static void bind_spaces(struct loose *l)
{
	const unsigned depth = l->tree->depth;

	while (l->n_bindings && l->bindings[l->n_bindings - 1].depth > depth)
		l->n_bindings--;
	for (unsigned i = 0; i < l->scan.n_attrs && l->n_bindings < BINDINGS_MAX; i++) {
		struct nw_str name = l->scan.attrs[i].name, prefix = {0};

		if (nw_str_starts(name, NW_STR("xmlns:")))
			prefix = nw_str_from(name, 6);
		else if (!nw_str_eq(name, NW_STR("xmlns")))
			continue;
		l->bindings[l->n_bindings].prefix = prefix;
		l->bindings[l->n_bindings].ns =
			(uint16_t)nw_ns_bound(prefix, l->scan.attrs[i].value);
		l->bindings[l->n_bindings++].depth = depth + 1;
	}
}

/* Without control characters and what else XML has no way to write; CR and CR LF are line ends. */
static struct nw_str legal_characters(struct loose *l, struct nw_str s)
{
	char *copy;
	size_t i = 0, n = 0;

	while (i < s.n && ((unsigned char)s.p[i] >= 0x20 || s.p[i] == '\n' || s.p[i] == '\t') &&
		s.p[i] != '\xef')
		i++;
	if (i == s.n)
		return s;
	copy = nw_arena_alloc(l->tree->arena, s.n + 1);
	for (i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (c == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'))
			copy[n++] = '\n';
		else if (c >= 0x20 || c == '\n' || c == '\t')
			copy[n++] = s.p[i];
		else if (c != '\r')
			note(l, "control character");
		if (c >= 0xbe && n >= 3 && memcmp(copy + n - 3, "\xef\xbf", 2) == 0)
			n -= 3; /* U+FFFE and U+FFFF */
	}
	return (struct nw_str){copy, n};
}

/* --- elements --------------------------------------------------------------- */

static void close_elements(struct loose *l, unsigned n)
{
	for (; n; n--)
		nw_tree_end(l->tree);
	l->outside = 0;
}

/* White space in an attribute is spaces, unless it is written as a reference (XML 1.0, 3.3.3). */
static struct nw_str value_of(struct loose *l, struct nw_str written)
{
	struct nw_str value;
	char *p;

	if (written.n == 0)
		return NW_STR("");
	value = (struct nw_str){p = nw_arena_alloc(l->tree->arena, written.n + 1), written.n};
	for (size_t i = 0; i < written.n; i++) {
		p[i] = written.p[i];
		if (!l->is_html && (p[i] == '\n' || p[i] == '\t'))
			p[i] = ' ';
	}
	return nw_refs_resolve(&l->refs, value);
}

static void add_attrs(struct loose *l)
{
	for (unsigned i = 0; i < l->scan.n_attrs; i++) {
		struct nw_str name = l->scan.attrs[i].name;
		uint16_t ns = NW_NS_NONE;
		bool is_bound;

		if (!l->is_html) {
			struct nw_str prefix;

			if (nw_str_eq(name, NW_STR("xmlns")))
				continue;
			prefix = split_prefix(&name);
			if (nw_str_eq(prefix, NW_STR("xmlns")))
				continue;
			ns = prefix.n ? space_of(l, prefix, &is_bound) : NW_NS_NONE;
		}
		name = keep_name(l, name, nw_tag_find(name));
		if (!nw_tree_attr(l->tree, ns, name, value_of(l, l->scan.attrs[i].value)))
			break;
	}
	l->tree->cut |= l->scan.is_cut;
}

/* Written without an end tag by those who take XML for HTML. */
static bool is_void(const struct loose *l, struct nw_tree_name name)
{
	if (l->is_html)
		return nw_tag_is_void(name.tag);
	return (name.ns == NW_NS_NONE || name.ns == NW_NS_XHTML) &&
		(name.tag == NW_TAG_BR || name.tag == NW_TAG_HR || name.tag == NW_TAG_IMG ||
			name.tag == NW_TAG_WBR);
}

static bool is_raw(const struct loose *l, uint16_t tag, enum terminator *t)
{
	*t = tag == NW_TAG_SCRIPT ? END_SCRIPT : tag == NW_TAG_STYLE ? END_STYLE : END_TEXTAREA;
	return l->is_html &&
		(tag == NW_TAG_SCRIPT || tag == NW_TAG_STYLE || tag == NW_TAG_TEXTAREA);
}

/* <html> and <body> inside the root that is already there. */
static bool repeats_root(const struct loose *l, uint16_t tag)
{
	return l->is_html && l->tree->root &&
		(tag == l->tree->root->tag || tag == NW_TAG_HTML ||
			(tag == NW_TAG_BODY && l->tree->root->tag == NW_TAG_BODY));
}

/* Up to the end tag. References count in a <textarea> alone. */
static void read_raw(struct loose *l, enum terminator t)
{
	const char *end = find(l, l->p, t);
	struct nw_str text = {l->p, (size_t)((end ? end : l->end) - l->p)};
	const uint32_t line = line_here(l);

	l->p += text.n;
	if (t == END_TEXTAREA)
		text = legal_characters(l, nw_text_unescape(l->tree->arena, text));
	nw_tree_text(l->tree, text, line);
}

static void open_element(struct loose *l)
{
	struct nw_tree_name name;
	const struct nw_node *n;
	unsigned closes;
	enum terminator t;

	if (!l->is_html)
		bind_spaces(l);
	name = name_of(l, l->scan.name);
	if (repeats_root(l, name.tag))
		return;
	closes = nw_nest_before(l->tree->open, name, l->is_html);
	if (closes) {
		note(l, "element not closed");
		close_elements(l, closes);
	}
	name.text = keep_name(l, name.text, (enum nw_tag_id)name.tag);
	n = l->outside ? NULL : nw_tree_start(l->tree, name, line_here(l));
	if (n)
		add_attrs(l);
	if (l->scan.is_empty || is_void(l, name)) {
		if (n)
			nw_tree_end(l->tree);
		return;
	}
	l->outside += n == NULL;
	if (is_raw(l, name.tag, &t))
		read_raw(l, t);
}

static void close_element(struct loose *l)
{
	struct nw_str written = {l->p, 0};
	struct nw_tree_name name;
	unsigned n;

	while (l->p < l->end && *l->p != '>' && *l->p != '<' && *l->p != '/' && *l->p != ' ' &&
		*l->p != '\t' && *l->p != '\n' && *l->p != '\r')
		l->p++;
	written.n = (size_t)(l->p - written.p);
	while (l->p < l->end && *l->p != '>' && *l->p != '<')
		l->p++;
	l->p += l->p < l->end && *l->p == '>';
	name = name_of(l, written);
	if (l->outside) {
		l->outside--;
		return;
	}
	n = nw_nest_end(l->tree->open, name);
	if (n != 1 && !is_void(l, name))
		note(l, "end tag without its start tag");
	if (l->is_html && n && n == l->tree->depth)
		n--; /* what follows the root's end is taken into it */
	close_elements(l, n);
}

/* --- the prolog -------------------------------------------------------------- */

static const char *skip_spaces(const struct loose *l, const char *p)
{
	while (p < l->end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* 'name "value"' after <!ENTITY. Parameter entities and those kept elsewhere stand for nothing. */
static void declare_entity(struct loose *l, const char *p, const char *stop)
{
	struct nw_str name = {skip_spaces(l, p), 0}, value = {0};
	const char *quote, *close;

	while (name.p + name.n < stop && name.p[name.n] > ' ' && name.p[name.n] != '%')
		name.n++;
	if (name.n == 0)
		return;
	quote = skip_spaces(l, name.p + name.n);
	if (quote < stop && (*quote == '"' || *quote == '\'')) {
		close = memchr(quote + 1, *quote, (size_t)(stop - quote - 1));
		if (close)
			value = (struct nw_str){quote + 1, (size_t)(close - quote - 1)};
	}
	nw_refs_declare(&l->refs, name, value);
}

/* p is after '<!' or '<?' inside a subset. Where that declaration ends. */
static const char *skip_declaration(struct loose *l, const char *p)
{
	if (nw_str_starts((struct nw_str){p, (size_t)(l->end - p)}, NW_STR("--"))) {
		p = find(l, p + 2, END_COMMENT);
		return p ? p + 3 : l->end;
	}
	while (p < l->end && *p != '>') {
		if (*p == '"' || *p == '\'') {
			p = memchr(p + 1, *p, (size_t)(l->end - p - 1));
			if (!p)
				return l->end;
		}
		p++;
	}
	return p < l->end ? p + 1 : p;
}

static const char *read_subset(struct loose *l, const char *p)
{
	while (p < l->end && *p != ']') {
		const char *after;

		if (*p != '<' || p + 1 == l->end) {
			p++;
			continue;
		}
		after = skip_declaration(l, p + 2);
		if (nw_str_starts((struct nw_str){p, (size_t)(after - p)}, NW_STR("<!ENTITY")))
			declare_entity(l, p + 8, after);
		p = after;
	}
	return p;
}

static void read_doctype(struct loose *l)
{
	const char *p = l->p;

	while (p < l->end && *p != '>' && *p != '[') {
		const char *close = NULL;

		if (*p == '"' || *p == '\'')
			close = memchr(p + 1, *p, (size_t)(l->end - p - 1));
		p = close ? close + 1 : p + 1;
	}
	if (p < l->end && *p == '[' && !l->is_html && !l->tree->root)
		p = read_subset(l, p + 1);
	l->p = p;
	skip_past(l, p, END_TAG);
}

/* --- everything ------------------------------------------------------------- */

static void add_text(struct loose *l, struct nw_str text)
{
	const uint32_t line = line_here(l);

	if (l->is_html) {
		text = nw_text_unescape(l->tree->arena, text);
		nw_tree_text(l->tree, legal_characters(l, text), line);
		return;
	}
	if (!text.n || !memchr(text.p, '&', text.n)) {
		nw_tree_text(l->tree, text, line);
		return;
	}
	nw_buf_empty(&l->scratch);
	nw_refs_decode(&l->refs, text, &l->scratch);
	nw_tree_text(l->tree, nw_buf_str(&l->scratch), line);
}

static void read_text(struct loose *l)
{
	const char *next = memchr(l->p, '<', (size_t)(l->end - l->p));
	const struct nw_str text = {l->p, (size_t)((next ? next : l->end) - l->p)};

	add_text(l, text);
	l->p += text.n;
}

static void read_cdata(struct loose *l)
{
	const char *from = l->p + 9, *at = find(l, from, END_CDATA);

	if (l->is_html) {
		skip_past(l, from, END_CDATA);
		return;
	}
	if (!at)
		note(l, "CDATA section not closed");
	nw_tree_text(
		l->tree, (struct nw_str){from, (size_t)((at ? at : l->end) - from)}, line_here(l));
	l->p = at ? at + 3 : l->end;
}

static void read_start_tag(struct loose *l)
{
	const char *after = nw_scan_tag(&l->scan, l->p + 1);

	if (!after) {
		note(l, "'<' that starts no tag");
		nw_tree_text(l->tree, NW_STR("<"), line_here(l));
		l->p++;
		return;
	}
	if (l->scan.is_broken)
		note(l, "malformed tag");
	l->p = after;
	if (after < l->end || after[-1] == '>')
		open_element(l);
}

static void read_markup(struct loose *l)
{
	const struct nw_str s = rest_of(l);

	if (nw_str_starts(s, NW_STR("<!--")))
		skip_past(l, l->p + 4, END_COMMENT);
	else if (nw_str_starts(s, NW_STR("<![CDATA[")))
		read_cdata(l);
	else if (nw_str_starts_nocase(s, NW_STR("<!doctype")))
		read_doctype(l);
	else if (nw_str_starts(s, NW_STR("<!")))
		skip_past(l, l->p + 2, END_TAG);
	else if (nw_str_starts(s, NW_STR("<?")))
		skip_past(l, l->p + 2, l->is_html ? END_TAG : END_PI);
	else if (s.n > 2 && s.p[1] == '/' && starts_name(s.p[2])) {
		l->p += 2;
		close_element(l);
	} else if (s.n > 1 && starts_name(s.p[1])) {
		read_start_tag(l);
	} else {
		note(l, "'<' that starts no tag");
		nw_tree_text(l->tree, NW_STR("<"), line_here(l));
		l->p++;
	}
}

enum nw_err nw_loose_read(
	struct nw_tree *t, struct nw_str utf8, enum nw_loose_kind kind, struct nw_error *damage)
{
	struct loose l = {.tree = t, .is_html = kind == NW_LOOSE_HTML, .line = 1, .damage = damage};

	l.p = l.counted = utf8.p;
	utf8 = utf8.n ? legal_characters(&l, utf8) : NW_STR("");
	l.p = l.counted = utf8.p;
	l.end = l.scan.end = utf8.p + utf8.n;
	l.scan.attrs_max = t->limits->attrs < NW_SCAN_ATTRS ? t->limits->attrs : NW_SCAN_ATTRS;
	l.refs = (struct nw_refs){.arena = t->arena, .left = t->limits->expansion};
	nw_buf_init(&l.scratch, 2 * utf8.n + t->limits->expansion + 16);
	while (l.p < l.end && !t->full && !l.refs.over) {
		read_text(&l);
		if (l.p < l.end)
			read_markup(&l);
	}
	if (t->open && !l.is_html)
		note(&l, "elements not closed at the end");
	nw_buf_clear(&l.scratch);
	return l.refs.over ? NW_E_LIMIT : NW_OK;
}
