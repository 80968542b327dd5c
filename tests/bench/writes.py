"""How long the durable records of writes take under load, from the gateway's own histogram; see README.md."""
import re

import stack as servers

IN_FLIGHT = 64
TARGET_P99_MS = 20
RECORDS = ("intent", "outcome")
BUCKET = re.compile(r'^tollgate_receipt_store_seconds_bucket\{record="(\w+)",le="([^"]+)"\} (\d+)', re.MULTILINE)


def counts(stack):
    """For each record: how many took at most so many seconds, by the bounds of the buckets."""
    text = servers.get(stack.base + "/metrics", stack.patience).decode()
    found = {record: {} for record in RECORDS}
    for record, bound, count in BUCKET.findall(text):
        found[record][float(bound)] = int(count)
    if not all(found.values()):
        raise SystemExit("writes: /metrics has no tollgate_receipt_store_seconds of both records")
    return found


def quantile(buckets, share):
    """The time that this share of all did not exceed, linear inside its bucket; the last bound if it is beyond that.
    `buckets`: bound to how many were at most that, ending in infinity."""
    wanted = share * max(buckets.values())
    below, at_most_below = 0.0, 0
    for bound, at_most in sorted(buckets.items()):
        if at_most >= wanted:
            if bound == float("inf"):
                return below
            return below + (bound - below) * (wanted - at_most_below) / max(at_most - at_most_below, 1)
        below, at_most_below = bound, at_most
    return below


def measure(stack, load, body, success, seconds):
    """Makes refunds for `seconds` with IN_FLIGHT at once; writes a second, and the p50 and p99 of each record in ms."""
    before = counts(stack)
    figures = load(stack.mcp_url, servers.server_pid(stack.gateway), seconds, IN_FLIGHT, "POST", body, success)
    after = counts(stack)
    out = {"rate": figures["rate"], "p50_ms": figures["p50_ms"], "p99_ms": figures["p99_ms"]}
    for record in RECORDS:
        buckets = {bound: after[record][bound] - before[record][bound] for bound in after[record]}
        if max(buckets.values()) == 0:
            raise SystemExit(f"writes: no {record} was recorded")
        out[record] = {"count": max(buckets.values()), "p50_ms": 1000 * quantile(buckets, 0.5), "p99_ms": 1000 * quantile(buckets, 0.99)}
    return out


def show(figures):
    print(f"writes {figures['rate']:.0f}/s with {IN_FLIGHT} in flight; a call: p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms")
    for record in RECORDS:
        one = figures[record]
        print(f"durable {record:<8} {one['count']:>8} records, p50 {one['p50_ms']:.1f} ms, p99 {one['p99_ms']:.1f} ms (target {TARGET_P99_MS})", flush=True)
