#include "stripe/request/encoder.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "stripe/catalog/nearest_name.hpp"
#include "stripe/request/argument_words.hpp"
#include "stripe/request/form_writer.hpp"
#include "stripe/request/idempotency_key.hpp"
#include "stripe/request/json_writer.hpp"
#include "stripe/request/multipart_writer.hpp"
#include "stripe/request/scalar.hpp"
#include "stripe/request/value_encoder.hpp"

namespace tollgate::stripe {

namespace {

using base::failure;
using simdjson::dom::element;

constexpr std::string_view next_cursor = "next_cursor";
constexpr std::string_view operation_key = "operation_key";
constexpr std::string_view operation_key_alias = "idempotency_key";
constexpr std::string_view filename = "filename";
constexpr std::size_t id_max = 255;
constexpr std::size_t cursor_max = 2000;
constexpr std::size_t filename_max = 255;

bool is_control(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code < 0x20 || code == 0x7F;
}

failure bad_argument(std::string code, std::string_view name, const std::string& message) {
    return base::invalid(std::move(code), '\'' + std::string(name) + "' " + message,
                         std::string(name));
}

// Why a string cannot be an id in a path, or null. A slash or a dot segment would reach a different
// endpoint.
const char* wrong_id(std::string_view id) {
    if (id.empty()) return "is empty; it must be an id such as an earlier call returned";
    if (id.size() > id_max) return "is longer than 255 bytes; it must be an id";
    if (id == "." || id == "..") return "is not an id";
    if (id.find_first_of("/?#\\") != std::string_view::npos)
        return "must be a bare id, without '/', '\\', '?' or '#'";
    if (std::ranges::any_of(id, is_control)) return "has a control character; it must be an id";
    return nullptr;
}

// Writes the path with its values. A missing value is added to `missing` and left empty.
std::optional<failure> append_path(const given_arguments& given, std::string& out,
                                   std::vector<std::string>& missing) {
    for (const auto& segment : given.called().segments()) {
        out += '/';
        if (!segment.is_parameter) {
            out += segment.view();
            continue;
        }
        const auto value = given.find(segment.view());
        if (!value) {
            missing.emplace_back(segment.view());
            continue;
        }
        std::string_view id;
        if (value->get_string().get(id) != simdjson::SUCCESS)
            return bad_argument("wrong_type", segment.view(), "must be an id, a string");
        if (const auto* why = wrong_id(id))
            return bad_argument("invalid_value", segment.view(), why);
        base::append_percent_encoded(out, id);
    }
    return {};
}

struct encoding_rules {
    accepted_parameters which;
    gateway_arguments passed_over;
    listed_values values;
};

// Encodes one call, argument by argument.
class call_encoder {
public:
    call_encoder(const operation& to, const encoding_rules& rules, encoded_request& request,
                 value_writer& out)
        : to_(to),
          which_(rules.which),
          passed_over_(rules.passed_over),
          request_(request),
          values_(out, rules.values) {}

    std::optional<failure> argument(const given_argument& given) {
        const auto& [name, value, as] = given;
        if (is_passed_over(name)) return {};
        if (name == next_cursor && to_.cursor() != cursor_kind::none) return cursor(value);
        if (is_operation_key(name, as)) return key(name, value);
        if (name == filename && takes_filename()) return file_name(value);
        if (as == nullptr || !is_accepted(*as)) return unknown(name);
        if (as->place() == place::path) return {};
        if (const auto why = limit(*as, value)) return why;
        if (!values_.argument(*as, value)) return values_.failure();
        return {};
    }

    // The file name given in the call, or empty.
    std::string_view given_filename() const { return filename_; }

    // One message for all missing arguments; `missing` contains those of the path.
    std::optional<failure> complete(const given_arguments& given,
                                    std::vector<std::string> missing) const {
        for (const auto& parameter : to_.parameters()) {
            if (!parameter.required() || parameter.place() == place::path) continue;
            if (given.find(parameter.name())) continue;
            if (is_passed_over(parameter.name())) continue;
            missing.emplace_back(parameter.name());
        }
        missing.insert(missing.end(), values_.missing().begin(), values_.missing().end());
        if (missing.empty()) return {};
        std::string names;
        for (const auto& name : missing) names += (names.empty() ? "'" : ", '") + name + '\'';
        const bool one = missing.size() == 1;
        return base::invalid(
            "missing_argument",
            (one ? "missing required argument " : "missing required arguments ") + names,
            missing.front());
    }

private:
    bool is_passed_over(std::string_view name) const {
        return std::ranges::find(passed_over_, name) != passed_over_.end();
    }

    bool is_accepted(const parameter& as) const {
        return as.documented() || which_ == accepted_parameters::all;
    }

    failure unknown(std::string_view name) const {
        std::vector<std::string_view> known;
        for (const auto& parameter : to_.parameters())
            if (is_accepted(parameter)) known.push_back(parameter.name());
        if (to_.cursor() != cursor_kind::none) known.push_back(next_cursor);
        if (to_.takes_operation_key()) known.push_back(operation_key);
        if (takes_filename()) known.push_back(filename);
        for (const auto each : passed_over_)
            if (std::ranges::find(known, each) == known.end()) known.push_back(each);
        nearest_name nearest(name);
        for (const auto each : known) nearest.offer(each);
        const bool raw_cursor = name == "starting_after" || name == "page" || name == "cursor";
        const bool paged = to_.cursor() != cursor_kind::none;
        const auto path = clipped(name);
        return base::invalid("unknown_argument",
                             unknown_argument_message(
                                 path, raw_cursor && paged ? next_cursor : nearest.found(), known),
                             path);
    }

