#include "tenancy/rules/server_config.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tool_directory.hpp"

namespace server_config_test {

using namespace tollgate;
using namespace tollgate::tenancy;

namespace {

const test::small_directory tools;

std::vector<std::string> shown(const server_config& config) {
    const auto filter = check_config(config, tools);
    std::vector<std::string> out;
    if (!filter) return out;
    for (const auto& entry : tools.tools())
        if (filter->passes(entry.facts)) out.emplace_back(entry.facts.name);
    return out;
}

server_config of_methods(words list) {
    server_config config;
    config.methods = std::move(list);
    return config;
}

}  // namespace

TEST_CASE("tenancy filter: groups and exact methods choose by kind", "[tenancy][filter]") {
    CHECK(shown({}).size() == 7);
    CHECK(shown(of_methods({"read"})) ==
          words{"list_all_stripe_charges", "list_all_stripe_invoices", "search_stripe_customers"});
    CHECK(shown(of_methods({"write"})) == words{"create_a_stripe_customer",
                                                "create_a_stripe_refund",
                                                "delete_a_stripe_customer_by_id"});
    CHECK(shown(of_methods({"custom"})) == words{"finalize_a_stripe_invoice_by_id"});
    CHECK(shown(of_methods({"delete", "search"})) ==
          words{"delete_a_stripe_customer_by_id", "search_stripe_customers"});
    CHECK(shown(of_methods({"read", "write", "custom"})).size() == 7);
}

TEST_CASE("tenancy filter: tags narrow methods, allow and deny narrow both", "[tenancy][filter]") {
    auto config = of_methods({"read", "write"});
    config.tags = words{"payments", "invoices"};
    CHECK(shown(config) ==
          words{"create_a_stripe_refund", "list_all_stripe_charges", "list_all_stripe_invoices"});
    config.deny = words{"create_a_stripe_refund"};
    CHECK(shown(config) == words{"list_all_stripe_charges", "list_all_stripe_invoices"});
    config.allow =
        words{"list_all_stripe_charges", "create_a_stripe_refund", "create_a_stripe_customer"};
    CHECK(shown(config) == words{"list_all_stripe_charges"});
}

TEST_CASE("tenancy filter: an illegal method lists the legal words", "[tenancy][filter]") {
    for (const auto* word : {"GET", "Read", "reed", "", "all", "custom "}) {
        const auto checked = check_config(of_methods({"read", word}), tools);
        REQUIRE(checked.has_error());
        CHECK(checked.error().kind == base::errc::invalid_argument);
        CHECK(checked.error().code == "unknown_method");
        CHECK(checked.error().field == "config.methods[1]");
        CHECK(checked.error().message.find(std::string{legal_method_words()}) != std::string::npos);
    }
}

TEST_CASE("tenancy filter: an unknown tag lists the known ones, nearest first",
          "[tenancy][filter]") {
    server_config config;
    config.tags = words{"payments", "invoice"};
    const auto checked = check_config(config, tools);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == "unknown_tag");
    CHECK(checked.error().field == "config.tags[1]");
    CHECK(checked.error().message.find("the tags are: invoices, ") != std::string::npos);
    for (const auto* tag : {"payments", "refunds", "customers"})
        CHECK(checked.error().message.find(tag) != std::string::npos);
}

TEST_CASE("tenancy filter: an unknown tool name suggests the nearest, in allow and in deny",
          "[tenancy][filter]") {
    server_config config;
    config.allow = words{"list_all_stripe_charge"};
    auto checked = check_config(config, tools);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == "unknown_tool");
    CHECK(checked.error().field == "config.tools.allow[0]");
    CHECK(checked.error().message.find("did you mean 'list_all_stripe_charges'") !=
          std::string::npos);
    config = {};
    config.deny = words{"create_a_stripe_refunds"};
    checked = check_config(config, tools);
    REQUIRE(checked.has_error());
    CHECK(checked.error().field == "config.tools.deny[0]");
    CHECK(checked.error().message.find("did you mean 'create_a_stripe_refund'") !=
          std::string::npos);
}

TEST_CASE("tenancy filter: empty and endless lists are refused", "[tenancy][filter]") {
    server_config config;
    config.methods = words{};
    CHECK(check_config(config, tools).error().code == "empty_list");
    config = {};
    config.tags = words{};
    CHECK(check_config(config, tools).error().field == "config.tags");
    config = {};
    config.allow = words{};
    CHECK(check_config(config, tools).error().field == "config.tools.allow");
    config = {};
    config.deny = words{};
    CHECK(check_config(config, tools).has_value());
    config.deny = words(1001, "list_all_stripe_charges");
    CHECK(check_config(config, tools).error().code == "too_many_words");
}

