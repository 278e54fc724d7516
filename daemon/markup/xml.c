#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "markup/charset.h"
#include "markup/guard.h"
#include "markup/library.h"
#include "markup/loose.h"
#include "markup/refs.h"
#include "markup/squeeze.h"
#include "markup/tree.h"

/* The strict reader: libxml2's SAX2 events into the tree. */
struct reader {
	struct nw_tree tree;
	struct nw_refs refs;
	struct nw_names names;
	struct nw_levels levels;
	struct nw_squeeze squeeze;
	struct nw_buf scratch;
	uint32_t lines_out; /* lines in what was squeezed out so far */
	struct {
		const xmlChar *uri, *prefix;
		uint16_t ns;
	} spaces[16];
	xmlParserCtxtPtr ctxt;
	xmlEntity entity; /* what on_entity answered last */
	char entity_text[8];
	bool has_subset;
};

static uint32_t line_of(const struct reader *r)
{
	const xmlParserInput *input = r->ctxt->input;

	return r->lines_out + (input && input->line > 0 ? (uint32_t)input->line : 1);
}

/* URIs and prefixes come from libxml2's dictionary: equal ones are one pointer. */
static uint16_t space_of(struct reader *r, const xmlChar *uri, const xmlChar *prefix)
{
	const size_t at = ((uintptr_t)uri >> 3 ^ (uintptr_t)prefix >> 3 ^ (uintptr_t)uri >> 7) % 16;

	if (!uri && !prefix)
		return NW_NS_NONE;
	if (r->spaces[at].uri != uri || r->spaces[at].prefix != prefix) {
		r->spaces[at].uri = uri;
		r->spaces[at].prefix = prefix;
		r->spaces[at].ns = (uint16_t)nw_ns_bound(
			nw_str((const char *)prefix), nw_str((const char *)uri));
	}
	return r->spaces[at].ns;
}

static struct nw_str value_of(struct reader *r, const xmlChar *from, const xmlChar *to)
{
	const struct nw_str raw = {(const char *)from, (size_t)(to - from)};

	if (raw.n == 0)
		return NW_STR("");
	if (memchr(raw.p, '&', raw.n))
		return nw_refs_resolve(&r->refs, raw);
	return nw_arena_str(r->tree.arena, raw);
}

/* NOLINTNEXTLINE(readability-function-size): libxml2 says what its parameters are */
static void on_start(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
	int n_spaces, const xmlChar **spaces, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	struct reader *r = arg;
	struct nw_tree_name name = nw_names_get(&r->names, r->tree.arena, local);
	struct nw_node *n;

	(void)n_spaces, (void)spaces, (void)n_defaulted;
	name.ns = space_of(r, uri, prefix);
	n = nw_tree_start(&r->tree, name, line_of(r));
	if (r->levels.n == NW_LEVELS || r->tree.full) {
		r->tree.cut = true;
		xmlStopParser(r->ctxt);
		return;
	}
	r->levels.kept[r->levels.n++] = n != NULL;
	for (int i = 0; n && i < n_attrs; i++, attrs += 5)
		if (!nw_tree_attr(&r->tree, space_of(r, attrs[2], attrs[1]),
			    nw_names_get(&r->names, r->tree.arena, attrs[0]).text,
			    value_of(r, attrs[3], attrs[4])))
			break;
}

static void on_end(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = arg;

	(void)local, (void)prefix, (void)uri;
	if (r->levels.n && r->levels.kept[--r->levels.n])
		nw_tree_end(&r->tree);
}

static void on_characters(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;
	const uint32_t line = line_of(r);
	const struct nw_str mark = {(const char *)text, (size_t)n};
	const struct nw_str raw = nw_squeeze_find(&r->squeeze, mark, &r->lines_out);

	if (n == 2 && text[0] == 0xc2 && text[1] < 0xa0) { /* "&#146;" and its kin */
		char utf8[4];

		nw_tree_text(&r->tree,
			(struct nw_str){utf8, nw_utf8_put(nw_charset_1252(text[1]), utf8)}, line);
		return;
	}
	if (raw.p == mark.p || !memchr(raw.p, '&', raw.n)) {
		nw_tree_text(&r->tree, raw, line);
		return;
	}
	nw_buf_empty(&r->scratch);
	nw_refs_decode(&r->refs, raw, &r->scratch);
	nw_tree_text(&r->tree, nw_buf_str(&r->scratch), line);
}

