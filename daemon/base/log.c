#include "base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES 8192

static const struct {
	enum nw_level level;
	const char *name;
} levels[] = {
	{NW_LOG_ERROR, "error"},
	{NW_LOG_WARNING, "warning"},
	{NW_LOG_NOTICE, "notice"},
	{NW_LOG_INFO, "info"},
	{NW_LOG_DEBUG, "debug"},
};

#define N_LEVELS (sizeof(levels) / sizeof(levels[0]))

static _Atomic int most_level = NW_LOG_INFO;
static nw_log_sink *current_sink;

void nw_log_set_level(enum nw_level most)
{
	atomic_store(&most_level, (int)most);
}

void nw_log_set_sink(nw_log_sink *sink)
{
	current_sink = sink;
}

bool nw_log_level_parse(struct nw_str name, enum nw_level *level)
{
	for (size_t i = 0; i < N_LEVELS; i++) {
		if (nw_str_eq(name, nw_str(levels[i].name))) {
			*level = levels[i].level;
			return true;
		}
	}
	return false;
}

static const char *level_name(enum nw_level level)
{
	for (size_t i = 0; i < N_LEVELS; i++) {
		if (levels[i].level == level)
			return levels[i].name;
	}
	return "info";
}

static bool is_plain(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
			return false;
	}
	return s.n > 0;
}

/* Controls, and what turns the direction of a terminal's line, are not shown as they are. */
static bool is_safe(uint32_t c)
{
	if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '"' || c == '\\')
		return false;
	return !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
		!(c >= 0x2060 && c <= 0x206f) && c != 0x61c && c != 0xfeff;
}

/* Bytes of the character at the front that is written as it is; 0 where none is. */
static size_t plain_run(struct nw_str s)
{
	struct nw_str rest = s;
	const uint32_t c = nw_utf8_next(&rest);
	const size_t n = s.n - rest.n;

	return is_safe(c) && nw_utf8_valid(nw_str_head(s, n)) == n ? n : 0;
}

static void add_quoted(struct nw_buf *line, struct nw_str s)
{
	nw_buf_add_c(line, '"');
	for (size_t i = 0; i < s.n;) {
		const unsigned char c = (unsigned char)s.p[i];
		const size_t run = plain_run(nw_str_from(s, i));

		if (run) {
			nw_buf_add(line, (struct nw_str){s.p + i, run});
			i += run;
			continue;
		}
		if (c == '"' || c == '\\')
			nw_buf_printf(line, "\\%c", c);
		else if (c == '\n')
			nw_buf_add(line, NW_STR("\\n"));
		else
			nw_buf_printf(line, "\\x%02x", c);
		i++;
	}
	nw_buf_add_c(line, '"');
}

static void add_value(struct nw_buf *line, struct nw_str s)
{
	if (is_plain(s))
		nw_buf_add(line, s);
	else
		add_quoted(line, nw_str_head(s, 2048));
}

void nw_log_add_values(struct nw_buf *line, const struct nw_kv *kv, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		nw_buf_printf(line, " %s=", kv[i].key);
		if (kv[i].is_number)
			nw_buf_printf(line, "%" PRId64, kv[i].number);
		else
			add_value(line, kv[i].text);
	}
}

static void add_time(struct nw_buf *line)
{
	struct timespec now;
	struct tm utc;
	char text[32];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	nw_buf_printf(line, "time=%s.%03ldZ", text, now.tv_nsec / 1000000);
}

static void write_line(enum nw_level level, const char *message, const struct nw_kv *kv, size_t n)
{
	struct nw_buf line;

	nw_buf_init(&line, LINE_MAX_BYTES);
	add_time(&line);
	nw_buf_printf(&line, " level=%s msg=", level_name(level));
	add_value(&line, nw_str(message));
	nw_log_add_values(&line, kv, n);
	line.max++; /* the line's end fits even when the rest was cut */
	line.failed = false;
	nw_buf_add_c(&line, '\n');
	/* A log that cannot be written has nowhere left to say so. */
	(void)!write(STDERR_FILENO, line.p, line.n);
	nw_buf_clear(&line);
}

void nw_log_write(enum nw_level level, const char *message, const struct nw_kv *kv, size_t n)
{
	if ((int)level > atomic_load(&most_level))
		return;
	if (!current_sink || !current_sink(level, message, kv, n))
		write_line(level, message, kv, n);
}

void nw_log_error(enum nw_level level, const char *message, const struct nw_error *error)
{
	char text[NW_ERROR_TEXT];

	nw_log(level, message, NW_KV("error", nw_str(nw_error_text(error, text))));
}
