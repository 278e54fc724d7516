#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "markup/charset.h"
#include "markup/guard.h"
#include "markup/library.h"
#include "markup/loose.h"
#include "markup/squeeze.h"
#include "markup/tree.h"

/* libxml2's HTML reader, its SAX events into the tree. */
struct reader {
	struct nw_tree tree;
	struct nw_names names;
	struct nw_levels levels;
	struct nw_squeeze squeeze;
	htmlParserCtxtPtr ctxt;
	uint32_t lines_out; /* lines in what was squeezed out so far */
	bool too_deep;
};

static uint32_t line_of(const struct reader *r)
{
	const xmlParserInput *input = r->ctxt->input;

	return r->lines_out + (input && input->line > 0 ? (uint32_t)input->line : 1);
}

static struct nw_str value_of(struct reader *r, const xmlChar *value)
{
	return value && *value ? nw_arena_str(r->tree.arena, nw_str((const char *)value))
			       : NW_STR("");
}

static void add_attrs(struct reader *r, const xmlChar **attrs)
{
	for (; attrs && attrs[0]; attrs += 2)
		if (!nw_tree_attr(&r->tree, NW_NS_NONE,
			    nw_names_get(&r->names, r->tree.arena, attrs[0]).text,
			    value_of(r, attrs[1])))
			break;
}

/* libxml2 starts the document again when something follows its end: it is the same one to us. */
static bool is_second_root(const struct reader *r, uint16_t tag)
{
	return tag == NW_TAG_HTML && r->tree.root && r->levels.n == 0;
}

static void on_start(void *arg, const xmlChar *key, const xmlChar **attrs)
{
	struct reader *r = arg;
	const struct nw_tree_name name = nw_names_get(&r->names, r->tree.arena, key);
	struct nw_node *n = NULL;

	if (r->levels.n == NW_LEVELS || r->tree.full) {
		r->too_deep = !r->tree.full;
		xmlStopParser(r->ctxt);
		return;
	}
	if (!is_second_root(r, name.tag))
		n = nw_tree_start(&r->tree, name, line_of(r));
	else
		nw_tree_reopen(&r->tree);
	r->levels.kept[r->levels.n++] = n != NULL;
	if (n)
		add_attrs(r, attrs);
}

static void on_end(void *arg, const xmlChar *key)
{
	struct reader *r = arg;

	(void)key;
	if (r->levels.n && r->levels.kept[--r->levels.n])
		nw_tree_end(&r->tree);
}

static void on_characters(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;

	nw_tree_text(&r->tree, (struct nw_str){(const char *)text, (size_t)n}, line_of(r));
}

/* The inside of a script or style element. */
static void on_raw(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;
	const uint32_t line = line_of(r);
	const struct nw_str mark = {(const char *)text, (size_t)n};

	nw_tree_text(&r->tree, nw_squeeze_find(&r->squeeze, mark, &r->lines_out), line);
}

static const xmlSAXHandler events = {
	.initialized = 1, /* not XML_SAX2_MAGIC: HTML has the events of SAX1 */
	.startElement = on_start,
	.endElement = on_end,
	.characters = on_characters,
	.cdataBlock = on_raw,
};

static void read_squeezed(struct reader *r, struct nw_str page)
{
	const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC;
	htmlParserCtxtPtr ctxt;

	nw_library_ready();
	ctxt = htmlCreateMemoryParserCtxt(page.p, (int)page.n);
	if (!ctxt) /* of an empty page it makes none */
		return;
	r->ctxt = ctxt;
	(void)htmlCtxtUseOptions(ctxt, options);
	*ctxt->sax = events;
	ctxt->userData = r;
	ctxt->charset = XML_CHAR_ENCODING_UTF8;
	(void)htmlParseDocument(ctxt);
	xmlFreeDoc(ctxt->myDoc);
	ctxt->myDoc = NULL;
	htmlFreeParserCtxt(ctxt);
}

/* False where libxml2 would take too long over it, or nest too deep. */
static bool read_page(struct reader *r, struct nw_str utf8)
{
	const struct nw_str page = nw_squeeze_html(&r->squeeze, utf8);
	const bool fits = page.n <= INT32_MAX && !nw_guard_trips(page);

	if (fits)
		read_squeezed(r, page);
	nw_squeeze_clear(&r->squeeze);
	return fits && !r->too_deep;
}

static void start_root(struct nw_tree *t, uint16_t tag)
{
	const struct nw_tree_name name = {nw_tag_name((enum nw_tag_id)tag), tag, NW_NS_NONE};

	(void)nw_tree_start(t, name, 1);
}

/* The tree is cleared, or anew: what libxml2 began is left to the arena. */
static enum nw_err read_loosely(struct nw_tree *t, struct nw_str utf8, uint16_t root)
{
	struct nw_error damage = {0};

	start_root(t, root);
	return nw_loose_read(t, utf8, NW_LOOSE_HTML, &damage);
}

/* libxml2 ends a document at a NUL. */
static struct nw_str without_nul(struct nw_arena *a, struct nw_str s)
{
	char *copy;
	size_t n = 0;

	if (s.n == 0 || !memchr(s.p, '\0', s.n))
		return s;
	copy = nw_arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			copy[n++] = s.p[i];
	return (struct nw_str){copy, n};
}

enum nw_err nw_markup_html(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	const struct nw_markup_limits *limits, struct nw_markup *out, struct nw_error *error)
{
	struct nw_charset charset;
	struct reader r = {0};
	enum nw_err err = NW_OK;

	*out = (struct nw_markup){0};
	if (bytes.n > limits->bytes)
		return nw_fail(error, NW_E_LIMIT, "larger than %zu bytes", limits->bytes);
	nw_charset_read(a, bytes, content_type, true, &charset);
	charset.utf8 = without_nul(a, charset.utf8);
	out->encoding = charset.name;
	nw_tree_init(&r.tree, a, limits, 2 * charset.utf8.n + 64);
	if (!read_page(&r, charset.utf8)) {
		nw_tree_clear(&r.tree);
		nw_tree_init(&r.tree, a, limits, 2 * charset.utf8.n + 64);
		err = read_loosely(&r.tree, charset.utf8, NW_TAG_HTML);
	}
	if (!r.tree.root)
		start_root(&r.tree, NW_TAG_HTML);
	nw_tree_finish(&r.tree, out);
	nw_tree_clear(&r.tree);
	return err;
}

enum nw_err nw_markup_fragment(struct nw_arena *a, struct nw_str utf8,
	const struct nw_markup_limits *limits, struct nw_markup *out, struct nw_error *error)
{
	struct nw_tree tree;
	enum nw_err err;

	*out = (struct nw_markup){0};
	if (utf8.n > limits->bytes)
		return nw_fail(error, NW_E_LIMIT, "larger than %zu bytes", limits->bytes);
	nw_tree_init(&tree, a, limits, 2 * utf8.n + 64);
	err = read_loosely(&tree, nw_charset_repair(a, utf8), NW_TAG_BODY);
	out->encoding = NW_STR("utf-8");
	nw_tree_finish(&tree, out);
	nw_tree_clear(&tree);
	return err;
}
