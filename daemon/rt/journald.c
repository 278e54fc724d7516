#include "rt/journald.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/str.h"

#define ENTRY_MAX ((size_t)128 << 10)
#define OWN 2 /* MESSAGE and PRIORITY */

/* Names of fields are A-Z, 0-9 and '_', systemd.journal-fields(7). */
static char name_char(char c)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (c >= 'a' && c <= 'z')
		return capitals[c - 'a'];
	if (c >= '0' && c <= '9')
		return c;
	return '_';
}

static void add_name(struct nw_buf *buf, const char *name)
{
	nw_buf_add(buf, NW_STR("NEWSWIRED_"));
	for (; *name; name++)
		nw_buf_add_c(buf, name_char(*name));
}

static void add_value(struct nw_buf *buf, const struct nw_kv *kv)
{
	add_name(buf, kv->key);
	nw_buf_add_c(buf, '=');
	if (kv->is_number)
		nw_buf_printf(buf, "%" PRId64, kv->number);
	else
		nw_buf_add(buf, nw_str_head(kv->text, NW_JOURNALD_VALUE));
}

size_t nw_journald_entry(struct nw_buf *buf, struct iovec fields[NW_JOURNALD_FIELDS],
	enum nw_level level, const char *message, const struct nw_kv *kv, size_t n)
{
	size_t ends[NW_JOURNALD_FIELDS], n_fields = OWN, at = 0;

	nw_buf_printf(buf, "MESSAGE=%s", message);
	nw_log_add_values(buf, kv, n);
	ends[0] = buf->n;
	nw_buf_printf(buf, "PRIORITY=%d", (int)level);
	ends[1] = buf->n;
	for (size_t i = 0; i < n && n_fields < NW_JOURNALD_FIELDS; i++) {
		add_value(buf, &kv[i]);
		ends[n_fields++] = buf->n;
	}
	for (size_t i = 0; i < n_fields; at = ends[i++])
		fields[i] = (struct iovec){buf->p + at, ends[i] - at};
	return n_fields;
}

static bool send(enum nw_level level, const char *message, const struct nw_kv *kv, size_t n)
{
	struct iovec fields[NW_JOURNALD_FIELDS];
	struct nw_buf buf;
	size_t n_fields;
	bool is_sent;

	nw_buf_init(&buf, ENTRY_MAX);
	n_fields = nw_journald_entry(&buf, fields, level, message, kv, n);
	is_sent = !buf.failed && sd_journal_sendv(fields, (int)n_fields) == 0;
	nw_buf_clear(&buf);
	return is_sent;
}

/* "DEVICE:INODE" of what standard error was when systemd started us. */
static bool is_journal(const char *stream)
{
	struct stat st;
	char text[64];

	if (!stream || fstat(STDERR_FILENO, &st))
		return false;
	(void)snprintf(text, sizeof(text), "%" PRIuMAX ":%" PRIuMAX, (uintmax_t)st.st_dev,
		(uintmax_t)st.st_ino);
	return nw_str_eq(nw_str(text), nw_str(stream));
}

void nw_journald_use(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment after the start */
	if (is_journal(getenv("JOURNAL_STREAM")))
		nw_log_set_sink(send);
}
