/* newswire tag: which topics articles are on, and why. */
#include <getopt.h>

#include <newswire/tag.h>

#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "cli/command.h"

#define TOPICS_DEFAULT NW_SYSCONFDIR "/newswired/topics.d"
#define TEXT_MOST ((size_t)64 << 20)
#define JSON_MOST ((size_t)256 << 20)

struct tag_options {
	const char *topics;
	bool json, explain;
};

static struct tag_options read_options(int argc, char **argv)
{
	struct tag_options options = {.topics = TOPICS_DEFAULT};
	int letter;

	while ((letter = nw_cli_option(&nw_command_tag, argc, argv)) != -1) {
		if (letter == 't')
			options.topics = optarg;
		else if (letter == 'j')
			options.json = true;
		else if (letter == 'e')
			options.explain = true;
	}
	return options;
}

static void print_json(
	const char *path, const struct nw_article *article, const struct nw_tag *tags)
{
	json_t *object = json_object(), *names = json_array(), *own = json_object();
	struct nw_buf line;

	nw_json_set(object, "file", nw_json_str(nw_str(path)));
	nw_json_set_str(object, "title", article->title);
	for (const struct nw_tag *t = tags; t; t = t->next)
		nw_json_append(names, nw_json_str(t->name));
	nw_json_set(object, "tags", names);
	nw_json_set(own, "tags", nw_article_tags_json(tags));
	nw_json_set(object, "_newswire", own);
	nw_buf_init(&line, JSON_MOST);
	nw_json_write(&line, object);
	json_decref(object);
	puts(nw_buf_str(&line).p);
	nw_buf_clear(&line);
}

/* One reason: its points, the line of the topic, the words and their place. */
static void print_match(const struct nw_match *m)
{
	char points[32] = "";

	if (m->points != 0)
		(void)snprintf(points, sizeof(points), "%+g", m->points);
	printf("    %5s  ", points);
	nw_cli_put(stdout, m->rule);
	printf("  \"");
	nw_cli_put(stdout, m->quote);
	printf("\"  %.*s", NW_ARG(m->field));
	if (nw_str_eq(m->field, NW_STR("body")))
		printf(" paragraph %u", m->paragraph + 1);
	printf(", bytes %zu-%zu", m->start, m->end);
	if (m->distance)
		printf(", %u words between", m->distance);
	putchar('\n');
}

static void print_reasons(const struct nw_tag *tags)
{
	for (const struct nw_tag *t = tags; t; t = t->next) {
		printf("  %.*s: ", NW_ARG(t->name));
		if (t->threshold > 0)
			printf("score %g of %g, ", t->score, t->threshold);
		printf("topic %.*s\n", NW_ARG(t->hash));
		for (const struct nw_match *m = t->matches; m; m = m->next)
			print_match(m);
	}
}

static void print_tags(const char *path, const struct nw_tag *tags)
{
	nw_cli_put(stdout, nw_str(path));
	putchar('\t');
	for (const struct nw_tag *t = tags; t; t = t->next)
		printf("%s%.*s", t == tags ? "" : " ", NW_ARG(t->name));
	putchar('\n');
}

static int tag_file(
	const char *path, const struct nw_topics *topics, const struct tag_options *options)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_article article;
	struct nw_error error = {0};
	int code = NW_EXIT_WRONG;
	struct nw_str bytes;

	if (nw_file_read(arena, path, TEXT_MOST, &bytes, &error) == NW_OK &&
		nw_text_read(arena, bytes, &article, &error) == NW_OK) {
		const struct nw_tag *tags = nw_topics_match(topics, &article, arena);

		if (options->json)
			print_json(path, &article, tags);
		else
			print_tags(path, tags);
		if (options->explain && !options->json)
			print_reasons(tags);
		code = tags ? NW_EXIT_YES : NW_EXIT_NO;
	} else {
		if (!error.file[0])
			nw_error_set_file(&error, path);
		(void)nw_cli_fail(&error);
	}
	nw_arena_free(arena);
	return code;
}

static void say(void *arg, const struct nw_error *error)
{
	(void)arg;
	(void)nw_cli_fail(error);
}

static int run(int argc, char **argv)
{
	const struct tag_options options = read_options(argc, argv);
	const struct nw_complain complain = {say, NULL};
	struct nw_topics *topics;
	bool tagged = false, wrong = false;

	if (nw_topics_load(options.topics, &complain, &topics) != NW_OK)
		return NW_EXIT_WRONG;
	for (int i = optind; i < argc; i++) {
		const int code = tag_file(argv[i], topics, &options);

		tagged = tagged || code == NW_EXIT_YES;
		wrong = wrong || code == NW_EXIT_WRONG;
	}
	nw_topics_free(topics);
	if (wrong)
		return NW_EXIT_WRONG;
	return tagged ? NW_EXIT_YES : NW_EXIT_NO;
}

const struct nw_command nw_command_tag = {
	.name = "tag",
	.operands = "FILE...",
	.min_operands = 1,
	.max_operands = -1,
	.help = "Tag articles in the text format with the topics they are on.",
	.options =
		(const struct nw_command_option[]){
			{'t', "topics", "DIR", "the topics and sets (default " TOPICS_DEFAULT ")"},
			{'j', "json", NULL, "one JSON object a line, with the reasons"},
			{'e', "explain", NULL, "say why, line by line"},
			{0},
		},
	.run = run,
};
