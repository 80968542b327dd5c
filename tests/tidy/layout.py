"""Where things may stand: arrows between rooms, headers with one home, sizes, words, build lists."""
import posixpath
import re

from source import Finding, code_only, line_of, without_comments

ROOMS = ["base", "storage", "tenancy", "mcp", "stripe", "server"]
CPP = r"\.(cpp|hpp)$"
INCLUDE = re.compile(r'(?m)^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')

# What a folder may include, longest folder first. A name that ends in .hpp is that one file.
ARROWS = [
    ("server/admin", ["server/admin", "tenancy", "base"]),
    ("server", ["server", "stripe", "mcp", "tenancy", "storage", "base"]),
    ("stripe", ["stripe", "mcp/tool_provider.hpp", "mcp/content_provider.hpp", "tenancy", "storage", "base"]),
    ("mcp", ["mcp", "tenancy", "base"]),
    ("tenancy", ["tenancy", "storage", "base"]),
    ("storage", ["storage", "base"]),
    ("base", ["base"]),
]

# Folders of a room are floors: what stands in one row includes only what stands in rows below it, and
# nothing in its own row. A folder's name ends in a slash; a file in the room itself is a floor by its name.
FLOORS = {
    "tenancy": ["key_reset key_rotation audit_export", "registry", "admin/", "oauth/", "work/", "approvals/", "receipts/ orders/", "people/", "audit/", "grants/",
                "changes/ limits/ policy/", "environment", "audit_log/", "rules/", "secrets/"],
    "stripe": ["provider/", "research/ operations/ declarations/", "content/ permissions/", "tools/", "totals/ writes/ scope/", "state/", "listing/", "answer/",
               "request/", "upstream/ finder/", "generator/ sandbox/", "catalog/"],
    "mcp": ["transport", "endpoint", "content/", "tools/", "streams/", "content_provider", "protocol/",
            "tool_provider", "session/", "json_rpc/", "exchange method_table"],
    "server": ["cli/", "app/", "cluster/", "process/", "oauth/", "metrics/", "pipeline/",
               "admin/ config/ http/ log/ pages/",
               "delivery/", "version"],
    "server/cli": ["main", "usage_error", "command_table spelling", "checks/", "remote/ verify/ local/ clients/ completion/ openapi/", "gateway/ policy/ declarations/", "settings_command", "commands command_group", "argument_checks text/"],
    "storage": ["transfer/ orders/", "owner_key sealed_values audit_export", "transfer", "postgresql/ sqlite/ redis/", "sql/", "postgresql sqlite external_databases",
                "record_store", "order_reads external_orders", "order_book", "changes", "changes/",
                "approval_rows webhook_rows people_rows order_rows policy_change_rows", "rows audit_rows cap_rows client_rows", "account_mode"],
}

# Headers with one home: what is included, where it may be.
HOMES = [
    ("nlohmann", r"^nlohmann/", r"codec\.cpp$|^cmake/pch\.hpp$|^server/admin/json_reader\.hpp$|^base/json_reader\.hpp$|^stripe/(generator|sandbox)/|^tests/"),
    ("sqlite", r"^sqlite3\.h$", r"^storage/sqlite/|^tests/"),
    ("libpq", r"^(postgresql/)?libpq", r"^storage/postgresql/connection\.cpp$"),
    ("hiredis", r"^hiredis/", r"^storage/redis/resp\.cpp$"),
    ("libsodium", r"^sodium(\.h$|/)", r"^base/password_hash\.cpp$"),
    ("openssl", r"^openssl/", r"^base/crypto\.cpp$|^server/http/listener\.cpp$"
                              r"|^stripe/upstream/connection\.cpp$|^tests/"),
]

# MCP's methods stand in one table. The commands of the command line send requests, and so name the methods.
METHOD_TABLE = "mcp/method_table.hpp"
METHOD_ROW = re.compile(r"{method_kind::\w+,\s*(\"[^\"]+\")")
NAMES_METHODS = re.compile(r"^(base|storage|tenancy|mcp|stripe/provider|stripe/tools|server)/(?!cli/).*" + CPP)

FILE_LINES_MAX = 450
CODE_COLUMNS_MAX = 100
COMMENT_COLUMNS_MAX = 120


def room_of(path):
    room = path.split("/")[0]
    return room if room in ROOMS else None


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def arrows(tree):
    for path in tree.matching(CPP):
        if room_of(path) is None:
            continue
        allowed = next(targets for folder, targets in ARROWS if inside(path, folder))
        text = without_comments(tree.files[path])
        for match in INCLUDE.finditer(text):
            target = match[2]
            if match[1] == '"' and not tree.exists(target):
                yield Finding("arrows", path, line_of(text, match.start()),
                              f'"{target}" is not a file: includes are written from the root')
            elif room_of(target) and not any(inside(target, one) for one in allowed):
                yield Finding("arrows", path, line_of(text, match.start()),
                              f'includes "{target}" against an arrow of docs/architecture.md')


def floor_of(path, room):
    """The folder of a file below its room; a file in the room itself: its name."""
    first, *rest = path[len(room) + 1:].split("/")
    return first + "/" if rest else posixpath.splitext(first)[0]


