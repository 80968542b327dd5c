// The rules for people: roles, addresses, passwords, groups, one-time codes, limits on sign-in.
#include "tenancy/people/person_rules.hpp"

#include <catch2/catch.hpp>

#include "tenancy/people/sign_in_limits.hpp"
#include "tenancy/people/totp.hpp"
#include "tenancy/rules/group_names.hpp"

namespace person_rules_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace std::chrono_literals;

const base::timestamp noon = *base::parse_timestamp("2026-11-20T12:00:00Z");

TEST_CASE("people: each role has its rights", "[tenancy][people]") {
    struct row {
        const char* word;
        role rank;
        bool approves;
    };
    for (const auto& [word, rank, approves] :
         {row{"viewer", role::viewer, false}, row{"operator", role::operator_, false},
          row{"approver", role::viewer, true}, row{"admin", role::admin, true}}) {
        INFO(word);
        const auto known = read_person_role(word);
        REQUIRE(known.has_value());
        CHECK(to_string(*known) == word);
        CHECK(rank_of(*known) == rank);
        CHECK(may_answer_approvals(*known) == approves);
    }
    CHECK(read_person_role("owner").error().code == "unknown_role");
    CHECK(read_person_role("").error().code == "unknown_role");
}

TEST_CASE("people: e-mail addresses are compared without spaces around and in lower case",
          "[tenancy][people]") {
    CHECK(read_email(" Ana@Example.COM\t").value() == "ana@example.com");
    CHECK(folded_email("ANA@example.com ") == "ana@example.com");
    for (const char* wrong : {"", "ana", "@example.com", "ana@", "ana@example", "ana@.com",
                              "ana@example.", "a@b@example.com", "an a@example.com",
                              "ana@exam\nple.com", "<ana@example.com>", "an\xC3\xA1@example.com"}) {
        INFO(wrong);
        CHECK(read_email(wrong).has_error());
    }
    CHECK(read_email(std::string(300, 'a') + "@example.com").has_error());
}

