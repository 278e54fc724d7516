/* Markup into our tree, beside libxml2 building and freeing its own, on real feeds and pages. */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "markup/markup.h"

struct set {
	struct nw_bench_file *files;
	size_t n;
	double mb;
};

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "bench_markup: %s\n", what);
		exit(1);
	}
}

static double xml_ours(void *arg)
{
	const struct set *set = arg;

	for (size_t i = 0; i < set->n; i++) {
		const struct nw_str bytes = {set->files[i].bytes, set->files[i].size};
		struct nw_arena *a = nw_arena_new();
		struct nw_markup m;

		must(nw_markup_xml(a, bytes, (struct nw_str){0}, &nw_markup_default_limits, &m,
			     NULL) == NW_OK,
			set->files[i].name);
		nw_arena_free(a);
	}
	return set->mb;
}

static double xml_dom(void *arg)
{
	const struct set *set = arg;
	const int options =
		XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

	for (size_t i = 0; i < set->n; i++)
		xmlFreeDoc(xmlReadMemory(
			set->files[i].bytes, (int)set->files[i].size, NULL, NULL, options));
	return set->mb;
}

static void on_start(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
	int n_spaces, const xmlChar **spaces, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	(void)local, (void)prefix, (void)uri, (void)n_spaces, (void)spaces;
	(void)n_attrs, (void)n_defaulted, (void)attrs;
	++*(size_t *)arg;
}

static void on_characters(void *arg, const xmlChar *text, int n)
{
	(void)text;
	*(size_t *)arg += (size_t)n;
}

/* The events alone: what libxml2 leaves no user of it to save. */
static double xml_sax(void *arg)
{
	const struct set *set = arg;
	const xmlSAXHandler events = {.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.characters = on_characters,
		.cdataBlock = on_characters};
	size_t seen = 0;

	for (size_t i = 0; i < set->n; i++) {
		xmlParserCtxtPtr ctxt =
			xmlCreateMemoryParserCtxt(set->files[i].bytes, (int)set->files[i].size);

		must(ctxt != NULL, "no parser");
		(void)xmlCtxtUseOptions(
			ctxt, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
		*ctxt->sax = events;
		ctxt->userData = &seen;
		(void)xmlParseDocument(ctxt);
		xmlFreeDoc(ctxt->myDoc);
		ctxt->myDoc = NULL;
		xmlFreeParserCtxt(ctxt);
	}
	return set->mb;
}

static double html_ours(void *arg)
{
	const struct set *set = arg;

	for (size_t i = 0; i < set->n; i++) {
		const struct nw_str bytes = {set->files[i].bytes, set->files[i].size};
		struct nw_arena *a = nw_arena_new();
		struct nw_markup m;

		must(nw_markup_html(a, bytes, (struct nw_str){0}, &nw_markup_default_limits, &m,
			     NULL) == NW_OK,
			set->files[i].name);
		nw_arena_free(a);
	}
	return (double)set->n;
}

static double html_dom(void *arg)
{
	const struct set *set = arg;
	const int options =
		HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING;

	for (size_t i = 0; i < set->n; i++)
		xmlFreeDoc(htmlReadMemory(
			set->files[i].bytes, (int)set->files[i].size, NULL, "UTF-8", options));
	return (double)set->n;
}

static int load(struct set *set, const char *dir)
{
	set->files = nw_bench_files(dir, &set->n);
	for (size_t i = 0; i < set->n; i++)
		set->mb += (double)set->files[i].size / 1e6;
	if (set->n == 0)
		printf("%s: not here, skipped\n", dir);
	return set->n != 0;
}

int main(int argc, char **argv)
{
	const char *feeds = argc > 1 ? argv[1] : "../shared/data/feeds/real";
	const char *pages = argc > 2 ? argv[2] : "../shared/data/pages/body/pages";
	struct set xml = {0}, html = {0};
	const struct nw_bench rows[] = {
		{"markup: XML into a tree", "MB", "libxml2 DOM", 1.5, xml_ours, xml_dom, &xml},
		{"markup: XML into a tree", "MB", "libxml2 SAX, no tree", 0, xml_ours, xml_sax,
			&xml},
		{"markup: HTML into a tree", "pages", "htmlReadMemory", 1.4, html_ours, html_dom,
			&html},
	};

	if (load(&xml, feeds)) {
		nw_bench_run(&rows[0]);
		nw_bench_run(&rows[1]);
	}
	if (load(&html, pages))
		nw_bench_run(&rows[2]);
	nw_bench_files_free(xml.files, xml.n);
	nw_bench_files_free(html.files, html.n);
	return 0;
}
