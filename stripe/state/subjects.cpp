#include "stripe/state/subjects.hpp"

#include <algorithm>
#include <array>

namespace tollgate::stripe {

namespace {

using tenancy::state_kind;
using tenancy::state_set;

constexpr std::string_view charge_object = "charge";
constexpr std::string_view intent_object = "payment_intent";

// Operations that refund a part of the object in their path.
constexpr std::array<std::string_view, 5> refunding{
    "/v1/refunds", "/v1/charges/{charge}/refund", "/v1/charges/{charge}/refunds",
    "/v1/application_fees/{id}/refund", "/v1/application_fees/{id}/refunds"};

// The operation that names a payment in an argument instead of its path.
constexpr std::string_view names_payment = "/v1/refunds";

struct payment_argument {
    std::string_view name;
    std::string_view reads;  // the path before the id
};

constexpr std::array<payment_argument, 2> payment_arguments{{
    {charge_object, "/v1/charges/"},
    {intent_object, "/v1/payment_intents/"},
}};

constexpr std::size_t object_id_bytes_max = 255;

// The only kind of object that an operation reads, not counting deleted objects; empty if there are
// several.
std::string_view kind_read_by(const operation& reader) {
    std::string_view out;
    for (const auto object : reader.response_objects()) {
        if (object.starts_with("deleted_")) continue;
        if (!out.empty()) return {};
        out = object;
    }
    return out;
}

// The operation that reads the object in the path of `called`, and how many segments of the path
// identify that object.
struct path_reader {
    const operation* reader = nullptr;
    std::size_t segments = 0;
};

path_reader reader_in_path(const operation& called) {
    std::size_t segments = 0;
    const auto all = called.segments();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].is_parameter) segments = i + 1;
    if (segments == 0) return {};
    std::size_t end = 0;
    const auto path = called.path_template();
    for (std::size_t i = 0; i < segments; ++i) {
        end = path.find('/', end + 1);
        if (end == std::string_view::npos) end = path.size();
    }
    const auto prefix = path.substr(0, end);
    for (const auto& one : operations())
        if (one.method() == http_method::get && one.path_template() == prefix &&
            one.response() == response_kind::object && !kind_read_by(one).empty())
            return {&one, segments};
    return {};
}

bool has_field(std::string_view object, std::string_view name) {
    return std::ranges::any_of(object_fields(object),
                               [&](const object_field& one) { return one.name() == name; });
}

bool refunds(const operation& called) {
    return called.method() == http_method::post &&
           std::ranges::find(refunding, called.path_template()) != refunding.end();
}

bool is_payment(std::string_view object) {
    return object == charge_object || object == intent_object;
}

state_set states_of_object(const operation& called, std::string_view object) {
    state_set out = 0;
    if (has_field(object, "created")) out |= bit(state_kind::age);
    if (refunds(called)) out |= bit(state_kind::remaining);
    if (!is_payment(object)) return out;
    out |= bit(state_kind::dispute);
    if (called.path_template().ends_with("/capture")) out |= bit(state_kind::capturable);
    return out;
}

// The call's path up to that many segments.
std::string_view first_segments(std::string_view target, std::size_t segments) {
    target = target.substr(0, target.find('?'));
    std::size_t end = 0;
    for (std::size_t i = 0; i < segments && end != std::string_view::npos; ++i)
        end = target.find('/', end + 1);
    return target.substr(0, end);
}

std::optional<simdjson::dom::element> given_value(const given_arguments& given,
                                                  std::string_view name) {
    auto out = given.find(name);
    if (out && out->is_null()) out.reset();
    return out;
}

std::variant<state_subject, std::string> named_payment(const given_arguments& given) {
    std::optional<state_subject> out;
    for (const auto& one : payment_arguments) {
        if (!given_value(given, one.name)) continue;
        const auto id = given.text(one.name);
        if (out) return "The call names both a charge and a payment intent; name one of them.";
        if (!id || !is_object_id(*id))
            return "'" + std::string(one.name) + "' is not the id of one.";
        out = state_subject{one.name, std::string(*id), std::string(one.reads) + std::string(*id)};
    }
    if (!out) return "The call names neither a charge nor a payment intent.";
    return std::move(*out);
}

}  // namespace

bool is_object_id(std::string_view text) {
    return !text.empty() && text.size() <= object_id_bytes_max &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

state_set states_of(const operation& called) {
    if ((tenancy::bit(called.kind()) & tenancy::read_methods) != 0) return 0;
    if (called.method() == http_method::get) return 0;
    state_set out = 0;
    const auto* const amount = called.find_parameter("amount");
    if (amount != nullptr && amount->documented() && called.kind() != tenancy::method::update)
        out |= bit(state_kind::repeat);
    if (called.path_template() == names_payment)
        return static_cast<state_set>(out | states_of_object(called, charge_object));
    const auto found = reader_in_path(called);
    if (found.reader == nullptr || called.host() != api_host::api) return out;
    return static_cast<state_set>(out | states_of_object(called, kind_read_by(*found.reader)));
}

std::variant<state_subject, std::string> subject_of(const given_arguments& given,
                                                    std::string_view target) {
    const auto& called = given.called();
    if (called.path_template() == names_payment) return named_payment(given);
    const auto found = reader_in_path(called);
    if (found.reader == nullptr) return "The call names no object that can be read.";
    const auto object = kind_read_by(*found.reader);
    // The call is about the payment in its path; an argument would name a second one.
    if (object == charge_object && refunds(called) && given_value(given, intent_object))
        return "The call names both a charge and a payment intent; name one of them.";
    const auto path = first_segments(target, found.segments);
    const auto id = path.substr(path.rfind('/') + 1);
    if (!is_object_id(id)) return "The id in the call is not an id of Stripe's.";
    return state_subject{object, std::string(id), std::string(path)};
}

std::optional<state_subject> subject_with_id(std::string_view object, std::string_view id) {
    if (!is_object_id(id)) return {};
    for (const auto& one : operations()) {
        const auto path = one.segments();
        const auto given = std::ranges::count_if(path, &path_segment::is_parameter);
        if (one.method() != http_method::get || one.host() != api_host::api || given != 1 ||
            !path.back().is_parameter || kind_read_by(one) != object)
            continue;
        const auto whole = one.path_template();
        return state_subject{kind_read_by(one), std::string(id),
                             std::string(whole.substr(0, whole.rfind('/') + 1)) + std::string(id)};
    }
    return {};
}

}  // namespace tollgate::stripe
