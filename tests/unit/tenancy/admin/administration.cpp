// Start, teams, API keys, accounts, stored answers.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace administration_test {

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

TEST_CASE("tenancy start: the first start makes the owner, later ones do not",
          "[tenancy][registry]") {
    tenancy_fixture t;
    REQUIRE(t.booted.has_value());
    REQUIRE(t.booted->first_team);
    CHECK(base::is_id(t.booted->first_team->made.id, "team"));
    CHECK(base::is_id(t.owner.id, "key"));
    CHECK(t.owner.instance_owner);
    CHECK(t.owner.rank == role::admin);
    const auto secret = t.owner_secret;
    t.reopen();
    REQUIRE(t.booted.has_value());
    CHECK_FALSE(t.booted->first_team);
    const auto again = run_sync(t.registry->api_keys().authenticate(secret.reveal()));
    REQUIRE(again.has_value());
    CHECK((*again)->id == t.owner.id);
}

TEST_CASE("tenancy start: another master key or pepper is refused", "[tenancy][registry]") {
    tenancy_fixture t;
    auto options = test::test_options();
    std::swap(options.master_key.text, options.peppers.text);
    options.peppers.text = test::pepper_text;
    t.reopen(options);
    REQUIRE(t.booted.has_error());
    CHECK(t.booted.error().code == "wrong_master_key");
    options = test::test_options();
    options.peppers.text = test::master_key_text;
    t.reopen(options);
    REQUIRE(t.booted.has_error());
    CHECK(t.booted.error().code == "wrong_peppers");
    t.reopen();
    CHECK(t.booted.has_value());
}

TEST_CASE("tenancy start: rotated keys work and the old ones are still asked",
          "[tenancy][registry]") {
    tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    auto options = test::test_options();
    options.master_key.text += "\n" + test::pepper_text;
    options.peppers.text += "\n" + test::master_key_text;
    const auto secret = t.owner_secret;
    t.reopen(options);
    REQUIRE(t.booted.has_value());
    CHECK(t.find(server.token).has_value());
    CHECK(run_sync(t.registry->api_keys().authenticate(secret.reveal())).has_value());
    // and a token of the new pepper needs it from now on
    t.mint(t.owner, account.id);
    t.reopen();
    CHECK(t.booted.error().code == "wrong_peppers");
}

TEST_CASE("tenancy start: without configured keys both files are made and named",
          "[tenancy][registry]") {
    const test::temp_dir dir;
    base::null_logger log;
    base::system_clock clock;
    test::small_directory tools;
    storage::sqlite_options sqlite;
    sqlite.file = dir.file("t.db");
    const auto store = storage::open_sqlite(sqlite, log).value();
    tenancy_options options;
    options.master_key.file = dir.file("master.key");
    options.peppers.file = dir.file("peppers.key");
    const auto made = make_registry(*store, clock, log, tools, nullptr, options);
    REQUIRE(made.has_value());
    CHECK((*made)->created_files() == std::vector{options.master_key.file, options.peppers.file});
    CHECK(run_sync((*made)->bootstrap()).has_value());
    const auto again = make_registry(*store, clock, log, tools, nullptr, options);
    CHECK((*again)->created_files().empty());
}

TEST_CASE("tenancy teams: only the instance owner makes and sees others", "[tenancy][teams]") {
    tenancy_fixture t;
    const auto other = t.other_team();
    CHECK(other.first_key.key.team_id == other.made.id);
    CHECK(other.first_key.key.rank == role::admin);
    CHECK_FALSE(other.first_key.key.instance_owner);
    const auto refused = run_sync(t.registry->teams().create(other.first_key.key, "Third", {}));
    CHECK(refused.error().code == "owner_only");
    CHECK(run_sync(t.registry->teams().create(t.owner, " ", {})).error().code == "invalid_name");
    CHECK(run_sync(t.registry->teams().list(t.owner, {})).value().size() == 2);
    const auto own = run_sync(t.registry->teams().list(other.first_key.key, {})).value();
    REQUIRE(own.size() == 1);
    CHECK(own[0].id == other.made.id);
}

