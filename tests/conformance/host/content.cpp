#include <nlohmann/json.hpp>

#include "tests/conformance/host/fixtures.hpp"

namespace tollgate::conformance {

const char* const pixel_png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJg"
    "gg==";
const char* const silence_wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==";

std::string ask_for(const std::string& key, const std::string& message, const std::string& field,
                    const std::string& type) {
    const nlohmann::json asked{{"method", "elicitation/create"},
                               {"params",
                                {{"mode", "form"},
                                 {"message", message},
                                 {"requestedSchema",
                                  {{"type", "object"},
                                   {"properties", {{field, {{"type", type}}}}},
                                   {"required", nlohmann::json::array({field})}}}}}};
    return '"' + key + "\":" + asked.dump();
}

bool answered(const mcp::input_given& input, std::string_view key) {
    simdjson::dom::element ignored;
    return input.answers && input.answers->at_key(key).get(ignored) == simdjson::SUCCESS;
}

namespace {

using mcp::content_answer;
using nlohmann::json;

content_answer contents(std::string_view uri, const char* type, const char* member,
                        const std::string& value) {
    content_answer out;
    const json list = json::array({json{{"uri", uri}, {"mimeType", type}, {member, value}}});
    out.members = R"("contents":)" + list.dump();
    return out;
}

content_answer messages(const std::vector<json>& said) {
    json list = json::array();
    for (const auto& content : said) list.push_back({{"role", "user"}, {"content", content}});
    content_answer out;
    out.members = R"("messages":)" + list.dump();
    return out;
}

json text(const std::string& words) {
    return {{"type", "text"}, {"text", words}};
}

std::string argument(const mcp::prompt_request& request, std::string_view key) {
    std::string_view value;
    if (!request.arguments || request.arguments->at_key(key).get(value) != simdjson::SUCCESS)
        return {};
    return std::string(value);
}

constexpr std::string_view before_id = "test://template/";
constexpr std::string_view after_id = "/data";

}  // namespace

void fixture_content::append_resources(const tenancy::grant&, std::string& out) const {
    out += R"({"uri":"test://static-text","name":"text","description":"A text.","mimeType":)"
           R"("text/plain"},{"uri":"test://static-binary","name":"binary","description":)"
           R"("An image.","mimeType":"image/png"})";
}

void fixture_content::append_templates(const tenancy::grant&, std::string& out) const {
    out += R"({"uriTemplate":"test://template/{id}/data","name":"template","description":)"
           R"("The id, once more.","mimeType":"application/json"})";
}

base::awaitable<content_answer> fixture_content::read_resource(const tenancy::grant&,
                                                               mcp::resource_request request) {
    const auto uri = request.uri;
    if (uri == "test://static-text")
        co_return contents(uri, "text/plain", "text",
                           "This is the content of the static text resource.");
    if (uri == "test://static-binary") co_return contents(uri, "image/png", "blob", pixel_png);
    if (uri.starts_with(before_id) && uri.ends_with(after_id) &&
        uri.size() > before_id.size() + after_id.size()) {
        const std::string id{
            uri.substr(before_id.size(), uri.size() - before_id.size() - after_id.size())};
        const json data{{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
        co_return contents(uri, "application/json", "text", data.dump());
    }
    content_answer none;
    none.exists = false;
    co_return none;
}

void fixture_content::append_prompts(const tenancy::grant&, std::string& out) const {
    const auto needed = [](const char* name) {
        return json{{"name", name}, {"description", "Any text."}, {"required", true}};
    };
    const auto prompt = [](const char* name, const json& arguments) {
        return json{{"name", name}, {"description", "A prompt."}, {"arguments", arguments}}.dump();
    };
    out += prompt("test_simple_prompt", json::array());
    out += "," + prompt("test_prompt_with_arguments", {needed("arg1"), needed("arg2")});
    out += "," + prompt("test_prompt_with_embedded_resource", json::array({needed("resourceUri")}));
    out += "," + prompt("test_prompt_with_image", json::array());
    out += "," + prompt("test_input_required_result_prompt", json::array());
}

base::awaitable<content_answer> fixture_content::get_prompt(const tenancy::grant&,
                                                            mcp::prompt_request request) {
    if (request.name == "test_simple_prompt")
        co_return messages({text("This is a simple prompt for testing.")});
    if (request.name == "test_prompt_with_arguments")
        co_return messages({text("Prompt with arguments: arg1='" + argument(request, "arg1") +
                                 "', arg2='" + argument(request, "arg2") + "'")});
    if (request.name == "test_prompt_with_embedded_resource") {
        const json embedded{{"uri", argument(request, "resourceUri")},
                            {"mimeType", "text/plain"},
                            {"text", "Embedded resource content for testing."}};
        co_return messages({json{{"type", "resource"}, {"resource", embedded}},
                            text("Please process the embedded resource above.")});
    }
    if (request.name == "test_prompt_with_image")
        co_return messages({json{{"type", "image"}, {"data", pixel_png}, {"mimeType", "image/png"}},
                            text("Please analyze the image above.")});
    content_answer out;
    if (request.name != "test_input_required_result_prompt") {
        out.exists = false;
        co_return out;
    }
    if (answered(request.input, "user_context"))
        co_return messages({text("The context has come.")});
    out.needs.requests = ask_for("user_context", "What context should the prompt use?", "context");
    co_return out;
}

void fixture_content::append_completions(const tenancy::grant&,
                                         const mcp::completion_request& request,
                                         std::string& out) const {
    for (const std::string_view word : {"paris", "park", "party"})
        if (word.starts_with(request.value))
            out += (out.back() == '[' ? "\"" : ",\"") + std::string(word) + '"';
}

}  // namespace tollgate::conformance
