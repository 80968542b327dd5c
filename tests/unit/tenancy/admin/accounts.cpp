#include "tenancy/admin/accounts.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "base/ids.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace accounts_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

const base::errc not_found = base::errc::not_found;

base::result<integrated_account> connect(tenancy_fixture& t, account_input input) {
    return run_sync(t.registry->accounts().create(t.owner, std::move(input), {}));
}

account_input acme() {
    account_input input;
    input.name = "Acme";
    input.credential = base::secret{test::test_credential};
    return input;
}

// Everything the database wrote, for looking for secrets in it.
std::string stored_bytes(const tenancy_fixture& t) {
    std::ostringstream out;
    for (const char* name : {"t.db", "t.db-wal"})
        out << std::ifstream{t.dir.file(name), std::ios::binary}.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("tenancy accounts: connecting keeps the facts and seals the credential",
          "[tenancy][accounts]") {
    tenancy_fixture t;
    auto input = acme();
    input.stripe_account = "acct_1Nv0FGQ9RKHgCVdK";
    input.stripe_version = "2026-10-28.endive";
    input.tags = {"eu", "main shop"};
    const auto made = connect(t, std::move(input)).value();
    CHECK(base::is_id(made.id, "ia"));
    CHECK(made.mode == account_mode::test);
    CHECK(made.restricted_key);
    CHECK(made.last4 == "WXYZ");
    const auto read = run_sync(t.registry->accounts().get(t.owner.team_id, made.id)).value();
    CHECK(read.tags == words{"eu", "main shop"});
    CHECK(read.stripe_version == "2026-10-28.endive");
    CHECK(read.created_by == t.owner.id);
    const std::string bytes = stored_bytes(t);
    REQUIRE(bytes.find(made.id) != std::string::npos);
    CHECK(bytes.find(test::test_credential) == std::string::npos);
    CHECK(bytes.find("51abcdefghijklmnop") == std::string::npos);
    CHECK(bytes.find(std::string{t.owner_secret.reveal().substr(8)}) == std::string::npos);
}

TEST_CASE("tenancy accounts: wrong parts are refused with their field", "[tenancy][accounts]") {
    tenancy_fixture t;
    struct expectation {
        std::function<void(account_input&)> spoil;
        const char* code;
        const char* field;
    };
    const std::vector<expectation> cases{
        {[](account_input& in) { in.name = ""; }, "invalid_name", "name"},
        {[](account_input& in) { in.name = "a\nb"; }, "invalid_name", "name"},
        {[](account_input& in) { in.name = std::string(201, 'a'); }, "invalid_name", "name"},
        {[](account_input& in) { in.credential = base::secret{"pk_test_51abcdefgh"}; },
         "publishable_key", "credential"},
        {[](account_input& in) { in.mode = "live"; }, "mode_mismatch", "credential"},
        {[](account_input& in) { in.mode = "prod"; }, "invalid_mode", "mode"},
        {[](account_input& in) { in.stripe_account = "1234"; }, "invalid_stripe_account",
         "stripe_account"},
        {[](account_input& in) { in.stripe_account = "acct_1\r\nX: y"; }, "invalid_stripe_account",
         "stripe_account"},
        {[](account_input& in) { in.stripe_version = "latest"; }, "invalid_stripe_version",
         "stripe_version"},
        {[](account_input& in) { in.stripe_version = "2026-10-28.\r\n"; }, "invalid_stripe_version",
         "stripe_version"},
        {[](account_input& in) { in.tags = {"ok", ""}; }, "invalid_tag", "tags[1]"},
        {[](account_input& in) { in.tags = words(21, "x"); }, "invalid_tag", "tags"},
    };
    for (const auto& [spoil, code, field] : cases) {
        auto input = acme();
        spoil(input);
        const auto refused = connect(t, std::move(input));
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == code);
        CHECK(refused.error().field == field);
    }
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {}, {})).value().empty());
}

TEST_CASE("tenancy accounts: verify asks Stripe once and a refusal connects nothing",
          "[tenancy][accounts]") {
    tenancy_fixture t;
    auto input = acme();
    input.verify = true;
    t.verifier.answer = base::fail(base::errc::unauthorized, "stripe", "no");
    const auto refused = connect(t, input);
    CHECK(refused.error().code == "credential_rejected");
    CHECK(refused.error().kind == base::errc::invalid_argument);
    t.verifier.answer = base::fail(base::errc::unavailable, "stripe_unreachable", "no answer");
    CHECK(connect(t, input).error().code == "stripe_unreachable");
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {}, {})).value().empty());
    t.verifier.answer = {};
    CHECK(connect(t, input).has_value());
    CHECK(t.verifier.asked == 3);
    CHECK(t.verifier.seen_credential == test::test_credential);
    CHECK(connect(t, acme()).has_value());
    CHECK(t.verifier.asked == 3);
}

TEST_CASE("tenancy accounts: a patch changes what it names, a key of the other mode is refused",
          "[tenancy][accounts]") {
    tenancy_fixture t;
    auto& accounts = t.registry->accounts();
    const auto made = t.connect(t.owner);
    t.clock.advance(std::chrono::seconds{5});
    account_patch change;
    change.credential = base::secret{"sk_test_51newnewnewLAST"};
    change.stripe_account = "acct_123";
    const auto changed = run_sync(accounts.patch(t.owner.team_id, made.id, change)).value();
    CHECK(changed.name == made.name);
    CHECK(changed.last4 == "LAST");
    CHECK_FALSE(changed.restricted_key);
    CHECK(changed.updated_at == made.updated_at + std::chrono::seconds{5});
    change = {};
    change.stripe_account = "";
    CHECK(
        run_sync(accounts.patch(t.owner.team_id, made.id, change)).value().stripe_account.empty());
    change.credential = base::secret{"sk_live_51newnewnewLAST"};
    CHECK(run_sync(accounts.patch(t.owner.team_id, made.id, change)).error().code ==
          "mode_mismatch");
    const auto other = t.other_team();
    CHECK(run_sync(accounts.patch(other.made.id, made.id, {})).error().kind == not_found);
    CHECK(run_sync(accounts.get(other.made.id, made.id)).error().kind == not_found);
    CHECK(run_sync(accounts.remove(other.first_key.key, made.id, 0, {})).error().kind == not_found);
    CHECK(run_sync(accounts.list(other.made.id, {}, {})).value().empty());
}

TEST_CASE("accounts: while the sandbox stands in for Stripe, live keys stay out",
          "[tenancy][accounts]") {
    tenancy_fixture fixture;
    auto options = test::test_options();
    options.limits.live_accounts = false;
    fixture.reopen(options);
    REQUIRE(fixture.booted.has_value());
    tenancy::account_input input;
    input.name = "Live";
    input.credential = base::secret{"rk_live_51abcdefghijklmnopWXYZ"};
    const auto refused = run_sync(fixture.registry->accounts().create(fixture.owner, input, {}));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "live_keys_off");
    // With a live account in the store, such a start is refused altogether.
    fixture.reopen();
    REQUIRE(run_sync(fixture.registry->accounts().create(fixture.owner, input, {})).has_value());
    fixture.reopen(options);
    REQUIRE(fixture.booted.has_error());
    CHECK(fixture.booted.error().code == "live_account_present");
}

}  // namespace accounts_test
