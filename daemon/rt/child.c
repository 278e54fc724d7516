#include "rt/child.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define GRACE_MS 2000 /* between being asked to end and being killed */
#define ALL_TURNS 64  /* reads in one turn of the loop: who says much shall not stop it */

struct nw_child {
	struct nw_loop *loop;
	pid_t pid;
	int pid_fd, in_fd, out_fd; /* -1: closed */
	struct event *ended, *writable, *readable;
	struct nw_timer *timer;
	struct nw_buf in, output;
	size_t written;
	bool timed_out, asked;
	nw_on_child_end *on_end;
	void *arg;
};

static void close_side(int *fd, struct event **event)
{
	if (*event)
		event_free(*event);
	if (*fd >= 0)
		(void)close(*fd);
	*event = NULL;
	*fd = -1;
}

static void free_child(struct nw_child *c)
{
	close_side(&c->in_fd, &c->writable);
	close_side(&c->out_fd, &c->readable);
	close_side(&c->pid_fd, &c->ended);
	nw_timer_free(c->timer);
	nw_buf_clear(&c->in);
	nw_buf_clear(&c->output);
	free(c);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_child *c = arg;
	const struct nw_str rest = nw_str_from(nw_buf_str(&c->in), c->written);
	const ssize_t n = rest.n ? write(fd, rest.p, rest.n) : 0;

	(void)what;
	if (n > 0)
		c->written += (size_t)n;
	/* One that does not read all of it is its own affair. */
	if (c->written == c->in.n || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_side(&c->in_fd, &c->writable);
}

/* False at the end, or when nothing more has come yet. */
static bool read_some(struct nw_child *c)
{
	char bytes[4096];
	const ssize_t n = read(c->out_fd, bytes, sizeof(bytes));

	if (n > 0) {
		const size_t room = NW_CHILD_OUTPUT - c->output.n;

		nw_buf_add(&c->output, nw_str_head((struct nw_str){bytes, (size_t)n}, room));
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close_side(&c->out_fd, &c->readable);
	}
	return n > 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)read_some(arg);
}

/* Its own children may still hold the pipe: what it said itself is there by now. */
static void on_ended(evutil_socket_t fd, short what, void *arg)
{
	struct nw_child *c = arg;
	struct nw_child_end end = {.timed_out = c->timed_out, .code = -1};
	siginfo_t info = {0};

	(void)what;
	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
		return;
	for (int i = 0; i < ALL_TURNS && c->out_fd >= 0 && read_some(c); i++)
		;
	if (c->timed_out)
		(void)kill(-c->pid, SIGKILL); /* what it has left behind */
	if (info.si_code == CLD_EXITED)
		end.code = info.si_status;
	else
		end.signal = info.si_status;
	end.output = nw_buf_str(&c->output);
	c->on_end(c->arg, &end);
	free_child(c);
}

static void on_time(void *arg)
{
	struct nw_child *c = arg;

	c->timed_out = true;
	(void)kill(-c->pid, c->asked ? SIGKILL : SIGTERM);
	c->asked = true;
	nw_timer_set(c->timer, GRACE_MS);
}

/* --- its start --- */

struct pipes {
	int in[2], out[2];
};

static void close_pipes(const struct pipes *p)
{
	const int fds[] = {p->in[0], p->in[1], p->out[0], p->out[1]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int err = posix_spawnattr_init(attributes);

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	if (!err)
		err = posix_spawnattr_setsigmask(attributes, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(attributes, &all);
	if (!err)
		err = posix_spawnattr_setpgroup(attributes, 0);
	if (!err)
		err = posix_spawnattr_setflags(attributes,
			POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	return err;
}

static int set_actions(posix_spawn_file_actions_t *actions, const struct pipes *p)
{
	int err = posix_spawn_file_actions_init(actions);

	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, p->in[0], STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, p->out[1], STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, p->out[1], STDERR_FILENO);
	/* Ours are closed on exec all by themselves; a library's might not be. */
	if (!err)
		err = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
	return err;
}

static int spawn(const char *const *argv, const struct pipes *p, pid_t *pid)
{
	/* What exec wants as char * and does not write to. */
	const union {
		const char *const *given;
		char *const *wanted;
	} view = {argv};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err;

	assert(view.wanted);
	err = set_actions(&actions, p);
	if (err)
		return err;
	err = set_attributes(&attributes);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, &attributes, view.wanted, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return err;
}

static struct event *watch(struct nw_child *c, int fd, short what, event_callback_fn on_event)
{
	struct event *event = event_new(nw_loop_base(c->loop), fd, what, on_event, c);

	if (!event || event_add(event, NULL) != 0)
		nw_out_of_memory();
	return event;
}

static void follow(struct nw_child *c, const struct pipes *p, int64_t timeout_ms)
{
	c->in_fd = p->in[1];
	c->out_fd = p->out[0];
	(void)fcntl(c->in_fd, F_SETFL, O_NONBLOCK);
	(void)fcntl(c->out_fd, F_SETFL, O_NONBLOCK);
	c->ended = watch(c, c->pid_fd, EV_READ | EV_PERSIST, on_ended);
	c->writable = watch(c, c->in_fd, EV_WRITE | EV_PERSIST, on_writable);
	c->readable = watch(c, c->out_fd, EV_READ | EV_PERSIST, on_readable);
	c->timer = nw_timer_new(c->loop, on_time, c);
	nw_timer_set(c->timer, timeout_ms);
}

static void end_at_once(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int begin(struct nw_child *c, const struct nw_child_request *request)
{
	struct pipes p = {{-1, -1}, {-1, -1}};
	int err = 0;

	if (pipe2(p.in, O_CLOEXEC) != 0 || pipe2(p.out, O_CLOEXEC) != 0)
		err = errno;
	if (!err)
		err = spawn(request->argv, &p, &c->pid);
	if (!err) {
		c->pid_fd = pidfd_open(c->pid, 0);
		if (c->pid_fd < 0) {
			err = errno;
			end_at_once(c->pid);
		}
	}
	if (err) {
		close_pipes(&p);
		return err;
	}
	(void)close(p.in[0]);
	(void)close(p.out[1]);
	follow(c, &p, request->timeout_ms);
	return 0;
}

enum nw_err nw_child_start(struct nw_loop *loop, const struct nw_child_request *request,
	nw_on_child_end *on_end, void *arg, struct nw_child **child, struct nw_error *error)
{
	struct nw_child *c = nw_must_calloc(1, sizeof(*c));
	int err;

	*child = NULL;
	c->loop = loop;
	c->pid_fd = c->in_fd = c->out_fd = -1;
	c->on_end = on_end;
	c->arg = arg;
	nw_buf_init(&c->in, request->in.n + 1);
	nw_buf_add(&c->in, request->in);
	nw_buf_init(&c->output, NW_CHILD_OUTPUT + 1);
	err = begin(c, request);
	if (err) {
		free_child(c);
		return nw_fail(error, NW_E_SYSTEM, "cannot run '%s': %s", request->argv[0],
			strerrordesc_np(err));
	}
	*child = c;
	return NW_OK;
}

void nw_child_kill(struct nw_child *child)
{
	end_at_once(child->pid);
	free_child(child);
}
