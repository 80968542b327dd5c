"""docs/where.md: every question has a file of the tree, a name that occurs in it, and a place on its room's map."""
import posixpath
import re

from pages import LINK, MAPPED, is_named, mapped_names
from source import Finding, without_comments

PAGE = "docs/where.md"
QUESTIONS_MIN = 40
ROW = re.compile(r"\| (?P<question>[^|]+\?) \| (?P<file>[^|]+) \| (?P<start>[^|]+) \|")
LINKED_NAME = re.compile(r"\[`([^`]+)`\]\(([^()\s]+)\)")
NAME = re.compile(r"`([^`]+)`")


def place_of(link):
    """The file that a link of the page leads to, from the root; empty when it is outside the tree."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(PAGE), link.partition("#")[0]))
    return "" if ":" in link or place.startswith(("/", "..")) else place


def occurs(name, path, text):
    """In C++ a comment does not count."""
    text = without_comments(text) if path.endswith((".cpp", ".hpp")) else text
    return re.search(r"(?<!\w)" + re.escape(name) + r"(?!\w)", text) is not None


def is_on_map(tree, path):
    room = path.split("/")[0]
    if room not in MAPPED:
        return True
    return is_named(posixpath.relpath(path, room), mapped_names(tree.files.get(f"{room}/README.md", "")))


def wrong_in(tree, row):
    """What is wrong in one row, as sentences."""
    links = LINK.findall(row["file"])
    if len(links) != 1:
        yield "the second column names one file, as one link"
        return
    path = place_of(links[0])
    if path not in tree.files:
        yield f"{links[0]} is not a file of the tree"
        return
    if f"[`{path}`]" not in row["file"]:
        yield f"the link's text is `{path}`"
    if not is_on_map(tree, path):
        yield f"{path} is not named in {path.split('/')[0]}/README.md"
    named = [(name, path) for name in NAME.findall(LINKED_NAME.sub("", row["start"]))]
    if not named:
        yield f"the third column begins with a name that is in {path}"
    named += [(name, place_of(link)) for name, link in LINKED_NAME.findall(row["start"])]
    for name, place in named:
        if not occurs(name, place, tree.files.get(place, "")):
            yield f"{name} does not occur in {place or 'the tree'}"


def where(tree):
    lines = tree.files.get(PAGE, "").splitlines()
    if not lines:
        return
    questions = 0
    for number, line in enumerate(lines, 1):
        row = ROW.fullmatch(line)
        if row is None:
            if line.startswith("| ") and not line.startswith("| question |"):
                yield Finding("where", PAGE, number, "a row is: question with its '?', file, where to start")
            continue
        questions += 1
        for text in wrong_in(tree, row):
            yield Finding("where", PAGE, number, text)
    if questions < QUESTIONS_MIN:
        yield Finding("where", PAGE, 1, f"{questions} questions, fewer than {QUESTIONS_MIN}")


CHECKS = [where]