TEST_CASE("tenancy filter: a filter that matches no tool is refused", "[tenancy][filter]") {
    auto config = of_methods({"custom"});
    config.tags = words{"payments"};
    CHECK(check_config(config, tools).error().code == "filter_matches_no_tool");
    config = {};
    config.allow = words{"list_all_stripe_charges"};
    config.deny = words{"list_all_stripe_charges"};
    CHECK(check_config(config, tools).error().code == "filter_matches_no_tool");
}

TEST_CASE("tenancy config: what is stored is what was given", "[tenancy][config]") {
    server_config config;
    CHECK(encode_config(config) == "{}");
    CHECK(decode_config("{}").value() == config);
    config.methods = words{"read", "write"};
    config.tags = words{"payments"};
    config.deny = words{};
    config.allow = words{"a\"b\xC3\xA9"};
    config.require_api_token_auth = true;
    config.structured_content = false;
    CHECK(decode_config(encode_config(config)).value() == config);
    for (const auto* wrong : {"", "[]", "{\"methods\":1}", "{\"tools\":[]}", "{\"tags\":[1]}",
                              "{\"require_api_token_auth\":\"yes\"}"})
        CHECK(decode_config(wrong).error().kind == base::errc::corrupt);
    CHECK(decode_words(encode_words({"x", "y"})).value() == words{"x", "y"});
    CHECK(decode_words("{}").has_error());
}

TEST_CASE("tenancy config: a stored word that is not a method any more narrows to nothing",
          "[tenancy][config]") {
    CHECK(filter_of(of_methods({"upsert"})).methods == 0);
}

TEST_CASE("tenancy config: how tools are listed and results shaped is read, kept and checked",
          "[tenancy][config]") {
    server_config config;
    CHECK(listing_of(config).mode == listing_mode::automatic);
    CHECK(listing_of(config).tokens_max == 16'000);
    CHECK_FALSE(results_of(config).raw);
    CHECK_FALSE(rate_of(config).has_value());

    config.listing = "search";
    config.list_tokens_max = 5'000;
    config.pinned = words{"create_a_stripe_refund"};
    config.results = "raw";
    config.result_tokens_max = 4'000;
    config.redact = words{"email", "last4"};
    config.deep_research = true;
    config.confirm = "destructive";
    config.expand = "any";
    config.rate_calls = 50;
    config.rate_seconds = 10;
    CHECK(check_config(config, tools).has_value());
    const auto read = decode_config(encode_config(config));
    REQUIRE(read.has_value());
    CHECK(*read == config);
    CHECK(listing_of(*read).mode == listing_mode::search);
    CHECK(listing_of(*read).tokens_max == 5'000);
    CHECK(listing_of(*read).pinned == words{"create_a_stripe_refund"});
    CHECK(results_of(*read).raw);
    CHECK(results_of(*read).tokens_max == 4'000);
    CHECK(results_of(*read).redact == 9);
    CHECK(listing_of(*read).deep_research);
    CHECK(confirmation_of(*read) == confirmation::destructive);
    CHECK(confirmation_of(server_config{}) == confirmation::none);
    // What a later version wrote was meant to hold something back.
    config.confirm = "sometimes";
    CHECK(confirmation_of(config) == confirmation::write);
    CHECK(rate_of(*read) == call_rate{50, 10});
}

TEST_CASE("tenancy config: values that mean nothing are refused with the legal ones",
          "[tenancy][config]") {
    const auto refused = [](auto change) {
        server_config config;
        change(config);
        const auto checked = check_config(config, tools);
        return checked ? std::string{} : checked.error().code + " " + checked.error().field;
    };
    CHECK(refused([](auto& c) { c.listing = "some"; }) == "unknown_value config.listing");
    CHECK(refused([](auto& c) { c.results = "Raw"; }) == "unknown_value config.results");
    CHECK(refused([](auto& c) { c.confirm = "always"; }) == "unknown_value config.confirm");
    CHECK(refused([](auto& c) { c.expand = "all"; }) == "unknown_value config.expand");
    CHECK(refused([](auto& c) { c.redact = words{"email", "name"}; }) ==
          "unknown_value config.redact[1]");
    CHECK(refused([](auto& c) { c.list_tokens_max = 1'499; }) ==
          "out_of_range config.list_tokens_max");
    CHECK(refused([](auto& c) { c.result_tokens_max = 250'001; }) ==
          "out_of_range config.result_tokens_max");
    CHECK(refused([](auto& c) { c.rate_calls = 5; }) == "missing_field config.rate_limit.seconds");
    CHECK(refused([](auto& c) { c.rate_calls = 0, c.rate_seconds = 1; }) ==
          "out_of_range config.rate_limit.calls");
    CHECK(refused([](auto& c) { c.pinned = words{"create_a_stripe_refnd"}; }) ==
          "unknown_tool config.tools.pinned[0]");
}

}  // namespace server_config_test
