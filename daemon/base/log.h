#ifndef NW_BASE_LOG_H
#define NW_BASE_LOG_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * One line of logfmt on standard error per event, or what the sink makes of it. Values from
 * outside are quoted and their control characters escaped here and nowhere else. Pure modules
 * never log. May be called from any thread; a line is one write(2).
 */
enum nw_level {
	NW_LOG_ERROR = 3,
	NW_LOG_WARNING = 4,
	NW_LOG_NOTICE = 5,
	NW_LOG_INFO = 6,
	NW_LOG_DEBUG = 7
};

struct nw_kv {
	const char *key;
	struct nw_str text;
	int64_t number;
	bool is_number;
};

#define NW_KV(key, str) ((struct nw_kv){(key), (str), 0, false})
#define NW_KVI(key, number) ((struct nw_kv){(key), {0}, (number), true})

/* nw_log(NW_LOG_INFO, "feed changed state", NW_KV("feed", id), NW_KVI("items", n)); */
#define nw_log(level, message, ...)                                           \
	nw_log_write((level), (message), (const struct nw_kv[]){__VA_ARGS__}, \
		sizeof((const struct nw_kv[]){__VA_ARGS__}) / sizeof(struct nw_kv))

void nw_log_write(enum nw_level level, const char *message, const struct nw_kv *kv, size_t n);
void nw_log_error(enum nw_level level, const char *message, const struct nw_error *error);

void nw_log_set_level(enum nw_level most);

struct nw_buf;
/* Takes an event in the place of standard error; false: it could not. From any thread. */
typedef bool nw_log_sink(
	enum nw_level level, const char *message, const struct nw_kv *kv, size_t n);
void nw_log_set_sink(nw_log_sink *sink); /* before there is a second thread; NULL: none */
/* " key=value" for each, as in a line. */
void nw_log_add_values(struct nw_buf *line, const struct nw_kv *kv, size_t n);

bool nw_log_level_parse(struct nw_str name, enum nw_level *level); /* error ... debug */

#endif
