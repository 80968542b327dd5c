// Sealed values that are sealed again, on both databases: what has changed meanwhile is not lost.
#include "storage/sealed_values.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "storage/changes/approvals.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/receipts.hpp"
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

receipt_row sealed_receipt(const std::string& id) {
    receipt_row out;
    out.id = id;
    out.team_id = "team_a";
    out.account_id = "ia_a";
    out.server_id = "mcp_a";
    out.operation_key = id;
    out.tool = "create_a_stripe_refund";
    out.request_digest = std::string(32, id.at(4));
    out.argument_digests = "{}";
    out.resolve_at = test::at(40);
    out.request = sealed_by("old");
    return out;
}

approval_row sealed_approval(const std::string& id) {
    approval_row out;
    out.id = id;
    out.team_id = "team_a";
    out.account_id = "ia_a";
    out.server_id = "mcp_a";
    out.request_digest = std::string(32, id.at(4));
    out.receipt_id = "rcp_" + id;
    out.operation_key = id;
    out.needed = 1;
    out.expires_at = test::at(1'000);
    out.content = sealed_by("old");
    return out;
}

std::vector<std::string> listed_ids(sealed_values& values, sealed_kind kind) {
    std::vector<std::string> out;
    for (const auto& one : values.list(kind, "new", {}, 100).value()) out.push_back(one.id);
    std::int64_t counted = 0;
    for (const auto& one : values.count(kind).value()) counted += one.count;
    CHECK(counted == static_cast<std::int64_t>(out.size()));
    return out;
}

}  // namespace

TEMPLATE_TEST_CASE("sealed values: what a finished write or an ended approval has left is none",
                   "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    for (const auto* const id : {"rcp_done", "rcp_open"})
        REQUIRE(test::put(*store, {begin_receipt{sealed_receipt(id), test::at(0),
                                                 std::make_shared<receipt_begun>()}}));
    receipt_outcome done;
    done.state = receipt_state::succeeded;
    REQUIRE(test::put(*store, {finish_receipt{"team_a", "rcp_done", 1, done, test::at(12), {}}}));
    for (const auto* const id : {"apr_denied", "apr_executed", "apr_open", "apr_void"})
        REQUIRE(test::put(
            *store,
            {add_approval{
                sealed_approval(id), 10, std::make_shared<std::optional<approval_row>>(), {}}}));
    const auto answer = [&](const std::string& id, bool agreed) {
        const approval_vote one{"key_1", agreed, "", test::at(20)};
        REQUIRE(test::put(*store,
                          {vote_approval{"team_a", id, one, std::make_shared<approval_row>()}}));
    };
    answer("apr_denied", false);
    answer("apr_executed", true);
    auto sent = sealed_receipt("rcp_apr");
    sent.request_digest = std::string(32, 'e');
    sent.request = {};
    REQUIRE(test::put(*store, {begin_receipt{sent,
                                             test::at(0),
                                             std::make_shared<receipt_begun>(),
                                             {},
                                             use_approval{"apr_executed", test::at(30)}}}));
    end_approval ended;
    ended.team_id = "team_a";
    ended.id = "apr_void";
    ended.state = approval_state::voided;
    ended.now = test::at(30);
    REQUIRE(test::put(*store, {ended}));

    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    CHECK(listed_ids(**values, sealed_kind::receipt) == std::vector<std::string>{"rcp_open"});
    CHECK(listed_ids(**values, sealed_kind::approval) == std::vector<std::string>{"apr_open"});
}

