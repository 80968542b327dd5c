#include "server/cli/verify/verify_checks.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <thread>
#include <utility>

#include "base/encoding.hpp"
#include "server/cli/verify/verify_findings.hpp"
#include "server/cli/verify/verify_rules.hpp"
#include "tenancy/audit_log/checkpoint.hpp"

namespace tollgate::server {

namespace {

namespace audit_log = tenancy::audit_log;

constexpr std::string_view refund = "create_a_stripe_refund";
constexpr std::string_view customers = "list_all_stripe_customers";
constexpr std::string_view reads_only = R"({"methods":["read"]})";

check_finding admin_key(verify_bench& bench) {
    const auto without = bench.gateway().without_key().call({"GET", "/team"});
    if (!without) throw verify_trouble(without.error().message);
    bench.must("GET", "/team");
    return shown_by(true, without->status == 401, {},
                    "GET /team without a key was answered with " + std::to_string(without->status));
}

check_finding roles(verify_bench& bench) {
    const std::string key = bench.mint_key("viewer");
    const unsigned read = bench.asked_as(key, "/team").status;
    // Without a body it would change nothing, whoever asks.
    const auto write = bench.gateway().without_key().call(
        {"POST", "/api-key", {{"Authorization", "Bearer " + key}}, {}});
    if (!write) throw verify_trouble(write.error().message);
    return shown_by(
        read == 200, write->status == 403, "a viewer's key cannot read the team",
        "a viewer's key may make API keys: it was answered with " + std::to_string(write->status));
}

check_finding revoked_address(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    const bool control = bench.lists(server.url);
    bench.revoke(server);
    return shown_by(control, !bench.lists(server.url), "a new MCP URL does not list its tools",
                    "a revoked MCP URL still lists tools");
}

check_finding wrong_token(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    std::string other = server.url;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    return shown_by(bench.lists(server.url), !bench.lists(other),
                    "a new MCP URL does not list its tools",
                    "an MCP URL with another last character lists tools");
}

check_finding suspended(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    bench.must("POST", server.route + "/suspend");
    const bool stopped = !bench.lists(server.url);
    bench.must("DELETE", server.route + "/suspend");
    return shown_by(bench.lists(server.url), stopped, "a resumed MCP URL does not list its tools",
                    "a suspended MCP URL lists tools");
}

check_finding second_factor(verify_bench& bench) {
    const auto server = bench.mint(R"({"methods":["read"],"require_api_token_auth":true})");
    const std::string key{bench.gateway().key().reveal()};
    return shown_by(bench.lists(server.url, {{"Authorization", "Bearer " + key}}),
                    !bench.lists(server.url), "the MCP URL does not work with the API key either",
                    "the MCP URL works without the API key that it requires");
}

check_finding foreign_page(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    return shown_by(bench.lists(server.url),
                    !bench.lists(server.url, {{"Origin", "https://page.invalid"}}),
                    "a new MCP URL does not list its tools",
                    "a web page of another origin may call an MCP URL");
}

check_finding filtered_tools(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    const json_answer list{bench.rpc(server.url, "tools/list", "{}").body};
    const std::size_t count = list.size("/result/tools");
    for (std::size_t i = 0; i < count; ++i) {
        const std::string tool = "/result/tools/" + std::to_string(i);
        if (!list.truth(tool + "/annotations/readOnlyHint"))
            return broken("a server that only reads lists " + list.text(tool + "/name"));
    }
    const json_answer called{
        bench
            .rpc(server.url, "tools/call",
                 R"({"name":"create_a_stripe_refund","arguments":{"charge":"ch_verify"}})")
            .body};
    return shown_by(count > 0, called.number("/error/code") == -32602, "the server lists no tools",
                    "a server that only reads took a call of create_a_stripe_refund");
}

check_finding refusals_recorded(verify_bench& bench) {
    const auto server = bench.mint(reads_only);
    const std::string search = "/audit?mcp_server_id=" + server.id + "&tool=";
    bench.rpc(server.url, "tools/call",
              R"({"name":"create_a_stripe_refund","arguments":{"charge":"ch_verify"}})");
    const auto found = [&] {
        return json_answer{bench.must("GET", search + std::string{refund})}.size("/result") == 1;
    };
    const bool recorded = verify_bench::wait_until(found);
    const json_answer others{bench.must("GET", search + std::string{customers})};
    return shown_by(others.size("/result") == 0, recorded,
                    "the audit log has a call that was not made",
                    "a refused call is not in the audit log five seconds later");
}

check_finding log_is_signed(verify_bench& bench) {
    // A viewer's key sees its own team only.
    const json_answer own{bench.asked_as(bench.mint_key("viewer"), "/team").body};
    const std::string log = "/audit/log/" + own.text("/result/0/id");
    std::string note;
    const bool served = verify_bench::wait_until([&] {
        auto answer = bench.gateway().call("GET", log + "/checkpoint");
        if (answer) note = std::move(*answer);
        return !note.empty();
    });
    if (!served) return broken("the team's log has no checkpoint after five seconds");
    std::string line = bench.must("GET", log + "/key");
    while (line.ends_with('\n')) line.pop_back();
    const auto key = audit_log::parse_verifier_key(line);
    if (!key) return broken("the log's key cannot be read: " + key.error().message);
    const bool good = audit_log::open_note(note, *key).has_value();
    std::string changed = note;
    changed.front() = changed.front() == 'x' ? 'y' : 'x';
    return shown_by(!audit_log::open_note(changed, *key), good,
                    "a changed checkpoint verifies with the log's key",
                    "the newest checkpoint does not verify with the log's key");
}

// Whether the text has a Stripe key, not only its first characters.
bool has_stripe_key(std::string_view text) {
    constexpr std::size_t shown_at_most = 10;
    for (const std::string_view kind : {"sk_live_", "sk_test_", "rk_live_", "rk_test_"})
        for (auto at = text.find(kind); at != std::string_view::npos;
             at = text.find(kind, at + 1)) {
            const std::string_view rest = text.substr(at + kind.size());
            const auto end = std::find_if_not(rest.begin(), rest.end(),
                                              [](unsigned char c) { return std::isalnum(c) != 0; });
            if (static_cast<std::size_t>(end - rest.begin()) >= shown_at_most) return true;
        }
    return false;
}

check_finding secrets_hidden(verify_bench& bench) {
    const std::string account = bench.must("GET", "/integrated-account/" + bench.account());
    const auto server = bench.mint(reads_only);
    const std::string again = bench.must("GET", server.route);
    const auto token = server.url.rfind("tgm_");
    if (token == std::string::npos) return unclear("the MCP URL that was made has no token");
    const bool hidden = again.find(server.url.substr(token)) == std::string::npos &&
                        !has_stripe_key(account) && !has_stripe_key(again);
    return shown_by(again.find(server.id) != std::string::npos, hidden,
                    "the server that was made is not shown",
                    "a token or a Stripe key is shown again");
}

check_finding expiry(verify_bench& bench, bool slow) {
    if (!slow) return not_applied("it takes a minute: give --slow");
    constexpr int lifetime = 62;
    const auto server = bench.mint(reads_only, lifetime);
    const bool control = bench.lists(server.url);
    std::this_thread::sleep_for(std::chrono::seconds{lifetime});
    // The gateway's clock may be some seconds behind this one.
    const bool refused = verify_bench::wait_until([&] { return !bench.lists(server.url); });
    return shown_by(control, refused, "a new MCP URL does not list its tools",
                    "an MCP URL that expired five seconds ago lists tools");
}

check_finding teams_apart(verify_bench& bench, const std::string& key) {
    if (key.empty())
        return not_applied("it needs an API key of another team: set TOLLGATE_OTHER_API_KEY");
    const auto server = bench.mint(reads_only);
    return shown_by(bench.asked_as(key, "/team").status == 200,
                    bench.asked_as(key, server.route).status == 404,
                    "the other team's key does not work",
                    "another team's key reads an MCP server of this team");
}

check_finding repeated_write(verify_bench& bench, bool writes) {
    if (!writes) return not_applied("it makes a customer at Stripe: give --writes");
    const json_answer account{bench.must("GET", "/integrated-account/" + bench.account())};
    if (account.text("/mode") != "test")
        return not_applied("the account is live: writes are tried with test accounts only");
    const auto server = bench.mint(R"({"methods":["read","create"]})");
    const std::string call = R"({"name":"create_a_stripe_customer","arguments":{"name":)"
                             R"("tollgate verify","operation_key":")" +
                             server.id + R"("}})";
    // The first answer has the receipt's id, a repeated one the receipt.
    const auto receipt_of = [&] {
        const json_answer answer{bench.rpc(server.url, "tools/call", call).body};
        const json_answer value{answer.text("/result/content/0/text")};
        const std::string id = value.text("/receipt");
        return id.empty() ? value.text("/receipt/id") : id;
    };
    const std::string first = receipt_of();
    const std::string second = receipt_of();
    const json_answer receipt{first.empty() ? "{}" : bench.must("GET", "/receipt/" + first)};
    return shown_by(receipt.text("/state") == "succeeded", second == first,
                    "the account does not make a customer",
                    "the same call with the same operation_key is another write");
}

