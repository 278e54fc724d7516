#ifndef NW_MARKUP_SQUEEZE_H
#define NW_MARKUP_SQUEEZE_H

#include "base/buf.h"

/*
 * libxml2 reads text character by character, and more than half of a usual page
 * is the inside of <script> and <style>, nearly all of a usual feed the inside of
 * CDATA sections and escaped text. What is plainly sound of that is squeezed out:
 * a mark is written in its place, which the event that brings it turns back into
 * what it stands for. libxml2 still decides over all structure.
 */
struct nw_squeeze {
	struct nw_str *raws; /* views of the document, one for each mark */
	size_t n_raws, cap;
	struct nw_buf out;
	const char *done; /* the document up to here is in out */
};

/*
 * The document to give to libxml2 instead: utf8 itself where nothing is gained.
 * HTML: the insides of script and style elements. XML: CDATA sections and text
 * that are free of what libxml2 would object to, but for references to entities
 * other than XML's own.
 */
struct nw_str nw_squeeze_html(struct nw_squeeze *s, struct nw_str utf8);
struct nw_str nw_squeeze_xml(struct nw_squeeze *s, struct nw_str utf8);
void nw_squeeze_clear(struct nw_squeeze *s);

/*
 * What text stands for if it is a mark (XML text: with its references), and adds
 * to *lines those that libxml2 therefore did not count; else text itself.
 */
struct nw_str nw_squeeze_find(const struct nw_squeeze *s, struct nw_str text, uint32_t *lines);

#endif
