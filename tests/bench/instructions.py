"""Counts the gateway's instructions and allocations per request with callgrind; see README.md."""
import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

import stack as servers

BUDGET = pathlib.Path(__file__).with_name("instructions.json")
ALLOWED = {"loop": 1.03, "others": 1.25}  # a loop's instructions differ by 1.3 %; what other threads do falls together differently
ALLOWED_ELSEWHERE = 1.20  # on another processor, where libraries choose other instructions
ALLOCATIONS = "allocations"  # of memory on the loop: malloc and its kin, by whoever calls it
ALLOCATIONS_MORE = 1  # what the process does by itself allocates too
ALLOCATORS = ("malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign")
CALLERS = 24  # of an allocator that callgrind tells apart: enough to see the coroutine that allocates
WARM_UP = 60
COUNTED = 200
ROUNDS = 8  # the least counts: what the process does by itself, such as putting audit records in order, falls into some of them
ROUNDS_MIN = 2  # and no more than these once a row has taken ROW_SECONDS: what falls into a long row weighs little
ROW_SECONDS = 12
# Coroutines on the loop that work by the clock, not by the call, such as putting audit records in order: their instructions do not count.
BY_THE_CLOCK = ("::audit_integrator::", "::check_once(", "::check_log(", "::audit_trail::", "::stored_tiles::", "::run_job_on(",
                "::read_on_thread(", "::sql_store::")
RESUMED_BY = "awaitable_thread<boost::asio::any_io_executor>::pump("
ON_THE_LOOP = "::call_runner::run("  # a function that only the loop's thread calls
PATIENCE = 120  # seconds: everything is slow under callgrind

CHARGES = "list_all_stripe_charges"
REFUND = {"charge": "ch_3NqbenchChargeAbcdEfgh", "amount": 500}
ROWS = {
    "balance": ("raw", "get_single_stripe_balance_by_id", {}),
    "balance, shaped": ("shaped", "get_single_stripe_balance_by_id", {}),
    "charges 8 KB": ("raw", CHARGES, {"limit": 10}),
    "charges 8 KB, shaped": ("shaped", CHARGES, {"limit": 10}),
    "charges 80 KB": ("raw", CHARGES, {"limit": 100}),
    "charges 80 KB, shaped": ("shaped", CHARGES, {"limit": 100}),
    "refund": ("raw", "create_a_stripe_refund", REFUND),
}


