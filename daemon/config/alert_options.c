/* The options of alerts.d, and how their values are read. */
#include "article/wire.h"
#include "base/network.h"
#include "base/str.h"
#include "base/url.h"
#include "config/alert.h"

#define IN(member) .offset = offsetof(struct nw_config_alert, member)
#define IN_CHANNEL(member) .offset = offsetof(struct nw_config_channel, member)
#define DAY_S INT64_C(86400)
#define DAY_MIN 1440
#define VALUES 16
#define ADDRESSES 64
#define TEXT_MAX 1024

/* --- values --- */

static const struct {
	const char *name;
	enum nw_condition_kind kind;
	bool has_n;
} conditions[] = {
	{"new-story", NW_CONDITION_NEW_STORY, false},
	{"sources", NW_CONDITION_SOURCES, true},
	{"score", NW_CONDITION_SCORE, true},
	{"update", NW_CONDITION_UPDATE, false},
	{"correction", NW_CONDITION_CORRECTION, false},
	{"cancel", NW_CONDITION_CANCEL, false},
	{"grew", NW_CONDITION_GREW, false},
};

bool nw_config_condition(struct nw_str text, struct nw_condition *condition)
{
	const size_t at = nw_str_find(text, NW_STR(">="));
	const struct nw_str name = nw_str_trim(nw_str_head(text, at));
	const struct nw_str number = nw_str_trim(nw_str_from(text, at + 2));

	*condition = (struct nw_condition){0};
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		if (!nw_str_eq(name, nw_str(conditions[i].name)) ||
			conditions[i].has_n != (at < text.n))
			continue;
		condition->kind = conditions[i].kind;
		return !conditions[i].has_n || nw_str_int(number, 1, 10000, &condition->n);
	}
	return false;
}

bool nw_config_rate(struct nw_str text, int64_t *n, int64_t *per_s)
{
	static const struct {
		const char *name;
		int64_t s;
	} units[] = {{"m", 60}, {"h", 3600}, {"d", DAY_S}};
	const size_t at = nw_str_find(text, NW_STR("/"));
	const struct nw_str unit = nw_str_from(text, at + 1);

	*n = *per_s = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (nw_str_eq(unit, nw_str(units[i].name)))
			*per_s = units[i].s;
	}
	return *per_s && nw_str_int(nw_str_head(text, at), 1, 1000, n);
}

bool nw_config_daytime(struct nw_str text, int *minute)
{
	int64_t hours, minutes;

	*minute = 0;
	if (text.n != 5 || text.p[2] != ':' || text.p[0] == '-' || text.p[3] == '-' ||
		!nw_str_int(nw_str_head(text, 2), 0, 23, &hours) ||
		!nw_str_int(nw_str_from(text, 3), 0, 59, &minutes))
		return false;
	*minute = (int)(hours * 60 + minutes);
	return *minute < DAY_MIN;
}

bool nw_config_span(struct nw_str text, int *from_min, int *to_min)
{
	*from_min = *to_min = 0;
	return text.n == 11 && text.p[5] == '-' &&
		nw_config_daytime(nw_str_head(text, 5), from_min) &&
		nw_config_daytime(nw_str_from(text, 6), to_min) && *from_min != *to_min;
}

/* --- whether a value is right --- */

static bool is_topic(struct nw_str value, const char **reason)
{
	*reason = "write a topic's name, such as libya or libya/haftar";
	for (size_t i = 0; i < value.n; i++) {
		if (!nw_wire_is_letter(value.p[i]) && (value.p[i] != '/' || i == 0))
			return false;
	}
	return value.n > 0 && value.n <= 200;
}

static bool is_condition(struct nw_str value, const char **reason)
{
	struct nw_condition condition;

	*reason = "write new-story, sources>=N, score>=N, update, correction, cancel or grew";
	return nw_config_condition(value, &condition);
}

static bool is_exception(struct nw_str value, const char **reason)
{
	struct nw_condition condition;

	*reason = "write sources>=N or score>=N";
	return !value.n ||
		(nw_config_condition(value, &condition) &&
			(condition.kind == NW_CONDITION_SOURCES ||
				condition.kind == NW_CONDITION_SCORE));
}

