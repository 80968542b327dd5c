"""The tree as the checks see it: files, and C++ text without comments and strings."""
import os
import re
import subprocess

SKIPPED_FOLDERS = {"node_modules", "build", "__pycache__"}


class Finding:
    """One broken rule at one place."""

    def __init__(self, rule, path, line, text):
        self.rule, self.path, self.line, self.text = rule, path, line, text

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


class Tree:
    """Files by path from the root. In the self-test it is a dictionary instead of a folder."""

    def __init__(self, files, exists):
        self.files = files      # path -> text
        self._exists = exists   # path -> bool; also knows folders and binary files

    def exists(self, path):
        return self._exists(path)

    def matching(self, pattern):
        wanted = re.compile(pattern)
        return sorted(path for path in self.files if wanted.search(path))

    @staticmethod
    def of_texts(files):
        folders = {"/".join(path.split("/")[:i]) for path in files for i in range(1, path.count("/") + 1)}
        return Tree(files, lambda path: path in files or path in folders)

    @staticmethod
    def of_folder(root):
        texts = {}
        for path in list_files(root):
            try:
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    texts[path] = file.read()
            except (UnicodeDecodeError, FileNotFoundError):
                continue  # binary, or deleted and not yet committed
        return Tree(texts, lambda path: os.path.exists(os.path.join(root, path)))


def list_files(root):
    """What git tracks or would track; without git, every file but build output."""
    try:
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True, timeout=30).stdout.decode()
        paths = [path for path in listed.split("\0") if path]
        if paths:
            return sorted(set(paths))
    except (OSError, subprocess.SubprocessError):
        pass
    paths = []
    for folder, children, names in os.walk(root):
        children[:] = [c for c in children if c not in SKIPPED_FOLDERS and not c.startswith(".")]
        for name in names:
            paths.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(paths)


TOKEN = re.compile(
    r"""//(?:[^\n\\]|\\[\s\S])*"""                            # line comment
    r"""|/\*[\s\S]*?\*/"""                                    # block comment
    r"""|R"(?P<mark>[^\s()\\]{0,16})\([\s\S]*?\)(?P=mark)\""""  # raw string
    r"""|"(?:[^"\\\n]|\\[\s\S])*\""""                         # string
    r"""|(?<![0-9a-zA-Z_])'(?:[^'\\\n]|\\[\s\S])*'"""         # character, not a digit separator
)


def spaces(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """C++ with every comment blanked, same length and lines."""
    return TOKEN.sub(lambda m: spaces(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """C++ with comments, literals and preprocessor lines blanked, same length and lines."""
    bare = TOKEN.sub(lambda m: spaces(m[0]), text)
    return re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\[\s\S])*", lambda m: spaces(m[0]), bare)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