def control(pid, *words):
    subprocess.run(["callgrind_control", *words, str(pid)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Counter:
    def __init__(self, stack, folder):
        self.pid = servers.server_pid(stack.gateway)
        self.urls = {"raw": stack.mcp_url, "shaped": stack.shaped_url}
        self.out = folder / "counts"
        self.dumps = 0

    def call(self, connection, path, body):
        connection.request("POST", path, body, {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"})
        answer = connection.getresponse().read()
        if b'"isError":false' not in answer:
            raise SystemExit(f"instructions: a call failed: {answer[:300]!r}")

    def per_request(self, kind, tool, arguments):
        """The instructions of the loop, and of all other threads, while COUNTED calls are answered, divided by COUNTED."""
        url = urllib.parse.urlparse(self.urls[kind])
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=PATIENCE)
        for _ in range(WARM_UP):
            self.call(connection, url.path, body)
        began = time.monotonic()
        counts = []
        while len(counts) < ROUNDS_MIN or (len(counts) < ROUNDS and time.monotonic() - began < ROW_SECONDS):
            counts.append(self.round(connection, url.path, body))
        connection.close()
        return {part: min(count[part] for count in counts) // COUNTED for part in (*ALLOWED, ALLOCATIONS)}

    def round(self, connection, path, body):
        control(self.pid, "-i", "on")
        control(self.pid, "-z")
        for _ in range(COUNTED):
            self.call(connection, path, body)
        control(self.pid, "-d")
        control(self.pid, "-i", "off")
        self.dumps += 1
        counts = dict.fromkeys((*ALLOWED, ALLOCATIONS), 0)
        for dump in self.out.parent.glob(f"{self.out.name}.{self.dumps}-*"):
            total, resumed, allocations = read_dump(dump)
            if any(ON_THE_LOOP in name for name in resumed):
                counts[ALLOCATIONS] = allocations
                counts["loop"] = total - sum(used for name, used in resumed.items() if any(word in name for word in BY_THE_CLOCK))
            else:
                counts["others"] += total
            dump.unlink()
        missing = [part for part, counted in counts.items() if counted == 0]
        if missing:
            raise SystemExit(f"instructions: no dump has the instructions of: {', '.join(missing)}")
        return counts


def read_dump(dump):
    """Reads one thread's dump: its instructions, those of each coroutine that RESUMED_BY resumed, with all that it called, and how
    often it called one of ALLOCATORS."""
    names, resumed = {}, {}
    total = allocations = 0
    caller = callee = None
    costs = False  # the next line has the costs of a call
    for line in dump.read_text(errors="replace").splitlines():
        function = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line)
        if function:
            names.setdefault(function[2], function[3] or "")
            if function[1]:
                callee = function[2]
            else:
                caller = function[2]
        elif line.startswith("calls="):
            costs = True
            allocator, _, callers = names[callee].partition("'")
            if allocator in ALLOCATORS and not any(word in callers for word in BY_THE_CLOCK):
                allocations += int(line[len("calls="):].split()[0])
        elif costs:
            costs = False
            if RESUMED_BY in names[caller]:
                resumed[callee] = resumed.get(callee, 0) + int(line.split()[1])
        elif line.startswith("totals:"):
            total = int(line.split()[1])
    return total, {names[each]: used for each, used in resumed.items()}, allocations


def without_debug_information(binary, folder):
    """Debian's valgrind cannot read all debug information of clang 19; counting needs none."""
    copy = folder / "tollgate"
    subprocess.run(["objcopy", "--strip-debug", binary, str(copy)], check=True)
    return str(copy)


def count(binary):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tollgate-instructions-"))
    folder.chmod(0o755)
    under = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
             *(f"--separate-callers{CALLERS}={name}" for name in ALLOCATORS), f"--callgrind-out-file={folder}/counts"]
    stack = servers.Stack(without_debug_information(binary, folder), folder, under, PATIENCE)
    try:
        stack.start()
        counter = Counter(stack, folder)
        return {name: counter.per_request(*row) for name, row in ROWS.items()}
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def processor():
    """The processor's kind, as the kernel names it."""
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    return f"{fields.get('model name')}, family {fields.get('cpu family')}, model {fields.get('model')}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--write", action="store_true", help="make today's counts the budget")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        raise SystemExit(f"instructions: {options.binary} is not there; build it first: deploy/build release")
    counts = count(options.binary)
    if options.write:
        BUDGET.write_text(json.dumps({"processor": processor(), "rows": counts}, indent=2) + "\n")
    written = json.loads(BUDGET.read_text())
    budget = written["rows"]
    same = written["processor"] == processor()
    allowed = ALLOWED if same else {part: max(each, ALLOWED_ELSEWHERE) for part, each in ALLOWED.items()}
    if not same:
        print(f"The budget was counted on {written['processor']}, this is {processor()}: more is allowed.")
    over = []
    print(f"{'row':<22} {'what':<11} {'counted':>12} {'budget':>12}")
    for name, used in counts.items():
        for part, counted in used.items():
            ratio = counted / budget[name][part]
            print(f"{name:<22} {part:<11} {counted:>12,} {budget[name][part]:>12,} {100 * (ratio - 1):+.1f} %")
            if part == ALLOCATIONS:
                if counted > budget[name][part] + ALLOCATIONS_MORE:
                    over.append(f"{name} ({counted} allocations, {budget[name][part]} in the budget)")
            elif ratio > allowed[part]:
                over.append(f"{name} ({part}, {100 * (allowed[part] - 1):.0f} % allowed)")
    if over:
        print(f"instructions: over the budget: {', '.join(over)}. Make them cheaper, or raise the budget with\n"
              "tests/bench/instructions --write and say in the commit message what the instructions buy.", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
