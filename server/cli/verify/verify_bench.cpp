#include "server/cli/verify/verify_bench.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

using base::json_members;

constexpr std::string_view name_of_ours = "tollgate verify";

}  // namespace

json_answer::json_answer(std::string_view text) {
    const simdjson::padded_string padded{text};
    if (parser_.parse(padded).get(root_) != simdjson::SUCCESS)
        throw verify_trouble("an answer is not JSON");
}

std::string json_answer::text(std::string_view pointer) const {
    std::string_view out;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? std::string{out} : "";
}

bool json_answer::truth(std::string_view pointer) const {
    bool out = false;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS && out;
}

std::optional<std::int64_t> json_answer::number(std::string_view pointer) const {
    std::int64_t out = 0;
    if (root_.at_pointer(pointer).get(out) != simdjson::SUCCESS) return {};
    return out;
}

bool json_answer::has(std::string_view pointer) const {
    return root_.at_pointer(pointer).error() == simdjson::SUCCESS;
}

std::size_t json_answer::size(std::string_view pointer) const {
    simdjson::dom::array out;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? out.size() : 0;
}

// What cannot be removed ends by itself, but for a key, which is named.
verify_bench::~verify_bench() {
    for (const std::string& route : made_) {
        const auto done = gateway_.ask("DELETE", route);
        const bool gone = done && (done->status < 300 || done->status == 404);
        if (!gone) std::fputs(("Not removed: DELETE " + route + "\n").c_str(), stderr);
    }
}

std::string verify_bench::must(std::string_view method, const std::string& path,
                               std::string body) const {
    auto answer = gateway_.call(method, path, std::move(body));
    if (!answer) throw verify_trouble(answer.error().message);
    return std::move(*answer);
}

http_answer verify_bench::asked_as(const std::string& key, const std::string& path) const {
    auto answer =
        gateway_.without_key().call({"GET", path, {{"Authorization", "Bearer " + key}}, {}});
    if (!answer) throw verify_trouble(answer.error().message);
    return std::move(*answer);
}

tried_server verify_bench::mint(std::string_view config, int seconds) {
    const auto ends = base::system_clock{}.now() + std::chrono::seconds{seconds};
    std::string body = "{";
    json_members{body}
        .text("name", name_of_ours)
        .raw("config", config)
        .text("expires_at", base::format_timestamp(ends));
    body += '}';
    const std::string servers = "/integrated-account/" + account_ + "/mcp";
    const json_answer made{must("POST", servers, std::move(body))};
    tried_server out{made.text("/id"), made.text("/url"), {}};
    out.route = servers + '/' + out.id;
    made_.push_back(out.route);
    return out;
}

std::string verify_bench::mint_key(std::string_view role) {
    std::string body = "{";
    json_members{body}.text("name", name_of_ours).text("role", role);
    body += '}';
    const json_answer made{must("POST", "/api-key", std::move(body))};
    made_.push_back("/api-key/" + made.text("/id"));
    return made.text("/key");
}

void verify_bench::revoke(const tried_server& server) const {
    must("DELETE", server.route);
}

http_answer verify_bench::rpc(const std::string& url, std::string_view method,
                              std::string_view params,
                              std::vector<std::pair<std::string_view, std::string>> headers) const {
    const auto client = http_caller::make(url);
    if (!client) throw verify_trouble("the address of an MCP server " + client.error().message);
    http_ask ask{"POST", {}, std::move(headers), "{"};
    json_members{ask.body}
        .text("jsonrpc", "2.0")
        .number("id", 1)
        .text("method", method)
        .raw("params", params);
    ask.body += '}';
    ask.headers.emplace_back("Content-Type", "application/json");
    ask.headers.emplace_back("Accept", "application/json, text/event-stream");
    auto answer = client->call(ask);
    if (!answer) throw verify_trouble(answer.error().message);
    return std::move(*answer);
}

bool verify_bench::lists(const std::string& url,
                         std::vector<std::pair<std::string_view, std::string>> headers) const {
    const auto answer = rpc(url, "tools/list", "{}", std::move(headers));
    return answer.status == 200 && json_answer{answer.body}.has("/result/tools");
}

bool verify_bench::wait_until(const std::function<bool()>& done) {
    constexpr std::chrono::milliseconds pause{100};
    constexpr std::chrono::seconds timeout{5};
    const auto end = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        if (done()) return true;
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace tollgate::server
