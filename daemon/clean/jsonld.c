#include "clean/jsonld.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "clean/gather.h"

#define SCRIPT_MAX ((size_t)1024 * 1024) /* bytes: real ones are under 100 KiB */
#define ALL_MAX ((size_t)4 * 1024 * 1024)
#define VALUES_MAX 20000u /* objects and arrays looked at in one script */
#define PENDING_MAX 256u
#define VALUE_BYTES ((size_t)4000)
#define IDS_MAX 64u
#define AUTHORS_MAX 16u

/* Types of things that may be the page's article; a higher rank is taken before a lower one. */
static const struct {
	const char *type;
	int rank;
} types[] = {
	{"NewsArticle", 4},
	{"ReportageNewsArticle", 4},
	{"AnalysisNewsArticle", 4},
	{"OpinionNewsArticle", 4},
	{"BackgroundNewsArticle", 4},
	{"AskPublicNewsArticle", 4},
	{"ReviewNewsArticle", 4},
	{"Article", 4},
	{"BlogPosting", 4},
	{"LiveBlogPosting", 4},
	{"SocialMediaPosting", 3},
	{"Report", 3},
	{"ScholarlyArticle", 3},
	{"TechArticle", 3},
	{"MedicalScholarlyArticle", 3},
	{"SatiricalArticle", 4},
	{"AdvertiserContentArticle", 3},
	{"Review", 2},
	{"WebPage", 1},
	{"ItemPage", 1},
	{"VideoObject", 1},
};

/* One script: its things by "@id", and what is still to be looked at. */
struct script {
	struct nw_arena *arena;
	json_t *named[IDS_MAX];
	size_t n_named;
	json_t *pending[PENDING_MAX];
	size_t n_pending;
	json_t *best;
	int best_rank;
};

static int rank_of_type(struct nw_str type)
{
	const size_t slash = type.n > 18 && nw_str_starts_nocase(type, NW_STR("http")) ? type.n : 0;

	for (size_t i = slash; i > 0; i--) {
		if (type.p[i - 1] == '/') {
			type = nw_str_from(type, i);
			break;
		}
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (nw_str_eq_nocase(type, nw_str(types[i].type)))
			return types[i].rank;
	}
	return 0;
}

static struct nw_str string_of(const json_t *value)
{
	if (!json_is_string(value))
		return (struct nw_str){0};
	return (struct nw_str){json_string_value(value), json_string_length(value)};
}

static int rank_of(const json_t *object)
{
	const json_t *type = json_object_get(object, "@type");
	int best = 0;

	if (json_is_string(type))
		return rank_of_type(string_of(type));
	for (size_t i = 0; i < json_array_size(type) && i < 8; i++) {
		const int rank = rank_of_type(string_of(json_array_get(type, i)));

		best = rank > best ? rank : best;
	}
	return best;
}

static void push(struct script *s, json_t *value)
{
	if ((json_is_object(value) || json_is_array(value)) && s->n_pending < PENDING_MAX)
		s->pending[s->n_pending++] = value;
}

/* An article with a date beats one without, then the more likely type; the first of equals stays. */
static void consider(struct script *s, json_t *object)
{
	int rank = rank_of(object);

	if (json_object_get(object, "@id") && json_object_get(object, "name") &&
		s->n_named < IDS_MAX)
		s->named[s->n_named++] = object;
	if (!rank)
		return;
	rank = rank * 2 + (json_object_get(object, "datePublished") != NULL);
	if (rank > s->best_rank) {
		s->best_rank = rank;
		s->best = object;
	}
}

/* Looks at every object once, outer ones and earlier ones first as far as the room goes. */
static void search(struct script *s, json_t *root)
{
	push(s, root);
	for (unsigned n = 0; s->n_pending && n < VALUES_MAX; n++) {
		json_t *value = s->pending[--s->n_pending];

		if (json_is_array(value)) {
			for (size_t i = json_array_size(value); i-- > 0;)
				push(s, json_array_get(value, i));
		} else {
			const char *key;
			json_t *member;

			consider(s, value);
			json_object_foreach(value, key, member)
			{
				if (json_is_object(member) || strcmp(key, "@graph") == 0 ||
					strcmp(key, "author") == 0 ||
					strcmp(key, "mainEntity") == 0)
					push(s, member);
			}
		}
	}
}

static struct nw_str line_of(struct nw_arena *arena, struct nw_str s)
{
	return nw_gather_value(arena, s, VALUE_BYTES);
}

/* The string itself, or the named member of an object or of the first of several. */
static struct nw_str first_string(const json_t *value, const char *member)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	if (json_is_object(value))
		value = json_object_get(value, member);
	if (json_is_array(value))
		value = json_array_get(value, 0);
	return string_of(value);
}

/* A thing given only as a reference is looked up in the same script. */
static const json_t *resolve(const struct script *s, const json_t *thing)
{
	const struct nw_str id = nw_json_get_str(thing, "@id");

	if (!json_is_object(thing) || json_object_get(thing, "name") || !id.n)
		return thing;
	for (size_t i = 0; i < s->n_named; i++) {
		if (nw_str_eq(nw_json_get_str(s->named[i], "@id"), id))
			return s->named[i];
	}
	return thing;
}