static bool is_channel(struct nw_str value, const char **reason)
{
	const size_t colon = nw_str_find(value, NW_STR(":"));

	*reason = "write a channel's type, ':' and its name, such as mail:desk";
	return nw_wire_is_name(nw_str_head(value, colon)) &&
		nw_wire_is_name(nw_str_from(value, colon + 1));
}

static bool is_fallback(struct nw_str value, const char **reason)
{
	return !value.n || is_channel(value, reason);
}

static bool is_daytime(struct nw_str value, const char **reason)
{
	int minute;

	*reason = "write a time of day such as 07:00";
	return nw_config_daytime(value, &minute);
}

static bool is_rate(struct nw_str value, const char **reason)
{
	int64_t n, per_s;

	*reason = "write how many (1 to 1000) a minute, hour or day: 6/h";
	return !value.n || nw_config_rate(value, &n, &per_s);
}

static bool is_zone(struct nw_str value, const char **reason)
{
	*reason = "write a zone's name, such as Africa/Tripoli, Europe/Berlin or UTC";
	for (size_t i = 0; i < value.n; i++) {
		const char c = value.p[i];

		if (!nw_wire_is_letter(c) && !(c >= 'A' && c <= 'Z') && c != '/' && c != '+')
			return false;
	}
	return value.n > 0 && value.n <= 64 && value.p[0] != '/' &&
		nw_str_find(value, NW_STR("..")) == value.n;
}

static bool is_quiet(struct nw_str value, const char **reason)
{
	const size_t space = nw_str_find(value, NW_STR(" "));
	int from_min, to_min;

	*reason = "write two times of day, and a zone after a space if it is not the rule's: "
		  "22:00-06:30 Africa/Tripoli";
	return !value.n ||
		(nw_config_span(nw_str_head(value, space), &from_min, &to_min) &&
			(space == value.n || is_zone(nw_str_from(value, space + 1), reason)));
}

static bool is_language(struct nw_str value, const char **reason)
{
	*reason = "write a language such as en or ar, without a region";
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < 'a' || value.p[i] > 'z')
			return false;
	}
	return value.n == 2 || value.n == 3;
}

static bool is_feed(struct nw_str value, const char **reason)
{
	*reason = "write the name of a feed";
	return nw_wire_is_name(value);
}

/* What a header of a mail holds: nothing that could begin another one. */
static bool is_address(struct nw_str value, const char **reason)
{
	*reason = "write an address such as desk@example.org, or \"Desk <desk@example.org>\"";
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return false;
	}
	return value.n >= 3 && value.n <= 320 && nw_str_find(value, NW_STR("@")) < value.n;
}

static bool is_from(struct nw_str value, const char **reason)
{
	return !value.n || is_address(value, reason);
}

static bool has_no_user(struct nw_str value)
{
	struct nw_url url;

	return nw_url_parse(value, &url) && url.host.n && !url.user.n;
}

static bool is_server(struct nw_str value, const char **reason)
{
	*reason = "write smtp://HOST:PORT or smtps://HOST:PORT; who logs in is user's, with "
		  "password-file";
	return !value.n ||
		((nw_str_starts(value, NW_STR("smtp://")) ||
			 nw_str_starts(value, NW_STR("smtps://"))) &&
			has_no_user(value));
}

static bool is_url(struct nw_str value, const char **reason)
{
	*reason = "write an address that begins with http:// or https://, without a user in it; "
		  "one that is a secret goes into a file: url-file";
	return !value.n || (nw_url_is_web(value) && has_no_user(value));
}

static bool is_line(struct nw_str value, const char **reason)
{
	*reason = "write one line of at most 1024 bytes";
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return false;
	}
	return value.n <= TEXT_MAX;
}

static bool is_tls(struct nw_str value, const char **reason)
{
	*reason = "write required, or offered: TLS where the server has it";
	return nw_str_eq(value, NW_STR("required")) || nw_str_eq(value, NW_STR("offered"));
}

