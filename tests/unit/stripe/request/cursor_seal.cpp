#include "stripe/request/cursor_seal.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace cursor_seal_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

const base::secret key{std::string(32, 'k')};

cursor_binding binding() {
    return {"team_a", "ia_1|", "list_all_stripe_charges", "/v1/charges&limit=2"};
}

std::string refusal(std::string_view text, const cursor_binding& to, const cursor_seal& with) {
    const auto opened = with.open(text, to);
    if (opened) return "opened";
    CHECK(opened.error().code == "bad_cursor");
    CHECK(opened.error().field == "next_cursor");
    return opened.error().message;
}

bool says(const std::string& message, std::string_view words) {
    return message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("stripe cursor_seal: a cursor opens for the call it was made for", "[stripe]") {
    const cursor_seal seal{key};
    for (const page_cursor& where : {page_cursor{"ch_123", 0}, page_cursor{"", 37},
                                     page_cursor{"tok==", 65535}, page_cursor{"", 0}}) {
        const auto text = seal.seal(where, binding());
        const auto opened = seal.open(text, binding());
        REQUIRE(opened.has_value());
        CHECK(opened->token == where.token);
        CHECK(opened->skip == where.skip);
        CHECK(text.find("ch_123") == std::string::npos);
        CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_") == std::string::npos);
    }
}

TEST_CASE("stripe cursor_seal: equal pages give equal cursors, on every instance", "[stripe]") {
    const cursor_seal one{key};
    const cursor_seal other{key};
    CHECK(one.seal({"ch_1", 0}, binding()) == other.seal({"ch_1", 0}, binding()));
    CHECK(other.open(one.seal({"ch_1", 0}, binding()), binding()).has_value());
    std::set<std::string> all;
    for (const auto* id : {"ch_1", "ch_2", "ch_3"}) all.insert(one.seal({id, 0}, binding()));
    all.insert(one.seal({"ch_1", 1}, binding()));
    CHECK(all.size() == 4);
}

TEST_CASE("stripe cursor_seal: every changed byte is refused", "[stripe]") {
    const cursor_seal seal{key};
    const auto good = seal.seal({"ch_123", 0}, binding());
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bad = good;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        CHECK(refusal(bad, binding(), seal) != "opened");
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK(refusal(good.substr(0, size), binding(), seal) != "opened");
    CHECK(refusal(good + "A", binding(), seal) != "opened");
    CHECK(refusal(good + "=", binding(), seal) != "opened");
}

TEST_CASE("stripe cursor_seal: another tool, account or argument is named, another team is not",
          "[stripe]") {
    const cursor_seal seal{key};
    const auto text = seal.seal({"ch_123", 0}, binding());
    auto other = binding();
    other.tool = "list_all_stripe_refunds";
    CHECK(says(refusal(text, other, seal), "of another tool"));
    other = binding();
    other.arguments = "/v1/charges&limit=3";
    CHECK(says(refusal(text, other, seal), "of other arguments"));
    other = binding();
    other.account = "ia_2|";
    CHECK(says(refusal(text, other, seal), "of another account"));
    other = binding();
    other.account = "ia_1|acct_1";
    CHECK(says(refusal(text, other, seal), "of another account"));
    // A foreign team learns nothing: the message is that of a changed cursor.
    other = binding();
    other.team = "team_b";
    auto changed = text;
    changed[20] = changed[20] == 'A' ? 'B' : 'A';
    CHECK(refusal(text, other, seal) == refusal(changed, binding(), seal));
}

TEST_CASE("stripe cursor_seal: ids and cursors of an older key get a message that helps",
          "[stripe]") {
    const cursor_seal seal{key};
    CHECK(says(refusal("ch_3PqR7s", binding(), seal), "id of Stripe's"));
    const cursor_seal rotated{base::secret{std::string(32, 'n')}};
    CHECK(says(refusal(seal.seal({"ch_1", 0}, binding()), binding(), rotated),
               "key or version changed"));
    for (const auto* junk : {"", "tgc_", "tgc_!", "2", "null", "tgc_AAAA"})
        CHECK(refusal(junk, binding(), seal) != "opened");
}

TEST_CASE("stripe cursor_seal: a cursor of an earlier build is named as such", "[stripe]") {
    const auto* sealed_in_form_1 =
        "tgc_AB6ISNpWH_I9SZB9AYbtsHQbF4WCbtpWx5g_8BFNdFK5Mb3AOFdAwPWtZM78JezCbARY5w";
    CHECK(says(refusal(sealed_in_form_1, binding(), cursor_seal{key}), "key or version changed"));
}

TEST_CASE("stripe cursor_seal: the order of arguments does not matter", "[stripe]") {
    CHECK(canonical_target("/v1/charges?limit=2&created[gte]=5") ==
          canonical_target("/v1/charges?created[gte]=5&limit=2"));
    CHECK(canonical_target("/v1/charges?limit=2") != canonical_target("/v1/charges?limit=3"));
    CHECK(canonical_target("/v1/charges") == "/v1/charges");
}

}  // namespace cursor_seal_test
