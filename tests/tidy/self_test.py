#!/usr/bin/env python3
"""Shows that every check of tidy.py can fail, and that it passes what is right."""
import os
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import addresses
import layout
import tidy
from self_test_of_tests import RulesOfTests  # noqa: F401
from source import Tree

MAP = {"base/README.md": "`a`, `b`\n", "base/CMakeLists.txt": "a.cpp b.cpp"}


def rules(files):
    """The rules that a tree of these files breaks; maps, build lists and the rules of tests only where asked for."""
    found = tidy.findings(Tree.of_texts(files))
    return sorted({finding.rule for finding in found} - {"maps", "unbuilt", "floors", "frames", "asserts", "test-names", "mirror"})


def cpp(body):
    return [rule for rule in rules({"base/a.cpp": "#include <string>\n" + body + "\n"}) if rule != "repeats"]


class Layout(unittest.TestCase):
    def test_arrows(self):
        for path, target, broken in [
            ("base/a.cpp", "tenancy/secrets/token.hpp", True),
            ("storage/a.cpp", "base/token.hpp", False),
            ("storage/a.cpp", "tenancy/secrets/token.hpp", True),
            ("mcp/a.cpp", "storage/store.hpp", True),
            ("stripe/a.cpp", "mcp/tool_provider.hpp", False),
            ("stripe/a.cpp", "mcp/endpoint.hpp", True),
            ("stripe/a.cpp", "server/config.hpp", True),
            ("tenancy/a.cpp", "stripe/catalog.hpp", True),
            ("server/app/a.cpp", "stripe/catalog.hpp", False),
            ("server/admin/a.cpp", "stripe/catalog.hpp", True),
            ("server/admin/a.cpp", "server/http/write.hpp", True),
            ("server/admin/a.cpp", "tenancy/secrets/token.hpp", False),
        ]:
            with self.subTest(path=path, target=target):
                files = {path: f'#include "{target}"\n', target: "#pragma once\n"}
                self.assertEqual(rules(files), ["arrows"] if broken else [])

    def test_floors(self):
        for path, target, broken in [
            ("tenancy/admin/a.cpp", "tenancy/rules/b.hpp", False),
            ("tenancy/rules/a.cpp", "tenancy/rules/b.hpp", False),
            ("tenancy/rules/a.cpp", "tenancy/admin/b.hpp", True),
            ("tenancy/changes/a.cpp", "tenancy/limits/b.hpp", True),
            ("tenancy/environment.hpp", "tenancy/secrets/b.hpp", False),
            ("tenancy/secrets/a.cpp", "tenancy/environment.hpp", True),
            ("tenancy/elsewhere/a.cpp", "base/b.hpp", True),
            ("storage/sqlite/a.cpp", "storage/sqlite.hpp", False),
            ("server/config/a.cpp", "server/app/b.hpp", True),
        ]:
            with self.subTest(path=path, target=target):
                tree = Tree.of_texts({path: f'#include "{target}"\n', target: "#pragma once\n"})
                found = {finding.path for finding in layout.floors(tree)} - {target}
                self.assertEqual(found, {path} if broken else set())

    def test_an_include_of_nothing(self):
        self.assertEqual(rules({"base/a.cpp": '#include "a.hpp"\n', "base/a.hpp": ""}), ["arrows"])

    def test_an_include_in_a_comment_does_not_count(self):
        self.assertEqual(rules({"base/a.cpp": '/*\n#include "tenancy/secrets/token.hpp"\n*/\n'}), [])

    def test_homes(self):
        for header, path, rule in [
            ("nlohmann/json.hpp", "mcp/endpoint.cpp", "nlohmann"),
            ("nlohmann/json.hpp", "tenancy/x_codec.hpp", "nlohmann"),
            ("nlohmann/json.hpp", "tenancy/x_codec.cpp", None),
            ("nlohmann/json.hpp", "stripe/sandbox/x.hpp", None),
            ("sqlite3.h", "storage/sqlite.hpp", "sqlite"),
            ("sqlite3.h", "storage/sqlite/database.hpp", None),
            ("libpq-fe.h", "storage/postgresql/connection.hpp", "libpq"),
            ("libpq-fe.h", "storage/postgresql/connection.cpp", None),
            ("openssl/evp.h", "tenancy/secrets/vault.cpp", "openssl"),
            ("openssl/evp.h", "base/crypto.cpp", None),
        ]:
            with self.subTest(header=header, path=path):
                self.assertEqual(rules({path: f"#include <{header}>\n"}), [rule] if rule else [])

    def test_the_protocol_room_does_not_name_the_upstream(self):
        self.assertEqual(rules({"mcp/a.cpp": 'auto x = "for Stripe";\n'}), ["mcp-words"])
        self.assertEqual(rules({"mcp/a.cpp": "// nothing of Stripe\n"}), [])

    def test_sizes(self):
        self.assertEqual(rules({"tests/a.mjs": "x\n" * 451}), ["file-lines"])
        self.assertEqual(rules({"tests/a.mjs": "x\n" * 450}), [])
        self.assertEqual(cpp("int " + "x" * 96 + ";"), ["columns"])
        self.assertEqual(cpp("int " + "x" * 95 + ";"), [])
        self.assertEqual(cpp("// " + "x" * 117), [])
        self.assertEqual(cpp("// " + "x" * 118), ["columns"])

    def test_unfinished_work(self):
        self.assertEqual(rules({"docs/a.md": "TO" "DO: write\n"}), ["unfinished"])
        self.assertEqual(rules({"deploy/run": "# FIX" "ME\n"}), ["unfinished"])
        self.assertEqual(rules({"docs/a.md": "mastodont\n"}), [])

    def test_detached(self):
        self.assertEqual(cpp("void f() { co_spawn(io, g(), asio::detached); }"), ["detached"])
        self.assertEqual(cpp("#include <boost/asio/detached.hpp>"), ["detached"])
        self.assertEqual(cpp("// detached work is forbidden"), [])

    def test_sleeps(self):
        nap = "void f() { std::this_thread::sleep_for(1ms); }\n"
        self.assertIn("sleeps", rules({"tests/unit/base/a.cpp": nap}))
        self.assertIn("sleeps", rules({"tests/unit/base/a.hpp": "void f() { usleep(5); }\n"}))
        self.assertNotIn("sleeps", rules({"tests/support/a.hpp": nap}))
        self.assertNotIn("sleeps", rules({"tests/unit/base/a.cpp": "// sleep_for(1ms)\n"}))

    def test_one_table_of_addresses(self):
        tables = {addresses.SHARED: 'inline constexpr std::string_view people = "/person";\n',
                  addresses.ROUTES: 'constexpr std::string_view freeze = "/freeze";\n'}
        for path, text, broken in [
            ("server/admin/a.cpp", '"/person"', True),
            ("server/admin/a.cpp", '"GET /person/current"', True),
            ("tenancy/work/a.cpp", '"/freeze"', True),
            ("server/admin/a.cpp", '"/personal"', False),
            ("server/admin/a.cpp", '"send POST /person"', False),
            ("server/cli/remote/a.cpp", '"/person"', False),
            ("stripe/tools/a.cpp", '"/freeze"', False),
            ("stripe/tools/a.cpp", '"/person/x"', True),
            (addresses.ADMIN, 'constexpr std::string_view freeze = "/freeze";', True),
        ]:
            with self.subTest(path=path, text=text):
                tree = Tree.of_texts({**tables, path: text + "\n"})
                self.assertEqual(bool(list(addresses.addresses(tree))), broken)

    def test_one_home_of_urls(self):
        for path, text, broken in [
            ("server/http/a.cpp", 'auto at = url.find("://");', True),
            ("storage/redis/a.cpp", "#include <boost/url/parse.hpp>", True),
            ("base/url.cpp", "#include <boost/url/parse.hpp>", False),
            ("tests/unit/base/a.cpp", 'auto at = url.find("://");', False),
            ("server/http/a.cpp", '// url.find("://")', False),
        ]:
            with self.subTest(path=path, text=text):
                self.assertEqual(bool(list(addresses.urls(Tree.of_texts({path: text + "\n"})))), broken)

    def test_one_table_of_methods(self):
        table = 'constexpr row table[]{{method_kind::ping, "ping"}, {method_kind::list,\n "tools/list"}};\n'
        for path, text, broken in [
            ("mcp/a.cpp", 'if (method == "tools/list") f();', True),
            ("server/metrics/a.hpp", 'constexpr auto known = {"none", "ping"};', True),
            ("mcp/a.cpp", '// like "tools/list"', False),
            ("mcp/a.cpp", 'log("tools/lists");', False),
            ("server/cli/a.cpp", 'send("tools/list");', False),
        ]:
            with self.subTest(path=path, text=text):
                tree = Tree.of_texts({"mcp/method_table.hpp": table, path: text + "\n"})
                self.assertEqual([f.path for f in layout.one_table(tree)], [path] if broken else [])

    def test_build_lists(self):
        def unbuilt(text):
            files = {"base/CMakeLists.txt": text, "base/x/a.cpp": ""}
            return [f.path for f in tidy.layout.built(Tree.of_texts(files))]
        self.assertEqual(unbuilt("tollgate_room(base SOURCES x/a.cpp)"), [])
        self.assertEqual(unbuilt("tollgate_room(base SOURCES x/ba.cpp)"), ["base/x/a.cpp"])
        self.assertEqual(unbuilt("tollgate_room(base SOURCES a.cpp)"), ["base/x/a.cpp"])


