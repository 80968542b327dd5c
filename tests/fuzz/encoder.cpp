// Any JSON arguments to any operation: what leaves is a path, a query and a form, a JSON object or
// multipart parts, and nothing else.
#include "stripe/request/encoder.hpp"

#include "fuzz.hpp"

using namespace tollgate;

namespace {

bool only(std::string_view text, std::string_view marks) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto hex = [&](std::size_t at) {
            return at < text.size() &&
                   std::string_view("0123456789ABCDEF").find(text[at]) != std::string_view::npos;
        };
        if (c == '%' && (!hex(i + 1) || !hex(i + 2))) return false;
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '%' ||
                           marks.find(c) != std::string_view::npos;
        if (!plain) return false;
    }
    return true;
}

void check_body(const stripe::operation& to, const stripe::encoded_request& request) {
    const std::string_view type = request.content_type;
    if (to.encoding() == stripe::encoding::json) {
        fuzz::require(type == "application/json" && fuzz::is_json(request.body),
                      "a v2 body is JSON");
        return;
    }
    if (to.encoding() == stripe::encoding::multipart) {
        constexpr std::string_view kind = "multipart/form-data; boundary=";
        fuzz::require(type.starts_with(kind), "an upload is multipart");
        const auto boundary = "--" + std::string(type.substr(kind.size()));
        fuzz::require(request.body.starts_with(boundary) &&
                          request.body.ends_with("\r\n" + boundary + "--\r\n"),
                      "an upload begins and ends with its boundary");
        return;
    }
    fuzz::require(only(request.body, "[]-._~=&"), "a body is form encoded");
}

void check(const stripe::operation& to, const stripe::encoded_request& request) {
    const std::string_view target = request.target;
    const auto question = target.find('?');
    const std::string_view path = target.substr(0, question);
    fuzz::require(only(path, "/-._~"), "a path holds plain bytes");
    fuzz::require(path.find("/../") == std::string_view::npos && !path.ends_with("/..") &&
                      path.find("//") == std::string_view::npos &&
                      path.find("/./") == std::string_view::npos && !path.ends_with("/."),
                  "a path does not climb");
    const auto routed = stripe::match(to.method(), path);
    fuzz::require(routed.found == &to, "a path leads to its own operation");
    if (question != std::string_view::npos)
        fuzz::require(only(target.substr(question + 1), "[]-._~=&"), "a query is form encoded");
    check_body(to, request);
    fuzz::require(request.operation_key.find_first_of("\r\n") == std::string::npos,
                  "an idempotency key is one line");
}

}  // namespace

// Two bytes pick the operation, one the rules, the rest is JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto all = stripe::operations();
    const auto& to = all[(data[0] * 256U + data[1]) % all.size()];
    const auto which = data[2] % 2 == 0 ? stripe::accepted_parameters::documented
                                        : stripe::accepted_parameters::all;
    simdjson::dom::parser parser{1024 * 1024};
    if (parser.allocate(4096, 64) != simdjson::SUCCESS) return 0;
    simdjson::dom::object arguments;
    const std::string json = fuzz::padded(fuzz::text_of(data + 3, size - 3));
    if (parser.parse(json).get(arguments) != simdjson::SUCCESS) return 0;
    const auto request = stripe::encode(to, arguments, which);
    if (request) {
        check(to, *request);
        return 0;
    }
    fuzz::require(simdjson::validate_utf8(request.error().message), "a refusal is UTF-8");
    fuzz::require(simdjson::validate_utf8(request.error().field), "a field is UTF-8");
    return 0;
}
