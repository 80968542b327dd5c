// Sealed values that are sealed again, on both databases: what has changed meanwhile is not lost.
#include "storage/sealed_values.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/settings.hpp"
#include "storage/changes/webhooks.hpp"
#include "tests/unit/storage/backends.hpp"

namespace sealed_values_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::on_postgresql;
using test::on_sqlite;

namespace {

database_place place_of(const on_sqlite& at) {
    return {database_place::type::sqlite, at.dir.file("t.db")};
}

database_place place_of(const on_postgresql& at) {
    return {database_place::type::postgresql, at.database.url()};
}

sealed_blob sealed_by(const std::string& key_id) {
    return {key_id, std::string("\0wrapped", 8) + key_id, std::string("\0bytes\xff", 7)};
}

}  // namespace

TEMPLATE_TEST_CASE("sealed values: a value that has changed since it was read is left as it is",
                   "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    const auto before = (*values)->list(sealed_kind::account, "new", "", 10);
    REQUIRE(before.has_value());
    REQUIRE(before->size() == 2);
    CHECK(before->front().id == "ia_a");
    CHECK((*values)->list(sealed_kind::account, "new", "ia_a", 10)->size() == 1);

    // The credential of one account is replaced before its seal is.
    CHECK((*values)->replace({{before->front(), sealed_by("other")}}).value() == 1);
    CHECK((*values)
              ->replace({{before->front(), sealed_by("new")}, {before->back(), sealed_by("new")}})
              .value() == 1);
    const auto after = (*values)->list(sealed_kind::account, "none", "", 10);
    REQUIRE(after->size() == 2);
    CHECK(after->front().sealed.key_id == "other");
    CHECK(after->back().sealed.wrapped_key == sealed_by("new").wrapped_key);
    CHECK(after->back().sealed.ciphertext == sealed_by("new").ciphertext);
    std::int64_t counted = 0;
    for (const auto& one : (*values)->count(sealed_kind::account).value()) counted += one.count;
    CHECK(counted == 2);
}

TEMPLATE_TEST_CASE(
    "sealed values: every kind is listed, and settings are replaced as they were read",
    "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    REQUIRE(test::put(*store, {add_setting{"check", "old"}}));
    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    for (const auto kind : sealed_kinds) {
        INFO(to_string(kind));
        CHECK((*values)->list(kind, "new", "", 10).has_value());
        CHECK((*values)->count(kind).has_value());
    }
    CHECK((*values)->setting("check").value() == "old");
    REQUIRE((*values)->replace_setting("check", "other", "new"));
    CHECK((*values)->setting("check").value() == "old");
    REQUIRE((*values)->replace_setting("check", "old", "new"));
    CHECK((*values)->setting("check").value() == "new");
    std::int64_t tokens = 0;
    for (const auto& one : (*values)->count_tokens().value()) tokens += one.count;
    CHECK(tokens == 3);  // two API keys and a token
}

}  // namespace sealed_values_test