class Repeats(unittest.TestCase):
    def test_lines_that_stand_twice(self):
        lines = "".join(f"    act({number});\n" for number in range(6))
        one = "void f() {\n" + lines + "}\n"
        self.assertEqual(rules({"base/a.cpp": one, "mcp/a.cpp": "int g() {\n\n" + lines + "}\n"}), ["repeats"])
        self.assertEqual(rules({"base/a.cpp": one, "tests/unit/a.cpp": one}), [])
        self.assertEqual(rules({"base/a.cpp": one, "mcp/a.cpp": one.replace("act(3)", "act(7)")}), [])

    def test_declarations_may_be_alike(self):
        fields = "struct a {\n" + "".join(f"    std::string name_{number};\n" for number in range(8)) + "};\n"
        self.assertEqual(rules({"base/a.hpp": "#pragma once\n" + fields, "mcp/a.hpp": "#pragma once\n" + fields}), [])


class Coroutines(unittest.TestCase):
    def test_long_functions(self):
        lines = "    x();\n"
        for head in ["void f() ", "auto f(int a) const -> int ", "a::a(int b) : b_(b) ",
                     "auto g = [&](int a) ", 'TEST_CASE("x", "[y]") ']:
            with self.subTest(head=head):
                self.assertEqual(cpp(head + "{\n" + lines * 58 + "}"), [])
                self.assertEqual(cpp(head + "{\n" + lines * 59 + "}"), ["function-lines"])

    def test_types_and_tables_may_be_long(self):
        for head in ["namespace a ", "class a final : public b ", "struct a ", "enum class a ",
                     "const std::array<row, 9> rows"]:
            with self.subTest(head=head):
                self.assertEqual(cpp(head + "{\n" + "    x,\n" * 80 + "};"), [])

    def test_long_classes(self):
        for head in ["class a final : public b ", "struct a "]:
            with self.subTest(head=head):
                self.assertEqual(cpp(head + "{\n" + "    int x;\n" * 298 + "};"), [])
                self.assertEqual(cpp(head + "{\n" + "    int x;\n" * 299 + "};"), ["class-lines"])

    def test_awaits_that_are_right(self):
        for text in [
            "auto r = co_await f(a, b);",
            "if (auto r = co_await f(name); !r) co_return;",
            "while (co_await f(name)) { g(); }",
            "co_return co_await f(std::move(a));",
            "const auto v = co_await run_on(pool, [] { return 1; });",
            "auto s = \"a co_await b ? co_await c\";",
            "for (auto& x : xs) { co_await f(x); co_await g(x); }",
            "base::awaitable<> run() override { co_await f(); }",
            "auto run = [](int a) -> base::awaitable<> { co_await f(a); };",
            "int n = 1'000; co_await f(n); char c = '?';",
        ]:
            with self.subTest(text=text):
                self.assertEqual(cpp("void x() { " + text + " }"), [])

    def test_awaits_that_are_wrong(self):
        for text in [
            "auto r = (co_await f()) + (co_await g());",
            "auto r = co_await f(co_await g());",
            "auto r = c ? co_await f() : other;",
            "auto r = co_await f() ? a : b;",
            "auto r = T{co_await f(), 1};",
            "timer t{co_await executor};",
            "co_return pair{1, co_await f()};",
            "co_await f(T{a, b});",
            "co_await f({a, b});",
            "co_await run_on(pool, [text] { return text; });",
        ]:
            with self.subTest(text=text):
                self.assertEqual(cpp("void x() { " + text + " }"), ["co_await"])

    def test_coroutines_whose_frames_are_elsewhere(self):
        header = {"base/async.hpp": "", "base/a.hpp": '#include "base/async.hpp"\n'}
        for text, broken in [
            ('#include "base/async.hpp"\nvoid f() { co_return; }\n', False),
            ('#include "a.hpp"\nvoid f() { co_return; }\n', False),
            ("void f() { co_return; }\n", True),
            ("void f() { co_spawn(g()); }\n", True),
            ("// co_await\nvoid f();\n", False),
        ]:
            with self.subTest(text=text):
                found = tidy.findings(Tree.of_texts({**header, "base/b.cpp": text}))
                self.assertEqual("frames" in {one.rule for one in found}, broken)


