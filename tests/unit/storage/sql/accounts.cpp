// Accounts of a team, on both databases.
#include "storage/changes/accounts.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <tuple>

#include "tests/unit/storage/backends.hpp"

namespace accounts_storage_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::fill;
using test::put;
using test::run_sync;

TEMPLATE_TEST_CASE("storage accounts: accounts are found by a part of the name or the last four",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (const auto& [id, name, last4] :
         {std::tuple{"ia_1", "Acme EU", "w4xy"}, {"ia_2", "100%_sure!", "acme"}}) {
        auto row = test::account("team_a", id);
        row.name = name;
        row.last4 = last4;
        REQUIRE(put(*store, {add_account{row, 10}}));
    }
    const auto found = [&](const std::string& text, std::int64_t limit = 10) {
        std::set<std::string> out;
        page where;
        where.limit = static_cast<std::size_t>(limit);
        for (const auto& row : run_sync(store->list_accounts("team_a", text, where)).value())
            out.insert(row.id);
        return out;
    };
    CHECK(found("") == std::set<std::string>{"ia_a", "ia_1", "ia_2"});
    CHECK(found("acme") == std::set<std::string>{"ia_a", "ia_1", "ia_2"});
    CHECK(found("ACME e") == std::set<std::string>{"ia_1"});
    CHECK(found("w4xy") == std::set<std::string>{"ia_1"});
    CHECK(found("4xy").empty());
    CHECK(found("%_sure!") == std::set<std::string>{"ia_2"});
    CHECK(found("_").size() == 1);
    CHECK(found("acme", 1).size() == 1);
    CHECK(found("'; --").empty());
}

}  // namespace accounts_storage_test
