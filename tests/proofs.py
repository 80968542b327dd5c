#!/usr/bin/env python3
"""Whether the tests that guarantees rest on were run, and passed: tests/proofs.py LOG...

Each LOG is a LastTest.log of ctest; together they are one run of all tests (the unit tests of one preset and the programs of
another, for example). Every test of docs/guarantee-tests.md must be in one of them, passed and not skipped. Prints what is
not, one line each, and ends with 1 if there is one."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "tidy"))
sys.dont_write_bytecode = True

from pages import TEST  # noqa: E402
from source import Tree  # noqa: E402

PAGE = "docs/guarantee-tests.md"
NAMED = re.compile(r"(?m)^- Test: `([^`]+)`$")
RUN = re.compile(r"(?ms)^\d+/\d+ Testing: (.*?)$.*?^Output:\n-+\n(.*?)^<end of output>$.*?^Test (Passed|Failed)\.$")
NODE_PASSED = re.compile(r"(?m)^\s*✔ (.*?)(?: \([\d.]+ms\))?$")
NODE_SKIPPED = re.compile(r"(?m)^\s*﹣ (.*?)(?: \([\d.]+ms\))? # (.*)$")
# Unit tests that were run as one test: those of a whole program, or those with a word in their names.
TOGETHER = re.compile(r"(\w+)/(all|postgresql)$")
PROGRAM = re.compile(r"(?m)^add_subdirectory\((\S+) (\w+)\)$")
HIDDEN = re.compile(r"\[[.!]")


def runs(log):
    """(name, output, passed) of each test in the text of a LastTest.log."""
    return [(match[1], match[2], match[3] == "Passed") for match in RUN.finditer(log)]


def unit_tests(tree):
    """(program, name) of each unit test, without those that are hidden by a tag."""
    programs = {f"tests/unit/{folder}/": name for folder, name in PROGRAM.findall(tree.files["tests/unit/CMakeLists.txt"])}
    found = set()
    for path in tree.matching(r"^tests/unit/.*\.cpp$"):
        folder = max((one for one in programs if path.startswith(one)), key=len, default=None)
        text = tree.files[path]
        found.update((programs.get(folder), match[2]) for match in TEST.finditer(text)
                     if not HIDDEN.search(text[match.end():text.find("{", match.end())]))
    return found


def proofs(tree, logs):
    """The sentences that say which promised test was not run, was skipped, or failed."""
    passed, skipped, together = set(), {}, set()
    for name, output, good in [one for log in logs for one in runs(log)]:
        skipped.update(NODE_SKIPPED.findall(output))
        if not good:
            continue
        passed.add(name.partition("/")[2].partition(" - ")[0])
        passed.update(NODE_PASSED.findall(output))
        together.update(TOGETHER.findall(name))
    units = unit_tests(tree)
    for program, word in together:
        passed.update(name for owner, name in units if owner == program and (word == "all" or word in name))
    for name in NAMED.findall(tree.files.get(PAGE, "")):
        if name in passed:
            continue
        yield f"{name}: " + (f"skipped, {skipped[name]}" if name in skipped else "not run, or failed")


def main():
    logs = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as file:
            logs.append(file.read())
    missing = list(proofs(Tree.of_folder(os.path.dirname(HERE)), logs))
    for one in missing:
        print(one)
    print(f"proofs: {len(missing)} of the guarantees' tests without a passed run")
    return 1 if missing or not logs else 0


if __name__ == "__main__":
    sys.exit(main())