TEMPLATE_TEST_CASE("sealed values: a gateway does not write the old seal back", "[storage][sealed]",
                   on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    REQUIRE(test::put(*store, {begin_receipt{sealed_receipt("rcp_1"), test::at(0),
                                             std::make_shared<receipt_begun>()}}));
    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    const auto before = test::run_sync(store->find_account("team_a", "ia_a")).value().value();
    for (const auto kind : {sealed_kind::account, sealed_kind::receipt})
        for (const auto& one : (*values)->list(kind, "new", {}, 10).value())
            CHECK((*values)->replace({{one, sealed_by("new")}}).value() == 1);
    CHECK(test::put(*store, {replace_account{before}}).error().code == "version_changed");
    REQUIRE(test::put(*store,
                      {retake_receipt{"team_a", "rcp_1", 1, test::at(10), test::at(90), "inst"}}));
    CHECK((*values)->list(sealed_kind::account, "new", {}, 10)->empty());
    CHECK((*values)->list(sealed_kind::receipt, "new", {}, 10)->empty());
}

TEMPLATE_TEST_CASE("sealed values: stored answers of several teams are listed page by page",
                   "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    for (const auto* const team : {"team_a", "team_b"})
        for (const auto* const route : {"POST /a", "POST /b"})
            for (const auto* const key : {"1", "2"}) {
                replay_row row;
                row.team_id = team;
                row.route = route;
                row.key = key;
                row.body = sealed_by("old");
                REQUIRE(test::put(*store, {add_replay{row}}));
            }
    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    std::vector<std::string> seen;
    sealed_value after;
    for (;;) {
        const auto page = (*values)->list(sealed_kind::replay, "new", after, 3).value();
        if (page.empty()) break;
        after = page.back();
        for (const auto& one : page) {
            seen.push_back(one.team_id + ' ' + one.route + ' ' + one.id);
            CHECK((*values)->replace({{one, sealed_by("new")}}).value() == 1);
        }
    }
    CHECK(seen.size() == 8);
    CHECK(std::ranges::is_sorted(seen));
    CHECK((*values)->list(sealed_kind::replay, "new", {}, 10)->empty());
}

TEMPLATE_TEST_CASE("sealed values: instances that run say under which key they seal",
                   "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    {
        const auto store = at.open();
        REQUIRE(test::put(*store, {put_setting{newest_key_setting({}), "k0"},
                                   put_instance{{"inst_a", 0, 0, test::at(1)}},
                                   put_setting{newest_key_setting("inst_a"), "k1"},
                                   put_instance{{"inst_b", 0, 0, test::at(1)}}}));
        const auto values = sealed_values::open(place_of(at));
        REQUIRE(values.has_value());
        const auto two = (*values)->running().value();
        REQUIRE(two.size() == 2);
        CHECK(two.front().key_id == "k1");
        CHECK(two.back().key_id.empty());
        REQUIRE(test::put(*store, {remove_instance{"inst_a", {}}, remove_instance{"inst_b", {}}}));
        CHECK_FALSE((*values)->setting(newest_key_setting("inst_a")).value());
        const auto only = (*values)->running().value();
        REQUIRE(only.size() == 1);
        CHECK(only.front().key_id == "k0");
    }
    CHECK(sealed_values::open(place_of(at)).value()->running()->empty());
}

TEMPLATE_TEST_CASE("sealed values: a value that has changed since it was read is left as it is",
                   "[storage][sealed]", on_sqlite, on_postgresql) {
    TestType at;
    const auto store = at.open();
    REQUIRE(test::fill(*store));
    const auto values = sealed_values::open(place_of(at));
    REQUIRE(values.has_value());
    const auto before = (*values)->list(sealed_kind::account, "new", {}, 10);
    REQUIRE(before.has_value());
    REQUIRE(before->size() == 2);
    CHECK(before->front().id == "ia_a");
    CHECK((*values)->list(sealed_kind::account, "new", before->front(), 10)->size() == 1);

    // The credential of one account is replaced before its seal is.
    CHECK((*values)->replace({{before->front(), sealed_by("other")}}).value() == 1);
    CHECK((*values)
              ->replace({{before->front(), sealed_by("new")}, {before->back(), sealed_by("new")}})
              .value() == 1);
    const auto after = (*values)->list(sealed_kind::account, "none", {}, 10);
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
        CHECK((*values)->list(kind, "new", {}, 10).has_value());
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
