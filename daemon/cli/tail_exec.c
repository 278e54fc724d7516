#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "base/url.h"
#include "cli/tail.h"

/*
 * The address is the only value that comes from outside. A shell that expands it
 * in quotes is safe with anything; what would bite without quotes, or in an eval,
 * is percent-escaped, which leaves it the same address.
 */
static struct nw_str safe_url(struct nw_arena *a, struct nw_str url)
{
	static const char kept[] = "-._~:/?#[]@!&*+,=%";
	struct nw_str safe = NW_STR("");
	struct nw_buf out;

	if (!nw_url_is_web(url))
		return safe;
	nw_buf_init(&out, url.n * 3);
	for (size_t i = 0; i < url.n; i++) {
		const char c = url.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c && strchr(kept, c)))
			nw_buf_add_c(&out, c);
		else
			nw_buf_printf(&out, "%%%02X", (unsigned char)c);
	}
	safe = nw_arena_str(a, nw_buf_str(&out));
	nw_buf_clear(&out);
	return safe;
}

static struct nw_str url_of(struct nw_arena *a, const struct nw_message *m)
{
	struct nw_str url = NW_STR("");
	json_t *item;

	if (nw_json_parse(m->json, &item, NULL))
		return url;
	url = safe_url(a, nw_json_get_str(item, "external_url"));
	if (!url.n)
		url = safe_url(a, nw_json_get_str(item, "url"));
	json_decref(item);
	return url;
}

/* What exec wants as char * and does not write to. */
static char *copy(struct nw_arena *a, struct nw_str s)
{
	char *p = nw_arena_alloc(a, s.n + 1);

	memcpy(p, s.p, s.n);
	return p;
}

/* Our environment, without what looks like ours, and ours. The strings are shared. */
static char **environment(struct nw_arena *a, const struct nw_message *m)
{
	const struct nw_str ours[] = {
		nw_arena_printf(a, "NEWSWIRE_KEY=%.*s", NW_ARG(m->key)),
		nw_arena_printf(a, "NEWSWIRE_KIND=%s", nw_kind_name(m->kind)),
		nw_arena_printf(a, "NEWSWIRE_SEQ=%" PRId64, m->seq),
		nw_arena_printf(a, "NEWSWIRE_ID=%.*s", NW_ARG(m->id)),
		nw_arena_printf(a, "NEWSWIRE_VERSION=%u", m->version),
		nw_arena_printf(a, "NEWSWIRE_URL=%.*s", NW_ARG(url_of(a, m))),
	};
	const size_t n_ours = sizeof(ours) / sizeof(ours[0]);
	size_t n = 0, i = 0;
	char **env;

	while (environ[n])
		n++;
	env = NW_ARENA_ARRAY(a, char *, n + n_ours + 1);
	for (size_t k = 0; k < n; k++) {
		const struct nw_str name = nw_str(environ[k]);

		if (!nw_str_starts(name, NW_STR("NEWSWIRE_")))
			env[i++] = environ[k];
	}
	for (size_t k = 0; k < n_ours; k++)
		env[i++] = copy(a, ours[k]);
	return env;
}

/* A command that does not read all of it is its own affair. */
static void write_all(int fd, struct nw_str text)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before;

	(void)sigaction(SIGPIPE, &ignore, &before);
	while (text.n) {
		const ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			text = nw_str_from(text, (size_t)n);
	}
	(void)sigaction(SIGPIPE, &before, NULL);
}

static int spawn(struct nw_arena *a, const char *command, char **env, int in, pid_t *pid)
{
	char *argv[] = {
		copy(a, NW_STR("sh")), copy(a, NW_STR("-c")), copy(a, nw_str(command)), NULL};
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!err)
		err = posix_spawn(pid, "/bin/sh", &actions, NULL, argv, env);
	(void)posix_spawn_file_actions_destroy(&actions);
	return err;
}

static bool wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		fprintf(stderr, "newswire: the command was ended by signal %d\n", WTERMSIG(status));
	else
		fprintf(stderr, "newswire: the command ended with %d\n", WEXITSTATUS(status));
	return false;
}

bool nw_tail_exec(const char *command, const struct nw_message *message)
{
	struct nw_arena *a = nw_arena_new();
	pid_t pid = 0;
	int ends[2];
	int err = pipe2(ends, O_CLOEXEC) ? errno : 0;

	if (!err) {
		err = spawn(a, command, environment(a, message), ends[0], &pid);
		(void)close(ends[0]);
		if (!err)
			write_all(ends[1], message->text);
		(void)close(ends[1]);
	}
	nw_arena_free(a);
	if (!err)
		return wait_for(pid);
	fprintf(stderr, "newswire: the command cannot be run: %s\n", strerrordesc_np(err));
	return false;
}