/* One that stays in the state directory. Links are the affair of whoever opens it. */
static bool is_path(struct nw_str value, const char **reason)
{
	struct nw_str rest = value, part;

	if (!is_line(value, reason))
		return false;
	*reason = "write a whole path, or one within the state directory, without '..'";
	while (nw_str_cut(&rest, '/', &part)) {
		if (nw_str_eq(part, NW_STR("..")) && !nw_str_starts(value, NW_STR("/")))
			return false;
	}
	return true;
}

bool nw_config_is_secure(struct nw_str url)
{
	struct nw_network network;
	struct nw_url parts;

	if (!nw_url_parse(url, &parts))
		return false;
	if (nw_str_eq_nocase(parts.scheme, NW_STR("https")) ||
		nw_str_eq_nocase(parts.scheme, NW_STR("smtps")) ||
		nw_str_eq_nocase(parts.host, NW_STR("localhost")))
		return true;
	if (nw_str_starts(parts.host, NW_STR("[")) && nw_str_ends(parts.host, NW_STR("]")))
		parts.host = nw_str_from(nw_str_head(parts.host, parts.host.n - 1), 1);
	return !nw_network_parse(parts.host, &network, NULL) && network.bits == 128 &&
		nw_network_is_loopback(network.address);
}

static bool is_preset(struct nw_str value, const char **reason)
{
	static const char *const presets[] = {
		"slack", "matrix", "discord", "teams", "mattermost", "telegram"};

	*reason = "write slack, matrix, discord, teams, mattermost or telegram";
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		if (nw_str_eq(value, nw_str(presets[i])))
			return true;
	}
	return !value.n;
}

/* --- the tables --- */

const struct nw_option nw_config_alert_options[] = {
	{"topics", NW_OPTION_LIST, "", "topics, all of which an article has", 0, VALUES, IN(topics),
		.is_right = is_topic},
	{"query", NW_OPTION_STRING, "", "a line as under [match] of a topic", IN(query),
		.is_right = is_line},
	{"when", NW_OPTION_LIST, "", "what is told", 0, VALUES, IN(when_text),
		.is_right = is_condition},
	{"send", NW_OPTION_LIST, "", "channels that are told at once", 0, VALUES, IN(send),
		.is_right = is_channel},
	{"digest", NW_OPTION_LIST, "", "times of day of the digests", 0, VALUES, IN(digest_text),
		.is_right = is_daytime},
	{"digest-to", NW_OPTION_LIST, "", "channels that digests go to", 0, VALUES, IN(digest_to),
		.is_right = is_channel},
	{"zone", NW_OPTION_STRING, "UTC", "the zone of all times of day", IN(zone),
		.is_right = is_zone},
	{"wait", NW_OPTION_DURATION, "0s", "how long the first reports are gathered", 0, DAY_S,
		IN(wait_s)},
	{"throttle", NW_OPTION_STRING, "", "messages at once at most, such as 6/h",
		IN(throttle_text), .is_right = is_rate},
	{"quiet", NW_OPTION_STRING, "", "times of day at which messages are held", IN(quiet_text),
		.is_right = is_quiet},
	{"except", NW_OPTION_STRING, "", "what is told in quiet hours all the same",
		IN(except_text), .is_right = is_exception},
	{"languages", NW_OPTION_LIST, "", "languages of articles; all if none is given", 0,
		ADDRESSES, IN(languages), .is_right = is_language},
	{"feeds", NW_OPTION_LIST, "", "feeds of articles; all if none is given", 0, ADDRESSES,
		IN(feeds), .is_right = is_feed},
	{"min-score", NW_OPTION_INT, "0", "the least score of an article", 0, 10000, IN(min_score)},
	{"max-age", NW_OPTION_DURATION, "24h", "how old an article is at most when it is seen", 60,
		365 * DAY_S, IN(max_age_s)},
	{"escalate-after", NW_OPTION_DURATION, "30m",
		"how long nobody may have acknowledged a first report", 10, 30 * DAY_S,
		IN(escalate_after_s)},
	{"escalate-to", NW_OPTION_LIST, "", "channels that are told then", 0, VALUES,
		IN(escalate_to), .is_right = is_channel},
};

