"""Shows that what is checked about tests, and about the runs of them, can fail. self_test.py runs it."""
import os
import unittest

import proofs
import test_rules
from source import Tree


class RulesOfTests(unittest.TestCase):
    def test_places_of_unit_tests(self):
        product = {"base/clock.cpp": "", "stripe/sandbox/kernel/a.cpp": ""}
        case = 'TEST_CASE("a: b") {}\n'
        for path, text, subject, broken in [
            ("tests/unit/base/clock.cpp", case, "file", False),
            ("tests/unit/base/clock_of_summer.cpp", case, "file", False),
            ("tests/unit/base/summer.cpp", case, "topic", True),
            ("tests/unit/base/fixture.cpp", "int a;\n", "topic", False),
            ("tests/unit/sandbox/a.cpp", case, "", True),
        ]:
            with self.subTest(path=path):
                tree = Tree.of_texts({**product, path: text})
                self.assertEqual(test_rules.subject_of(tree, path), subject)
                self.assertEqual(bool(list(test_rules.places(tree))), broken)

    def test_names_of_tests(self):
        for path, text, broken in [
            ("tests/unit/base/a.cpp", 'TEST_CASE("pool: a call is made", "[pool]") {}', False),
            ("tests/unit/base/a.cpp", 'TEST_CASE("[pool] a call is made") {}', True),
            ("tests/unit/base/a.cpp", 'TEST_CASE("a call is made") {}', True),
            ("tests/unit/base/a.cpp", 'TEST_CASE("pool: a call is made.") {}', True),
            ("tests/unit/base/a.cpp", 'TEST_CASE("pool: a call is made; b is not") {}', True),
            ("tests/integration/a.test.mjs", "test('a call is made', () => {});", False),
            ("tests/integration/a.test.mjs", "test('A call is made.', () => {});", True),
        ]:
            with self.subTest(text=text):
                self.assertEqual(bool(list(test_rules.names(Tree.of_texts({path: text + "\n"})))), broken)

    def test_loops_of_unit_tests(self):
        for path, text, broken in [
            ("tests/unit/base/a.cpp", "boost::asio::io_context loop{1};", True),
            ("tests/unit/base/a.hpp", "asio::io_context io;", True),
            ("tests/unit/base/a.cpp", "test::drained_loop loop;", False),
            ("tests/unit/base/a.cpp", "void run(boost::asio::io_context& loop);", False),
            ("tests/support/a.hpp", "boost::asio::io_context loop{1};", False),
        ]:
            with self.subTest(path=path, text=text):
                self.assertEqual(bool(list(test_rules.loops(Tree.of_texts({path: text + "\n"})))), broken)

    def test_tests_that_assert_nothing(self):
        helper = "void check_all(int n) {\n    CHECK(n > 0);\n}\nvoid through() {\n    check_all(1);\n}\n"
        script = "const same = (a, b) => assert.equal(a, b);\n"
        for path, text, broken in [
            ("tests/unit/base/a.cpp", 'TEST_CASE("a: b") {\n    REQUIRE(f());\n}\n', False),
            ("tests/unit/base/a.cpp", 'TEST_CASE("a: b") {\n    f();\n}\n', True),
            ("tests/unit/base/a.cpp", 'TEST_CASE("a: b") {\n    // CHECK(f())\n}\n', True),
            ("tests/unit/base/a.cpp", helper + 'TEST_CASE("a: b") {\n    through();\n}\n', False),
            ("tests/integration/a.test.mjs", "test('a', () => assert.ok(b));\n", False),
            ("tests/integration/a.test.mjs", "test('a', () => {\n  b();\n});\n", True),
            ("tests/integration/a.test.mjs", script + "test('a', () => same(1, 2));\n", False),
        ]:
            with self.subTest(text=text):
                self.assertEqual(bool(list(test_rules.asserts(Tree.of_texts({path: text})))), broken)

    def test_tests_that_call_a_function_of_another_file(self):
        for name, broken in [("at", True), ("check_at", False)]:
            helper = "void " + name + "(int n) {\n    CHECK(n > 0);\n}\n"
            tree = Tree.of_texts({"tests/support/a.hpp": helper, "tests/unit/base/a.cpp":
                                  'TEST_CASE("a: b") {\n    ' + name + "(1);\n}\n"})
            self.assertEqual(bool(list(test_rules.asserts(tree))), broken)

    def test_most_tests_without_their_assertions_are_noticed(self):
        tree = Tree.of_folder(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
        for (cases, functions), pattern, share in [(test_rules.cpp_cases(tree), test_rules.CPP_ASSERTS, 0.85),
                                                   (test_rules.node_cases(tree), test_rules.NODE_ASSERTS, 0.65)]:
            by_file, elsewhere = test_rules.asserting(functions, pattern)
            left = [(path, "\n".join(line for line in body.split("\n") if not pattern.search(line)))
                    for path, _, body in cases]
            noticed = [path for path, body in left if not by_file.get(path, elsewhere).search(body)]
            self.assertGreater(len(noticed), share * len(cases))

    def test_proofs(self):
        def log(name, output, end="Passed"):
            return (f"1/2 Testing: {name}\n1/2 Test: {name}\nCommand: x\nOutput:\n---\n{output}\n<end of output>\n"
                    f"Test time = 1 sec\n---\nTest {end}.\n")
        tree = Tree.of_texts({"docs/guarantee-tests.md": "- Test: `a call`\n- Test: `pool: is whole`\n",
                              "tests/unit/CMakeLists.txt": "add_subdirectory(base base)\nadd_subdirectory(base/redis redis)\n",
                              "tests/unit/base/a.cpp": 'TEST_CASE("pool: is whole", "[pool]") {}\n'})
        whole = log("base/all", "All tests passed")
        for logs, missing in [
            ([log("integration/a", "✔ a call (1.5ms)"), whole], []),
            ([log("integration/a", "✔ a call (1.5ms)"), log("base/pool: is whole - on_sqlite", "")], []),
            ([log("integration/a", "﹣ a call (1ms) # SKIP"), whole], ["a call: skipped, SKIP"]),
            ([log("integration/a", "﹣ a call (1ms) # needs root"), whole], ["a call: skipped, needs root"]),
            ([log("integration/a", "✖ a call (1ms)", "Failed"), whole], ["a call: not run, or failed"]),
            ([log("integration/a", "✔ a call (1ms)"), log("base/postgresql", "")], ["pool: is whole: not run, or failed"]),
            ([log("integration/a", "✔ a call (1ms)"), log("redis/all", "")], ["pool: is whole: not run, or failed"]),
            ([], ["a call: not run, or failed", "pool: is whole: not run, or failed"]),
        ]:
            with self.subTest(logs=logs):
                self.assertEqual(list(proofs.proofs(tree, logs)), missing)
