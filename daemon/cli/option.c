#include "cli/option.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#define MAX_OPTIONS 32
#define HELP 1 /* no option's letter */

/* getopt's table is made from the command's own, so that help cannot disagree with it. */
static void fill_table(const struct nw_command *command, struct option table[MAX_OPTIONS])
{
	size_t n = 0;

	for (const struct nw_command_option *o = command->options; o && o->letter; o++) {
		if (n == MAX_OPTIONS - 2)
			break;
		table[n++] = (struct option){
			o->name, o->arg ? required_argument : no_argument, NULL, o->letter};
	}
	table[n++] = (struct option){"help", no_argument, NULL, HELP};
	table[n] = (struct option){0};
}

int nw_cli_option(const struct nw_command *command, int argc, char **argv)
{
	struct option table[MAX_OPTIONS];

	fill_table(command, table);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread reads the command line */
	return getopt_long(argc, argv, ":", table, NULL);
}

static void print_usage(FILE *out, const struct nw_command *command)
{
	fprintf(out, "newswire %s", command->name);
	for (const struct nw_command_option *o = command->options; o && o->letter; o++)
		fprintf(out, o->arg ? " [--%s %s]" : " [--%s]", o->name, o->arg);
	fprintf(out, "%s%s\n", *command->operands ? " " : "", command->operands);
}

static void print_help(const struct nw_command *command)
{
	char left[64];

	fputs("usage: ", stdout);
	print_usage(stdout, command);
	printf("\n%s\n\n", command->help);
	for (const struct nw_command_option *o = command->options; o && o->letter; o++) {
		(void)snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg ? " " : "",
			o->arg ? o->arg : "");
		printf("  %-16s  %s\n", left, o->help);
	}
	printf("  %-16s  print this\n", "--help");
}

/* The option as it was typed: getopt has stepped over it. */
static const char *typed(int argc, char **argv)
{
	return optind > 0 && optind <= argc ? argv[optind - 1] : "";
}

int nw_cli_check(const struct nw_command *command, int argc, char **argv, bool *done)
{
	int letter, operands;

	*done = true;
	opterr = 0;
	optind = 0; /* 0, not 1: glibc then starts over in full */
	while ((letter = nw_cli_option(command, argc, argv)) != -1) {
		if (letter == HELP) {
			print_help(command);
			return NW_EXIT_YES;
		}
		if (letter == ':')
			return nw_cli_wrong(command, "'%s' needs a value", typed(argc, argv));
		if (letter == '?')
			return nw_cli_wrong(command, "unknown option '%s'", typed(argc, argv));
	}
	operands = argc - optind;
	if (operands < command->min_operands)
		return nw_cli_wrong(command, "missing operand, %s is wanted", command->operands);
	if (command->max_operands >= 0 && operands > command->max_operands)
		return nw_cli_wrong(command, "too many operands, from '%s' on",
			argv[optind + command->max_operands]);
	optind = 0;
	*done = false;
	return NW_EXIT_YES;
}

int nw_cli_fail(const struct nw_error *error)
{
	char text[NW_ERROR_TEXT];

	fputs("newswire: ", stderr);
	nw_cli_put(stderr, nw_str(nw_error_text(error, text)));
	fputc('\n', stderr);
	return NW_EXIT_WRONG;
}

int nw_cli_wrong(const struct nw_command *command, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fputs("newswire: ", stderr);
	nw_cli_put(stderr, nw_str(text));
	fprintf(stderr, "; see 'newswire %s --help'\n", command->name);
	return NW_EXIT_WRONG;
}

/* Controls of both kinds, line separators, and what turns the direction of the text around it. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x2028 && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069);
}

static void put_bytes(FILE *out, struct nw_str bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		fprintf(out, "\\x%02x", (unsigned char)bytes.p[i]);
}

void nw_cli_put(FILE *out, struct nw_str text)
{
	while (text.n) {
		const char *const start = text.p;
		const uint32_t c = nw_utf8_next(&text);
		const struct nw_str bytes = {start, (size_t)(text.p - start)};

		if (nw_utf8_valid(bytes) < bytes.n || (c < 0x80 && is_unsafe(c)))
			put_bytes(out, bytes);
		else if (is_unsafe(c))
			fprintf(out, "\\u{%x}", (unsigned)c);
		else
			(void)fwrite(bytes.p, 1, bytes.n, out);
	}
}

bool nw_cli_wants_colour(void)
{
	/* NOLINTBEGIN(concurrency-mt-unsafe): nobody sets the environment */
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
	/* NOLINTEND(concurrency-mt-unsafe) */

	return isatty(STDOUT_FILENO) && !(none && *none) && term &&
		!nw_str_eq(nw_str(term), NW_STR("dumb"));
}
