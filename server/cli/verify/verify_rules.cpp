#include "server/cli/verify/verify_rules.hpp"

#include <string>
#include <string_view>

#include "server/cli/verify/verify_findings.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view ours = "tollgate_verify";  // the rule

json_answer explained(verify_bench& bench, const tried_server& server, int amount) {
    const std::string question = R"({"tool":"create_a_stripe_refund","arguments":{"charge":)"
                                 R"("ch_verify","amount":)" +
                                 std::to_string(amount) + "}}";
    return json_answer{bench.must("POST", server.route + "/explain", question)};
}

std::string guarded(std::string_view rule) {
    return R"({"methods":["read","create"],"allow_live_writes":true,"guardrails":[)" +
           std::string{rule} + "]}";
}

// What refuses the call before the rule of ours has its turn; empty: nothing.
std::string refused_before(const json_answer& over) {
    const std::string rule = over.text("/refused_by/rule");
    if (over.truth("/allowed") || rule == ours) return {};
    return rule.empty() ? "something else" : "rule " + rule;
}

bool is_counted(const json_answer& explained) {
    const std::size_t count = explained.size("/counted_by");
    for (std::size_t i = 0; i < count; ++i)
        if (explained.text("/counted_by/" + std::to_string(i)) == ours) return true;
    return false;
}

// The JSON in the answer to a call, asked for as a client does.
json_answer tool_answer(const verify_bench& bench, const tried_server& server,
                        const std::string& call) {
    const json_answer answer{bench.rpc(server.url, "tools/call", call).body};
    const std::string text = answer.text("/result/content/0/text");
    return json_answer{text.empty() ? "{}" : text};
}

json_answer refund_answer(const verify_bench& bench, const tried_server& server, int amount) {
    return tool_answer(
        bench, server,
        R"({"name":"create_a_stripe_refund","arguments":{"charge":"ch_verify","amount":)" +
            std::to_string(amount) + "}}");
}

// A freeze of the account, which does not outlive this object.
class account_freeze {
public:
    explicit account_freeze(const verify_bench& bench) : bench_(bench) {}
    account_freeze(const account_freeze&) = delete;
    account_freeze& operator=(const account_freeze&) = delete;
    // Also when begin() got no answer, as the account may be frozen all the same.
    ~account_freeze() {
        if (begun_) (void)bench_.gateway().call("DELETE", route());
    }
    // Both throw verify_trouble if the gateway refuses.
    void begin() {
        begun_ = true;
        bench_.must("POST", route());
    }
    void end() {
        bench_.must("DELETE", route());
        begun_ = false;
    }

private:
    std::string route() const { return "/integrated-account/" + bench_.account() + "/freeze"; }
    const verify_bench& bench_;
    bool begun_ = false;
};

}  // namespace

check_finding rule_refuses(verify_bench& bench) {
    const auto server =
        bench.mint(guarded(R"({"id":"tollgate_verify","tools":["create_a_stripe_refund"],)"
                           R"("max_value":{"argument":"amount","value":500}})"));
    const auto under = explained(bench, server, 500);
    const auto over = explained(bench, server, 501);
    const std::string before = refused_before(over);
    if (!before.empty()) return not_applied("refunds are refused before by " + before);
    return shown_by(under.text("/refused_by/rule") != ours, !over.truth("/allowed"),
                    "a refund of 500 is refused by a rule for more than 500",
                    "a refund of 501 is not refused by a rule for more than 500");
}

check_finding approval_is_asked(verify_bench& bench) {
    const auto server = bench.mint(guarded(
        R"({"id":"tollgate_verify","tools":["create_a_stripe_refund"],"then":"needs_approval",)"
        R"("max_value":{"argument":"amount","value":500}})"));
    const auto under = explained(bench, server, 500);
    const auto over = explained(bench, server, 501);
    const std::string before = refused_before(over);
    if (!before.empty()) return not_applied("refunds are refused or held before by " + before);
    return shown_by(under.text("/refused_by/rule") != ours,
                    over.text("/refused_by/effect") == "needs_approval",
                    "a refund of 500 needs approval by a rule for more than 500",
                    "a refund of 501 needs no approval by a rule for more than 500");
}