TEST_CASE("people: a password needs length, not composition", "[tenancy][people]") {
    const auto code = [](const std::string& password) {
        const auto good = check_password(password, "marianne@example.com");
        return good ? std::string{} : good.error().code;
    };
    CHECK(code("correct horse battery").empty());
    CHECK(code("twelve chars").empty());
    CHECK(code("eleven char") == "weak_password");
    CHECK(code("aaaaaaaaaaaaaaaa") == "weak_password");
    CHECK(code("abababababababab") == "weak_password");
    CHECK(code("xx-Marianne-2026") == "weak_password");
    CHECK(code(std::string(1'025, 'x')) == "weak_password");
    // Characters are counted, not bytes.
    const std::string three = "\xE2\x82\xAC\xE2\x82\xAD\xE2\x82\xAE";
    CHECK(code(three + "abcdefgh") == "weak_password");
    CHECK(code(three + "abcdefghi").empty());
}

TEST_CASE("people: names of groups are kept in order and once", "[tenancy][people]") {
    CHECK(join_groups({"risk", "finance", "risk"}).value() == "finance,risk");
    CHECK(split_groups("finance,risk") == std::vector<std::string>{"finance", "risk"});
    CHECK(split_groups("").empty());
    CHECK(united_groups("a,c", "b,c") == "a,b,c");
    CHECK(join_groups({"Finance"}).error().code == "invalid_groups");
    CHECK(join_groups({"a,b"}).has_error());
    CHECK(join_groups({""}).has_error());
    CHECK(join_groups(std::vector<std::string>(21, "x")).has_error());
}

// RFC 6238, appendix B: the rows for SHA-1.
TEST_CASE("people: one-time codes are those of RFC 6238", "[tenancy][people]") {
    const std::string secret = "12345678901234567890";
    struct row {
        std::int64_t seconds;
        const char* code;
    };
    for (const auto& [seconds, code] :
         {row{59, "94287082"}, row{1'111'111'109, "07081804"}, row{1'111'111'111, "14050471"},
          row{1'234'567'890, "89005924"}, row{2'000'000'000, "69279037"},
          row{20'000'000'000, "65353130"}}) {
        const auto step = totp_step_at(base::from_unix_ms(seconds * 1000));
        CHECK(totp_code(secret, step, 8) == code);
        CHECK(totp_code(secret, step) == std::string{code}.substr(2));
    }
    CHECK(base32(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(base32("f") == "MY");
    CHECK(base32("foobar") == "MZXW6YTBOI");
    CHECK(otpauth_uri(secret, "ana@example.com") ==
          "otpauth://totp/Tollgate:ana%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
          "issuer=Tollgate&algorithm=SHA1&digits=6&period=30");
}

TEST_CASE("people: a code is taken one step early or late, and once", "[tenancy][people]") {
    const std::string secret = "12345678901234567890";
    const auto step = totp_step_at(noon);
    for (const std::int64_t near : {-1, 0, 1}) {
        const auto matched = totp_match(secret, totp_code(secret, step + near), noon, 0);
        REQUIRE(matched);
        CHECK(*matched == step + near);
    }
    CHECK_FALSE(totp_match(secret, totp_code(secret, step - 2), noon, 0));
    CHECK_FALSE(totp_match(secret, totp_code(secret, step + 2), noon, 0));
    CHECK_FALSE(totp_match(secret, totp_code(secret, step), noon, step));
    CHECK(totp_match(secret, totp_code(secret, step), noon, step - 1) == step);
    CHECK_FALSE(totp_match(secret, "", noon, 0));
    CHECK_FALSE(totp_match(secret, totp_code(secret, step) + "0", noon, 0));
}

TEST_CASE("people: failed sign-ins are slowed for an account at an address", "[tenancy][people]") {
    sign_in_limits limits{base::secret{std::string(32, 'k')}};
    for (int i = 0; i < 10; ++i) CHECK(limits.take("ana", "192.0.2.1", noon).count() == 0);
    const auto wait = limits.take("ana", "192.0.2.1", noon);
    CHECK(wait == 60s);
    CHECK(limits.take("ana", "192.0.2.1", noon + wait - 1ms).count() > 0);
    CHECK(limits.take("ana", "192.0.2.1", noon + wait).count() == 0);
    CHECK(limits.take("ana", "192.0.2.1", noon + wait).count() > 0);
    // Another address, and another account, are not in the way.
    CHECK(limits.take("ana", "192.0.2.2", noon).count() == 0);
    CHECK(limits.take("ben", "192.0.2.1", noon).count() == 0);
}

TEST_CASE("people: failed sign-ins are slowed for an address, whatever the account",
          "[tenancy][people]") {
    sign_in_limits limits{base::secret{std::string(32, 'k')}};
    for (int i = 0; i < 30; ++i)
        CHECK(limits.take("p" + std::to_string(i), "192.0.2.1", noon).count() == 0);
    CHECK(limits.take("another", "192.0.2.1", noon) == 10s);
    CHECK(limits.take("another", "192.0.2.2", noon).count() == 0);
}

TEST_CASE("people: failed sign-ins are slowed for an account, whatever the address",
          "[tenancy][people]") {
    sign_in_limits limits{base::secret{std::string(32, 'k')}};
    int taken = 0;
    for (int i = 0; i < 110; ++i)
        taken += limits.take("ana", "192.0.2." + std::to_string(i), noon).count() == 0 ? 1 : 0;
    CHECK(taken == 100);
}

TEST_CASE("people: an attempt that succeeds takes nothing", "[tenancy][people]") {
    sign_in_limits limits{base::secret{std::string(32, 'k')}};
    for (int i = 0; i < 200; ++i) {
        CHECK(limits.take("ana", "192.0.2.1", noon).count() == 0);
        limits.give_back("ana", "192.0.2.1");
    }
}

}  // namespace person_rules_test
