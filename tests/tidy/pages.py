"""Markdown: links that point somewhere, maps of folders, and tests that promises name."""
import posixpath
import re

from source import Finding, line_of
from test_rules import UNIT, subject_of

MAPPED = ["base", "storage", "tenancy", "mcp", "stripe", "server", "deploy", "docs", "tests"]
UNMAPPED_NAMES = {"README.md", "CMakeLists.txt"}
PROGRAMS = {".cpp", ".hpp", ".mjs", ".py", ".lua", ".cmake"}
TEST = re.compile(r"""(?m)^[ \t]*(?:(?:TEMPLATE_)?TEST_CASE|test|it)\(\s*(["'])((?:\\.|(?!\1)[^\\\n])*)\1""")
LINK = re.compile(r"(?<!\\)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")


def prose(text):
    """Markdown without its code, same lines."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])
    text = re.sub(r"(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$", blank, text)
    return re.sub(r"`[^`\n]*`", blank, text)


def anchors(text):
    """The anchors of a page's headings, as GitHub makes them."""
    found = set()
    text = re.sub(r"(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$", "", text)
    for heading in re.findall(r"(?m)^#{1,6}[ \t]+(.*?)[ \t#]*$", text):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(words.replace(" ", "-"))
    return found


def links(tree):
    for path in tree.matching(r"\.md$"):
        text = prose(tree.files[path])
        for match in LINK.finditer(text):
            target, _, anchor = match[1].partition("#")
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) \
                if target else path
            line = line_of(text, match.start())
            if not tree.exists(place):
                yield Finding("links", path, line, f"there is no {place}")
            elif anchor and place in tree.files and anchor not in anchors(tree.files[place]):
                yield Finding("links", path, line, f"{place} has no heading #{anchor}")


def mapped_names(readme):
    """What a map names: everything in backticks, `<any>` as a wildcard."""
    return [re.sub(r"<[^>]*>", "*", name) for name in re.findall(r"`([^`\n]+)`", readme)]


def pattern_of(name):
    """A name as an expression: a wildcard stands for a part of one path segment."""
    return re.compile("".join("[^/]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", name)))


def is_named(below, names):
    bare = posixpath.splitext(below)[0].removesuffix(".test")
    for name in names:
        if name.endswith("/") and pattern_of(name).match(below):
            return True
        if any(pattern_of(name).fullmatch(one) for one in (below, bare)):
            return True
    return False


def is_program(path, text):
    return text.startswith("#!") or posixpath.splitext(path)[1] in PROGRAMS


def is_named_exactly(below, names, program):
    """The rule for tests: a file's name, or a wildcard in it beside other letters; never one in a folder's name.

    A folder's name stands for the data that is directly in it, and for no program."""
    folder, file = posixpath.split(below)
    bare = file.split(".")[0]
    for name in names:
        named_folder, named_file = posixpath.split(name)
        if named_folder != folder:
            continue
        if not named_file:
            found = not program
        elif "*" in named_file:
            found = named_file.strip("*") and pattern_of(named_file).fullmatch(file)
        else:
            found = named_file in (file, bare)
        if found:
            return True
    return False


def maps(tree):
    for path in sorted(tree.files):
        if path.split("/")[0] not in MAPPED or posixpath.basename(path) in UNMAPPED_NAMES:
            continue
        # A unit test that has the name of what it tests is found without a map.
        if path.startswith(UNIT) and path.endswith(".cpp") and subject_of(tree, path) == "file":
            continue
        # The nearest map decides, so that a folder's own map has to be whole.
        folder = posixpath.dirname(path)
        while folder and f"{folder}/README.md" not in tree.files:
            folder = posixpath.dirname(folder)
        if not folder:
            yield Finding("maps", path, 1, f"{path.split('/')[0]}/ has no README.md")
            continue
        below, names = posixpath.relpath(path, folder), mapped_names(tree.files[f"{folder}/README.md"])
        named = is_named_exactly(below, names, is_program(path, tree.files[path])) \
            if path.startswith("tests/") else is_named(below, names)
        if not named:
            yield Finding("maps", path, 1, f"is not named in {folder}/README.md")


def sections(text):
    """The level-two headings of a page, each with what stands below it."""
    parts = re.split(r"(?m)^## (.*)$", text)
    return dict(zip(parts[1::2], parts[2::2]))