// With all that a model has: the MCP URL with its token, and the call itself.
check_finding model_cannot_approve(verify_bench& bench, bool writes) {
    if (!writes) return not_applied("it asks people for an approval: give --writes");
    const auto server =
        bench.mint(guarded(R"({"id":"tollgate_verify","tools":["create_a_stripe_refund"],)"
                           R"("then":"needs_approval"})"));
    const std::string before = refused_before(explained(bench, server, 501));
    if (!before.empty()) return not_applied("refunds are refused or held before by " + before);
    const std::string id = refund_answer(bench, server, 501).text("/approval/id");
    if (id.empty()) return unclear("a refund that needs approval asks for none");
    const auto token = server.url.rfind("tgm_");
    if (token == std::string::npos) return unclear("the MCP URL that was made has no token");
    const auto agreed = bench.gateway().without_key().call(
        {"POST",
         "/approval/" + id + "/approve",
         {{"Authorization", "Bearer " + server.url.substr(token)}},
         "{}"});
    if (!agreed) throw verify_trouble(agreed.error().message);
    refund_answer(bench, server, 501);
    const json_answer waiting{bench.must("GET", "/approval/" + id)};
    const bool still = waiting.text("/state") == "pending";
    if (still) bench.must("POST", "/approval/" + id + "/deny", R"({"reason":"tollgate verify"})");
    const json_answer ended{bench.must("GET", "/approval/" + id)};
    return shown_by(!still || ended.text("/state") == "denied", still && agreed->status == 401,
                    "the API key cannot answer the approval either",
                    "who has an MCP URL may answer its approvals");
}

// What is beyond the cap is refused before it is sent: of a payment that does not exist.
check_finding cap_refuses(verify_bench& bench) {
    const auto server =
        bench.mint(guarded(R"({"id":"tollgate_verify","tools":["create_a_stripe_refund"],)"
                           R"("cap":{"argument":"amount","amounts":{"usd":500},"seconds":3600}})"));
    const auto over = explained(bench, server, 501);
    const std::string before = refused_before(over);
    if (!before.empty()) return not_applied("refunds are refused or held before by " + before);
    const auto answer = refund_answer(bench, server, 501);
    return shown_by(is_counted(over), answer.text("/error/code") == ours,
                    "a cap of 500 is not named as what may refuse a refund",
                    "a refund of 501 is not refused by a cap of 500");
}

check_finding call_limit(verify_bench& bench) {
    const auto server = bench.mint(
        R"({"methods":["read"],"guardrails":[{"id":"tollgate_verify",)"
        R"("tools":["list_all_stripe_customers"],"max_calls":{"calls":1,"seconds":3600}}]})");
    const auto refused_by = [&] {
        const auto answer = tool_answer(
            bench, server, R"({"name":"list_all_stripe_customers","arguments":{"limit":1}})");
        return answer.text("/error/code");
    };
    const std::string first = refused_by();
    const std::string second = refused_by();
    // A first call that Stripe refuses, as of a key without the permission, was counted as well.
    const bool counted = first.empty() || (first != ours && second == ours);
    return shown_by(counted, second == ours,
                    "the one call that a limit allows was answered with " + first,
                    "a limit of one call an hour does not refuse the second");
}

check_finding writes_frozen(verify_bench& bench, bool freezes) {
    if (!freezes)
        return not_applied("it stops all writes of the account for a moment: give --freeze");
    const auto server = bench.mint(guarded({}));
    const auto before = explained(bench, server, 501);
    if (before.text("/refused_by/layer") == "frozen")
        return not_applied("the account or the team is frozen already");
    const std::string refused = refused_before(before);
    if (!refused.empty()) return not_applied("refunds are refused or held before by " + refused);
    account_freeze freeze{bench};
    freeze.begin();
    const auto during = refund_answer(bench, server, 501);
    freeze.end();
    const auto after = explained(bench, server, 501);
    return shown_by(after.truth("/allowed"), during.text("/error/code") == "account_frozen",
                    "a refund is not allowed again after the freeze",
                    "a refund is not refused while its account is frozen");
}

check_finding live_writes(verify_bench& bench) {
    const json_answer account{bench.must("GET", "/integrated-account/" + bench.account())};
    if (account.text("/mode") != "live")
        return not_applied("the account is a test account: choose a live one with --account");
    // A viewer's key sees its own team only.
    const json_answer own{bench.asked_as(bench.mint_key("viewer"), "/team").body};
    if (own.truth("/result/0/allow_live_writes"))
        return not_applied("the team allows live writes of every MCP server");
    constexpr std::string_view creates = R"({"methods":["read","create"]})";
    constexpr std::string_view allowed =
        R"({"methods":["read","create"],"allow_live_writes":true})";
    const auto refused = explained(bench, bench.mint(creates), 500);
    const auto control = explained(bench, bench.mint(allowed), 500);
    return shown_by(control.text("/refused_by/layer") != "live_writes",
                    refused.text("/refused_by/layer") == "live_writes",
                    "allow_live_writes of an MCP server allows no writes",
                    "an MCP server without allow_live_writes may write to a live account");
}

}  // namespace tollgate::server
