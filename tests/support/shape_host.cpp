// Shapes answers for tests and measurements outside of this language: one JSON request a line on
// standard input, one JSON answer a line on standard output.
//   {"tokens": "text"}                                  → {"openai": n, "claude": n}
//   {"shape": "answer", "tool": "…", "tokens_max": n,
//    "fields": […], "raw": false, "redact": 0}          → {"text": "…"}
//   {"time": "answer", "tool": "…", "rounds": n}        → {"parse_us", "shape_us", "raw_us",
//   "estimate_us"}
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>

#include "stripe/answer/secret_marks.hpp"
#include "stripe/answer/success.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/answer/tokens.hpp"

using nlohmann::json;
using namespace tollgate::stripe;

namespace {

class long_cursors final : public cursor_maker {
public:
    // As long as a sealed one.
    std::string seal(const page_cursor&) const override { return "tgc_" + std::string(96, 'x'); }
};

upstream_response answered(const std::string& body) {
    upstream_response out;
    out.status = 200;
    out.body = body;
    out.body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    return out;
}

std::string shaped(const json& asked, const std::string& body) {
    simdjson::dom::parser parser;
    const long_cursors cursors;
    const auto fields = asked.value("fields", std::vector<std::string>{});
    answer_rules rules;
    rules.raw = asked.value("raw", false);
    rules.tokens_max = asked.value("tokens_max", rules.tokens_max);
    rules.redact = asked.value("redact", rules.redact);
    rules.fields = fields;
    const auto& called = *find_operation(asked.at("tool").get<std::string>());
    return success_text(called, answered(body), rules, {{}, &cursors}, {}, parser).value();
}

// The median of some rounds, in microseconds.
template <typename Work>
double timed(int rounds, Work work) {
    std::vector<double> all;
    for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - start;
        all.push_back(took.count());
    }
    std::nth_element(all.begin(), all.begin() + rounds / 2, all.end());
    return all[static_cast<std::size_t>(rounds / 2)];
}

json times(const json& asked) {
    const auto body = asked.at("time").get<std::string>();
    const auto answer = answered(body);
    const auto rounds = asked.value("rounds", 500);
    const auto& called = *find_operation(asked.at("tool").get<std::string>());
    const long_cursors cursors;
    simdjson::dom::parser parser;
    answer_rules rules;
    rules.tokens_max = 1'000'000;
    answer_rules raw = rules;
    raw.raw = true;
    std::size_t sink = 0;
    const auto with = [&](const answer_rules& one) {
        sink += success_text(called, answer, one, {{}, &cursors}, {}, parser)->size();
    };
    return {{"parse_us", timed(rounds, [&] { sink += parser.parse(answer.body).error(); })},
            {"shape_us", timed(rounds, [&] { with(rules); })},
            {"raw_us", timed(rounds, [&] { with(raw); })},
            {"marks_us", timed(rounds, [&] { sink += may_hold_secrets(body) ? 1 : 0; })},
            {"estimate_us", timed(rounds, [&] { sink += estimate_tokens(body); })},
            {"sink", sink}};
}

json answer_to(const json& asked) {
    if (asked.contains("tokens")) {
        const auto each = estimate_tokens_by_family(asked["tokens"].get<std::string>());
        return {{"openai", each.openai}, {"claude", each.claude}};
    }
    if (asked.contains("time")) return times(asked);
    return {{"text", shaped(asked, asked.at("shape").get<std::string>())}};
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line))
        std::cout << answer_to(json::parse(line)).dump() << std::endl;
}
