// What a tool's schema invites a model to send, the encoder takes: arguments are made from the JSON
// schema alone.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <algorithm>

#include "stripe/catalog/members.hpp"
#include "stripe/request/encoder.hpp"
#include "tests/unit/stripe/form_decoder.hpp"
#include "tests/unit/stripe/multipart_decoder.hpp"

namespace schema_calls_test {

using namespace tollgate::stripe;
using nlohmann::json;

namespace {

bool is_time_range(const json& schema) {
    const auto found = schema.find("properties");
    return found != schema.end() && found->size() == 4 && found->contains("gte") &&
           (*found)["gte"]["type"] == "string";
}

// A value the schema allows; `turn` picks among the values of an enum.
json example(const std::string& name, const json& schema, std::size_t turn) {
    const auto type = schema["type"].get<std::string>();
    if (type == "integer") return name == "limit" ? 20 : 1704067200;
    if (type == "number") return 12.5;
    if (type == "boolean") return turn % 2 == 0;
    if (type == "array") {
        auto item = example({}, schema["items"], turn);
        // What was cut to a bare object cannot be filled in from the schema.
        return item.is_object() && item.empty() ? item : json::array({std::move(item)});
    }
    const auto text = schema.value("description", "");
    const bool time =
        (text.find("Unix seconds") != std::string::npos || facts_of_member("", "", name).time) &&
        !schema.contains("enum");
    if (type == "string" && time) return turn % 2 == 0 ? "2026-11-15" : "1704067200";
    if (type == "object" && is_time_range(schema))
        return json{{"gte", "2026-11-15"}, {"lt", 1794700800}};
    if (type == "object" && schema.contains("additionalProperties"))
        return json{{"key", example({}, schema["additionalProperties"], turn)}};
    if (type == "object") {
        json out = json::object();
        if (schema.contains("properties"))
            for (const auto& [key, child] : schema["properties"].items()) {
                auto value = example(key, child, turn);
                if (!value.is_object() || !value.empty()) out[key] = std::move(value);
            }
        return out;
    }
    if (name == "file") return "YQ==";
    if (!schema.contains("enum")) return "ab";  // codes are short
    return schema["enum"][turn % schema["enum"].size()];
}

// As many turns as the longest enum has values, at most 41.
std::size_t turns_of(const json& schema) {
    std::size_t out = schema.contains("enum") ? schema["enum"].size() : 1;
    for (const auto* part : {"items", "additionalProperties"})
        if (schema.contains(part) && schema[part].is_object())
            out = std::max(out, turns_of(schema[part]));
    if (schema.contains("properties"))
        for (const auto& child : schema["properties"]) out = std::max(out, turns_of(child));
    return out;
}

// An object cut to its bare name has properties the schema does not show, and takes none it does
// not know.
json arguments_for(const json& schema, std::size_t turn) {
    json out = json::object();
    for (const auto& [key, child] : schema["properties"].items()) {
        auto value = example(key, child, turn);
        if (!value.is_object() || !value.empty()) out[key] = std::move(value);
    }
    return out;
}

bool has_cut_part(const json& schema) {
    if (schema.value("type", "") == "object" && !schema.contains("properties") &&
        schema.value("description", "").find("Fields: ") != std::string::npos)
        return true;
    for (const auto* part : {"items", "additionalProperties"})
        if (schema.contains(part) && schema[part].is_object() && has_cut_part(schema[part]))
            return true;
    return schema.contains("properties") && std::ranges::any_of(schema["properties"], has_cut_part);
}

void decode(const operation& of, const encoded_request& request) {
    if (of.encoding() == encoding::json)
        static_cast<void>(json::parse(request.body));
    else if (of.encoding() == encoding::multipart)
        tollgate::test::decode_multipart(request.content_type, request.body);
    else
        tollgate::test::decode_form(request.body);
}

}  // namespace

TEST_CASE("stripe schema_calls: every value a schema allows is encoded", "[stripe]") {
    std::size_t calls = 0;
    for (const auto& each : operations()) {
        if (!each.exposed()) continue;
        auto schema = json::parse(each.tool_json())["inputSchema"];
        // Read before the encoder is asked.
        for (const auto* ours : {"fields", "max_tokens", "aggregate", "where", "match"})
            schema["properties"].erase(ours);
        for (std::size_t turn = 0; turn < turns_of(schema); ++turn) {
            const auto text = arguments_for(schema, turn).dump();
            simdjson::dom::parser parser;
            simdjson::dom::object object;
            REQUIRE(parser.parse(text).get(object) == simdjson::SUCCESS);
            const auto request = encode(each, object);
            INFO(each.tool_name() << " turn " << turn);
            if (request.has_error() && has_cut_part(schema) &&
                request.error().code == "missing_argument")
                continue;
            if (request.has_error()) FAIL(request.error().message);
            CHECK_NOTHROW(decode(each, *request));
            ++calls;
        }
    }
    CHECK(calls > 1500);
}

}  // namespace schema_calls_test