static void on_cdata(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;
	const uint32_t line = line_of(r);
	const struct nw_str mark = {(const char *)text, (size_t)n};

	nw_tree_text(&r->tree, nw_squeeze_find(&r->squeeze, mark, &r->lines_out), line);
}

/* A reference that stands for nothing known, in a document whose DTD is elsewhere. */
static void on_reference(void *arg, const xmlChar *name)
{
	struct reader *r = arg;

	nw_tree_text(&r->tree, NW_STR("&"), line_of(r));
	nw_tree_text(&r->tree, nw_str((const char *)name), line_of(r));
	nw_tree_text(&r->tree, NW_STR(";"), line_of(r));
}

/*
 * HTML's names, which feeds use without declaring them. libxml2 puts a predefined
 * entity's characters into text as they are, but takes only the first byte of it
 * into an attribute; any other kind it leaves there for value_of to resolve.
 */
static xmlEntityPtr on_entity(void *arg, const xmlChar *name)
{
	struct reader *r = arg;
	struct nw_buf text;
	bool known;

	nw_buf_init(&text, sizeof(r->entity_text) - 1);
	known = nw_refs_named(&r->refs, nw_str((const char *)name), &text);
	memset(r->entity_text, 0, sizeof(r->entity_text));
	if (text.n)
		memcpy(r->entity_text, text.p, text.n);
	nw_buf_clear(&text);
	if (!known)
		return NULL;
	r->entity = (xmlEntity){
		.type = XML_ENTITY_DECL,
		.name = name,
		.orig = (xmlChar *)r->entity_text,
		.content = (xmlChar *)r->entity_text,
		.length = (int)strlen(r->entity_text),
		.etype = r->ctxt->instate == XML_PARSER_ATTRIBUTE_VALUE
			? XML_INTERNAL_GENERAL_ENTITY
			: XML_INTERNAL_PREDEFINED_ENTITY,
		.checked = 2, /* looked at, and no '<' in it */
	};
	return &r->entity;
}

/* What a document declares is read by our own reader alone: libxml2 never sees an entity. */
static void on_doctype(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	struct reader *r = arg;

	(void)name, (void)id, (void)uri;
	if (r->ctxt->input && *r->ctxt->input->cur == '[') {
		r->has_subset = true;
		xmlStopParser(r->ctxt);
	}
}

static const xmlSAXHandler events = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_characters,
	.ignorableWhitespace = on_characters,
	.cdataBlock = on_cdata,
	.reference = on_reference,
	.getEntity = on_entity,
	.internalSubset = on_doctype,
};

