// Sign-in with the company's identity provider. Browsers follow both calls: they redirect to
// another address, and a refusal redirects to the console, which shows its sentence.
#include <utility>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "server/admin/addresses.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/query.hpp"
#include "server/admin/session_cookie.hpp"
#include "server/admin/unknown_caller.hpp"
#include "tenancy/people/sessions.hpp"
#include "tenancy/people/single_sign_on.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::admin {

namespace {

namespace paths = tenancy::gateway_paths;
using base::errc;
using base::result;

constexpr std::string_view callback_path =
    addresses::at<paths::sessions, paths::oidc, paths::callback>;
constexpr std::string_view console_path = addresses::at<paths::console, addresses::below>;
constexpr std::size_t returned_bytes_max = 4'096;

base::http_response led_to(std::string address) {
    base::http_response out;
    out.status = 302;
    out.content_type = {};
    out.headers.emplace_back("Location", std::move(address));
    out.headers.emplace_back("Cache-Control", "no-store");
    out.headers.emplace_back("Referrer-Policy", "no-referrer");
    return out;
}

// The console's page with a refusal in the fragment of the address, which browsers do not send.
base::http_response refused_in_console(const base::failure& why) {
    return led_to(std::string{console_path} + "#sign-on=" + why.code);
}

// The parameters of the provider's answer that are used. A repeated or malformed one counts as
// absent, which is refused.
tenancy::returned_sign_on returned_in(const call& in) {
    tenancy::returned_sign_on out;
    out.sealed = sign_on_cookie_of(in.request, in.facts);
    out.from = in.facts.counted_as;
    out.redirect_uri = own_origin(in.request, in.facts).append(callback_path);
    std::string_view rest = in.request.query.substr(0, returned_bytes_max);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = pair.substr(0, equals);
        auto value = base::percent_decoded(pair.substr(equals + 1), base::plus_sign::blank);
        std::string* const place = name == "state"   ? &out.state
                                   : name == "code"  ? &out.code
                                   : name == "error" ? &out.error
                                   : name == "iss"   ? &out.issuer
                                                     : nullptr;
        if (place == nullptr || !value) continue;
        *place = place->empty() ? std::move(*value) : std::string{};
    }
    return out;
}

}  // namespace

answer list_sign_in_ways(const call& in) {
    const auto query = parse_query(in.request.query, {"sign_out"});
    if (!query) co_return query.error();
    const bool single = in.tenancy.single_sign_on().on();
    std::string out = "{";
    base::json_members members{out};
    members.truth("password", true).truth("single_sign_on", single);
    const auto asked = query->find("sign_out");
    if (asked != query->end() && asked->second == "true") {
        auto back = own_origin(in.request, in.facts).append(console_path);
        const auto there = co_await in.tenancy.single_sign_on().sign_out_address(std::move(back));
        members.truth("single_sign_out", there && !there->empty());
    }
    co_return json_response(200, out + '}');
}

answer begin_single_sign_on(const call& in) {
    const auto own = check_cookie_allowed(in.request, in.facts);
    if (!own) co_return own.error();
    auto callback = own_origin(in.request, in.facts).append(callback_path);
    const auto begun = co_await in.tenancy.single_sign_on().begin(std::move(callback));
    if (!begun && begun.error().kind == errc::unavailable)
        co_return refused_in_console(begun.error());
    if (!begun) co_return begun.error();
    auto out = led_to(begun->address);
    out.headers.emplace_back("Set-Cookie", sign_on_cookie(begun->sealed, in.facts));
    co_return out;
}

answer finish_single_sign_on(const call& in) {
    const auto own = check_cookie_allowed(in.request, in.facts);
    if (!own) co_return own.error();
    auto made = co_await in.tenancy.single_sign_on().finish(returned_in(in), event_of_unknown(in));
    in.tenancy.sessions().count(made);
    auto out = made ? led_to(std::string{console_path}) : refused_in_console(made.error());
    // The attempt is over, whatever its result.
    out.headers.emplace_back("Set-Cookie", sign_on_cookie({}, in.facts));
    if (made) out.headers.emplace_back("Set-Cookie", session_cookie(made->token, in.facts));
    co_return out;
}

// Ends nothing here, so that a link of another site cannot sign a person out: the console ends the
// session first.
answer leave_single_sign_on(const call& in) {
    auto back = own_origin(in.request, in.facts).append(console_path);
    const auto there = co_await in.tenancy.single_sign_on().sign_out_address(std::move(back));
    if (!there && there.error().kind == errc::unavailable)
        co_return refused_in_console(there.error());
    if (!there) co_return there.error();
    co_return led_to(there->empty() ? std::string{console_path} : *there);
}

}  // namespace tollgate::admin
