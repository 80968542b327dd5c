#include "stripe/sandbox/sandbox.hpp"

#include "stripe/sandbox/kernel/auth.hpp"
#include "stripe/sandbox/kernel/decode.hpp"
#include "stripe/sandbox/kernel/expand.hpp"
#include "stripe/sandbox/kernel/faults.hpp"
#include "stripe/sandbox/kernel/idempotency.hpp"
#include "stripe/sandbox/kernel/multipart.hpp"
#include "stripe/sandbox/kernel/strict.hpp"
#include "stripe/sandbox/kernel/validate.hpp"
#include "stripe/sandbox/kernel/validate_json.hpp"
#include "stripe/sandbox/resources/resources.hpp"
#include "stripe/sandbox/seed/seed.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::string_view account_id = "acct_1TollgateSandbox";
constexpr std::size_t objects_max = 200'000;

// What is known about a request while it is handled.
struct exchange {
    const base::http_request& request;
    std::string request_id;
    std::string version;
    std::string idempotency_key;
    std::string key;
};

std::optional<stripe::http_method> method_of(std::string_view text) {
    if (text == "GET") return stripe::http_method::get;
    if (text == "POST") return stripe::http_method::post;
    if (text == "DELETE") return stripe::http_method::delete_;
    return std::nullopt;
}

base::http_response answer(const exchange& of, unsigned status, const json& body) {
    base::http_response out;
    out.status = status;
    out.headers.emplace_back("Request-Id", of.request_id);
    out.headers.emplace_back("Stripe-Version", of.version);
    if (!of.idempotency_key.empty()) {
        out.headers.emplace_back("Idempotency-Key", of.idempotency_key);
        out.headers.emplace_back("Original-Request", of.request_id);
    }
    out.body = body.dump(2, ' ', false, json::error_handler_t::replace);
    return out;
}

base::http_response answer_error(const exchange& of, const api_error& error) {
    auto body = error_body(error, of.request_id);
    strip(body);
    auto out = answer(of, error.status, body);
    if (error.status == 401) out.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Stripe\"");
    if (error.status == 409) out.headers.emplace_back("Stripe-Should-Retry", "true");
    const bool final = error.status == 400 || error.status == 402 || error.status == 404;
    if (final && !of.idempotency_key.empty())
        out.headers.emplace_back("Stripe-Should-Retry", "false");
    return out;
}

api_error unrecognized(const base::http_request& request) {
    auto error = bad_request("Unrecognized request URL (" + std::string(request.method) + ": " +
                             std::string(request.path) +
                             "). Please see https://stripe.com/docs or we can help at "
                             "https://support.stripe.com/.");
    error.status = 404;
    return error;
}

api_error unsupported(const base::http_request& request) {
    auto error = bad_request("The sandbox does not have " + std::string(request.method) + " " +
                                 std::string(request.path) + ". It has " +
                                 std::string(supported_resources) + ".",
                             {}, "sandbox_not_supported");
    error.status = 404;
    return error;
}

api_error wrong_content_type(const std::string& wanted) {
    return bad_request("Invalid request (check that your POST content type is " + wanted + ").");
}

// The parameters from a request's query and body, as one tree.
outcome<json> read_parameters(const base::http_request& request, stripe::encoding by) {
    json tree = json::object();
    if (auto read = decode_pairs(request.query, tree); !read) return read.error();
    if (request.method == "GET" || request.body.empty()) return tree;
    const auto type = request.header("Content-Type");
    if (by == stripe::encoding::multipart) {
        auto file = decode_multipart(type, request.body, tree);
        if (!file) return file.error();
        return tree;
    }
    if (by == stripe::encoding::json) {
        if (!type.starts_with("application/json")) return wrong_content_type("application/json");
        tree = json::parse(request.body, nullptr, false);
        if (tree.is_object()) return tree;
        return bad_request("Invalid request: the body is not a JSON object.");
    }
    if (!type.empty() && !type.starts_with("application/x-www-form-urlencoded"))
        return wrong_content_type("application/x-www-form-urlencoded");
    if (auto read = decode_pairs(request.body, tree); !read) return read.error();
    return tree;
}

bool is_printable(std::string_view text) {
    for (const char c : text)
        if (c < 0x20 || c > 0x7e) return false;
    return true;
}

}  // namespace

struct sandbox::state {
    state(const base::clock& time, const options& with)
        : all(time, with.seed), strict(with.strict) {
        add_resources(table);
        if (with.with_business) write_history(all, table);
        all.settle();
    }

    world all;
    bool strict;
    routes table;
    idempotency_keys keys;
    faults planned;

    base::http_response control(const exchange& of);
    outcome<json> run(const exchange& of, const stripe::route_match& matched, const json& tree);
    outcome<stripe::route_match> route(const base::http_request& request) const;
    base::http_response respond(const exchange& of, const options& with);
    base::http_response respond_once(const exchange& of, const stripe::route_match& matched);
};

sandbox::sandbox(const base::clock& time, options with) : time_(time), options_(std::move(with)) {
    reset();
}

sandbox::~sandbox() = default;

void sandbox::reset() {
    state_ = std::make_unique<state>(time_, options_);
}

outcome<stripe::route_match> sandbox::state::route(const base::http_request& request) const {
    const auto method = method_of(request.method);
    if (!method) return unrecognized(request);
    const auto matched = stripe::match(*method, request.path);
    if (matched.found == nullptr) return unrecognized(request);
    return matched;
}

