/* newswire keygen: a key pair for CURVE, and the public half of one that is there. */
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/curve.h"
#include "base/error.h"
#include "cli/command.h"

static const struct nw_command_option options[] = {
	{'o', "out", "FILE", "write the secret key to a new file, for its owner only"},
	{'p', "public", "FILE", "print the public key of a secret one instead"},
	{0},
};

static int fail_file(const char *path, const char *what)
{
	struct nw_error error;

	(void)nw_fail_errno(&error, path, what);
	return nw_cli_fail(&error);
}

static bool write_line(int fd, const char *key)
{
	char line[NW_CURVE_TEXT + 2];
	const int n = snprintf(line, sizeof(line), "%s\n", key);
	const bool ok = write(fd, line, (size_t)n) == n && fsync(fd) == 0;

	explicit_bzero(line, sizeof(line));
	return ok;
}

/* Never over a file that is there: a key that is lost is lost. */
static int write_secret(const char *path, const char *key)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok;

	if (fd < 0)
		return fail_file(path, "cannot make the file");
	ok = write_line(fd, key);
	if (close(fd) == 0 && ok)
		return NW_EXIT_YES;
	(void)unlink(path);
	return fail_file(path, "cannot write the key");
}

static int make_pair(const char *out)
{
	char public_key[NW_CURVE_TEXT + 1], secret_key[NW_CURVE_TEXT + 1];
	int code = NW_EXIT_YES;

	if (zmq_curve_keypair(public_key, secret_key)) {
		fprintf(stderr, "newswire: cannot make keys: %s\n", zmq_strerror(zmq_errno()));
		return NW_EXIT_WRONG;
	}
	if (out)
		code = write_secret(out, secret_key);
	else
		printf("secret %s\npublic ", secret_key);
	if (code == NW_EXIT_YES)
		puts(public_key);
	explicit_bzero(secret_key, sizeof(secret_key));
	return code;
}

static int print_public(const char *path)
{
	char public_key[NW_CURVE_TEXT + 1], secret_key[NW_CURVE_TEXT + 1];
	struct nw_error error;

	if (nw_curve_read(path, secret_key, &error))
		return nw_cli_fail(&error);
	if (zmq_curve_public(public_key, secret_key)) {
		fprintf(stderr, "newswire: no public key: %s\n", zmq_strerror(zmq_errno()));
		return NW_EXIT_WRONG;
	}
	explicit_bzero(secret_key, sizeof(secret_key));
	puts(public_key);
	return NW_EXIT_YES;
}

static int run(int argc, char **argv)
{
	const char *out = NULL, *secret = NULL;
	int letter;

	while ((letter = nw_cli_option(&nw_command_keygen, argc, argv)) != -1) {
		if (letter == 'o')
			out = optarg;
		else
			secret = optarg;
	}
	if (out && secret)
		return nw_cli_wrong(&nw_command_keygen, "one of --out and --public");
	return secret ? print_public(secret) : make_pair(out);
}

const struct nw_command nw_command_keygen = {
	.name = "keygen",
	.operands = "",
	.help = "Make a key pair for CURVE, by which the bus and its clients know each other.",
	.options = options,
	.run = run,
};
