#include "mcp/tools/dialogue.hpp"

#include <boost/asio/this_coro.hpp>

#include <list>

#include "base/json_text.hpp"
#include "mcp/streams/event_text.hpp"

namespace tollgate::mcp {

namespace {

namespace dom = simdjson::dom;

// One request of input_need::requests in progress.
struct question {
    question(std::string name, questions& owner, const std::string& server_id,
             const base::executor& where)
        : key(std::move(name)), waits(owner, server_id, where) {}
    std::string key;  // from inputRequests, as JSON text
    questions::waiting waits;
};

std::string request_text(const std::string& id, dom::object request) {
    std::string out = "{";
    base::json_members members{out};
    members.text("jsonrpc", "2.0").text("id", id);
    for (const auto field : request) members.raw(field.key, simdjson::minify(field.value));
    return out + '}';
}

// The answers as `{"key":result,…}`, or a sentence for people on why there are none.
struct asked {
    std::string answers_json;
    std::string refusal;
};

base::awaitable<asked> ask(const std::string& server_id, const input_need& needs,
                           std::chrono::seconds timeout, dialogue_parts parts) {
    asked out;
    dom::parser parser;
    dom::object requests;
    const std::string text = '{' + needs.requests + '}';
    if (parser.parse(text).get(requests) != simdjson::SUCCESS) {
        out.refusal = "The tool asked its client for something that is not a request.";
        co_return out;
    }
    const base::executor where = co_await boost::asio::this_coro::executor;
    std::list<question> open;
    for (const auto field : requests) {
        dom::object request;
        if (field.value.get(request) != simdjson::SUCCESS) continue;
        std::string key;
        base::append_json_string(key, field.key);
        auto& made = open.emplace_back(std::move(key), parts.asked, server_id, where);
        parts.stream.send(event_text(request_text(made.waits.id(), request)));
    }
    const auto until = std::chrono::steady_clock::now() + timeout;
    for (auto& one : open) {
        const auto got = co_await one.waits.response(until, parts.call);
        if (!got)
            out.refusal = "The client did not answer what this tool asked it. Nothing was done.";
        if (got && got->result_json.empty())
            out.refusal = "The client refused what this tool asked it: " + got->error;
        if (!out.refusal.empty()) co_return out;
        out.answers_json += out.answers_json.empty() ? "{" : ",";
        out.answers_json += one.key + ':' + got->result_json;
    }
    out.answers_json += out.answers_json.empty() ? "{}" : "}";
    co_return out;
}

// The result of a call whose question has no answer.
tool_result unanswered(tool_question question, std::string why) {
    if (question.otherwise) return std::move(*question.otherwise);
    return failed_result(std::move(why));
}

// The ClientCapabilities for a question by a form, by a link, or by both.
constexpr std::array<std::string_view, 4> elicitation_modes{"", R"({"form":{}})", R"({"url":{}})",
                                                            R"({"form":{},"url":{}})"};

// One parsed document for each set of abilities. An object points into its parser, which must not
// move.
struct all_capabilities {
    all_capabilities() {
        for (std::size_t i = 0; i < roots.size(); ++i) {
            std::string text = "{";
            base::json_members members{text};
            if ((i & 3) != 0) members.raw("elicitation", elicitation_modes[i & 3]);
            if ((i & 4) != 0) members.raw("sampling", "{}");
            if ((i & 8) != 0) members.raw("roots", "{}");
            text += '}';
            roots[i] = parsers[i].parse(text).get_object().value_unsafe();
        }
    }
    std::array<dom::parser, 16> parsers;
    std::array<dom::object, 16> roots;
};

}  // namespace

base::awaitable<tool_answer> call_with_questions(const tenancy::grant& grant, tool_call call,
                                                 dialogue_parts parts) {
    const auto budget = call.deadline - std::chrono::steady_clock::now();
    tool_answer answer = co_await parts.tools.call(grant, call);
    for (int round = 0; std::holds_alternative<tool_question>(answer); ++round) {
        auto& question = std::get<tool_question>(answer);
        auto& needs = question.needs;
        if (!needs.capabilities.empty()) co_return answer;
        if (round == question_rounds_max)
            co_return unanswered(std::move(question), "The tool asked its client too often.");
        if (!parts.stream.open())
            co_return unanswered(
                std::move(question),
                "This tool asks its client for input, which needs HTTP/1.1 and event streams.");
        const std::chrono::seconds timeout = question.otherwise ? short_timeout : answer_timeout;
        const asked got = co_await ask(grant.server_id, needs, timeout, parts);
        if (!got.refusal.empty()) co_return unanswered(std::move(question), got.refusal);
        dom::parser parser;
        dom::object answers;
        if (parser.parse(got.answers_json).get(answers) != simdjson::SUCCESS)
            co_return failed_result("The client's answer could not be read.");
        call.input.answers = answers;
        call.input.state = std::move(needs.state);
        call.deadline = std::chrono::steady_clock::now() + budget;
        answer = co_await parts.tools.call(grant, call);
    }
    co_return answer;
}

dom::object capabilities_of(const client_abilities& client) {
    static const all_capabilities all;
    return all.roots[(client.elicitation ? 1U : 0U) | (client.links ? 2U : 0U) |
                     (client.sampling ? 4U : 0U) | (client.roots ? 8U : 0U)];
}

}  // namespace tollgate::mcp
