"""Reads llvm-cov's JSON summary on stdin and prints covered lines per room. Argument: the root of the tree."""

import json
import sys
from collections import defaultdict
from pathlib import Path

# Parts of a room that are measured apart, longest first.
PARTS = ["server/admin", "server/app", "server/cli", "stripe/sandbox", "stripe/generator"]


def room_of(path: str) -> str:
    for part in PARTS:
        if path.startswith(part + "/"):
            return part
    return path.split("/")[0]


def main() -> None:
    root = Path(sys.argv[1]).resolve()
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file in json.load(sys.stdin)["data"][0]["files"]:
        path = Path(file["filename"])
        if not path.is_relative_to(root):
            continue
        summary = file["summary"]["lines"]
        for name in (room_of(str(path.relative_to(root))), "all"):
            lines[name][0] += summary["covered"]
            lines[name][1] += summary["count"]
    print(f"{'room':<18}{'lines':>8}{'covered':>9}{'share':>8}")
    for name in sorted(lines, key=lambda room: (room == "all", room)):
        covered, count = lines[name]
        share = 100 * covered / count if count else 100
        print(f"{name:<18}{count:>8}{covered:>9}{share:>7.1f}%")


if __name__ == "__main__":
    main()
