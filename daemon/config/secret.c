/* What only its owner may know: from a file, or from systemd's directory of credentials. */
#include <stdlib.h>
#include <sys/stat.h>

#include "article/wire.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "config/alert.h"

#define CREDENTIAL "credential:"
#define SECRET_MAX 4096

static enum nw_err find_file(
	struct nw_arena *arena, struct nw_str where, struct nw_str *path, struct nw_error *error)
{
	const struct nw_str name = nw_str_from(where, sizeof(CREDENTIAL) - 1);
	const char *dir;

	*path = nw_arena_str(arena, where);
	if (!nw_str_starts(where, NW_STR(CREDENTIAL)))
		return NW_OK;
	/* systemd.exec(5). NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment */
	dir = getenv("CREDENTIALS_DIRECTORY");
	if (!nw_wire_is_name(name) || name.p[0] == '.')
		return nw_fail(error, NW_E_SYNTAX, "bad name of a credential '%.*s'",
			NW_ARG(nw_str_head(name, 64)));
	if (!dir)
		return nw_fail(error, NW_E_SYSTEM,
			"no credentials here: '%.*s' is given by systemd (LoadCredential=)",
			NW_ARG(name));
	*path = nw_arena_printf(arena, "%s/%.*s", dir, NW_ARG(name));
	return NW_OK;
}

enum nw_err nw_secret_read(
	struct nw_arena *arena, struct nw_str where, struct nw_str *secret, struct nw_error *error)
{
	struct nw_str path, bytes;
	struct stat st;
	enum nw_err err;

	*secret = (struct nw_str){0};
	err = find_file(arena, where, &path, error);
	if (!err)
		err = nw_file_read_regular(arena, path.p, SECRET_MAX, &bytes, error);
	if (err)
		return err;
	if (stat(path.p, &st) != 0 || (st.st_mode & S_IRWXO)) {
		err = nw_fail(error, NW_E_SYSTEM, "anybody may read the secret: chmod o= the file");
		nw_error_set_file(error, path.p);
		return err;
	}
	bytes = nw_str_trim(bytes);
	for (size_t i = 0; i < bytes.n; i++) {
		if ((unsigned char)bytes.p[i] < ' ' || bytes.p[i] == 0x7f)
			bytes.n = 0;
	}
	if (!bytes.n) {
		err = nw_fail(error, NW_E_SYNTAX, "not one line of text, as a secret is");
		nw_error_set_file(error, path.p);
		return err;
	}
	*secret = bytes;
	return NW_OK;
}
