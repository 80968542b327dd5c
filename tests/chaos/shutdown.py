#!/usr/bin/env python3
"""Takes a gateway down in the middle of things and reads what it leaves: tests/chaos/shutdown.py <tollgate> [scenario...]

Meant for a build with sanitizers. Each scenario starts a gateway of its own and wants a clean end: the expected exit
code within the time, and no sanitizer report.
"""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_all_stripe_charges", "arguments": {}}}
SLOW_SECONDS = 30


class SlowUpstream:
    """Answers /v1/balance at once and everything else as `mode` says: never, or half of an answer."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.asked = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        while data := client.recv(65536):
            if data.startswith(b"GET /v1/balance"):
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                continue
            self.asked.release()
            if self.mode == "half":
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"object\":")
            time.sleep(SLOW_SECONDS)


class Gateway:
    def __init__(self, program: str, *flags: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tollgate-shutdown-"))
        self.output = open(self.home / "out", "w+")
        ports = self.home / "ports"
        self.process = subprocess.Popen(
            [program, "serve", "--server-listen", "127.0.0.1:0", "--server-ports-file", str(ports),
             "--data-directory", str(self.home / "data"), "--log-file", str(self.home / "log"), *flags],
            stdout=self.output, stderr=subprocess.STDOUT, cwd=self.home)
        limit = time.time() + 20
        while not (ports.exists() and "shown once" in self.text()):
            if time.time() > limit or self.process.poll() is not None:
                raise RuntimeError("the gateway did not start: " + self.text())
            time.sleep(0.05)
        self.host, self.port = json.loads(ports.read_text())["mcp"].split(":")

    def text(self) -> str:
        return (self.home / "out").read_text()

    def ask(self, path: str, body: dict | None = None, key: str = "") -> dict:
        link = http.client.HTTPConnection(self.host, int(self.port), timeout=15)
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = "Bearer " + key
        link.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
        answer = link.getresponse().read()
        link.close()
        return json.loads(answer)

    def mcp_path(self) -> str:
        key = re.search(r"once\): (\S+)", self.text())[1]
        account = self.ask("/integrated-account", {"name": "A", "credential": "rk_test_sandbox_shutdown"}, key)
        server = self.ask(f"/integrated-account/{account['id']}/mcp", {"name": "S", "config": {"methods": ["read"]}}, key)
        return "/" + server["url"].split("/", 3)[3]

    def raw(self) -> socket.socket:
        return socket.create_connection((self.host, int(self.port)), timeout=15)

    def end(self, expected: int = 0, seconds: float = 20, number: int = signal.SIGTERM) -> str:
        """The reason why the end was not clean, or an empty text."""
        self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return f"still runs {seconds:.0f} s after the signal"
        if "Sanitizer" in self.text() or "runtime error" in self.text():
            return self.text()
        return "" if code == expected else f"exit code {code}, not {expected}: {self.text()}"


def request_bytes(path: str) -> bytes:
    body = json.dumps(CALL).encode()
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


SANDBOX = ("--sandbox-enabled", "true")


def slow_flags(upstream: SlowUpstream, drain_ms: int) -> tuple[str, ...]:
    return ("--stripe-api-base", f"http://127.0.0.1:{upstream.port}", "--stripe-test-upstream-host", "127.0.0.1",
            "--timeouts-drain", str(drain_ms))


def unused(program: str) -> str:
    """Nobody ever connected."""
    return Gateway(program, *SANDBOX).end()


def idle_clients(program: str) -> str:
    """Clients are connected and silent; one has been answered before."""
    gateway = Gateway(program, *SANDBOX)
    path = gateway.mcp_path()
    silent = gateway.raw()
    answered = gateway.raw()
    answered.sendall(request_bytes(path))
    answered.recv(65536)
    why = gateway.end(seconds=5)
    silent.close()
    return why


def half_request(program: str) -> str:
    """A client has sent half of a header, another half of a body."""
    gateway = Gateway(program, *SANDBOX, "--timeouts-drain", "500")
    path = gateway.mcp_path()
    header, body = gateway.raw(), gateway.raw()
    header.sendall(request_bytes(path)[:40])
    body.sendall(request_bytes(path)[:-10])
    time.sleep(0.3)
    return gateway.end()


def slow_upstream(program: str, mode: str = "never") -> str:
    """A call waits for Stripe longer than the drain may take; its client hangs on or has gone."""
    upstream = SlowUpstream(mode)
    gateway = Gateway(program, *slow_flags(upstream, 500))
    path = gateway.mcp_path()
    staying, leaving = gateway.raw(), gateway.raw()
    for client in (staying, leaving):
        client.sendall(request_bytes(path))
        if not upstream.asked.acquire(timeout=10):
            return "the upstream was not asked"
    leaving.close()
    why = gateway.end()
    staying.close()
    return why


def half_answer(program: str) -> str:
    """The same with half of an answer from Stripe."""
    return slow_upstream(program, "half")


def waiting_for_a_slot(program: str) -> str:
    """Calls wait for a connection to Stripe that another one holds."""
    upstream = SlowUpstream("never")
    gateway = Gateway(program, *slow_flags(upstream, 500), "--stripe-connections-per-loop", "1", "--server-loops", "1")
    path = gateway.mcp_path()
    clients = [gateway.raw() for _ in range(5)]
    for client in clients:
        client.sendall(request_bytes(path))
    upstream.asked.acquire(timeout=10)
    time.sleep(0.3)
    return gateway.end()


def under_load(program: str) -> str:
    """Many clients are calling when the signal comes, again and again."""
    gateway = Gateway(program, *SANDBOX)
    path = gateway.mcp_path()
    stop = threading.Event()

    def caller() -> None:
        while not stop.is_set():
            try:
                client = gateway.raw()
                for _ in range(20):
                    client.sendall(request_bytes(path))
                    if not client.recv(65536):
                        break
                client.close()
            except OSError:
                time.sleep(0.01)

    callers = [threading.Thread(target=caller, daemon=True) for _ in range(8)]
    for one in callers:
        one.start()
    time.sleep(1.5)
    why = gateway.end()
    stop.set()
    return why


def port_taken(program: str) -> str:
    """A start that fails: the address is in use, then the database."""
    first = Gateway(program, *SANDBOX)
    wrong = []
    for flags in (["--server-listen", f"{first.host}:{first.port}", "--data-directory", str(first.home / "other")],
                  ["--server-listen", "127.0.0.1:0", "--data-directory", str(first.home / "data")],
                  ["--server-listen", "127.0.0.1:0", "--server-admin-listen", f"{first.host}:{first.port}",
                   "--data-directory", str(first.home / "third")]):
        failed = subprocess.run([program, "serve", *flags, *SANDBOX], capture_output=True, text=True, timeout=30,
                                cwd=first.home, check=False)
        if failed.returncode != 1 or "Sanitizer" in failed.stderr or "tollgate: " not in failed.stderr:
            wrong.append(f"{flags}: exit code {failed.returncode}: {failed.stderr}")
    return first.end() or "\n".join(wrong)


SCENARIOS = (unused, idle_clients, half_request, slow_upstream, half_answer, waiting_for_a_slot, under_load, port_taken)


def main() -> int:
    program = str(Path(sys.argv[1]).resolve())
    chosen = sys.argv[2:]
    bad = 0
    for scenario in SCENARIOS:
        if chosen and scenario.__name__ not in chosen:
            continue
        began = time.time()
        why = scenario(program)
        bad += bool(why)
        print(f"{'FAILED' if why else 'ok':<7}{scenario.__name__} ({time.time() - began:.1f} s)", flush=True)
        if why:
            print(why, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