/* A list of names being written. */
struct names {
	struct nw_author *first, *last;
};

static void add_author(struct script *s, const json_t *value, struct names *names)
{
	const json_t *thing = resolve(s, value);
	const struct nw_str name =
		json_is_string(thing) ? string_of(thing) : first_string(thing, "name");
	struct nw_author *author;

	if (!name.n || name.n > 400)
		return;
	author = NW_ARENA_NEW(s->arena, struct nw_author);
	author->name = line_of(s->arena, name);
	if (names->last)
		names->last->next = author;
	else
		names->first = author;
	names->last = author;
}

static const struct nw_author *read_authors(struct script *s, const json_t *value)
{
	struct names names = {0};

	if (!json_is_array(value))
		add_author(s, value, &names);
	for (size_t i = 0; i < json_array_size(value) && i < AUTHORS_MAX; i++)
		add_author(s, json_array_get(value, i), &names);
	return names.first;
}

static bool is_false(const json_t *value)
{
	return json_is_false(value) || nw_str_eq_nocase(string_of(value), NW_STR("false"));
}

static void read_article(struct script *s, const json_t *o, struct nw_jsonld *out)
{
	struct nw_arena *a = s->arena;
	const json_t *author = json_object_get(o, "author");

	out->rank = s->best_rank;
	out->is_article = s->best_rank > 4;
	out->headline = line_of(a, nw_json_get_str(o, "headline"));
	if (!out->headline.n && out->is_article)
		out->headline = line_of(a, nw_json_get_str(o, "name"));
	out->published = line_of(a, first_string(json_object_get(o, "datePublished"), "@value"));
	if (!out->published.n)
		out->published = line_of(a, nw_json_get_str(o, "dateCreated"));
	out->section = line_of(a, first_string(json_object_get(o, "articleSection"), "name"));
	out->language = line_of(a, first_string(json_object_get(o, "inLanguage"), "name"));
	out->image = line_of(a, first_string(json_object_get(o, "image"), "url"));
	out->summary = line_of(a, nw_json_get_str(o, "description"));
	out->site = line_of(a, first_string(resolve(s, json_object_get(o, "publisher")), "name"));
	out->url = line_of(a, nw_json_get_str(o, "url"));
	out->body = nw_arena_str(a, nw_json_get_str(o, "articleBody"));
	if (!author)
		author = json_object_get(o, "creator");
	out->authors = read_authors(s, author);
	out->not_free = is_false(json_object_get(o, "isAccessibleForFree"));
}

static bool is_json_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The object or array of objects in a script, without what is wrapped around it: "<![CDATA[", ";". */
static struct nw_str unwrap(struct nw_str s)
{
	const size_t first = nw_str_find(s, NW_STR("{"));
	size_t start = first;
	bool is_array;

	while (start > 0 && is_json_space(s.p[start - 1]))
		start--;
	is_array = start > 0 && s.p[start - 1] == '[' && (start < 2 || s.p[start - 2] != 'A');
	start = is_array ? start - 1 : first;
	while (s.n > start && s.p[s.n - 1] != (is_array ? ']' : '}'))
		s.n--;
	return nw_str_from(s, start);
}

/* Mistakes that many pages make: raw line ends in strings, a comma too many, a wrapper. */
static struct nw_str mend(struct nw_arena *arena, struct nw_str s)
{
	char *out = nw_arena_alloc(arena, s.n + 1);
	bool in_string = false;
	size_t n = 0;

	s = unwrap(s);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((unsigned char)c < ' ')
			c = ' ';
		if (c == '"')
			in_string = !in_string;
		if (!in_string && (c == '}' || c == ']')) {
			while (n && is_json_space(out[n - 1]))
				n--;
			n -= n && out[n - 1] == ',';
		}
		out[n++] = c;
		if (in_string && c == '\\' && i + 1 < s.n)
			out[n++] = s.p[++i];
	}
	return (struct nw_str){out, n};
}

static bool is_worth_reading(struct nw_str text)
{
	static const char *const signs[] = {"\"datePublished\"", "\"headline\"", "\"author\""};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (text.n && memmem(text.p, text.n, signs[i], strlen(signs[i])))
			return true;
	}
	return false;
}

static void read_script(struct nw_arena *arena, struct nw_str text, struct nw_jsonld *out)
{
	struct script *s;
	json_t *root;

	if (nw_json_parse(text, &root, NULL) && nw_json_parse(mend(arena, text), &root, NULL))
		return;
	s = NW_ARENA_NEW(arena, struct script);
	s->arena = arena;
	search(s, root);
	if (s->best && s->best_rank > out->rank)
		read_article(s, s->best, out);
	json_decref(root);
}

void nw_jsonld_read(struct nw_arena *arena, const struct nw_found *found, struct nw_jsonld *out)
{
	size_t all = 0;

	*out = (struct nw_jsonld){0};
	for (uint32_t i = 0; i < found->n[NW_FIND_LD]; i++) {
		const struct nw_str text = nw_node_text(arena, found->spots[NW_FIND_LD][i].node);

		if (text.n > SCRIPT_MAX || text.n > ALL_MAX - all || !is_worth_reading(text))
			continue;
		all += text.n;
		read_script(arena, text, out);
	}
}
