"""Finds what product code says twice: a run of equal lines in two places."""
import re

from source import Finding, without_comments

ROOMS = r"^(base|storage|tenancy|mcp|stripe|server)/.*\.(cpp|hpp)$"
LINES = 6

# Alike by nature, not by copying: heads of files, what only opens or closes a block, and in headers declarations.
NO_CODE = re.compile(r"#include .*|#pragma once|using [\w: =]+;|namespace [\w:]* ?\{|\}.*|public:|private:|")
DECLARATION = re.compile(r"(virtual )?[\w:<>,*& ]+(\([^;{]*\)[\w ]*| \w+(\{\}|\{0\}| = \w+)?)( = 0)?;")


def code_lines(path, text):
    """(number, line) of every line that says something."""
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        line = line.strip()
        if NO_CODE.fullmatch(line) or (path.endswith(".hpp") and DECLARATION.fullmatch(line)):
            continue
        yield number, line


def repeats(tree):
    first_place, told = {}, set()
    for path in tree.matching(ROOMS):
        lines = list(code_lines(path, tree.files[path]))
        for at in range(len(lines) - LINES + 1):
            run = tuple(line for _, line in lines[at:at + LINES])
            here = (path, lines[at][0])
            first = first_place.setdefault(run, here)
            if first == here or (first[0], path) in told:
                continue
            told.add((first[0], path))
            yield Finding("repeats", path, here[1],
                          f"{LINES} lines or more stand in {first[0]}:{first[1]} too: give them one home")


CHECKS = [repeats]
