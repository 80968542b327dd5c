#include "stripe/generator/gateway_arguments.hpp"

#include <algorithm>

#include "stripe/generator/schema_writer.hpp"

namespace tollgate::stripe::generator {

namespace {

bool is_page(response_kind kind) {
    return kind == response_kind::list || kind == response_kind::search ||
           kind == response_kind::v2_list;
}

bool is_read(const model_operation& operation) {
    return operation.fact.method == http_method::get &&
           operation.fact.response != response_kind::binary;
}

// "email, name, phone (~), metadata.KEY": the fields of a search, with ~ for those that match
// parts.
std::string search_text(const std::vector<search_record>& fields) {
    std::string all;
    std::string parts;
    for (const auto& each : fields) {
        all += each.field + ", ";
        if (each.substring) parts += (parts.empty() ? "" : ", ") + each.field;
    }
    return " Fields: " + all + "metadata.KEY." + (parts.empty() ? "" : " ~ for " + parts + '.');
}

class argument_writer {
public:
    argument_writer(const documentation& texts, std::vector<gateway_argument>& out)
        : texts_(texts), out_(out) {}

    // Adds an argument with its type, the text of its record followed by `more`, and the rest of
    // its node.
    void add(const char* name, const char* type, const std::string& more, const char* rest) {
        const auto text = texts_.added(name) + more;
        out_.push_back({name, std::string(R"("type":")") + type + '"' +
                                  (text.empty() ? "" : ",\"description\":" + json_string(text)) +
                                  rest});
    }

private:
    const documentation& texts_;
    std::vector<gateway_argument>& out_;
};

}  // namespace

std::vector<gateway_argument> gateway_arguments(const model_operation& operation,
                                                const documentation& texts) {
    std::vector<gateway_argument> out;
    argument_writer to(texts, out);
    const auto response = operation.fact.response;
    const bool paged = operation.cursor != cursor_kind::none;
    if (paged) to.add("next_cursor", "string", {}, "");
    if (operation.takes_operation_key) to.add("operation_key", "string", {}, "");
    if (is_read(operation)) to.add("fields", "array", {}, R"(,"items":{"type":"string"})");
    if (is_page(response)) to.add("max_tokens", "integer", {}, "");
    if (paged && response != response_kind::search)
        to.add("aggregate", "object", {},
               R"(,"properties":{"group_by":{"type":"string"},"top":{"type":"integer"},)"
               R"("value":{"type":"string"}})");
    if (response == response_kind::search) {
        to.add("where", "array", search_text(texts.searched_by()),
               R"(,"items":{"type":"object","properties":{"field":{"type":"string"},)"
               R"("op":{"type":"string","enum":["=","!=",">",">=","<","<=","~","exists"]},)"
               R"("value":{"type":"string"}},"required":["field","op"]})");
        to.add("match", "string", {}, R"(,"enum":["all","any"])");
    }
    if (operation.fact.encoding == encoding::multipart) to.add("filename", "string", {}, "");
    return out;
}

bool is_gateway_argument(std::string_view name) {
    constexpr std::string_view all[] = {"next_cursor", "operation_key", "fields", "max_tokens",
                                        "aggregate",   "where",         "match",  "filename"};
    return std::ranges::count(all, name) != 0;
}

bool replaced_by_gateway(const model_operation& operation, std::string_view parameter) {
    return operation.fact.response == response_kind::search && parameter == "query";
}

}  // namespace tollgate::stripe::generator
