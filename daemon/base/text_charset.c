#include "base/text.h"

#include <errno.h>
#include <iconv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

/*
 * Labels after the Encoding standard (WHATWG), in lower case with "_" as "-"
 * (labels are compared so), and the name under which iconv has the set.
 */
static const struct charset {
	const char *iconv;
	const char *labels; /* a space around each */
} charsets[] = {
	{"UTF-8", " utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 "},
	{"WINDOWS-1252",
		" windows-1252 cp1252 x-cp1252 ascii us-ascii ansi-x3.4-1968 cp819 csisolatin1 ibm819 "
		"iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso-8859-1:1987 l1 latin1 latin-1 latin "
		"iso-latin-1 8859-1 "},
	{"WINDOWS-1250", " windows-1250 cp1250 x-cp1250 "},
	{"WINDOWS-1251", " windows-1251 cp1251 x-cp1251 "},
	{"WINDOWS-1253", " windows-1253 cp1253 x-cp1253 "},
	{"WINDOWS-1254",
		" windows-1254 cp1254 x-cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 "
		"iso-8859-9:1989 l5 latin5 "},
	{"WINDOWS-1255", " windows-1255 cp1255 x-cp1255 "},
	{"WINDOWS-1256", " windows-1256 cp1256 x-cp1256 "},
	{"WINDOWS-1257", " windows-1257 cp1257 x-cp1257 "},
	{"WINDOWS-1258", " windows-1258 cp1258 x-cp1258 "},
	{"ISO-8859-2",
		" iso-8859-2 iso8859-2 iso88592 iso-8859-2:1987 csisolatin2 iso-ir-101 l2 latin2 "},
	{"ISO-8859-3",
		" iso-8859-3 iso8859-3 iso88593 iso-8859-3:1988 csisolatin3 iso-ir-109 l3 latin3 "},
	{"ISO-8859-4",
		" iso-8859-4 iso8859-4 iso88594 iso-8859-4:1988 csisolatin4 iso-ir-110 l4 latin4 "},
	{"ISO-8859-5",
		" iso-8859-5 iso8859-5 iso88595 iso-8859-5:1988 csisolatincyrillic cyrillic "
		"iso-ir-144 "},
	{"ISO-8859-6",
		" iso-8859-6 iso8859-6 iso88596 iso-8859-6:1987 iso-8859-6-e iso-8859-6-i arabic "
		"asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-ir-127 "},
	{"ISO-8859-7",
		" iso-8859-7 iso8859-7 iso88597 iso-8859-7:1987 csisolatingreek ecma-118 elot-928 "
		"greek greek8 iso-ir-126 sun-eu-greek "},
	{"ISO-8859-8",
		" iso-8859-8 iso8859-8 iso88598 iso-8859-8:1988 iso-8859-8-e iso-8859-8-i "
		"csiso88598e csiso88598i csisolatinhebrew hebrew iso-ir-138 logical visual "},
	{"ISO-8859-10", " iso-8859-10 iso8859-10 iso885910 csisolatin6 iso-ir-157 l6 latin6 "},
	{"ISO-8859-13", " iso-8859-13 iso8859-13 iso885913 "},
	{"ISO-8859-14", " iso-8859-14 iso8859-14 iso885914 "},
	{"ISO-8859-15", " iso-8859-15 iso8859-15 iso885915 csisolatin9 l9 latin-9 "},
	{"ISO-8859-16", " iso-8859-16 "},
	{"CP874", " windows-874 cp874 dos-874 tis-620 iso-8859-11 iso8859-11 iso885911 "},
	{"KOI8-R", " koi8-r koi8 koi cskoi8r "},
	{"KOI8-U", " koi8-u koi8-ru "},
	{"CP866", " ibm866 866 cp866 csibm866 "},
	{"MACINTOSH", " macintosh mac csmacintosh x-mac-roman mac-roman "},
	{"MAC-UK", " x-mac-cyrillic x-mac-ukrainian mac-cyrillic "},
	{"GB18030",
		" gb18030 gbk gb2312 gb-2312-80 gb-2312 csgb2312 chinese csiso58gb231280 iso-ir-58 "
		"x-gbk cp936 ms936 euc-cn "},
	{"BIG5-HKSCS", " big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950 "},
	{"EUC-JP-MS", " euc-jp x-euc-jp cseucpkdfmtjapanese "},
	{"ISO-2022-JP", " iso-2022-jp csiso2022jp "},
	{"CP932", " shift-jis csshiftjis sjis ms-kanji ms932 windows-31j x-sjis shiftjis cp932 "},
	{"CP949",
		" euc-kr cseuckr csksc56011987 iso-ir-149 korean ks-c-5601-1987 ks-c-5601-1989 "
		"ksc-5601 ksc5601 windows-949 cp949 uhc "},
	{"UTF-16LE", " utf-16le utf-16 utf16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff "},
	{"UTF-16BE", " utf-16be unicodefffe "},
	{"UTF-32LE", " utf-32le utf-32 utf32 ucs-4 iso-10646-ucs-4 csucs4 "},
	{"UTF-32BE", " utf-32be "},
};

#define N_CHARSETS (sizeof(charsets) / sizeof(charsets[0]))
#define LABEL_MAX 40

/*
 * The label in the table's spelling, and as iconv would take it; false where
 * it cannot be a label. "/" is not let through: it means something to iconv.
 */
