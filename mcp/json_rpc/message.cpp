#include "mcp/json_rpc/message.hpp"

#include "base/http_message.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace tollgate::mcp {

namespace {

namespace dom = simdjson::dom;

parsed refuse(int code, std::string text, std::string id_json = "null") {
    parsed out;
    out.value.id_json = std::move(id_json);
    out.error = rpc_error{code, std::move(text), {}};
    return out;
}

bool less_ignore_case(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return base::to_lower(x) < base::to_lower(y);
    });
}

constexpr std::size_t few_keys = 12;

using found_key = std::optional<std::string_view>;  // engaged even for an empty key

// A key of `object` that equals another one, ignoring case.
found_key repeated_key(dom::object object) {
    std::array<std::string_view, few_keys> seen{};
    std::size_t count = 0;
    for (const auto field : object) {
        if (count == few_keys) break;
        for (std::size_t i = 0; i < count; ++i)
            if (base::equal_ignore_case(seen[i], field.key)) return field.key;
        seen[count++] = field.key;
    }
    if (count < few_keys) return {};
    std::vector<std::string_view> keys;
    for (const auto field : object) keys.push_back(field.key);
    std::sort(keys.begin(), keys.end(), less_ignore_case);
    const auto twin = std::adjacent_find(keys.begin(), keys.end(), base::equal_ignore_case);
    if (twin == keys.end()) return {};
    return *twin;
}

// The same at any depth. The recursion is bounded by json_depth_max.
found_key repeated_key_within(dom::element value) {
    if (value.is_array()) {
        for (const auto item : value.get_array())
            if (const auto key = repeated_key_within(item)) return key;
        return {};
    }
    if (!value.is_object()) return {};
    const dom::object object = value.get_object();
    if (const auto key = repeated_key(object)) return key;
    for (const auto field : object)
        if (const auto key = repeated_key_within(field.value)) return key;
    return {};
}

// A key of `object` that equals one of `known` except for its case, or an empty view.
template <std::size_t N>
std::string_view misspelt_key(dom::object object, const std::array<std::string_view, N>& known) {
    for (const auto field : object)
        for (const auto name : known)
            if (field.key != name && base::equal_ignore_case(field.key, name)) return field.key;
    return {};
}

constexpr std::array<std::string_view, 6> envelope_keys{"jsonrpc", "id",     "method",
                                                        "params",  "result", "error"};
constexpr std::array<std::string_view, 4> params_keys{"name", "arguments", "_meta", "cursor"};

// The id as JSON text; nullopt if it is neither a string nor an integer.
std::optional<std::string> id_text(dom::element id) {
    std::string out;
    if (id.is_string()) {
        base::append_json_string(out, id.get_string().value_unsafe());
        return out;
    }
    if (id.is_int64()) {
        base::append_json_number(out, id.get_int64().value_unsafe());
        return out;
    }
    return {};
}

// The id of an envelope that is refused for another reason; "null" if no id is usable.
std::string id_of_refused(dom::object envelope) {
    std::optional<std::string> out;
    std::size_t ids = 0;
    for (const auto field : envelope) {
        if (!base::equal_ignore_case(field.key, "id")) continue;
        ++ids;
        if (field.key == "id") out = id_text(field.value);
    }
    return ids == 1 && out ? *out : "null";
}

std::string describe(simdjson::error_code error) {
    if (error == simdjson::DEPTH_ERROR)
        return "The message is nested deeper than " + std::to_string(json_depth_max) + " levels.";
    std::string_view why = simdjson::error_message(error);
    while (why.ends_with('.')) why.remove_suffix(1);
    return "The body is not valid JSON: " + std::string(why) + ".";
}

// Fills params and _meta; returns an error text if they have the wrong shape.
std::string read_params(dom::object envelope, message& out) {
    dom::element value;
    if (envelope["params"].get(value) != simdjson::SUCCESS) return {};
    dom::object params;
    if (value.get(params) != simdjson::SUCCESS) return "params must be an object.";
    if (const auto key = misspelt_key(params, params_keys); !key.empty())
        return "The key '" + std::string(key) + "' in params differs from MCP's key only in case.";
    out.params = params;
    dom::element meta;
    if (params["_meta"].get(meta) != simdjson::SUCCESS) return {};
    dom::object meta_object;
    if (meta.get(meta_object) != simdjson::SUCCESS) return "params._meta must be an object.";
    out.meta = meta_object;
    return {};
}

// Reads the envelope without its params.
parsed read_envelope(dom::object envelope) {
    parsed out;
    dom::element id;
    const bool has_id = envelope["id"].get(id) == simdjson::SUCCESS;
    if (has_id) {
        auto text = id_text(id);
        if (!text) return refuse(invalid_request, "id must be a string or an integer.");
        out.value.id_json = std::move(*text);
    }
    std::string_view version;
    if (envelope["jsonrpc"].get(version) != simdjson::SUCCESS || version != "2.0")
        return refuse(invalid_request, "jsonrpc must be \"2.0\".", out.value.id_json);
    dom::element method;
    if (envelope["method"].get(method) != simdjson::SUCCESS) {
        dom::element given;
        if (envelope["result"].get(given) == simdjson::SUCCESS) out.value.result = given;
        if (envelope["error"].get(given) == simdjson::SUCCESS) out.value.error = given;
        const bool answers = out.value.result || out.value.error;
        if (!answers || !has_id)
            return refuse(
                invalid_request,
                answers ? "A response needs the id of its request." : "method is missing.",
                out.value.id_json);
        out.value.kind = message_kind::response;
        return out;
    }
    if (method.get(out.value.method) != simdjson::SUCCESS)
        return refuse(invalid_request, "method must be a string.", out.value.id_json);
    out.value.kind = has_id ? message_kind::request : message_kind::notification;
    return out;
}

}  // namespace

parsed parse_message(simdjson::dom::parser& parser, const std::string& body) {
    if (parser.max_depth() != json_depth_max &&
        parser.allocate(std::max<std::size_t>(parser.capacity(), 4096), json_depth_max) !=
            simdjson::SUCCESS)
        return refuse(internal_error, "Out of memory.");
    dom::element root;
    const bool padded = body.capacity() - body.size() >= simdjson::SIMDJSON_PADDING;
    const auto error = parser.parse(body.data(), body.size(), !padded).get(root);
    if (error != simdjson::SUCCESS) return refuse(parse_error, describe(error));
    if (root.is_array())
        return refuse(invalid_request,
                      "Batches are not supported: send one JSON-RPC message a request.");
    dom::object envelope;
    if (root.get(envelope) != simdjson::SUCCESS)
        return refuse(invalid_request, "The body must be one JSON-RPC object.");
    if (const auto key = repeated_key_within(root))
        return refuse(invalid_request,
                      "The key '" + std::string(*key) +
                          "' appears twice in one object (case does not count).",
                      id_of_refused(envelope));
    if (const auto key = misspelt_key(envelope, envelope_keys); !key.empty())
        return refuse(
            invalid_request,
            "The key '" + std::string(key) + "' differs from JSON-RPC's key only in case.",
            id_of_refused(envelope));
    parsed out = read_envelope(envelope);
    if (out.error || out.value.kind == message_kind::response) return out;
    if (auto wrong = read_params(envelope, out.value); !wrong.empty())
        return refuse(invalid_params, std::move(wrong), out.value.id_json);
    return out;
}

}  // namespace tollgate::mcp
