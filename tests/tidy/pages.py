"""Markdown: links that point somewhere, and the map of each folder."""
import fnmatch
import posixpath
import re

from source import Finding, line_of

MAPPED = ["base", "storage", "tenancy", "mcp", "stripe", "server", "deploy", "docs", "tests"]
UNMAPPED_NAMES = {"README.md", "CMakeLists.txt"}
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


def is_named(below, names):
    bare = posixpath.splitext(below)[0]
    for name in names:
        if name.endswith("/") and below.startswith(name):
            return True
        if any(fnmatch.fnmatchcase(one, name) for one in (below, bare)):
            return True
    return False


def maps(tree):
    for path in sorted(tree.files):
        if path.split("/")[0] not in MAPPED or posixpath.basename(path) in UNMAPPED_NAMES:
            continue
        # A file is named by a map of its folder or of one above it.
        folder, looked, named = posixpath.dirname(path), [], False
        while folder and not named:
            readme = f"{folder}/README.md"
            if readme in tree.files:
                looked.append(readme)
                below = posixpath.relpath(path, folder)
                named = is_named(below, mapped_names(tree.files[readme]))
            folder = posixpath.dirname(folder)
        if not named:
            where = " or ".join(looked) or f"a README.md of {path.split('/')[0]}/"
            yield Finding("maps", path, 1, f"is not named in {where}")


CHECKS = [links, maps]
