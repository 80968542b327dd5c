"""Runs the rows of the benchmark and prints the table; see README.md."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import stack as servers

TARGETS = {"balance": 1.15, "balance, shaped": 1.35, "charges 8 KB": 1.2, "charges 8 KB, shaped": 1.7,
           "charges 80 KB": 1.3, "charges 80 KB, shaped": 2.2, "refund": 1.2}


def call(tool, arguments):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})


def load(url, pid, seconds, connections, method="GET", body=None, expect=""):
    """One wrk run; requests/s, p50 and p99 in ms, CPU µs a request. Exits when an answer was not a success."""
    environment = dict(os.environ, BENCH_METHOD=method, BENCH_EXPECT=expect)
    if body:
        environment["BENCH_BODY"] = body
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


def rows(stack, options):
    gateway = servers.server_pid(stack.gateway)
    proxy = servers.server_pid(stack.proxy_process)
    proxied = f"http://127.0.0.1:{stack.proxy}"
    charges = "list_all_stripe_charges"
    plans = [("balance", "/v1/balance", call("get_single_stripe_balance_by_id", {})),
             ("charges 8 KB", "/v1/charges?limit=10", call(charges, {"limit": 10})),
             ("charges 80 KB", "/v1/charges?limit=100", call(charges, {"limit": 100}))]
    for name, path, body in plans:
        plain = load(proxied + path, proxy, options.seconds, options.connections)
        for url, kind in ((stack.mcp_url, ""), (stack.shaped_url, ", shaped")):
            ours = load(url, gateway, options.seconds, options.connections, "POST", body, '"isError":false')
            yield name + kind, ours, plain
    plain = load(proxied + "/v1/refunds", proxy, options.seconds, options.connections, "POST", "charge=ch_1")
    body = call("create_a_stripe_refund", {"charge": "ch_3NqbenchChargeAbcdEfgh", "amount": 500})
    yield "refund", load(stack.mcp_url, gateway, options.seconds, options.connections, "POST", body, '"isError":false'), plain
    listing = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    yield "tools/list", load(stack.mcp_url, gateway, options.seconds, 4, "POST", listing, '"tools":['), None


def show(name, side, figures, ratio=""):
    print(f"{name:<22} {side:<8} {figures['rate']:>9.0f} {figures['p50_ms']:>8.2f} {figures['p99_ms']:>8.2f} {figures['cpu_us']:>9.1f} {ratio}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tollgate-bench-")
    os.chmod(folder, 0o755)  # nginx's worker drops its rights and reads the answers
    stack = servers.Stack(options.binary, folder)
    figures = {}
    try:
        stack.start()
        print(f"{'row':<22} {'server':<8} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>9} CPU ratio to nginx (target)")
        for name, ours, plain in rows(stack, options):
            if plain:
                ratio = ours["cpu_us"] / plain["cpu_us"]
                show(name, "nginx", plain)
                show(name, "tollgate", ours, f"{ratio:.2f} ({TARGETS[name]:.2f})")
            else:
                show(name, "tollgate", ours)
            figures[name] = {"tollgate": ours, "nginx": plain}
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