def tests_of(tree):
    """A function that says whether there is a test of a name."""
    names = set()
    for path in tree.matching(r"^tests/(unit|integration|interop|chaos|conformance)/.*\.(cpp|mjs)$"):
        names.update(match[2].replace("\\'", "'") for match in TEST.finditer(tree.files[path]))
    return names.__contains__


def promises(tree):
    """Every promise of docs/guarantees.md has a section in docs/guarantee-conditions.md, which says how many tests it has; they
    stand in docs/guarantee-tests.md, and they exist."""
    short, page, proof = "docs/guarantees.md", "docs/guarantee-conditions.md", "docs/guarantee-tests.md"
    exists = tests_of(tree)
    named = {}
    for heading, text in sections(tree.files.get(proof, "")).items():
        named[heading] = re.findall(r"(?m)^- Test: (.*)$", text)
        for one in named[heading]:
            name = re.fullmatch(r"`([^`]+)`", one)
            if not name or not exists(name[1]):
                yield Finding("promises", proof, 1, f"there is no test named {one}")
    promised = {heading: re.search(r"(?m)^\[Tests\]\(\S+\): (\d+)\.$", text)
                for heading, text in sections(tree.files.get(page, "")).items()}
    listed = re.findall(r"(?m)^\| \[([^\]]+)\]\(guarantee-conditions\.md#[^)]+\) \|", tree.files.get(short, ""))
    for heading in set(listed) ^ promised.keys():
        yield Finding("promises", short, 1, f"'{heading}' stands in one of {short} and {page}, and not in the other")
    if len(listed) != len(set(listed)):
        yield Finding("promises", short, 1, "a promise stands there twice")
    for heading, count in promised.items():
        if not count or int(count[1]) != len(named.get(heading, [])) or not named.get(heading):
            yield Finding("promises", page, 1,
                          f"'{heading}' says how many tests it has, and they stand in {proof} below the same heading")
    for heading in named.keys() - promised.keys():
        yield Finding("promises", proof, 1, f"'{heading}' is no promise of {page}")


def defects(tree):
    """Every defect of docs/known-defects.md has named tests, and they exist."""
    page = "docs/known-defects.md"
    exists = tests_of(tree)
    rows = [(number, line) for number, line in enumerate(tree.files.get(page, "").split("\n"), 1)
            if line.lstrip().startswith("|") and line.strip() not in ("| defect | tests |", "|---|---|")]
    if page in tree.files and not rows:
        yield Finding("defects", page, 1, "names no defect")
    for number, line in rows:
        cells = re.fullmatch(r"\|(.+)\|(.*)\|", line.strip())
        tests = cells[2].strip() if cells else ""
        names = re.findall(r"`([^`]+)`", tests)
        if not names or ", ".join(f"`{name}`" for name in names) != tests:
            yield Finding("defects", page, number, "the second column names tests, each in backquotes, with commas between")
        for name in names:
            if not exists(name):
                yield Finding("defects", page, number, f"there is no test named `{name}`")


def cells(line):
    """How many cells a row of a table has; a bar in code or after a backslash is text."""
    bare = re.sub(r"`[^`]*`", "x", line.strip())
    return len(re.findall(r"(?<!\\)\|", bare)) - 1


def markdown(tree):
    """What a formatter destroys: rows of a table as wide as its head, a rule below the head, and code that ends."""
    for path in tree.matching(r"\.md$"):
        lines, fence, width = tree.files[path].split("\n"), False, None
        for number, line in enumerate(lines, 1):
            if re.match(r"\s*(```|~~~)", line):
                fence = not fence
            elif not fence and line.lstrip().startswith("|"):
                if width is None and not re.fullmatch(r"\s*\|[\s:|-]+\|\s*", "".join(lines[number:number + 1])):
                    yield Finding("markdown", path, number, "a table's head is followed by a line as |---|---|")
                width = width or cells(line)
                if cells(line) != width:
                    yield Finding("markdown", path, number, f"{cells(line)} cells in a table of {width}: write a bar in a cell as \\|")
                continue
            width = None
        if fence:
            yield Finding("markdown", path, len(lines), "a block of code has no end")


CHECKS = [links, maps, promises, defects, markdown]
