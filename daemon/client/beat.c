#include "client/beat.h"

#include "base/json.h"
#include "base/str.h"

static bool is_followed(struct nw_str key, const struct nw_str *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (nw_str_starts(key, prefixes[i]))
			return true;
	}
	return false;
}

bool nw_beat_tells_more(const struct nw_position *position, struct nw_str json,
	const struct nw_str *prefixes, size_t n_prefixes)
{
	bool more = false;
	const char *name;
	json_t *beat, *seq;

	if (nw_json_parse(json, &beat, NULL))
		return false;
	json_object_foreach(json_object_get(beat, "last"), name, seq)
	{
		const struct nw_str key = nw_str(name);

		if (json_is_integer(seq) && is_followed(key, prefixes, n_prefixes))
			more |= !nw_position_has(position, key, json_integer_value(seq));
	}
	json_decref(beat);
	return more;
}
