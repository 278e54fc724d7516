/* newswire clean: article pages as text, or as JSON Feed items. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <newswire/article.h>
#include <newswire/clean.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "base/when.h"
#include "cli/command.h"

#define PAGE_MAX ((size_t)16 * 1024 * 1024)
#define OUTPUT_MAX ((size_t)64 * 1024 * 1024)

struct clean_options {
	bool json;
	const char *url, *out;
};

static struct clean_options read_options(int argc, char **argv)
{
	struct clean_options options = {0};
	int letter;

	while ((letter = nw_cli_option(&nw_command_clean, argc, argv)) != -1) {
		if (letter == 'j')
			options.json = true;
		else if (letter == 'u')
			options.url = optarg;
		else if (letter == 'o')
			options.out = optarg;
	}
	return options;
}

/* With the publisher's offset, or the day alone where no more is known. */
static const char *date_text(struct nw_when when, char text[NW_WHEN_TEXT])
{
	return when.precision == NW_WHEN_SECOND ? nw_when_local(when, text)
						: nw_when_day(when, text);
}

static void set_when(json_t *object, const char *key, struct nw_when when)
{
	char text[NW_WHEN_TEXT];

	if (when.precision != NW_WHEN_UNKNOWN)
		nw_json_set_str(object, key, nw_str(date_text(when, text)));
}

/* Which date won, which others agree with its day, and which do not. */
static json_t *date_object(const struct nw_cleaned *c)
{
	json_t *date = json_object(), *others = json_array(), *conflicts = json_array();

	set_when(date, "value", c->date);
	nw_json_set_str(date, "from", nw_str(c->date_from));
	for (const struct nw_date_candidate *d = c->dates ? c->dates->next : NULL; d; d = d->next) {
		json_t *other = json_object();

		set_when(other, "value", d->when);
		nw_json_set_str(other, "from", nw_str(d->from));
		nw_json_append(d->disagrees ? conflicts : others, other);
	}
	nw_json_set(date, "others", others);
	nw_json_set(date, "conflicts", conflicts);
	return date;
}

static json_t *newswire_object(const struct nw_cleaned *c)
{
	json_t *own = json_object();

	nw_json_set_str(own, "state", nw_str(nw_page_state_name(c->state)));
	if (c->dates)
		nw_json_set(own, "date", date_object(c));
	nw_json_set_int(own, "quality", c->quality);
	nw_json_set_int(own, "words", c->words);
	nw_json_set_str(own, "site", c->site);
	nw_json_set_str(own, "section", c->section);
	nw_json_set_str(own, "wire", c->wire);
	nw_json_set_str(own, "canonical", c->canonical);
	return own;
}

/* An item of JSON Feed 1.1. */
static json_t *item_of(const struct nw_cleaned *c, struct nw_str url, struct nw_str name)
{
	json_t *item = json_object(), *authors = json_array();

	nw_json_set_str(item, "id", url.n ? url : name);
	nw_json_set_str(item, "url", url);
	nw_json_set_str(item, "title", c->title);
	nw_json_set(item, "content_text", nw_json_str(c->body));
	nw_json_set_str(item, "summary", c->summary);
	nw_json_set_str(item, "image", c->image);
	set_when(item, "date_published", c->date);
	for (const struct nw_author *a = c->authors; a; a = a->next) {
		json_t *author = json_object();

		nw_json_set_str(author, "name", a->name);
		nw_json_append(authors, author);
	}
	if (json_array_size(authors))
		nw_json_set(item, "authors", authors);
	else
		json_decref(authors);
	nw_json_set_str(item, "language", c->language);
	nw_json_set(item, "_newswire", newswire_object(c));
	return item;
}

static void write_json(
	struct nw_buf *out, const struct nw_cleaned *c, struct nw_str url, struct nw_str name)
{
	json_t *item = item_of(c, url.n ? url : c->canonical, name);