static bool fold_label(struct nw_str charset, char label[LABEL_MAX + 3])
{
	size_t n = 0;

	charset = nw_str_trim(charset);
	if (charset.n == 0 || charset.n > LABEL_MAX)
		return false;
	label[n++] = ' ';
	for (size_t i = 0; i < charset.n; i++) {
		char c = nw_lower(charset.p[i]);

		if (c == '_')
			c = '-';
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.' &&
			c != ':')
			return false;
		label[n++] = c;
	}
	label[n++] = ' ';
	label[n] = '\0';
	return true;
}

static const char *find_charset(const char *label)
{
	for (size_t i = 0; i < N_CHARSETS; i++) {
		if (strstr(charsets[i].labels, label))
			return charsets[i].iconv;
	}
	return NULL;
}

/* A byte order mark tells more than the label, and is no text. */
static const char *take_mark(struct nw_str *bytes, const char *name)
{
	static const struct {
		const char *family, *name;
		struct nw_str mark;
	} marks[] = {
		{"UTF-8", "UTF-8", {"\xef\xbb\xbf", 3}},
		{"UTF-32", "UTF-32LE", {"\xff\xfe\0\0", 4}},
		{"UTF-32", "UTF-32BE", {"\0\0\xfe\xff", 4}},
		{"UTF-16", "UTF-16LE", {"\xff\xfe", 2}},
		{"UTF-16", "UTF-16BE", {"\xfe\xff", 2}},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (nw_str_starts(nw_str(name), nw_str(marks[i].family)) &&
			nw_str_starts(*bytes, marks[i].mark)) {
			*bytes = nw_str_from(*bytes, marks[i].mark.n);
			return marks[i].name;
		}
	}
	return name;
}

/* "utf-16" says nothing of the order: a document begins with ASCII, so its first zero does. */
static const char *guess_order(struct nw_str bytes, const char *name, const char *label)
{
	const bool is_open = !strstr(label, "le ") && !strstr(label, "be ");

	if (!is_open || bytes.n < 4 || bytes.p[0] != '\0')
		return name;
	if (strcmp(name, "UTF-16LE") == 0 && bytes.p[1] != '\0')
		return "UTF-16BE";
	if (strcmp(name, "UTF-32LE") == 0 && bytes.p[1] == '\0')
		return "UTF-32BE";
	return name;
}

static struct nw_str decode_1252(struct nw_arena *a, struct nw_str bytes)
{
	char *out = nw_arena_alloc(a, bytes.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		const unsigned char c = (unsigned char)bytes.p[i];

		if (c < 0x80)
			out[n++] = (char)c;
		else
			n += nw_utf8_put(nw_text_numbered(c), out + n);
	}
	return (struct nw_str){out, n};
}

/*
 * Every turn of the loop reads at least one byte. The last call, with nothing
 * to read, gives what iconv kept back to see whether a mark would follow.
 */
static void convert(iconv_t set, struct nw_str bytes, struct nw_buf *out)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): iconv asks for char *, and does not write */
	char *in = (char *)(uintptr_t)bytes.p;
	size_t left = bytes.n;
	char part[4096];
	char *at = part;
	size_t room = sizeof(part);

	while (left) {
		const size_t before = left;
		const bool failed = iconv(set, &in, &left, &at, &room) == (size_t)-1;
		const bool stuck = left == before && room == sizeof(part);

		nw_buf_add(out, (struct nw_str){part, sizeof(part) - room});
		at = part;
		room = sizeof(part);
		if ((failed && errno != E2BIG) || stuck) {
			nw_buf_add(out, NW_STR("\xef\xbf\xbd"));
			in++;
			left--;
		}
	}
	(void)iconv(set, NULL, NULL, &at, &room);
	nw_buf_add(out, (struct nw_str){part, sizeof(part) - room});
}

static enum nw_err decode_by_iconv(
	struct nw_arena *a, struct nw_str bytes, const char *name, struct nw_str *utf8)
{
	const iconv_t set = iconv_open("UTF-8", name);
	struct nw_buf out;

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): how iconv_open says no */
	if (set == (iconv_t)-1)
		return NW_E_UNKNOWN;
	nw_buf_init(&out, SIZE_MAX / 2);
	convert(set, bytes, &out);
	(void)iconv_close(set);
	*utf8 = nw_utf8_repair(a, nw_arena_str(a, nw_buf_str(&out)));
	nw_buf_clear(&out);
	return NW_OK;
}

enum nw_err nw_text_decode(
	struct nw_arena *a, struct nw_str bytes, struct nw_str charset, struct nw_str *utf8)
{
	char label[LABEL_MAX + 3];
	const char *name;

	*utf8 = (struct nw_str){0};
	if (!fold_label(charset, label))
		return NW_E_UNKNOWN;
	name = find_charset(label);
	if (!name)
		return NW_E_UNKNOWN;
	name = guess_order(bytes, take_mark(&bytes, name), label);
	if (strcmp(name, "UTF-8") == 0) {
		*utf8 = nw_utf8_repair(a, bytes);
		return NW_OK;
	}
	if (strcmp(name, "WINDOWS-1252") == 0) {
		*utf8 = decode_1252(a, bytes);
		return NW_OK;
	}
	return decode_by_iconv(a, bytes, name, utf8);
}
