// The filter is about data: `expand`, `fields` and `aggregate` stop where it does.
#include "stripe/listing/reach.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/visibility.hpp"

namespace reach_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

struct reader {
    explicit reader(std::vector<std::string> tags) {
        rules.account = std::make_shared<tenancy::account_access>();
        rules.filter.tags = std::move(tags);
        rules.listing.mode = tenancy::listing_mode::full;
    }
    std::string refused(std::string_view tool, const own_arguments& own,
                        const std::optional<aggregate_request>& aggregate = {}) const {
        const auto* const called = find_tool(tool);
        REQUIRE(called != nullptr);
        const auto why = reach_refusal(rules, *called, own, aggregate);
        return why ? why->code + ' ' + why->message : std::string{};
    }
    std::string expand(std::string_view tool, const std::string& path) const {
        own_arguments own;
        own.expanded = {path};
        return refused(tool, own);
    }
    json offered(std::string_view tool) const {
        const auto properties =
            json::parse(shown_tool(rules, *find_tool(tool)))["inputSchema"]["properties"];
        if (!properties.contains("expand")) return nullptr;
        return properties["expand"]["items"]["enum"];
    }
    tenancy::grant rules;
};

bool has(const json& list, std::string_view one) {
    return std::find(list.begin(), list.end(), json(std::string(one))) != list.end();
}

constexpr auto charges = "list_all_stripe_charges";

}  // namespace

TEST_CASE("stripe reach: expand stops where the filter stops, and says why", "[stripe]") {
    reader disputes{{"disputes"}};
    const auto why = disputes.expand("list_all_stripe_disputes", "data.charge.customer");
    CHECK(why.starts_with("object_not_exposed 'expand' reaches objects of the kind '"));
    CHECK(why.find("config.expand to \"any\"") != std::string::npos);
    // Every object on the way counts, not only the last one.
    reader without_customers{{}};
    without_customers.rules.filter.deny = {};
    for (const auto& one : operations())
        for (const auto object : one.response_objects())
            if (object == "customer")
                without_customers.rules.filter.deny.emplace_back(one.tool_name());
    std::ranges::sort(without_customers.rules.filter.deny);
    CHECK_FALSE(without_customers.expand(charges, "data.customer").empty());
    CHECK_FALSE(without_customers.expand(charges, "data.customer.default_source").empty());
    CHECK_FALSE(without_customers.expand(charges, "data.payment_intent.customer").empty());
    CHECK(without_customers.expand(charges, "data.payment_intent").empty());
    CHECK(without_customers.expand(charges, "data.application").empty());
    without_customers.rules.expand_any = true;
    CHECK(without_customers.expand(charges, "data.customer").empty());
    reader everything{{}};
    CHECK(everything.expand(charges, "data.customer").empty());
}

TEST_CASE("stripe reach: a filter limits it exactly when it leaves out a tool that reads",
          "[stripe]") {
    const auto leaves_out = [](const tenancy::grant& of) {
        return std::ranges::any_of(operations(), [&](const operation& one) {
            return one.exposed() && one.method() == http_method::get &&
                   !of.filter.passes(facts_of(one));
        });
    };
    std::vector<std::string> every_reader;
    for (const auto& one : operations())
        if (one.exposed() && one.method() == http_method::get)
            every_reader.emplace_back(one.tool_name());
    std::ranges::sort(every_reader);
    const std::vector<std::vector<std::string>> lists{
        {}, {charges}, {"create_a_stripe_refund"}, {"no_such_tool"}, every_reader};
    const std::vector<std::vector<std::string>> tags{{}, {"charges"}, {"disputes", "customers"}};
    std::size_t limited = 0;
    std::size_t cases = 0;
    for (unsigned methods = 0; methods <= tenancy::all_methods; ++methods)
        for (const auto& tag : tags)
            for (const auto& allow : lists)
                for (const auto& deny : lists) {
                    reader one{tag};
                    one.rules.filter.methods = static_cast<tenancy::method_set>(methods);
                    one.rules.filter.allow = allow;
                    one.rules.filter.deny = deny;
                    const bool limits = limits_reach(one.rules);
                    limited += limits ? 1 : 0;
                    ++cases;
                    if (limits != leaves_out(one.rules)) FAIL("differs at methods " << methods);
                }
    CHECK(limited > 0);
    CHECK(limited < cases);
}