TEST_CASE("tenancy api keys: a key is known by its secret until it is deleted",
          "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const auto made =
        run_sync(keys.create(t.owner, api_key_input{"CI", "operator", false}, {})).value();
    CHECK(made.key.created_by == t.owner.id);
    CHECK(made.secret.reveal().starts_with(made.key.key_prefix));
    for (int i = 0; i < 2; ++i) {  // from the store, then from memory
        const auto found = run_sync(keys.authenticate(made.secret.reveal()));
        REQUIRE(found.has_value());
        CHECK((*found)->rank == role::operator_);
    }
    REQUIRE(run_sync(keys.remove(t.owner.team_id, made.key.id)).has_value());
    CHECK(run_sync(keys.authenticate(made.secret.reveal())).error().kind ==
          base::errc::unauthorized);
    CHECK(run_sync(keys.get(t.owner.team_id, made.key.id)).error().kind == not_found);
    CHECK(run_sync(keys.remove(t.owner.team_id, made.key.id)).error().kind == not_found);
}

TEST_CASE("tenancy api keys: malformed, foreign and unknown secrets are one answer",
          "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const std::string unknown{make_token(api_key_prefix).reveal()};
    for (const std::string& secret : {std::string{}, std::string{"tgk_x"}, unknown,
                                      std::string{t.owner_secret.reveal()} + "x"}) {
        const auto found = run_sync(keys.authenticate(secret));
        REQUIRE(found.has_error());
        CHECK(found.error().code == "invalid_api_key");
    }
}

TEST_CASE("tenancy api keys: roles, owners and limits", "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const auto other = t.other_team();
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "root", false}, {})).error().code ==
          "unknown_role");
    CHECK(run_sync(keys.create(other.first_key.key, api_key_input{"x", "admin", true}, {}))
              .error()
              .code == "owner_only");
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", true}, {})).error().code ==
          "owner_only");
    CHECK(run_sync(keys.remove(t.owner.team_id, t.owner.id)).error().code == "last_admin_key");
    const auto second =
        run_sync(keys.create(t.owner, api_key_input{"x", "admin", true}, {})).value();
    CHECK(second.key.instance_owner);
    CHECK(run_sync(keys.remove(t.owner.team_id, t.owner.id)).has_value());
    // no team sees the other's keys
    CHECK(run_sync(keys.list(other.made.id, {})).value().size() == 1);
    CHECK(run_sync(keys.get(other.made.id, second.key.id)).error().kind == not_found);
    CHECK(run_sync(keys.remove(other.made.id, second.key.id)).error().kind == not_found);
}

TEST_CASE("tenancy api keys: the number of keys of a team is limited", "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto options = test::test_options();
    options.limits.api_keys_per_team = 2;
    t.reopen(options);
    auto& keys = t.registry->api_keys();
    REQUIRE(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", false}, {})).has_value());
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", false}, {})).error().kind ==
          base::errc::limit_exceeded);
}

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
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {})).value().empty());
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
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {})).value().empty());
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
    CHECK(run_sync(accounts.list(other.made.id, {})).value().empty());
}

TEST_CASE("tenancy replays: an answer is given again for a day, to the same request only",
          "[tenancy][replays]") {
    tenancy_fixture t;
    auto& replays = t.registry->replays();
    const idempotent_request request{t.owner.team_id, "POST /x", "key-1",
                                     std::string{base::as_view(base::sha256("body"))}};
    CHECK_FALSE(run_sync(replays.find(request)).value());
    answer_writer<integrated_account> writer = [&](const integrated_account& account) {
        return replays.row(request, 201, "{\"secret\":\"" + account.id + " canary\"}");
    };
    const auto made = run_sync(t.registry->accounts().create(t.owner, acme(), writer)).value();
    const auto stored = run_sync(replays.find(request)).value();
    REQUIRE(stored);
    CHECK(stored->status == 201);
    CHECK(stored->body.reveal() == "{\"secret\":\"" + made.id + " canary\"}");
    CHECK(stored_bytes(t).find("canary") == std::string::npos);

    auto other = request;
    other.digest = std::string{base::as_view(base::sha256("another body"))};
    CHECK(run_sync(replays.find(other)).error().code == "idempotency_key_reused");
    other = request;
    other.route = "POST /y";
    CHECK_FALSE(run_sync(replays.find(other)).value());
    other = request;
    other.team_id = t.other_team().made.id;
    CHECK_FALSE(run_sync(replays.find(other)).value());

    // the same request again creates nothing
    const auto twice = run_sync(t.registry->accounts().create(t.owner, acme(), writer));
    CHECK(twice.error().code == "replay_exists");
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {})).value().size() == 1);

    t.clock.advance(std::chrono::hours{24});
    CHECK_FALSE(run_sync(replays.find(request)).value());
    CHECK(run_sync(t.registry->accounts().create(t.owner, acme(), writer)).has_value());
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

}  // namespace administration_test
