"""How functions and coroutines are spelt."""
import re

from source import Finding, code_only, line_of

CPP = r"\.(cpp|hpp)$"
FUNCTION_LINES_MAX = 60
CLASS_LINES_MAX = 300
BLOCK_WORDS = {"const", "noexcept", "override", "final", "mutable", "else", "do", "try"}
TYPE_WORD = re.compile(r"\b(namespace|class|struct|enum|union|extern)\b")
PLAIN_LAMBDA = re.compile(r"\[\s*\]\s*(\([^()]*\))?\s*(noexcept\s*)?(->\s*[\w:<>]+)?\s*$")
CONTROL = re.compile(r"^\s*(else\b|(if|for|while|switch|catch)\b|do\b|try\b)")


def opens_function(head):
    """True when `head`, the text before a brace, is a function's or lambda's."""
    before, paren, _ = head.partition("(")
    return bool(paren) and not TYPE_WORD.search(before) and not CONTROL.search(head)


def function_lengths(text):
    """(position of the head, lines) of everything that looks like a function body."""
    code = code_only(text)
    start, stack = 0, []
    for match in re.finditer(r"[;{}]", code):
        at = match.start()
        if match[0] == "{":
            head = code[start:at]
            first = start + len(head) - len(head.lstrip())
            stack.append(first if opens_function(head) else None)
        elif match[0] == "}" and stack:
            first = stack.pop()
            if first is not None:
                yield first, code.count("\n", first, at) + 1
        start = at + 1


def functions(tree):
    for path in tree.matching(CPP):
        text = tree.files[path]
        for position, lines in function_lengths(text):
            if lines > FUNCTION_LINES_MAX:
                yield Finding("function-lines", path, line_of(text, position),
                              f"{lines} lines, more than {FUNCTION_LINES_MAX}")


def class_lengths(text):
    """(position of the word, lines) of every class and struct that is defined."""
    code = code_only(text)
    for match in re.finditer(r"\b(class|struct)\s+\w+[^;{}()=]*\{", code):
        depth = 0
        for brace in re.finditer(r"[{}]", code[match.end() - 1:]):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                yield match.start(), code.count("\n", match.start(), match.end() + brace.start()) + 1
                break


def classes(tree):
    for path in tree.matching(CPP):
        text = tree.files[path]
        for position, lines in class_lengths(text):
            if lines > CLASS_LINES_MAX:
                yield Finding("class-lines", path, line_of(text, position),
                              f"{lines} lines, more than {CLASS_LINES_MAX}")


def is_block(head):
    """True when the brace after `head` opens statements, false when it opens a list of values."""
    tail = head.rstrip()
    if not tail or tail[-1] in ");:]":
        return True
    word = re.search(r"[A-Za-z_]\w*$", tail)
    return bool(word and word[0] in BLOCK_WORDS) or "->" in head or bool(TYPE_WORD.search(head))


class Statement:
    """What has been seen since the last end of a statement."""

    def __init__(self):
        self.awaits = 0
        self.await_depth = None  # parentheses open at the last co_await
        self.question = False
        self.depth = 0


def coroutine_faults(text):
    """(position, sentence) of every co_await that is spelt against the first rule of style."""
    code = code_only(text)
    one, start, braces = Statement(), 0, []
    for match in re.finditer(r"\bco_await\b|[;{}()?]", code):
        at, token = match.start(), match[0]
        if token == "co_await":
            one.awaits, one.await_depth = one.awaits + 1, one.depth
            if one.awaits > 1:
                yield at, "more than one co_await in a statement"
            if one.question:
                yield at, "co_await beside ?:"
            if braces and not braces[-1]:
                yield at, "co_await inside a braced list of values"
        elif token == "?":
            one.question = True
            if one.awaits:
                yield at, "co_await beside ?:"
        elif token in "()":
            one.depth += 1 if token == "(" else -1
        elif token == "{":
            awaiting = one.await_depth is not None and one.depth > one.await_depth
            if awaiting and not PLAIN_LAMBDA.search(code[start:at]):
                yield at, "an argument of co_await is built in braces: name it first"
            braces.append(is_block(code[start:at]))
            one, start = Statement(), at + 1
        else:
            if token == "}" and braces:
                braces.pop()
            one, start = Statement(), at + 1


def awaits(tree):
    for path in tree.matching(CPP):
        text = tree.files[path]
        for position, sentence in coroutine_faults(text):
            yield Finding("co_await", path, line_of(text, position), sentence)


COROUTINE = re.compile(r"\bco_(?:await|return|yield|spawn)\b")
INCLUDE = re.compile(r'(?m)^#include "([^"]+)"')
FRAMES = "base/async.hpp"


def frames(tree):
    """Every file with a coroutine reaches the header that says where frames are: the linker would mix two kinds of them."""
    reaching = {FRAMES}
    included = {}
    for path in tree.matching(CPP):
        beside = path.rpartition("/")[0]
        included[path] = {place for name in INCLUDE.findall(tree.files[path]) for place in (name, f"{beside}/{name}")}
    size = 0
    while size != len(reaching):
        size = len(reaching)
        reaching |= {path for path, names in included.items() if names & reaching}
    for path in tree.matching(CPP):
        found = None if path in reaching else COROUTINE.search(code_only(tree.files[path]))
        if found:
            yield Finding("frames", path, line_of(tree.files[path], found.start()),
                          f"a coroutine here: include \"{FRAMES}\", which says where the frames of coroutines are")


CHECKS = [functions, classes, awaits, frames]