/* libxml2's own words, which may quote the document, as one plain line. */
static void note_damage(struct reader *r, struct nw_error *damage)
{
	const xmlError *e = &r->ctxt->lastError;
	char text[200] = "not well-formed";

	for (size_t n = 0; e->message && n + 1 < sizeof(text); n++) {
		text[n] = e->message[n];
		if (text[n] == '\n' || text[n] == '\0') {
			text[n] = '\0';
			break;
		}
		if ((unsigned char)text[n] < 0x20 || (unsigned char)text[n] >= 0x7f)
			text[n] = '?';
		text[n + 1] = '\0';
	}
	if (text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z'))
		text[0] = nw_tag_lower(text[0]);
	(void)nw_fail_at(damage, NW_E_SYNTAX, (int)r->lines_out + e->line, 0, "%s", text);
}

/* False where libxml2 found the document not well-formed, or gave up on it. */
static bool read_squeezed(struct reader *r, struct nw_str document, struct nw_error *damage)
{
	const int options =
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
	xmlParserCtxtPtr ctxt;
	bool sound;

	nw_library_ready();
	ctxt = xmlCreateMemoryParserCtxt(document.p, (int)document.n);
	if (!ctxt) /* of nothing it makes none */
		return false;
	r->ctxt = ctxt;
	(void)xmlCtxtUseOptions(ctxt, options);
	*ctxt->sax = events;
	ctxt->userData = r;
	(void)xmlParseDocument(ctxt);
	sound = (ctxt->wellFormed || r->tree.full) && r->tree.root && !r->has_subset;
	if ((!sound || !ctxt->nsWellFormed) && !r->has_subset)
		note_damage(r, damage);
	xmlFreeDoc(ctxt->myDoc);
	ctxt->myDoc = NULL;
	xmlFreeParserCtxt(ctxt);
	return sound;
}

static void start_over(struct reader *r, struct nw_arena *a, struct nw_str document,
	const struct nw_markup_limits *limits)
{
	nw_tree_clear(&r->tree);
	memset(r, 0, sizeof(*r));
	nw_tree_init(&r->tree, a, limits, document.n + limits->expansion + 1);
	r->refs = (struct nw_refs){.arena = a, .left = limits->expansion};
}

static bool read_strictly(struct reader *r, struct nw_str document, struct nw_error *damage)
{
	const struct nw_str squeezed = nw_squeeze_xml(&r->squeeze, document);
	const bool fits = squeezed.n <= INT32_MAX && !nw_guard_trips(squeezed);
	bool sound;

	nw_buf_init(&r->scratch, document.n + 1);
	sound = fits && read_squeezed(r, squeezed, damage);
	nw_buf_clear(&r->scratch);
	nw_squeeze_clear(&r->squeeze);
	return sound;
}

/* Where a document seems to begin that has something else before it; s itself where none does. */
static struct nw_str find_start(struct nw_str s)
{
	static const struct nw_str starts[] = {{"<?xml", 5}, {"<!doctype", 9}, {"<rss", 4},
		{"<rdf:rdf", 8}, {"<feed", 5}, {"<channel", 8}, {"<urlset", 7},
		{"<sitemapindex", 13}, {"<opml", 5}};
	const struct nw_str head = nw_str_head(s, (size_t)64 << 10);
	const char *p = head.p, *end = head.p + head.n;

	for (; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++)
		for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
			if (nw_str_starts_nocase((struct nw_str){p, (size_t)(end - p)}, starts[i]))
				return nw_str_from(s, (size_t)(p - s.p));
	return s;
}

/* Sound, or sound once what stands before it is left off; the reader is ready for another. */
static bool read_sound(struct reader *r, struct nw_str *document, struct nw_error *damage)
{
	struct nw_arena *a = r->tree.arena;
	const struct nw_markup_limits *limits = r->tree.limits;
	const struct nw_str start = find_start(*document);
	bool has_subset;

	if (read_strictly(r, *document, damage))
		return true;
	has_subset = r->has_subset;
	start_over(r, a, *document, limits);
	if (has_subset || start.p == document->p)
		return false;
	(void)nw_fail_at(damage, NW_E_SYNTAX, 1, 1, "text before the document");
	*document = start;
	if (read_strictly(r, *document, &(struct nw_error){0}))
		return true;
	start_over(r, a, *document, limits);
	return false;
}

static enum nw_err read_document(
	struct reader *r, struct nw_str utf8, struct nw_error *damage, struct nw_error *error)
{
	struct nw_str document = nw_str_trim(utf8);
	struct nw_error repair = {0};
	enum nw_err err = NW_OK;

	if (document.p != utf8.p && nw_str_starts(document, NW_STR("<?xml")))
		(void)nw_fail_at(damage, NW_E_SYNTAX, 1, 1, "white space before the document");
	if (read_sound(r, &document, damage))
		return NW_OK;
	err = nw_loose_read(&r->tree, document, NW_LOOSE_XML, &repair);
	if (!damage->text[0])
		*damage = repair;
	if (err)
		return nw_fail(error, err, "declared entities expand to more than %zu bytes",
			r->tree.limits->expansion);
	if (!r->tree.root)
		return nw_fail(error, NW_E_SYNTAX, "no element in it");
	return NW_OK;
}

enum nw_err nw_markup_xml(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	const struct nw_markup_limits *limits, struct nw_markup *out, struct nw_error *error)
{
	struct nw_charset charset;
	struct reader r = {0};
	enum nw_err err;

	*out = (struct nw_markup){0};
	if (bytes.n > limits->bytes)
		return nw_fail(error, NW_E_LIMIT, "larger than %zu bytes", limits->bytes);
	nw_charset_read(a, bytes, content_type, false, &charset);
	if (charset.repaired)
		(void)nw_fail(&out->damage, NW_E_SYNTAX, "not in the character set it names");
	start_over(&r, a, charset.utf8, limits);
	err = read_document(&r, charset.utf8, &out->damage, error);
	out->encoding = charset.name;
	out->malformed = out->damage.text[0] != '\0';
	if (err)
		*out = (struct nw_markup){0};
	else
		nw_tree_finish(&r.tree, out);
	nw_tree_clear(&r.tree);
	return err;
}