def floors(tree):
    for room, rows in FLOORS.items():
        level = {name: number for number, row in enumerate(rows) for name in row.split()}
        for path in tree.matching("^" + room + "/.*" + CPP):
            mine = floor_of(path, room)
            if mine not in level:
                yield Finding("floors", path, 1, f"'{mine}' has no floor: give it one in tests/tidy/layout.py")
                continue
            text = without_comments(tree.files[path])
            for match in INCLUDE.finditer(text):
                if match[1] != '"' or not inside(match[2], room):
                    continue
                other = floor_of(match[2], room)
                if other != mine and level.get(other, len(rows)) <= level[mine]:
                    yield Finding("floors", path, line_of(text, match.start()),
                                  f'"{match[2]}" stands on no lower floor of {room}')


def homes(tree):
    for path in tree.matching(CPP):
        text = without_comments(tree.files[path])
        for match in INCLUDE.finditer(text):
            for name, header, home in HOMES:
                if re.search(header, match[2]) and not re.search(home, path):
                    yield Finding(name, path, line_of(text, match.start()),
                                  f"{match[2]} is included outside its home")


def cluster_messages(tree):
    for path in tree.matching(r"^mcp/.*" + CPP):
        text = without_comments(tree.files[path])
        for match in re.finditer(r"(?i)stripe", text):
            yield Finding("mcp-words", path, line_of(text, match.start()),
                          "the mcp room knows nothing of Stripe")


def one_table(tree):
    """A method of MCP is named in its table only: a second list would have to be kept in step."""
    methods = METHOD_ROW.findall(tree.files.get(METHOD_TABLE, ""))
    for path in tree.matching(NAMES_METHODS.pattern):
        if path == METHOD_TABLE or not methods:
            continue
        text = without_comments(tree.files[path])
        for match in re.finditer("|".join(re.escape(one) for one in methods), text):
            yield Finding("one-table", path, line_of(text, match.start()),
                          f"{match[0]} is named outside {METHOD_TABLE}: use mcp::name_of()")


def sizes(tree):
    for path in tree.matching(r"\.(cpp|hpp|mjs|py)$"):
        count = len(tree.files[path].splitlines())
        if count > FILE_LINES_MAX:
            yield Finding("file-lines", path, count, f"{count} lines, more than {FILE_LINES_MAX}")


def columns(tree):
    for path in tree.matching(CPP):
        for number, line in enumerate(tree.files[path].splitlines(), 1):
            most = COMMENT_COLUMNS_MAX if line.lstrip().startswith("//") else CODE_COLUMNS_MAX
            # A test may show a message or an answer as it is on the wire, in one literal.
            literal = path.startswith("tests/") and re.search(r'"[^"]*.{50,}"', line)
            if len(line) > most and not literal:
                yield Finding("columns", path, number, f"{len(line)} columns, more than {most}")


def words(tree):
    # Spelt in two parts, so that this file passes.
    unfinished = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
    for path in sorted(tree.files):
        for match in unfinished.finditer(tree.files[path]):
            yield Finding("unfinished", path, line_of(tree.files[path], match.start()),
                          "finish it, or leave it out")


def detached(tree):
    for path in tree.matching(CPP):
        text = tree.files[path]
        for match in re.finditer(r"boost/asio/detached\.hpp", without_comments(text)):
            yield Finding("detached", path, line_of(text, match.start()),
                          "spawn through base::task_group, which owns the coroutine")
        for match in re.finditer(r"\bdetached\b", code_only(text)):
            yield Finding("detached", path, line_of(text, match.start()),
                          "an orphan coroutine loses its exceptions: use base::task_group")


def sleeps(tree):
    """A fixed time is too short on a slow machine and too long on every other."""
    for path in tree.matching(r"^tests/unit/.*" + CPP):
        text = code_only(tree.files[path])
        for match in re.finditer(r"\b(sleep_(for|until)|u?sleep|nanosleep)\s*\(", text):
            yield Finding("sleeps", path, line_of(text, match.start()),
                          "wait for the fact: eventually() or remains() of tests/support/eventually.hpp")


def built(tree):
    lists = {posixpath.dirname(path): tree.files[path]
             for path in tree.matching(r"(^|/)CMakeLists\.txt$|\.cmake$")
             if path.endswith("CMakeLists.txt")}
    modules = "\n".join(tree.files[path] for path in tree.matching(r"\.cmake$"))
    for path in tree.matching(r"\.cpp$"):
        folder, found = posixpath.dirname(path), False
        while not found:
            below = posixpath.relpath(path, folder or ".")
            named = re.compile(r"(?<![\w./-])(\$\{\w+\}/)?" + re.escape(below) + r"(?![\w.])")
            found = bool(named.search(lists.get(folder, "")))
            if not folder:
                break
            folder = posixpath.dirname(folder)
        if not found and "/" + path not in modules:
            yield Finding("unbuilt", path, 1, "no CMakeLists.txt names it")


CHECKS = [arrows, floors, homes, cluster_messages, one_table, sizes, columns, words, detached, sleeps,
          built]
