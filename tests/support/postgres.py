#!/usr/bin/env python3
"""A private PostgreSQL for tests: postgres.py [--tls CERTIFICATE KEY] [--port PORT] [--user NAME]

Makes a database cluster in a directory of its own and starts a server on a free loopback port (never as root).
Prints one line of JSON, {"url": ..., "port": ..., "directory": ...}, and serves until its standard input
ends; then stops the server and removes the directory. Lines on standard input, each answered with a line:
"kill" (as kill -9 of every process), "restart" (on the same data and port), "pause" and "resume" (SIGSTOP, SIGCONT),
and "database", answered with the URL of a new, empty database."""
import argparse
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

USER, PASSWORD = "tollgate", "p%w:d/1"  # needs escaping in a URL, as passwords do


def tools():
    """The newest installed server's programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if not found:
        sys.exit("PostgreSQL's server is not installed, and these tests need it: apt-get install postgresql")
    return os.path.dirname(found[-1])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged():
    """What makes a child run as another user than root: initdb and postgres refuse root."""
    if os.geteuid() != 0:
        return {}, None
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}, user


class Server:
    def __init__(self, options):
        self.tools = tools()
        self.child, user = unprivileged()
        self.directory = tempfile.mkdtemp(prefix="tollgate-pg-")
        self.port = options.port or free_port()
        self.databases = 0
        self.user = options.user
        self.settings = ["-c", "fsync=off", "-c", f"port={self.port}", "-c", "listen_addresses=127.0.0.1",
                         "-c", f"unix_socket_directories={self.directory}", "-c", "max_connections=200",
                         "-c", "shared_buffers=32MB", "-c", "deadlock_timeout=50ms", "-c", "log_min_messages=fatal"]
        password = os.path.join(self.directory, "password")
        with open(password, "w", encoding="ascii") as file:
            file.write(PASSWORD)
        if options.tls:
            for source, name in zip(options.tls, ("cert", "key")):
                shutil.copyfile(source, os.path.join(self.directory, name))
                os.chmod(os.path.join(self.directory, name), 0o600)
                self.settings += ["-c", f"ssl_{name}_file={self.directory}/{name}"]
            self.settings += ["-c", "ssl=on"]
        if user:
            for path in [self.directory] + glob.glob(self.directory + "/*"):
                os.chown(path, user.pw_uid, user.pw_gid)
        subprocess.run([f"{self.tools}/initdb", "-D", f"{self.directory}/data", "-U", self.user, "--pwfile", password,
                        "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
                       stdout=subprocess.DEVNULL, check=True, timeout=60, **self.child)
        os.remove(password)
        self.start()

    def start(self):
        # After a kill -9 the old server's sessions hold its memory for a moment: then it is tried again.
        until = time.monotonic() + 30
        self.launch()
        while subprocess.run([f"{self.tools}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                             check=False, timeout=20).returncode != 0:
            if time.monotonic() > until:
                with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as log:
                    sys.exit("the test's PostgreSQL did not start:\n" + log.read()[-4000:])
            time.sleep(0.05)
            if self.process.poll() is not None:
                self.launch()

    def launch(self):
        with open(os.path.join(self.directory, "log"), "ab") as log:
            self.process = subprocess.Popen([f"{self.tools}/postgres", "-D", f"{self.directory}/data", *self.settings],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            start_new_session=True, **self.child)

    def signal(self, number):
        """To every process of the server."""
        first = self.process.pid
        try:
            with open(f"/proc/{first}/task/{first}/children", encoding="ascii") as file:
                children = [int(word) for word in file.read().split()]
        except FileNotFoundError:
            return
        for pid in [first, *children]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def restart(self):
        self.kill()
        self.start()

    def kill(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()

    def database(self):
        self.databases += 1
        name = f"d_{self.databases}"
        subprocess.run([f"{self.tools}/psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.user, "-d", "postgres",
                        "-c", f"CREATE DATABASE {name}"], check=True, timeout=60,
                       env={**os.environ, "PGPASSWORD": PASSWORD})
        return self.url(name)

    def url(self, database):
        return f"postgresql://{self.user}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.resume()
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--port", type=int)
    parser.add_argument("--user", default=USER, help="the superuser's name")
    server = Server(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        print(json.dumps({"url": server.url("postgres"), "port": server.port,
                          "directory": server.directory}), flush=True)
        for line in sys.stdin:
            command = line.strip()
            if command in ("kill", "restart", "pause", "resume"):
                getattr(server, command)()
                print(command, flush=True)
            elif command == "database":
                print(server.database(), flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
