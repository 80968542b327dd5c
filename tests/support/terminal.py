"""Runs a program on a pseudo-terminal and writes all that it shows to standard output.

Arguments: the width, a JSON list of [wait for, then type], the program and its words. "^C" types the interrupt key.
The exit status is the program's, or 128 and the signal that ended it.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE_S = 60


def main():
    columns, talk, words = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        # Written by the child itself, so that the program starts with it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execv(words[0], words)
    seen, end = b"", time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the program has closed its side
                break
            if not part:
                break
            seen += part
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
        if talk and talk[0][0].encode() in seen:
            typed = talk.pop(0)[1]
            seen = b""
            time.sleep(0.05)  # until the program waits for it
            os.write(terminal, b"\x03" if typed == "^C" else typed.encode() + b"\n")
    else:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


main()
