// Receipts of the admin API as lines of the command line.
#include "server/cli/text/receipt_lines.hpp"

#include <catch2/catch.hpp>

#include "server/cli/text/answer_lines.hpp"

namespace receipt_lines_test {

using namespace tollgate::server;

namespace {

constexpr auto succeeded =
    R"({"id":"rcp_1", "state":"succeeded","tool":"create_a_stripe_refund","object_id":"re_1",)"
    R"("amount":550,"currency":"usd","error_code":null,"created_at":"2026-11-30T10:00:00.000Z"})";
constexpr auto unknown =
    R"({"id":"rcp_2","state":"unknown","tool":"t","object_id":null,"amount":7,"currency":"zzz",)"
    R"("error_code":"frozen","created_at":"2026-11-30T10:00:00.000Z"})";

}  // namespace

TEST_CASE("receipt lines: one line has the same fields in the same order", "[server]") {
    CHECK(read_receipt(succeeded)->line ==
          "rcp_1  succeeded  create_a_stripe_refund  2026-11-30T10:00:00.000Z  re_1  5.50 USD  -");
    CHECK(read_receipt(unknown)->line ==
          "rcp_2  unknown  t  2026-11-30T10:00:00.000Z  -  7  frozen");
    CHECK(read_receipt(succeeded)->json.find(' ') == std::string::npos);
}

TEST_CASE("receipt lines: a page, and where the next one begins", "[server]") {
    const auto page = read_receipts(R"({"result":[)" + std::string(succeeded) + "," + unknown +
                                    R"(],"next_cursor":"c1"})");
    REQUIRE(page.has_value());
    CHECK(page->receipts.at(1).id == "rcp_2");
    CHECK(page->next_cursor == "c1");
    CHECK(read_receipts(R"({"result":[],"next_cursor":null})")->next_cursor.empty());
}

TEST_CASE("receipt lines: details leave out what is absent", "[server]") {
    CHECK(details_of(R"({"id":"rcp_1","amount":550,"error_code":null})").value() ==
          "id: rcp_1\namount: 550\n");
}

TEST_CASE("receipt lines: what is not a receipt is refused with the next step", "[server]") {
    for (const auto* body :
         {"", "[]", "<html>", "{}", R"({"id":"pi_1","state":"succeeded"})", R"({"id":"rcp_1"})"}) {
        const auto read = read_receipt(body);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == "unreadable_answer");
    }
    CHECK_FALSE(read_receipts(R"({"result":[{"id":"x"}]})").has_value());
    CHECK_FALSE(details_of("nothing").has_value());
}

}  // namespace receipt_lines_test