TEST_CASE("stripe reach: a path that cannot be followed is refused where a filter narrows",
          "[stripe]") {
    CHECK_FALSE(reader{{"payments"}}.expand(charges, "data.no_such_thing").empty());
    CHECK_FALSE(reader{{"payments"}}.expand(charges, "data.metadata.customer").empty());
    CHECK(reader{{}}.expand(charges, "data.no_such_thing").empty());
}

TEST_CASE("stripe reach: fields and totals stop there too", "[stripe]") {
    reader disputes{{"disputes"}};
    own_arguments own;
    own.fields = {"charge.amount"};
    CHECK_FALSE(disputes.refused("list_all_stripe_disputes", own).empty());
    own.fields = {"charge", "evidence.receipt", "amount"};
    CHECK(disputes.refused("list_all_stripe_disputes", own).empty());
    const aggregate_request grouped{.group_by = "charge.customer", .value = "amount"};
    CHECK_FALSE(disputes.refused("list_all_stripe_disputes", {}, grouped).empty());
    const aggregate_request summed{.group_by = {}, .value = "payment_intent.amount"};
    CHECK_FALSE(disputes.refused("list_all_stripe_disputes", {}, summed).empty());
}

// Over all tools and tags: what a list offers is what a call takes, and the other way round.
TEST_CASE("stripe reach: a tool offers exactly the expansions that a call may use", "[stripe]") {
    std::size_t left_out = 0;
    for (const auto* tag : {"payments", "disputes", "billing", "customers", "payouts"}) {
        reader some{{tag}};
        for (const auto& one : operations()) {
            if (!one.exposed() ||
                !some.rules.filter.passes({one.tool_name(), one.kind(), one.tags()}))
                continue;
            INFO(tag << ' ' << one.tool_name());
            const auto whole =
                json::parse(one.tool_json())["inputSchema"]["properties"].value("expand", json{});
            if (whole.is_null()) continue;
            const auto kept = some.offered(one.tool_name());
            for (const std::string path : whole["items"]["enum"]) {
                INFO(path);
                CHECK(has(kept, path) == some.expand(one.tool_name(), path).empty());
                left_out += has(kept, path) ? 0U : 1U;
            }
        }
        std::string listed = "[";
        append_tool_list(some.rules, listed);
        CHECK(json::accept(listed + ']'));
    }
    CHECK(left_out > 100);
    reader any{{"disputes"}};
    any.rules.expand_any = true;
    const auto& tool = *find_tool("list_all_stripe_disputes");
    CHECK(shown_tool(any.rules, tool) == tool.tool_json());
}

TEST_CASE("stripe reach: no text of a tool names a tool that the server hides", "[stripe]") {
    const auto hidden_names = [](const tenancy::grant& grant) {
        std::string text = "[";
        append_tool_list(grant, text);
        std::vector<std::string> out;
        const auto is_name = [](char c) { return std::islower(c) || std::isdigit(c) || c == '_'; };
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (!is_name(text[at])) continue;
            const auto end = static_cast<std::size_t>(
                std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                                 is_name) -
                text.begin());
            const auto word = text.substr(at, end - at);
            const auto* const named = find_operation(word);
            if (named != nullptr && !is_visible(*named, grant.filter, grant.account->mode))
                out.push_back(word);
            at = end;
        }
        REQUIRE(json::accept(text + ']'));
        return out;
    };
    for (const auto& tags : std::vector<std::vector<std::string>>{{},
                                                                  {"disputes"},
                                                                  {"charges"},
                                                                  {"payments"},
                                                                  {"customers"},
                                                                  {"billing"},
                                                                  {"issuing"}}) {
        for (const auto methods :
             {tenancy::all_methods, tenancy::read_methods,
              static_cast<tenancy::method_set>(tenancy::all_methods & ~tenancy::read_methods)}) {
            reader one{tags};
            one.rules.filter.methods = methods;
            CHECK(hidden_names(one.rules) == std::vector<std::string>{});
        }
    }
    // The rest of the text stays, as it was where nothing is hidden.
    reader all{{}};
    constexpr auto subscriptions = "list_all_stripe_customer_subscriptions";
    const auto text = [&](const reader& of, const char* tool) {
        return json::parse(shown_tool(of.rules, *find_tool(tool)))["description"]
            .get<std::string>();
    };
    CHECK(text(all, subscriptions).find("list_all_stripe_subscriptions has one.") !=
          std::string::npos);
    all.rules.filter.deny = {"list_all_stripe_subscriptions"};
    CHECK(text(all, subscriptions).find("There is no status filter here.") != std::string::npos);
    CHECK(text(all, subscriptions).find("list_all_stripe_subscriptions") == std::string::npos);
}

}  // namespace reach_test
