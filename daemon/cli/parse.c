/* newswire parse: what a feed says, as a person or a program reads it. */
#include <getopt.h>
#include <stdio.h>

#include <newswire/feed.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "base/when.h"
#include "cli/command.h"
#include "cli/feed_json.h"

#define MAX_HEADERS ((size_t)1 << 20)
#define MAX_JSON ((size_t)1 << 30)

struct parse_options {
	bool json;
	const char *base, *headers;
};

static struct parse_options read_options(int argc, char **argv)
{
	struct parse_options options = {0};
	int letter;

	while ((letter = nw_cli_option(&nw_command_parse, argc, argv)) != -1) {
		if (letter == 'j')
			options.json = true;
		else if (letter == 'b')
			options.base = optarg;
		else if (letter == 'h')
			options.headers = optarg;
	}
	return options;
}

/* "Name: value" lines; the last of a name counts. Others than these say nothing about the bytes. */
static void take_headers(struct nw_str lines, struct nw_feed_input *input)
{
	struct nw_str line, name;

	while (nw_str_cut(&lines, '\n', &line)) {
		if (!nw_str_cut(&line, ':', &name))
			continue;
		if (nw_str_eq_nocase(name, NW_STR("content-type")))
			input->content_type = nw_str_trim(line);
		else if (nw_str_eq_nocase(name, NW_STR("content-location")))
			input->content_location = nw_str_trim(line);
		else if (nw_str_eq_nocase(name, NW_STR("content-language")))
			input->content_language = nw_str_trim(line);
	}
}

static void print_field(const char *indent, const char *label, struct nw_str text)
{
	if (!text.n)
		return;
	printf("%s%-10s ", indent, label);
	nw_cli_put(stdout, text);
	putchar('\n');
}

static void print_date(const char *indent, const char *label, const struct nw_feed_date *date)
{
	char text[NW_WHEN_TEXT];

	if (date->when.precision != NW_WHEN_UNKNOWN) {
		print_field(indent, label, nw_str(nw_when_rfc3339(date->when.unix_s, text)));
	} else if (date->raw.n) {
		printf("%s%-10s unknown, written \"", indent, label);
		nw_cli_put(stdout, date->raw);
		puts("\"");
	}
}

static void print_author(const char *indent, const struct nw_feed_person *authors)
{
	const struct nw_feed_person *byline = nw_feed_byline(authors);

	if (byline)
		print_field(indent, "author", byline->name.n ? byline->name : byline->email);
}

static void print_item(const struct nw_item *item)
{
	putchar('\n');
	print_field("", "*", item->title_text.n ? item->title_text : NW_STR("(no title)"));
	print_field("  ", "link", item->link);
	print_field("  ", "id", nw_str_eq(item->id, item->link) ? (struct nw_str){0} : item->id);
	print_date("  ", "published", &item->published);
	print_date("  ", "updated", &item->updated);
	print_author("  ", item->authors);
	for (const struct nw_feed_category *c = item->categories; c; c = c->next)
		print_field("  ", "category", c->label.n ? c->label : c->term);
	for (const struct nw_feed_enclosure *e = item->enclosures; e; e = e->next)
		print_field("  ", "enclosure", e->url);
	if (item->summary.n || item->content.n)
		printf("  %-10s %zu bytes of summary, %zu of content\n", "text", item->summary.n,
			item->content.n);
}

static void print_feed(const struct nw_feed *feed)
{
	print_field("", "feed", feed->title_text.n ? feed->title_text : NW_STR("(no title)"));
	printf("%-10s %s, %.*s%s%s\n", "format", feed->format, NW_ARG(feed->encoding),
		feed->malformed ? ", repaired" : "", feed->cut ? ", cut at a limit" : "");
	print_field("", "link", feed->link);
	print_field("", "language", feed->language);
	print_date("", "published", &feed->published);
	print_date("", "updated", &feed->updated);
	print_author("", feed->authors);
	print_field("", "moved to", feed->new_location);
	if (feed->poll_every_s)
		printf("%-10s every %lld s at most\n", "poll", (long long)feed->poll_every_s);
	printf("%-10s %zu\n", "items", feed->n_items);
	for (const struct nw_item *item = feed->items; item; item = item->next)
		print_item(item);
}

static enum nw_err print_json(const struct nw_feed *feed, struct nw_error *error)
{
	json_t *root = nw_feed_json(feed);
	struct nw_buf out;
	enum nw_err err = NW_OK;

	nw_buf_init(&out, MAX_JSON);
	nw_json_write(&out, root);
	nw_buf_add_c(&out, '\n');
	json_decref(root);
	if (out.failed)
		err = nw_fail(error, NW_E_LIMIT, "output of more than %zu bytes", MAX_JSON);
	else
		(void)fwrite(out.p, 1, out.n, stdout);
	nw_buf_clear(&out);
	return err;
}

static enum nw_err parse_file(struct nw_arena *arena, const struct parse_options *options,
	const char *path, struct nw_error *error)
{
	struct nw_feed_input input = {.url = nw_str(options->base)};
	struct nw_str headers = {0};
	struct nw_feed feed;
	enum nw_err err;

	if (options->headers) {
		err = nw_file_read(arena, options->headers, MAX_HEADERS, &headers, error);
		if (err)
			return err;
	}
	take_headers(headers, &input);
	err = nw_file_read(arena, path, nw_feed_default_limits.bytes, &input.body, error);
	if (err)
		return err;
	err = nw_feed_parse(arena, &input, &nw_feed_default_limits, &feed, error);
	if (err) {
		nw_error_set_file(error, path);
		return err;
	}
	if (options->json)
		return print_json(&feed, error);
	print_feed(&feed);
	return NW_OK;
}

static int run_parse(int argc, char **argv)
{
	const struct parse_options options = read_options(argc, argv);
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	const enum nw_err err = parse_file(arena, &options, argv[optind], &error);

	nw_arena_free(arena);
	return err ? nw_cli_fail(&error) : NW_EXIT_YES;
}

static const struct nw_command_option parse_options[] = {
	{'j', "json", NULL, "print one JSON object, newswire-feed/1"},
	{'b', "base", "URL", "URL of the document, for relative links"},
	{'h', "headers", "FILE", "HTTP headers that came with it, a line each"},
	{0},
};

const struct nw_command nw_command_parse = {
	.name = "parse",
	.operands = "FILE",
	.min_operands = 1,
	.max_operands = 1,
	.help = "Read a feed of any format and print its items.",
	.options = parse_options,
	.run = run_parse,
};
