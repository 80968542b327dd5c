#include "mcp/protocol/param_headers.hpp"

#include "mcp/protocol/era.hpp"

namespace tollgate::mcp {

namespace {

// A string unchanged, an integer or a boolean as JSON; nullopt for a value that cannot be in a
// header.
std::optional<std::string> text_of(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    if (value.is_int64() || value.is_bool()) return simdjson::minify(value);
    return {};
}

rpc_error mismatch(std::string text) {
    return {header_mismatch, std::move(text), {}};
}

}  // namespace

std::optional<rpc_error> check_param_headers(const base::http_request& request,
                                             std::span<const mirrored_argument> mirrored,
                                             const simdjson::dom::object& arguments) {
    for (const auto& one : mirrored) {
        const std::string header = "Mcp-Param-" + std::string(one.header);
        simdjson::dom::element value;
        const bool given =
            arguments.at_key(one.argument).get(value) == simdjson::SUCCESS && !value.is_null();
        if (given != request.has_header(header))
            return mismatch("The header " + header +
                            (given ? " is missing." : " is there, and its argument is not."));
        if (!given) continue;
        const auto said = decode_header_value(trimmed(request.header(header)));
        const auto meant = text_of(value);
        if (!said || !meant || *said != *meant)
            return mismatch("The header " + header + " differs from the argument '" +
                            std::string(one.argument) + "'.");
    }
    return {};
}

}  // namespace tollgate::mcp
