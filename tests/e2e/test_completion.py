#!/usr/bin/python3
"""What bash and zsh offer while a line for newswire is typed."""
import os, shutil, subprocess, unittest
import harness
from harness import BIN, ROOT, Case

BASH = r"""
source daemon/completion/newswire.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_newswire
printf '%s\n' "${COMPREPLY[@]}"
"""
# What zsh's own functions are given to offer.
ZSH = r"""
compadd() { shift; print -rl -- $@ }
_describe() { print -rl -- ${(P)2%%:*} }
_files() { print -r -- "files $*" }
words=("$@") CURRENT=$#
source daemon/completion/_newswire
"""


class Completion(Case):
    def offered(self, command, *words):
        done = subprocess.run([*command, "x", "newswire", *words], cwd=ROOT, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"})
        self.assertEqual(done.stderr, "")
        return done.stdout.split("\n")[:-1]

    def check(self, offer, of_files):
        commands = offer("")
        for command in ("feeds", "alert", "config", "status", "--help"):
            self.assertIn(command, commands)
        self.assertIn("--json", offer("feeds", "--"))
        self.assertNotIn("--exec", offer("feeds", "--"))
        self.assertEqual(set(offer("alert", "")) & {"test", "mute", "ack", "retry"}, {"test", "mute", "ack", "retry"})
        self.assertIn("dump", offer("config", ""))
        self.assertIn(of_files, offer("check", "daemo"))
        self.assertIn(of_files, offer("config", "dump", "daemo"))
        self.assertIn(of_files, offer("parse", "daemo"))
        self.assertIn(of_files, offer("keygen", "--out", "daemo"))
        self.assertEqual(offer("feeds", "--runtime", "no-such-"), offer("nosuchcommand", "x"))

    def check_nothing_typed_is_run(self, offer):
        """A file's name comes from anywhere: from an archive, from a page that was saved."""
        for word in ("./touch\\ trace\\;/e#", "a/b", "./a/w#", "x[", "$(touch trace)", "-"):
            for words in (("clean", word, ""), ("alert", word, ""), (word, ""), ("check", word), ("config", "dump", word)):
                self.assertNotIn("trace", offer(*words))  # nor has anything complained

    def test_bash_offers_commands_options_verbs_and_files(self):
        offer = lambda *words: [w for w in self.offered(["bash", "-c", BASH], *words) if w]
        self.check(offer, "daemon")
        self.assertEqual(offer("fee"), ["feeds"])
        self.check_nothing_typed_is_run(offer)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_offers_the_same(self):
        offer = lambda *words: [w for w in self.offered(["zsh", "-fc", ZSH], *words) if w and w != "files -/"]
        self.check(offer, "files ")
        self.check_nothing_typed_is_run(offer)


if __name__ == "__main__":
    harness.main()
