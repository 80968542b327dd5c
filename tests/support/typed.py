#!/usr/bin/env python3
"""Types at a shell in a terminal of its own and prints what the terminal shows.

typed.py PROGRAM ARGUMENT... : lines of standard input are typed one after the other, each when the terminal has been
quiet for a moment; "\\t" in a line is the tab key, "\\r" the return key, and a line end is not typed. A line "wait TEXT"
is not typed: it waits until the terminal has shown TEXT. Ends after the last line.
"""
import os
import pty
import select
import sys
import time

QUIET_S = 0.4
PATIENCE_S = 15


def shown(terminal, awaited=b""):
    """Reads until nothing comes for QUIET_S after something came that has `awaited` in it."""
    out, begin = b"", time.monotonic()
    while time.monotonic() - begin < PATIENCE_S:
        ready, _, _ = select.select([terminal], [], [], QUIET_S)
        if ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        elif out and awaited in out:
            break
    return out


def main():
    lines = sys.stdin.read().splitlines()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", COLUMNS="200", LINES="50")
        os.execvp(sys.argv[1], sys.argv[1:])
    import fcntl
    import struct
    import termios
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    out = shown(terminal)
    for line in lines:
        if line.startswith("wait "):
            awaited = line.removeprefix("wait ").encode()
            out += b"" if awaited in out else shown(terminal, awaited)
            continue
        os.write(terminal, line.replace("\\t", "\t").replace("\\r", "\r").encode())
        out += b"\n<<" + line.encode() + b">>\n" + shown(terminal)
    os.kill(child, 9)
    os.waitpid(child, 0)
    sys.stdout.write(out.decode(errors="replace"))


main()
