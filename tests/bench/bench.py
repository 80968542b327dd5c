"""Runs the rows of the benchmark and prints the table; see README.md."""
import argparse
import contextlib
import json
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.parse

import stack as servers
import writes

TARGETS = {"balance": 1.15, "balance, shaped": 1.35, "charges 8 KB": 1.2, "charges 8 KB, shaped": 1.7,
           "charges 80 KB": 1.3, "charges 80 KB, shaped": 2.2, "refund": 2.0}

IN_FLIGHT_MAX = 1000  # requests at once; with more connections, the rest are open and quiet after one request each
WARM_UP_SECONDS = 3
RATE_CONNECTIONS = 16  # that share a given rate
FILES_SPARE = 2000  # open files of a server or of this process beside the connections


def call(tool, arguments):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})


def load(url, pid, seconds, connections, method="GET", body=None, expect="", pause_ms=0, accept=""):
    """One wrk run; requests/s, p50 and p99 in ms, CPU µs a request. Exits when an answer was not a success. With `pause_ms`, each
    connection pauses so long before a request."""
    environment = dict(os.environ, BENCH_METHOD=method, BENCH_EXPECT=expect)
    if body:
        environment["BENCH_BODY"] = body
    if accept:
        environment["BENCH_ACCEPT"] = accept
    if pause_ms:
        environment["BENCH_PAUSE_MS"] = str(pause_ms)
    script = pathlib.Path(__file__).with_name("load.lua")
    command = ["taskset", "-c", servers.LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    before = servers.cpu_seconds(pid)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 30)
    used = servers.cpu_seconds(pid) - before
    line = next((l for l in done.stdout.splitlines() if l.startswith("RESULT ")), None)
    if line is None:
        raise SystemExit(f"bench: wrk failed: {done.stdout}{done.stderr}")
    count, micros, bad, lost, p50, p99 = [float(word) for word in line.split()[1:]]
    if bad or lost or count == 0:
        raise SystemExit(f"bench: {int(bad)} answers were not a success and {int(lost)} were lost of {int(count)}: no rate is printed")
    return {"rate": count / (micros / 1e6), "p50_ms": p50 / 1000, "p99_ms": p99 / 1000, "cpu_us": used / count * 1e6}


CHARGES = "list_all_stripe_charges"
# The row's name, the path of the same question to nginx, the call. The last one is measured at the first number of connections only.
PLANS = [("balance", "/v1/balance", call("get_single_stripe_balance_by_id", {})),
         ("charges 8 KB", "/v1/charges?limit=10", call(CHARGES, {"limit": 10})),
         ("charges 80 KB", "/v1/charges?limit=100", call(CHARGES, {"limit": 100}))]
REFUND = call("create_a_stripe_refund", {"charge": "ch_3NqbenchChargeAbcdEfgh", "amount": 500})
SUCCESS = '"isError":false'


def rows(stack, options):
    """Yields each row: its name, the target of its ratio or None, the gateway's figures, nginx's or None."""
    gateway = servers.server_pid(stack.gateway)
    proxy = servers.server_pid(stack.proxy_process)
    proxied = f"{stack.scheme}://127.0.0.1:{stack.proxy}"
    counts = options.connections

    def measured(pid, url, count, *how):
        with quiet_connections(url, count - IN_FLIGHT_MAX, *how):
            return load(url, pid, options.seconds, min(count, IN_FLIGHT_MAX), *how)

    for count in counts:
        shown = f", {count}" if len(counts) > 1 else ""
        for name, path, body in PLANS if count == counts[0] else PLANS[:2]:
            plain = measured(proxy, proxied + path, count)
            for url, kind in ((stack.mcp_url, ""), (stack.shaped_url, ", shaped")):
                ours = measured(gateway, url, count, "POST", body, SUCCESS)
                yield name + kind + shown, TARGETS[name + kind], ours, plain
    plain = measured(proxy, proxied + "/v1/refunds", counts[0], "POST", "charge=ch_1")
    yield "refund", TARGETS["refund"], measured(gateway, stack.mcp_url, counts[0], "POST", REFUND, SUCCESS), plain
    listing = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    yield "tools/list", None, load(stack.mcp_url, gateway, options.seconds, 4, "POST", listing, '"tools":['), None


def peers(stack, options):
    """Yields each row of the server of the MCP SDK of npm, with the same tools over the same upstream: its name, its figures."""
    process, url = stack.start_peer()
    how = {"method": "POST", "expect": '"content":[{', "accept": "application/json, text/event-stream"}
    count = min(options.connections[0], IN_FLIGHT_MAX)
    load(url, process.pid, WARM_UP_SECONDS, count, body=PLANS[0][2], **how)  # Node compiles what is called often
    for name, _, body in PLANS:
        yield name, load(url, process.pid, options.seconds, count, body=body, **how)


def at_rate(stack, options):
    """The p99 in ms of nginx and of the gateway for a balance while so many requests a second are made of each, in turns; the median
    of five pairs."""
    pause_ms = round(1000 * RATE_CONNECTIONS / options.rate)
    sides = {"nginx": (servers.server_pid(stack.proxy_process), f"{stack.scheme}://127.0.0.1:{stack.proxy}{PLANS[0][1]}", ()),
             "tollgate": (servers.server_pid(stack.gateway), stack.mcp_url, ("POST", PLANS[0][2], SUCCESS))}
    runs = {name: [] for name in sides}
    for _ in range(5):
        for name, (pid, url, how) in sides.items():
            runs[name].append(load(url, pid, options.seconds, RATE_CONNECTIONS, *how, pause_ms=pause_ms))
    return {name: {figure: statistics.median(run[figure] for run in of) for figure in of[0]} for name, of in runs.items()}