struct check {
    const char* name;
    const char* promise;
    std::function<check_finding(verify_bench&)> tried;
};

std::vector<check> checks(const verify_options& options) {
    return {
        {"admin_key", "The admin API answers nobody without a key.", admin_key},
        {"roles", "A viewer's key changes nothing.", roles},
        {"revoked_address", "A revoked MCP URL is refused at once.", revoked_address},
        {"wrong_token", "An MCP URL with another token is refused.", wrong_token},
        {"suspended", "A suspended MCP server takes no calls.", suspended},
        {"expiry", "An expired MCP URL is refused.",
         [slow = options.slow](verify_bench& bench) { return expiry(bench, slow); }},
        {"second_factor", "require_api_token_auth refuses who has the URL alone.", second_factor},
        {"foreign_page", "A web page of another origin cannot call an MCP URL.", foreign_page},
        {"filtered_tools", "A tool outside the filter is neither listed nor called.",
         filtered_tools},
        {"rule_refuses", "A rule refuses what is above its limit, and nothing else.", rule_refuses},
        {"approval_is_asked", "A rule holds what needs approval.", approval_is_asked},
        {"model_cannot_approve", "Who has an MCP URL cannot approve its calls.",
         [writes = options.writes](verify_bench& bench) {
             return model_cannot_approve(bench, writes);
         }},
        {"cap_refuses", "A cap refuses what it has no room for.", cap_refuses},
        {"call_limit", "A limit on calls refuses what is beyond it.", call_limit},
        {"writes_frozen", "A frozen account takes no writes.",
         [freezes = options.freezes](verify_bench& bench) {
             return writes_frozen(bench, freezes);
         }},
        {"live_writes", "A live account is only read, unless live writes are allowed.",
         live_writes},
        {"repeated_write", "A call that is repeated with its key is one write.",
         [writes = options.writes](verify_bench& bench) { return repeated_write(bench, writes); }},
        {"refusals_recorded", "A refused call is in the audit log.", refusals_recorded},
        {"log_is_signed", "The audit log's newest checkpoint verifies with its key.",
         log_is_signed},
        {"secrets_hidden", "Tokens and Stripe keys are not shown again.", secrets_hidden},
        {"teams_apart", "Another team's key finds nothing of this team.",
         [key = options.other_team_key](verify_bench& bench) { return teams_apart(bench, key); }},
    };
}

}  // namespace

std::size_t check_count(const verify_options& options) {
    return checks(options).size();
}

std::vector<check_report> verify_all(verify_bench& bench, const verify_options& options,
                                     const std::function<void(const check_report&)>& each) {
    std::vector<check_report> out;
    for (const auto& one : checks(options)) {
        const auto began = std::chrono::steady_clock::now();
        check_report report{one.name, one.promise, {}};
        try {
            report.found = one.tried(bench);
        } catch (const verify_trouble& why) {
            report.found = unclear(why.what());
        }
        report.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began);
        each(report);
        out.push_back(std::move(report));
    }
    return out;
}

}  // namespace tollgate::server
