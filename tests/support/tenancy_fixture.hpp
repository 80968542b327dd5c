// A whole tenancy on a real database file, with a clock that the test moves.
#pragma once
#include <memory>
#include <string>

#include "storage/sqlite.hpp"
#include "tenancy/registry.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tool_directory.hpp"

namespace tollgate::test {

inline const std::string master_key_text =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
inline const std::string pepper_text =
    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeffe0e1e2e3e4e5e6e7e8e9eaebecedeeef";
inline const std::string test_credential = "rk_test_51abcdefghijklmnopWXYZ";

inline tenancy::tenancy_options test_options() {
    tenancy::tenancy_options options;
    options.master_key.text = master_key_text;
    options.peppers.text = pepper_text;
    options.people.cost = base::password_cost_lowest;
    return options;
}

// Answers what the test tells it to.
class scripted_verifier final : public tenancy::credential_verifier {
public:
    base::awaitable<base::result<>> verify(const tenancy::account_access& account) override {
        ++asked;
        seen_credential = account.credential.reveal();
        co_return answer;
    }
    base::awaitable<base::result<tenancy::key_review>> review(
        const tenancy::account_access& account, std::vector<tenancy::tool_filter> given) override {
        ++reviewed;
        seen_credential = account.credential.reveal();
        filters = std::move(given);
        co_return found;
    }
    base::result<> answer;
    base::result<tenancy::key_review> found{tenancy::key_review{}};
    std::vector<tenancy::tool_filter> filters;
    int reviewed = 0;
    std::string seen_credential;
    int asked = 0;
};

class tenancy_fixture {
public:
    tenancy_fixture() { open(test_options()); }

    // Closes everything and opens it again on the same file, as a restart does.
    void reopen(const tenancy::tenancy_options& options = test_options()) {
        registry.reset();
        store.reset();
        open(options);
    }

    void open(const tenancy::tenancy_options& options) {
        storage::sqlite_options sqlite;
        sqlite.file = dir.file("t.db");
        store = storage::open_sqlite(sqlite, log).value();
        registry = tenancy::make_registry(*store, clock, log, tools, &verifier, options).value();
        booted = run_sync(registry->bootstrap());
        if (!booted || !booted->first_team) return;
        owner = booted->first_team->first_key.key;
        owner_secret = booted->first_team->first_key.secret;
    }

    tenancy::integrated_account connect(const tenancy::api_key& by, std::string name = "Acme") {
        tenancy::account_input input;
        input.name = std::move(name);
        input.credential = base::secret{test_credential};
        return run_sync(registry->accounts().create(by, std::move(input), {})).value();
    }

    tenancy::new_mcp_server mint(const tenancy::api_key& by, const std::string& account_id,
                                 tenancy::server_config config = {},
                                 std::optional<std::string> expires_at = {}) {
        tenancy::server_input input{"Server", std::move(config), std::move(expires_at)};
        return run_sync(registry->servers().create(by, account_id, std::move(input), {})).value();
    }

    // Another team with its first admin key.
    tenancy::new_team other_team() {
        return run_sync(registry->teams().create(owner, "Other", {})).value();
    }

    base::result<std::shared_ptr<const tenancy::grant>> find(const base::secret& token) {
        return run_sync(registry->grants().find(token.reveal()));
    }

    temp_dir dir;
    base::null_logger log;
    base::manual_clock clock{*base::parse_timestamp("2026-11-20T12:00:00Z")};
    small_directory tools;
    scripted_verifier verifier;
    std::unique_ptr<storage::record_store> store;
    std::unique_ptr<tenancy::registry> registry;
    base::result<tenancy::boot_report> booted{tenancy::boot_report{}};
    tenancy::api_key owner;
    base::secret owner_secret;
};

}  // namespace tollgate::test
