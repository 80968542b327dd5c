"""Tests: a unit test stands where what it tests stands, is named in one style, and asserts something."""
import posixpath
import re

from source import Finding, code_only, line_of

UNIT = "tests/unit/"
ROOMS = r"^(base|storage|tenancy|mcp|stripe|server)/"
CASE = re.compile(r'(?m)^[ \t]*(?:TEMPLATE_)?TEST_CASE\(\s*"((?:[^"\\\n]|\\.)*)"')
CASE_START = re.compile(r"(?m)^(?:TEMPLATE_)?TEST_CASE\(")
# Without ';', at which CMake would make two tests of one, neither of which is a case.
UNIT_NAME = re.compile(r"[a-z][\w .+/&-]*: [^\s;][^;]*(?<!\.)")
NODE_TEST = re.compile(r"(?m)^[ \t]*(?:test|it)\(\s*([\"'`])((?:\\.|(?!\1)[^\\\n])*)\1")
NODE_NAME = re.compile(r"[^\[\s].*(?<!\.)")

CPP_ASSERTS = re.compile(r"\b(REQUIRE|CHECK|FAIL)\w*\s*\(")
CPP_FUNCTION = re.compile(r"(?m)^[ \t]*(?:[\w:<>,&*~\[\] ]+[ &*])?(\w+)\([^;{}]*\)[^;{}()]*\{")
# What looks like the head of a function and is none.
NO_FUNCTION = re.compile(r"[A-Z_]+|if|for|while|switch|catch")
SAYS_SO = re.compile(r"(?:check|assert|judge|expect)")
# A wait that ends in vain fails its test.
NODE_ASSERTS = re.compile(r"\bassert\b|\bexpect\(|\buntil\(|\.waitFor\(")
NODE_FUNCTION = re.compile(r"(?:export )?(?:async )?function\*? (\w+)|(?:export )?const (\w+) = (?:async )?\(?[^\n]*=>")


def subject_of(tree, path):
    """What a unit test is about: "file", "topic", or "" if its folder is no folder of the product."""
    below = posixpath.splitext(path[len(UNIT):])[0]
    folder, name = posixpath.split(below)
    stems = {posixpath.splitext(posixpath.basename(one))[0] for one in tree.matching(f"^{re.escape(folder)}/[^/]+$")}
    if not stems or not re.match(ROOMS, below):
        return ""
    words = name.split("_")
    if any("_".join(words[:count]) in stems for count in range(1, len(words) + 1)):
        return "file"
    return "topic"


def places(tree):
    for path in tree.matching(r"^tests/unit/.+/.+\.cpp$"):
        subject = subject_of(tree, path)
        if not subject:
            yield Finding("mirror", path, 1, "stands in no folder of the product: move it to the folder of what it tests")
        elif subject == "topic" and CASE_START.search(tree.files[path]):
            yield Finding("mirror", path, 1, "has no file's name: name a test after the file that it tests, or <file>_<topic>")


def names(tree):
    for path in tree.matching(r"^tests/unit/.*\.cpp$"):
        for match in CASE.finditer(tree.files[path]):
            if not UNIT_NAME.fullmatch(match[1]):
                yield Finding("test-names", path, line_of(tree.files[path], match.start(1)),
                              "a unit test's name is 'subject: behaviour', without brackets, without ';' and without a full stop")
    for path in tree.matching(r"^tests/.*\.test\.mjs$"):
        for match in NODE_TEST.finditer(tree.files[path]):
            if not NODE_NAME.fullmatch(match[2]):
                yield Finding("test-names", path, line_of(tree.files[path], match.start(2)),
                              "a test's name is a sentence without a full stop")


def block_at(text, start):
    """From the first brace after `start` to the one that closes it."""
    begin, depth = text.find("{", start), 0
    for at in range(begin, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[begin:at + 1]
    return text[begin:]


def called(names):
    """What calls one of these functions, or gives it to another one to call."""
    return r"\b(?:" + ("|".join(sorted(map(re.escape, names))) or "(?!)") + r")(?:\(|\);)"


def asserting(functions, asserts):
    """From a file to a pattern for what asserts in it: an assertion, or a call of a function that has one, or that calls one.
    Of other files only functions count whose names say so: a common name would make every test look as if it asserted."""
    direct = {(path, name) for path, name, body in functions if asserts.search(body)}
    everywhere = {name for _, name in direct if SAYS_SO.match(name)}
    found = {}
    for path in {path for path, _, _ in functions}:
        known = everywhere | {name for file, name in direct if file == path}
        calls = re.compile(called(known))
        known |= {name for file, name, body in functions if file == path and calls.search(body)}
        found[path] = re.compile(asserts.pattern + "|" + called(known))
    return found, re.compile(asserts.pattern + "|" + called(everywhere))


def cpp_cases(tree):
    """(path, line, body) of every case, and the functions of the tests."""
    texts = {path: code_only(tree.files[path]) for path in tree.matching(r"^tests/.*\.(cpp|hpp)$")}
    functions = [(path, match[1], block_at(text, match.end() - 1)) for path, text in texts.items()
                 for match in CPP_FUNCTION.finditer(text) if not NO_FUNCTION.fullmatch(match[1])]
    cases = [(path, line_of(text, match.start()), block_at(text, match.end()))
             for path, text in texts.items() for match in CASE_START.finditer(text)]
    return cases, functions


def pieces(text, starts):
    return [(begin, text[begin:end]) for begin, end in zip(starts, [*starts[1:], len(text)])]


def node_cases(tree):
    cases, functions = [], []
    for path in tree.matching(r"^tests/.*\.mjs$"):
        text = tree.files[path]
        for _, piece in pieces(text, [match.start() for match in re.finditer(r"(?m)^[^\s})\]]", text)]):
            match = NODE_FUNCTION.match(piece)
            if match:
                functions.append((path, match[1] or match[2], piece))
        cases += [(path, line_of(text, begin), piece)
                  for begin, piece in pieces(text, [match.start() for match in NODE_TEST.finditer(text)])]
    return cases, functions


def asserts(tree):
    for (cases, functions), pattern in [(cpp_cases(tree), CPP_ASSERTS), (node_cases(tree), NODE_ASSERTS)]:
        by_file, elsewhere = asserting(functions, pattern)
        for path, line, body in cases:
            if not by_file.get(path, elsewhere).search(body):
                yield Finding("asserts", path, line, "this test asserts nothing, so it cannot fail")


# A loop of a fixture of another kind would hide what its owner has left on it.
PLAIN_LOOP = re.compile(r"\bio_context\s+\w+\s*[;{(=]")


def loops(tree):
    for path in tree.matching(r"^tests/unit/.*\.(cpp|hpp)$"):
        text = code_only(tree.files[path])
        for match in PLAIN_LOOP.finditer(text):
            yield Finding("loops", path, line_of(text, match.start()), "a unit test's loop is a drained_loop (tests/support/drained_loop.hpp)")


CHECKS = [places, names, asserts, loops]