const size_t nw_config_n_alert_options =
	sizeof(nw_config_alert_options) / sizeof(nw_config_alert_options[0]);
_Static_assert(
	sizeof(nw_config_alert_options) / sizeof(nw_config_alert_options[0]) <= NW_ALERT_OPTIONS,
	"places for each");

const struct nw_option nw_config_channel_options[] = {
	{"to", NW_OPTION_LIST, "", "addresses that mail goes to", 0, ADDRESSES, IN_CHANNEL(to),
		.is_right = is_address},
	{"from", NW_OPTION_STRING, "", "address that mail comes from", IN_CHANNEL(from),
		.is_right = is_from},
	{"server", NW_OPTION_STRING, "", "smtp:// (with STARTTLS) or smtps://", IN_CHANNEL(server),
		.is_secret = true, .is_right = is_server},
	{"tls", NW_OPTION_STRING, "offered", "whether mail goes without TLS", IN_CHANNEL(tls),
		.is_right = is_tls},
	{"ca", NW_OPTION_STRING, "", "file of the certificates to trust, PEM", IN_CHANNEL(ca_file),
		.is_right = is_line},
	{"user", NW_OPTION_STRING, "", "who logs in at the server", IN_CHANNEL(user),
		.is_right = is_line},
	{"password-file", NW_OPTION_STRING, "", "file of the password, or of a token",
		IN_CHANNEL(password_file), .is_secret = true, .is_right = is_line},
	{"url", NW_OPTION_STRING, "", "where it is sent", IN_CHANNEL(url), .is_secret = true,
		.is_right = is_url},
	{"url-file", NW_OPTION_STRING, "", "file of an address that is a secret",
		IN_CHANNEL(url_file), .is_secret = true, .is_right = is_line},
	{"secret-file", NW_OPTION_STRING, "", "file of the secret that signs (HMAC-SHA256)",
		IN_CHANNEL(secret_file), .is_secret = true, .is_right = is_line},
	{"preset", NW_OPTION_STRING, "", "whose form of JSON is sent", IN_CHANNEL(preset),
		.is_right = is_preset},
	{"template", NW_OPTION_STRING, "", "file of a form of one's own", IN_CHANNEL(template_file),
		.is_right = is_line},
	{"argv", NW_OPTION_LIST, "", "program and arguments", 0, ADDRESSES, IN_CHANNEL(argv),
		.is_right = is_line},
	{"path", NW_OPTION_STRING, "", "file that lines of JSON are added to", IN_CHANNEL(path),
		.is_right = is_path},
	{"timeout", NW_OPTION_DURATION, "30s", "for one delivery", 100, 3600000,
		IN_CHANNEL(timeout_ms), .in_ms = true},
	{"fallback", NW_OPTION_STRING, "", "channel told when this one gave up",
		IN_CHANNEL(fallback), .is_right = is_fallback},
};

const size_t nw_config_n_channel_options =
	sizeof(nw_config_channel_options) / sizeof(nw_config_channel_options[0]);
_Static_assert(sizeof(nw_config_channel_options) / sizeof(nw_config_channel_options[0]) <=
		NW_ALERT_OPTIONS,
	"places for each");

const struct nw_channel_type nw_channel_types[] = {
	{"mail", {"to", "from", "server"},
		" to from server tls ca user password-file timeout fallback ",
		"e-mail, with a text and an HTML part"},
	{"webhook", {"url|url-file"},
		" url url-file ca password-file secret-file preset template timeout fallback ",
		"an HTTP POST of JSON"},
	{"ntfy", {"url|url-file"}, " url url-file ca password-file timeout fallback ",
		"a topic of an ntfy server"},
	{"exec", {"argv"}, " argv timeout fallback ", "a program, with JSON on its standard input"},
	{"file", {"path"}, " path timeout fallback ", "a line of JSON at the end of a file"},
};
const size_t nw_n_channel_types = sizeof(nw_channel_types) / sizeof(nw_channel_types[0]);