	nw_json_write(out, item);
	nw_buf_add_c(out, '\n');
	json_decref(item);
}

static void write_text(struct nw_arena *arena, struct nw_buf *out, const struct nw_cleaned *c)
{
	const struct nw_article article = {
		.title = c->title, .body = c->body, .published = c->date};

	nw_buf_add(out, nw_text_write(arena, &article));
}

static struct nw_str name_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return nw_str(slash ? slash + 1 : file);
}

/* What came out is printed in any case; that it may not be the article is told aside. */
static void tell_state(const char *file, enum nw_page_state state)
{
	if (state == NW_PAGE_OK)
		return;
	fputs("newswire: ", stderr);
	nw_cli_put(stderr, nw_str(file));
	fprintf(stderr, ": not the whole article: %s\n", nw_page_state_name(state));
}

/* DIR/NAME.txt or DIR/NAME.json, where NAME is the file's without ".html" or ".htm". */
static struct nw_str output_path(
	struct nw_arena *arena, const char *file, const struct clean_options *options)
{
	struct nw_str name = name_of(file);

	if (nw_str_ends(name, NW_STR(".html")))
		name.n -= 5;
	else if (nw_str_ends(name, NW_STR(".htm")))
		name.n -= 4;
	return nw_arena_printf(
		arena, "%s/%.*s.%s", options->out, NW_ARG(name), options->json ? "json" : "txt");
}

static enum nw_err put_out(struct nw_arena *arena, const char *file, struct nw_buf *text,
	const struct clean_options *options, struct nw_error *error)
{
	if (text->failed)
		return nw_fail(error, NW_E_LIMIT, "too much text");
	if (options->out)
		return nw_file_write(output_path(arena, file, options).p, nw_buf_str(text), error);
	if (fwrite(text->p, 1, text->n, stdout) != text->n)
		return nw_fail(error, NW_E_SYSTEM, "cannot write to standard output");
	return NW_OK;
}

static enum nw_err clean_file(
	const char *file, const struct clean_options *options, struct nw_error *error)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_clean_input input = {.url = nw_str(options->url)};
	struct nw_cleaned cleaned;
	struct nw_buf text;
	enum nw_err err;

	nw_buf_init(&text, OUTPUT_MAX);
	err = nw_file_read(arena, file, PAGE_MAX, &input.body, error);
	if (!err)
		err = nw_clean_html(arena, &input, &cleaned, error);
	if (!err) {
		tell_state(file, cleaned.state);
		if (options->json)
			write_json(&text, &cleaned, input.url, name_of(file));
		else
			write_text(arena, &text, &cleaned);
		err = put_out(arena, file, &text, options, error);
	}
	nw_buf_clear(&text);
	nw_arena_free(arena);
	return err;
}

static int run_clean(int argc, char **argv)
{
	const struct clean_options options = read_options(argc, argv);
	struct nw_error error = {0};
	int code = NW_EXIT_YES;

	if (options.out && nw_dir_make(options.out, &error))
		return nw_cli_fail(&error);
	for (int i = optind; i < argc; i++) {
		error = (struct nw_error){0};
		if (clean_file(argv[i], &options, &error)) {
			if (!error.file[0])
				nw_error_set_file(&error, argv[i]);
			code = nw_cli_fail(&error);
		}
	}
	return code;
}

static const struct nw_command_option command_options[] = {
	{'j', "json", NULL, "print a JSON Feed item instead of text"},
	{'u', "url", "URL", "where the page was: relative links resolve against it"},
	{'o', "out", "DIR", "write DIR/NAME.txt or DIR/NAME.json for each NAME.html"},
	{0},
};

const struct nw_command nw_command_clean = {
	.name = "clean",
	.operands = "FILE...",
	.min_operands = 1,
	.max_operands = -1,
	.help = "Print the article of a page, without all that is around it.",
	.options = command_options,
	.run = run_clean,
};
