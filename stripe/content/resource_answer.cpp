#include "stripe/content/resource_answer.hpp"

#include <simdjson.h>

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// The members of {"error":{…}} that decide the answer.
struct stripe_error {
    std::string message = "The resource could not be read.";
    bool missing = false;
};

stripe_error read_error(std::string_view text) {
    stripe_error out;
    dom::parser parser;
    dom::object error;
    if (parser.parse(text.data(), text.size())["error"].get(error) != simdjson::SUCCESS) return out;
    std::string_view value;
    if (error["message"].get(value) == simdjson::SUCCESS && !value.empty()) out.message = value;
    if (error["next_step"].get(value) == simdjson::SUCCESS && !value.empty())
        (out.message += ' ') += value;
    out.missing = error["code"].get(value) == simdjson::SUCCESS && value == "resource_missing";
    return out;
}

}  // namespace

std::string contents_json(std::string_view uri, std::string_view mime_type, std::string_view text) {
    std::string out = R"("contents":[{)";
    base::json_members{out}.text("uri", uri).text("mimeType", mime_type).text("text", text);
    return out += "}]";
}

mcp::content_answer no_resource(std::string why) {
    mcp::content_answer out;
    out.exists = false;
    out.refusal = std::move(why);
    return out;
}

mcp::content_answer as_resource(std::string_view uri, mcp::tool_result result) {
    mcp::content_answer out;
    if (!result.is_error) {
        out.members = contents_json(uri, "application/json", result.text);
    } else {
        auto error = read_error(result.text);
        if (error.missing)
            out = no_resource("Stripe has no such object for this account.");
        else
            out.refusal = std::move(error.message);
        out.refusal_data = std::move(result.text);
    }
    out.http_headers = std::move(result.http_headers);
    return out;
}

bool is_empty_page(std::string_view text) {
    dom::parser parser;
    dom::array rows;
    return parser.parse(text.data(), text.size())["data"].get(rows) == simdjson::SUCCESS &&
           rows.size() == 0;
}

}  // namespace tollgate::stripe