class Pages(unittest.TestCase):
    def test_links(self):
        def broken(text):
            files = {"docs/a.md": text, "docs/b.md": "# The way, of a request\n"}
            return rules(files)
        self.assertEqual(broken("[b](b.md), [up](../docs/b.md), [web](https://example.com/x)"), [])
        self.assertEqual(broken("[b](b.md#the-way-of-a-request), [folder](../docs)"), [])
        self.assertEqual(broken("[b](c.md)"), ["links"])
        self.assertEqual(broken("[b](b.md#elsewhere)"), ["links"])
        self.assertEqual(broken("# Here\n[b](#here)"), [])
        self.assertEqual(broken("[b](#there)"), ["links"])
        self.assertEqual(broken("```\n[b](c.md)\n```\nand `[b](c.md)`"), [])

    def test_maps(self):
        def unnamed(readme, path):
            files = {"base/README.md": readme, path: ""}
            return [f.path for f in tidy.pages.maps(Tree.of_texts(files))]
        for readme in ["`a.cpp`", "`a`", "`*.cpp`"]:
            self.assertEqual(unnamed(readme, "base/a.cpp"), [])
        self.assertEqual(unnamed("`x/a`", "base/x/a.hpp"), [])
        self.assertEqual(unnamed("`x/`", "base/x/y/a.hpp"), [])
        self.assertEqual(unnamed("`x/<name>.json`", "base/x/a.json"), [])
        self.assertEqual(unnamed("`x/<any>/`", "base/x/y/a"), [])
        self.assertEqual(unnamed("a.cpp", "base/a.cpp"), ["base/a.cpp"])
        self.assertEqual(unnamed("`a`", "base/x/a.hpp"), ["base/x/a.hpp"])
        self.assertEqual(unnamed("`ab`", "base/a.hpp"), ["base/a.hpp"])
        nested = {"base/README.md": "`x/`", "base/x/README.md": "nothing", "base/x/a.hpp": ""}
        self.assertEqual([f.path for f in tidy.pages.maps(Tree.of_texts(nested))],
                         ["base/x/a.hpp"])
        self.assertEqual([f.path for f in tidy.pages.maps(Tree.of_texts({"base/a.hpp": ""}))],
                         ["base/a.hpp"])

        self.assertEqual(unnamed("`<any>/<file>`", "base/x/y/a.hpp"), ["base/x/y/a.hpp"])

    def test_maps_of_tests(self):
        def unnamed(name, path, text=""):
            files = {"tests/README.md": name, path: text}
            return [f.path for f in tidy.pages.maps(Tree.of_texts(files))]
        for name, path in [
            ("`tidy/clang-tidy`", "tests/tidy/clang-tidy"),
            ("`unit/base/clock`", "tests/unit/base/clock.cpp"),
            ("`drain`", "tests/drain.test.mjs"),
            ("`tidy/*.test.mjs`", "tests/tidy/a.test.mjs"),
            ("`corpus/token/`", "tests/corpus/token/leap"),
        ]:
            with self.subTest(name=name, path=path):
                self.assertEqual(unnamed(name, path), [])
        for name, path in [
            ("`tidy/tidy.py`", "tests/tidy/clang-tidy"),     # another file of the folder
            ("`<room>/<file>`", "tests/tidy/clang-tidy"),    # a wildcard in the folder's name
            ("`unit/<room>/*.cpp`", "tests/unit/base/clock.cpp"),
            ("`tidy/*`", "tests/tidy/clang-tidy"),           # a wildcard alone
            ("`*.cpp`", "tests/unit/clock.cpp"),             # of another folder
            ("`corpus/`", "tests/corpus/token/leap"),        # of the folder above
            ("`tidy/`", "tests/tidy/a.py"),                  # a program, by its folder only
        ]:
            with self.subTest(name=name, path=path):
                self.assertEqual(unnamed(name, path), [path])
        self.assertEqual(unnamed("`tidy/`", "tests/tidy/clang-tidy", "#!/bin/sh\n"), ["tests/tidy/clang-tidy"])
        self.assertEqual(unnamed("`tidy/`", "tests/tidy/words", "a\n"), [])

    def test_markdown(self):
        for text, broken in [
            ("| a | b |\n|---|---|\n| `x | y` | c \\| d |\n", False),
            ("| a | b |\n|---|---|\n| x |\n", True),
            ("| a | b |\n| x | y |\n", True),
            ("```\n| a\n```\n", False),
            ("```\n| a\n", True),
        ]:
            with self.subTest(text=text):
                self.assertEqual("markdown" in rules({"docs/a.md": text}), broken)

    def test_where(self):
        rows = ["| Is it so? | [`base/a.cpp`](../base/a.cpp) | `decide`, with [`b`](../base/b.hpp) |"] * 40
        def broken(*lines):
            files = {**MAP, "base/a.cpp": "void decide();\n// other\n", "base/b.hpp": "int b;\n",
                     "deploy/c": "step\n", "docs/where.md": "\n".join([*rows, *lines])}
            return [f.text for f in tidy.where.where(Tree.of_texts(files))]
        self.assertEqual(broken(), [])
        self.assertEqual(broken("| question | file | start at |", "|---|---|---|"), [])
        for line, text in [
            ("| Why? | [`base/c.cpp`](../base/c.cpp) | `c` |", "../base/c.cpp is not a file of the tree"),
            ("| Why? | [`base`](../base) | `c` |", "../base is not a file of the tree"),
            ("| Why? | [`x`](../../x) | `x` |", "../../x is not a file of the tree"),
            ("| Why? | [`x`](https://example.com/x) | `x` |", "https://example.com/x is not a file of the tree"),
            ("| Why? | [`a`](../base/a.cpp) | `decide` |", "the link's text is `base/a.cpp`"),
            ("| Why? | base/a.cpp | `decide` |", "the second column names one file, as one link"),
            ("| Why? | [`base/a.cpp`](../base/a.cpp) | `dec` |", "dec does not occur in base/a.cpp"),
            ("| Why? | [`base/a.cpp`](../base/a.cpp) | `other` |", "other does not occur in base/a.cpp"),
            ("| Why? | [`base/a.cpp`](../base/a.cpp) | `decide`, [`c`](../base/b.hpp) |", "c does not occur in base/b.hpp"),
            ("| Why? | [`base/a.cpp`](../base/a.cpp) | `decide`, [`c`](../../c) |", "c does not occur in the tree"),
            ("| Why? | [`base/a.cpp`](../base/a.cpp) | decide |", "the third column begins with a name that is in base/a.cpp"),
            ("| Why? | [`deploy/c`](../deploy/c) | `step` |", "deploy/c is not named in deploy/README.md"),
            ("| Why. | [`base/a.cpp`](../base/a.cpp) | `decide` |", "a row is: question with its '?', file, where to start"),
        ]:
            with self.subTest(line=line):
                self.assertEqual(broken(line), [text])
        rows.pop()
        self.assertEqual(broken(), ["39 questions, fewer than 40"])

    def test_promises(self):
        def broken(proof, count=1, promise="Whole", listed="| [Whole](guarantee-conditions.md#whole) | It is. |\n"):
            return rules({"docs/guarantees.md": "# G\n\n| p | s |\n|---|---|\n" + listed,
                          "docs/guarantee-conditions.md": f"# C\n\n## {promise}\n\nIt is.\n\n[Tests](x.md#whole): {count}.\n",
                          "docs/guarantee-tests.md": "# T\n\n## Whole\n\n" + proof, "docs/x.md": "## Whole\n",
                          "docs/README.md": "`guarantees.md` `guarantee-conditions.md` `guarantee-tests.md` `x.md`\n",
                          "tests/unit/a.cpp": 'TEST_CASE("pool: a call", "[pool]") {}\n'})
        self.assertEqual(broken("- Test: `pool: a call`\n"), [])
        self.assertEqual(broken("- Test: `pool: a`\n"), ["promises"])
        self.assertEqual(broken("- Test: pool: a call\n"), ["promises"])
        self.assertEqual(broken("- Test: `pool: a call`\n", count=2), ["promises"])
        self.assertEqual(broken(""), ["promises"])
        self.assertIn("promises", broken("- Test: `pool: a call`\n", promise="Other"))
        self.assertEqual(broken("- Test: `pool: a call`\n", listed="No promise.\n"), ["promises"])
        twice = "| [Whole](guarantee-conditions.md#whole) | It is. |\n" * 2
        self.assertEqual(broken("- Test: `pool: a call`\n", listed=twice), ["promises"])

    def test_defects(self):
        def broken(tests):
            return rules({"docs/known-defects.md": f"# D\n\n| defect | tests |\n|---|---|\n| It lies | {tests} |\n",
                          "docs/README.md": "`known-defects.md`\n",
                          "tests/unit/a.cpp": 'TEST_CASE("pool: a call", "[pool]") {}\n',
                          "tests/integration/a.test.mjs": "test('it isn\\'t so', () => {});\n"})
        self.assertEqual(broken("`pool: a call`, `it isn't so`"), [])
        self.assertEqual(broken("`pool: a`"), ["defects"])
        self.assertEqual(broken("pool: a call"), ["defects"])
        self.assertEqual(broken(""), ["defects"])
        self.assertEqual(broken("`pool: a call` and more"), ["defects"])

    def test_rows_of_defects(self):
        def found(text):
            return rules({"docs/known-defects.md": f"# D\n\n| defect | tests |\n|---|---|\n{text}", "docs/README.md": "`known-defects.md`\n",
                          "tests/unit/a.cpp": 'TEST_CASE("pool: a call", "[pool]") {}\n'})
        self.assertEqual(found("| It lies | `pool: a call` |\n|It steals|`pool: a call`|\n"), [])
        for row in ["| It lies | |", "| It lies || ", "|It lies|", "| It lies | `pool: a call`", "  | It lies | |"]:
            with self.subTest(row=row):
                self.assertIn("defects", found(row + "\n"))
        self.assertEqual(found(""), ["defects"])

    def test_what_is_a_test(self):
        def found(path, text):
            return rules({"docs/known-defects.md": "# D\n\n| defect | tests |\n|---|---|\n| It lies | `a call` |\n",
                          "docs/README.md": "`known-defects.md`\n", path: text})
        mjs = "tests/integration/a.test.mjs"
        for path, text in [("tests/unit/a.cpp", 'TEST_CASE(\n    "a call", "[pool]") {}\n'), (mjs, "for (const x of y)\n  test('a call', () => {});\n")]:
            self.assertEqual(found(path, text), [])
        for text in ["// test('a call', () => {});\n", "test.skip('a call', () => {});\n", "  assert.ok(x, 'a call');\n", "test('b', 'a call');\n"]:
            with self.subTest(text=text):
                self.assertEqual(found(mjs, text), ["defects"])
        self.assertEqual(found("tests/integration/README.md", "test('a call')\n`a.test.mjs`\n"), ["defects"])

    def test_a_good_tree_has_no_findings(self):
        files = {**MAP, "base/a.cpp": '#include "base/b.hpp"\n', "base/b.hpp": "#pragma once\n"}
        self.assertEqual([str(f) for f in tidy.findings(Tree.of_texts(files))], [])

    def test_a_finding_names_its_line(self):
        found = tidy.findings(Tree.of_texts({**MAP, "base/a.cpp": "\n\n// FIX" "ME\n"}))
        self.assertEqual([str(f) for f in found],
                         ["base/a.cpp:3: [unfinished] finish it, or leave it out"])


if __name__ == "__main__":
    sys.exit(unittest.main())