def growth(stack, seconds):
    """Resident memory that a million calls add, in MiB, after as many calls as warm everything up."""
    pid = servers.server_pid(stack.gateway)
    load(stack.mcp_url, pid, seconds, 64, "POST", PLANS[0][2], SUCCESS)
    before = servers.resident_kib(pid)
    calls = load(stack.mcp_url, pid, seconds, 64, "POST", PLANS[0][2], SUCCESS)["rate"] * seconds
    return (servers.resident_kib(pid) - before) / 1024 / calls * 1e6


def idle_streams(stack, count):
    """Opens as many streams on which nothing is sent; KiB of resident memory for each. To be called before any load, whose
    memory they would use."""
    pid = servers.server_pid(stack.gateway)
    url = urllib.parse.urlparse(stack.mcp_url)
    request = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAccept: text/event-stream\r\n\r\n".encode()
    before = servers.resident_kib(pid)
    streams = []
    try:
        for _ in range(count):
            stream = socket.create_connection((url.hostname, url.port), 10)
            streams.append(stream)
            stream.sendall(request)
            if b" 200 " not in stream.recv(4096):
                raise SystemExit(f"bench: stream {len(streams)} was refused")
        return (servers.resident_kib(pid) - before) / count
    finally:
        for stream in streams:
            stream.close()


@contextlib.contextmanager
def quiet_connections(url, count, method="GET", body="", _=""):
    """`count` connections that stay open while the load runs; each has had an answer."""
    target = urllib.parse.urlparse(url)
    head = f"{method} {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with contextlib.ExitStack() as open_ones:
        for number in range(count):
            connection = open_ones.enter_context(socket.create_connection((target.hostname, target.port), 10))
            if target.scheme == "https":
                connection = open_ones.enter_context(servers.ANY_CERTIFICATE.wrap_socket(connection))
            connection.sendall((head + body).encode())
            if b" 200 " not in connection.recv(4096):
                raise SystemExit(f"bench: connection {number + 1} of {count} was refused")
        yield


def allow_files(connections):
    """Lets this process and those it starts open as many files as the machine allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + FILES_SPARE
    if most != resource.RLIM_INFINITY and most < needed:
        raise SystemExit(f"bench: {connections} connections need {needed} open files; this user may open {most} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed if most == resource.RLIM_INFINITY else most, most))


def show(name, side, figures, ratio=""):
    print(f"{name:<28} {side:<8} {figures['rate']:>9.0f} {figures['p50_ms']:>8.2f} {figures['p99_ms']:>8.2f} {figures['cpu_us']:>9.1f} {ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=lambda text: [int(one) for one in text.split(",")], default=[64])
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--growth", type=int, default=0)
    parser.add_argument("--loops", type=int, default=1)
    parser.add_argument("--streams", type=int, default=0, help="idle streams to open, over plain HTTP")
    parser.add_argument("--writes", type=int, default=0, help="seconds of refunds of which the durable records are measured")
    parser.add_argument("--peers", action="store_true", help="also measure a server of the MCP SDK of npm")
    parser.add_argument("--rate", type=int, default=0, help="requests a second at which the p99 is measured")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tollgate-bench-")
    os.chmod(folder, 0o755)  # nginx's worker drops its rights and reads the answers
    allow_files(max(*options.connections, options.streams))
    stack = servers.Stack(options.binary, folder, tls=options.tls, loops=options.loops)
    figures = {}
    try:
        stack.start()
        if options.streams:
            figures["kib_per_stream"] = idle_streams(stack, options.streams)
            print(f"idle stream {figures['kib_per_stream']:.1f} KiB each of {options.streams} (target 5)")
        print(f"{'row':<28} {'server':<8} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>9} CPU ratio to nginx (target)")
        for name, target, ours, plain in rows(stack, options):
            if plain:
                show(name, "nginx", plain)
                show(name, "tollgate", ours, f"{ours['cpu_us'] / plain['cpu_us']:.2f} ({target:.2f})")
            else:
                show(name, "tollgate", ours)
            figures[name] = {"tollgate": ours, "nginx": plain}
        for name, theirs in peers(stack, options) if options.peers else ():
            ours = figures[f"{name}, {options.connections[0]}" if len(options.connections) > 1 else name]["tollgate"]
            show(name, "MCP SDK", theirs, f"{theirs['cpu_us'] / ours['cpu_us']:.1f} times tollgate's")
            figures[f"peer: {name}"] = theirs
        if options.rate:
            figures["at_rate"] = both = at_rate(stack, options)
            over = both["tollgate"]["p99_ms"] - both["nginx"]["p99_ms"]
            for side, of in both.items():
                show(f"balance at {options.rate}/s", side, of)
            print(f"p99 at {options.rate} requests a second: {over:.2f} ms over nginx's (target 0.4)")
        if options.writes:
            figures["writes"] = writes.measure(stack, load, REFUND, SUCCESS, options.writes)
            writes.show(figures["writes"])
        if options.growth:
            figures["growth_mib_per_million"] = growth(stack, options.growth)
            print(f"growth {figures['growth_mib_per_million']:.1f} MiB a million calls (target 2)")
        after = servers.resident_kib(servers.server_pid(stack.gateway))
        print(f"idle memory {stack.idle_kib / 1024:.1f} MiB (target 32), after the load {after / 1024:.1f} MiB; start to first answer {stack.start_ms:.0f} ms (target 50)")
        figures["idle_kib"], figures["loaded_kib"], figures["start_ms"] = stack.idle_kib, after, stack.start_ms
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(figures, indent=2))
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