outcome<json> sandbox::state::run(const exchange& of, const stripe::route_match& matched,
                                  const json& tree) {
    const auto& op = *matched.found;
    const auto name = std::string(of.request.method) + " " + std::string(op.path_template());
    const auto run_it = table.find(name);
    if (run_it == nullptr && !strict) return unsupported(of.request);
    auto params =
        op.encoding() == stripe::encoding::json ? validate_json(op, tree) : validate(op, tree);
    if (!params) return params;
    if (auto legal = check_expand(op, *params); !legal) return legal.error();
    call each{all, op, std::move(*params), {}};
    for (std::size_t i = 0; i < matched.values_size; ++i) {
        auto id = decode_segment(matched.values[i]);
        if (!id) return unrecognized(of.request);
        each.ids.push_back(std::move(*id));
    }
    if (op.method() != stripe::http_method::get && all.data.size() > objects_max)
        return bad_request("The sandbox is full. POST /_sandbox/reset clears it.");
    if (run_it == nullptr) return strict_answer(each);
    auto out = run_it(each);
    if (!out) return out;
    return expand_answer(each, std::move(*out));
}

base::http_response sandbox::state::respond_once(const exchange& of,
                                                 const stripe::route_match& matched) {
    const auto& request = of.request;
    auto read = read_parameters(request, matched.found->encoding());
    if (!read) return answer_error(of, read.error());
    const json tree = std::move(*read);
    const bool v2 = matched.found->encoding() == stripe::encoding::json;
    const bool may_be_keyed = request.method == "POST" || (v2 && request.method == "DELETE");
    const bool keyed = may_be_keyed && !of.idempotency_key.empty();
    const auto params = tree.dump(-1, ' ', false, json::error_handler_t::replace);
    if (keyed) {
        auto kept = keys.look_up(of.idempotency_key, std::string(request.path), params, all.now());
        if (!kept) return answer_error(of, kept.error());
        if (*kept) {
            auto again = std::move((*kept)->response);
            again.headers.emplace_back("Idempotent-Replayed", "true");
            again.headers[0].second = of.request_id;
            return again;
        }
    }
    auto result = run(of, matched, tree);
    if (result) strip(*result);
    const bool worth_keeping = result || result.error().keeps;
    auto out = result ? answer(of, 200, *result) : answer_error(of, result.error());
    if (result && matched.found->response() == stripe::response_kind::binary) {
        out.content_type = "application/pdf";
        out.body = strict_pdf();
    }
    if (keyed && worth_keeping)
        keys.keep(of.idempotency_key, std::string(request.path), params, {out, of.request_id},
                  all.now());
    return out;
}

base::http_response sandbox::state::respond(const exchange& of, const options& with) {
    if (auto known = check_key(of.key, with.api_key); !known)
        return answer_error(of, known.error());
    if (const auto failure = planned.next(of.request.method, of.request.path)) {
        auto out = answer_error(of, error_of(*failure));
        if (failure->status == 429 && !failure->reason.empty())
            out.headers.emplace_back("Stripe-Rate-Limited-Reason", failure->reason);
        if (failure->retry_after_s >= 0)
            out.headers.emplace_back("Retry-After", std::to_string(failure->retry_after_s));
        return out;
    }
    const auto matched = route(of.request);
    if (!matched) return answer_error(of, matched.error());
    auto account = of.request.header("Stripe-Account");
    if (account.empty()) account = of.request.header("Stripe-Context");
    if (!account.empty() && account != account_id) {
        auto error = bad_request("The provided key '" + mask(of.key) +
                                     "' does not have access to account '" + std::string(account) +
                                     "' (or that account does not exist). Application access may "
                                     "have been revoked.",
                                 {}, "account_invalid");
        error.status = 403;
        return answer_error(of, error);
    }
    if (auto may = check_permission(of.key, *matched->found, account_id); !may)
        return answer_error(of, may.error());
    all.settle();
    all.set_request(of.request_id, of.idempotency_key);
    return respond_once(of, *matched);
}

base::http_response sandbox::state::control(const exchange& of) {
    auto done = planned.plan(of.request.body);
    if (!done) return answer_error(of, done.error());
    return answer(of, 200, json{{"planned", true}});
}

base::http_response sandbox::handle(const base::http_request& request) {
    exchange of{request, "req_" + state_->all.make_text(14),
                std::string(request.header("Stripe-Version")),
                std::string(request.header("Idempotency-Key")), key_of(request)};
    // Both are echoed in headers.
    if (of.version.empty() || of.version.size() > 64 || !is_printable(of.version))
        of.version = stripe::api_version();
    if (!is_printable(of.idempotency_key)) of.idempotency_key.clear();
    const bool known = check_key(of.key, options_.api_key).has_value();
    if (known && request.method == "POST" && request.path == "/_sandbox/fail")
        return state_->control(of);
    if (known && request.method == "POST" && request.path == "/_sandbox/reset") {
        reset();
        return answer(of, 200, json{{"reset", true}});
    }
    // An exception from an operation is our bug: it becomes Stripe's 500, never a crash.
    try {
        return state_->respond(of, options_);
    } catch (const std::exception&) {
        api_error error;
        error.status = 500;
        error.type = "api_error";
        error.message = "The sandbox failed on this request.";
        return answer_error(of, error);
    }
}

}  // namespace tollgate::sandbox
