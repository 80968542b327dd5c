#!/usr/bin/env python3
"""Checks the tree against the rules of CONTRIBUTING.md. Usage: tidy.py [ROOT]

Prints one line a finding and exits 1 when there is one."""
import os
import sys

import addresses
import coroutines
import layout
import pages
import repeats
import test_rules
import where
from source import Tree

CHECKS = addresses.CHECKS + layout.CHECKS + coroutines.CHECKS + pages.CHECKS + repeats.CHECKS + test_rules.CHECKS + where.CHECKS


def findings(tree):
    return [finding for check in CHECKS for finding in check(tree)]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    tree = Tree.of_folder(os.path.abspath(root))
    found = findings(tree)
    for finding in found:
        print(finding)
    print(f"tidy: {len(tree.files)} files, {len(found)} findings")
    return 1 if found or not tree.files else 0


if __name__ == "__main__":
    sys.exit(main())