    std::optional<failure> cursor(element value) {
        std::string_view given;
        if (value.get_string().get(given) != simdjson::SUCCESS)
            return bad_argument("wrong_type", next_cursor,
                                "must be the string that the previous answer gave");
        if (given.empty() || given.size() > cursor_max)
            return bad_argument("invalid_value", next_cursor,
                                "did not come from an answer; leave it out for the first page");
        const bool list = to_.cursor() == cursor_kind::starting_after;
        if (!values_.pair(list ? "starting_after" : "page", given)) return values_.failure();
        return {};
    }

    // One of Stripe's operations has a parameter with the name of the alias.
    bool is_operation_key(std::string_view name, const parameter* as) const {
        if (!to_.takes_operation_key()) return false;
        return name == operation_key || (name == operation_key_alias && as == nullptr);
    }

    std::optional<failure> key(std::string_view name, element value) {
        std::string_view given;
        if (value.get_string().get(given) != simdjson::SUCCESS)
            return bad_argument("wrong_type", name, "must be a string");
        if (!is_idempotency_key(given))
            return bad_argument("invalid_value", name,
                                "must be 1 to 255 printable ASCII characters without spaces");
        if (!request_.operation_key.empty() && request_.operation_key != given)
            return bad_argument("invalid_value", name,
                                "differs: idempotency_key is another name of operation_key");
        request_.operation_key = given;
        return {};
    }

    bool takes_filename() const { return to_.encoding() == encoding::multipart; }

    std::optional<failure> file_name(element value) {
        if (value.get_string().get(filename_) != simdjson::SUCCESS)
            return bad_argument("wrong_type", filename, "must be a string");
        const bool odd = filename_.find_first_of("/\\") != std::string_view::npos ||
                         std::ranges::any_of(filename_, is_control);
        if (filename_.empty() || filename_.size() > filename_max || odd)
            return bad_argument("invalid_value", filename,
                                "must be 1 to 255 bytes without '/', '\\' or control characters");
        return {};
    }

    std::optional<failure> limit(const parameter& as, element value) const {
        const bool page = to_.response() == response_kind::list ||
                          to_.response() == response_kind::search ||
                          to_.response() == response_kind::v2_list;
        if (!page || as.name() != "limit" || as.type() != value_type::integer) return {};
        number_text room;
        const auto text = integer_text(value, room);
        if (!text) return {};  // the encoder refuses the type
        const bool legal =
            *text == "100" || (text->size() <= 2 && text->front() != '-' && text->front() != '0');
        if (legal) return {};
        return bad_argument("invalid_value", "limit", "must be from 1 to 100");
    }

    const operation& to_;
    accepted_parameters which_;
    gateway_arguments passed_over_;
    encoded_request& request_;
    value_encoder values_;
    std::string_view filename_;
};

// Encodes all arguments except those of the path, which gave `missing`.
std::optional<failure> encode_arguments(call_encoder& call, const given_arguments& given,
                                        std::vector<std::string> missing) {
    for (const auto& each : given.all())
        if (auto why = call.argument(each)) return why;
    return call.complete(given, std::move(missing));
}

}  // namespace

base::result<encoded_request> encode(const given_arguments& given, accepted_parameters which,
                                     gateway_arguments passed_over, listed_values values) {
    const operation& to = given.called();
    const encoding_rules rules{which, passed_over, values};
    encoded_request request;
    request.method = to.method();
    std::vector<std::string> missing;
    if (auto why = append_path(given, request.target, missing)) return *std::move(why);
    if (to.encoding() == encoding::json) {
        json_writer out(request.body, encoded_bytes_max);
        call_encoder call(to, rules, request, out);
        if (auto why = encode_arguments(call, given, std::move(missing))) return *std::move(why);
        out.finish();
        request.content_type = "application/json";
        return request;
    }
    if (to.encoding() == encoding::multipart) {
        multipart_writer out(encoded_bytes_max);
        call_encoder call(to, rules, request, out);
        if (auto why = encode_arguments(call, given, std::move(missing))) return *std::move(why);
        out.finish(call.given_filename(), request.body, request.content_type);
        return request;
    }
    const bool in_body = to.method() == http_method::post;
    if (in_body) request.content_type = "application/x-www-form-urlencoded";
    if (!in_body) request.target += '?';
    form_writer out(in_body ? request.body : request.target, encoded_bytes_max);
    call_encoder call(to, rules, request, out);
    if (auto why = encode_arguments(call, given, std::move(missing))) return *std::move(why);
    if (!in_body && out.empty()) request.target.pop_back();
    return request;
}

base::result<encoded_request> encode(const operation& to, simdjson::dom::object arguments,
                                     accepted_parameters which, gateway_arguments passed_over,
                                     listed_values values) {
    return encode(given_arguments{to, arguments}, which, passed_over, values);
}

}  // namespace tollgate::stripe
