#include "web/item.h"

#include <inttypes.h>

#include "article/wire.h"
#include "base/json.h"
#include "base/str.h"
#include "base/when.h"

static void write_string(struct nw_buf *out, struct nw_str s)
{
	json_t *value = nw_json_str(s);

	nw_json_write(out, value);
	json_decref(value);
}

void nw_item_write(struct nw_buf *out, const struct nw_record *record)
{
	char written[NW_WHEN_TEXT];

	nw_buf_printf(out,
		"{\"_newswire\":{\"seq\":%" PRId64
		",\"kind\":\"%s\",\"version\":%u,\"written\":\"%s\",\"keys\":[",
		record->seq, nw_kind_name(record->kind), record->version,
		nw_when_rfc3339(record->unix_ms / 1000, written));
	for (size_t i = 0; i < record->n_keys; i++) {
		if (i)
			nw_buf_add_c(out, ',');
		write_string(out, record->keys[i].key);
	}
	nw_buf_add_c(out, ']');
	if (!record->text.n || !nw_str_ends(record->json, NW_STR("}"))) {
		nw_buf_add(out, record->json);
		return;
	}
	nw_buf_add(out, nw_str_head(record->json, record->json.n - 1));
	nw_buf_add(out, NW_STR(",\"content_text\":"));
	write_string(out, record->text);
	nw_buf_add_c(out, '}');
}
