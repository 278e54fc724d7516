#include "base/str.h"
#include "base/when.h"
#include "cli/tail.h"

static const struct {
	char letter;
	int64_t seconds;
} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};

/* "2h" or "2h ago"; more than a century is no such thing. */
static bool read_ago(struct nw_str text, int64_t *seconds)
{
	int64_t n;

	if (nw_str_ends(text, NW_STR("ago")))
		text = nw_str_trim(nw_str_head(text, text.n - 3));
	if (text.n < 2 || !nw_str_int(nw_str_head(text, text.n - 1), 0, INT64_C(4000000000), &n))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].letter == text.p[text.n - 1] &&
			n <= INT64_C(4000000000) / units[i].seconds) {
			*seconds = n * units[i].seconds;
			return true;
		}
	}
	return false;
}

bool nw_tail_since(const char *text, int64_t now_s, struct nw_client_options *options)
{
	const struct nw_str s = nw_str_trim(nw_str(text));
	struct nw_when when;
	int64_t ago;

	if (nw_str_int(s, 0, INT64_MAX - 1, &options->seq)) {
		options->from = NW_FROM_SEQ;
		return true;
	}
	options->from = NW_FROM_SINCE;
	if (read_ago(s, &ago)) {
		options->since_s = now_s - ago;
		return true;
	}
	if (!nw_when_parse(s, &when))
		return false;
	options->since_s = when.unix_s;
	return true;
}
