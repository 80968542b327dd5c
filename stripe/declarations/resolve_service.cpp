#include "stripe/declarations/resolve_service.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "stripe/declarations/map_reader.hpp"
#include "stripe/declarations/tool_text.hpp"
#include "stripe/listing/service_operation.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::declared_type;
using tenancy::service_access;
using tenancy::service_auth;

// Arguments that the gateway takes itself.
constexpr std::array<std::string_view, 2> gateway_names{"operation_key", "connected_account"};

constexpr std::string_view cursor_name = "next_cursor";

paging_style style_named(std::string_view word) {
    if (word == "cursor") return paging_style::cursor;
    if (word == "page") return paging_style::page;
    if (word == "offset") return paging_style::offset;
    return word == "link" ? paging_style::link : paging_style::none;
}

http_method method_named(std::string_view word) {
    for (const auto one :
         {http_method::post, http_method::put, http_method::patch, http_method::delete_})
        if (word == to_string(one)) return one;
    return http_method::get;
}

bool sends_body(http_method method) {
    return method != http_method::get && method != http_method::delete_;
}

tenancy::method kind_of(http_method method, std::string_view path) {
    switch (method) {
        case http_method::get:
            return path.ends_with('}') ? tenancy::method::get : tenancy::method::list;
        case http_method::post:
            return tenancy::method::create;
        case http_method::put:
        case http_method::patch:
            return tenancy::method::update;
        case http_method::delete_:
            break;
    }
    return tenancy::method::delete_;
}

// Whether a write is destructive or may be repeated, the gateway cannot know: it counts as
// destructive unless the document says that it is not.
std::uint8_t flags_of(const document_capability& from, http_method method) {
    const auto& hints = from.annotations;
    const bool reads = method == http_method::get;
    const bool harmless =
        hints.destructive && !*hints.destructive && method != http_method::delete_;
    unsigned out = operation::exposed_flag;
    if (reads) out |= operation::read_only_flag;
    if (!reads && !harmless) out |= operation::destructive_flag;
    if (reads || hints.idempotent.value_or(false)) out |= operation::idempotent_flag;
    if (hints.open_world.value_or(true)) out |= operation::open_world_flag;
    if (!reads) out |= operation::operation_key_flag;
    return static_cast<std::uint8_t>(out);
}

class service_resolver {
public:
    service_resolver(const document_capability& one, const service_access& at,
                     std::vector<document_problem>& problems)
        : one_(one), at_(at), problems_(problems), method_(method_named(one.method)) {}

    std::optional<resolved_capability> run() {
        if (one_.method.empty() || one_.path.empty()) return {};
        const auto before = problems_.size();
        check_names();
        check_body();
        if (method_ == http_method::get && one_.honours_key)
            note_(one_.at, ".idempotency_key", "cannot_be_enforced",
                  "a GET has no effect that a key could protect: remove this line");
        check_paging();
        auto made = std::make_shared<const service_operation>(texts(), facts());
        resolved_capability out{&one_, &made->called, {}, at_};
        out.tool.name = one_.name;
        out.tool.operation = one_.name;
        out.tool.tier = one_.tier;
        out.tool.own = std::move(made);
        for (const auto& input : one_.inputs) out.tool.inputs.push_back(declared(input));
        if (!one_.paging.style.empty()) out.tool.own_arguments.emplace_back(cursor_name);
        if (method_ != http_method::get) out.tool.own_arguments.emplace_back("operation_key");
        if (problems_.size() != before) return {};
        out.tool.json = tool_text(out);
        return out;
    }

private:
    void check_names() {
        // A filter or a rule that names a tool must not mean two.
        const bool of_stripe = find_tool(one_.name) != nullptr;
        if (is_own_tool_name(one_.name) || of_stripe)
            note_(one_.at, ".name", "reserved_name",
                  quoted_word(one_.name) +
                      " is the name of another tool of this gateway: choose one");
        for (const auto& input : one_.inputs)
            if (std::ranges::find(gateway_names, input.name) != gateway_names.end())
                note_(input.at, ".inputs." + input.name, "reserved_name",
                      quoted_word(input.name) +
                          " is an argument of the gateway's own: an input "
                          "cannot have this name");
    }

    void check_body() {
        if (!one_.encoding.empty() && !sends_body(method_))
            note_(one_.at, ".encoding", "cannot_be_enforced",
                  "a " + one_.method + " has no body here: remove encoding");
        for (const auto& input : one_.inputs) {
            const auto where = place_of(input);
            // Of a GET, the reader of the file says so already.
            if (where == place::body && method_ == http_method::delete_)
                note_(input.at, ".inputs." + input.name + ".in", "wrong_place",
                      "a " + one_.method + " has no body here: write in: query, or leave it out");
            const bool flat = where != place::body || is_form();
            const bool nested = input.type == declared_type::object ||
                                (input.type == declared_type::array && where == place::path);
            if (flat && nested)
                note_(input.at, ".inputs." + input.name + ".type", "cannot_be_enforced",
                      "only a JSON body can hold an object: send it in: body with encoding: json, "
                      "or declare its parts as inputs of their own");
        }
    }

    void check_paging() {
        const auto& paging = one_.paging;
        if (paging.style.empty()) return;
        if (method_ != http_method::get)
            note_(paging.at, ".pagination", "cannot_be_enforced",
                  "only a GET has pages: remove pagination");
        if (one_.find_input(paging.parameter) != nullptr)
            note_(paging.at, ".pagination.parameter", "reserved_name",
                  quoted_word(paging.parameter) +
                      " is set by the gateway: it cannot be an input, too");
        if (const auto* const input = one_.find_input(cursor_name))
            note_(input->at, ".inputs." + input->name, "reserved_name",
                  quoted_word(cursor_name) +
                      " is an argument of the gateway's own: an input "
                      "cannot have this name");
    }

    bool is_form() const { return one_.encoding == "form"; }

    place place_of(const document_input& input) const {
        const auto names = path_names(one_.path).value_or(std::vector<std::string>{});
        if (std::ranges::find(names, input.name) != names.end()) return place::path;
        if (input.where == input_place::query) return place::query;
        if (input.where == input_place::body) return place::body;
        return sends_body(method_) ? place::body : place::query;
    }

    tenancy::declared_input declared(const document_input& input) const {
        const bool needed =
            input.required || (place_of(input) == place::path && input.usual.empty());
        return {.name = input.name,
                .type = input.type,
                .required = needed,
                .values = input.values,
                .usual = input.usual,
                .items_max = items_max_of(one_, input),
                .path = {input.name}};
    }

    made_operation texts() const {
        made_operation out;
        out.tool_name = one_.name;
        out.title = one_.title.empty() ? one_.name : one_.title;
        out.path = at_.path + one_.path;
        out.tag_words = one_.tags;
        for (const auto& input : one_.inputs)
            out.parameters.push_back({input.name, place_of(input)});
        out.fields = one_.output;
        out.honours_key = one_.honours_key;
        out.paging = {style_named(one_.paging.style), one_.paging.parameter, one_.paging.next,
                      one_.paging.items, one_.paging.first.value_or(1)};
        return out;
    }

    operation facts() const {
        operation out;
        out.flags = flags_of(one_, method_);
        out.kind_ = kind_of(method_, one_.path);
        out.method_ = method_;
        out.host_ = api_host::service;
        out.encoding_ = encoding::query;
        if (sends_body(method_)) out.encoding_ = is_form() ? encoding::form : encoding::json;
        return out;
    }

    const document_capability& one_;
    const service_access& at_;
    std::vector<document_problem>& problems_;
    const capability_notes note_{one_, problems_};
    http_method method_;
};

// Whether the document means the authentication that the account has.
void check_auth(const declaration_document& document, const service_access& at,
                std::vector<document_problem>& problems) {
    if (!document.auth_given) return;
    const auto wrong = [&](const std::string& why) {
        problems.push_back({document.auth_at, "cannot_be_enforced", "service.auth", why});
    };
    const std::string account_has = "the account's credential is sent as " +
                                    std::string(to_string(at.auth)) +
                                    (at.header.empty() ? "" : " in the header " + at.header);
    const bool in_own_header = document.auth == "api_key" && !document.auth_header.empty() &&
                               base::to_lower(document.auth_header) != "authorization";
    if (at.auth == service_auth::header) {
        if (!in_own_header || base::to_lower(document.auth_header) != base::to_lower(at.header) ||
            !document.auth_prefix.empty())
            wrong(account_has +
                  ": write type: api_key with this header and no prefix, or leave "
                  "auth out");
        return;
    }
    const bool bearer = at.auth == service_auth::bearer && !in_own_header &&
                        (document.auth == "bearer" || document.auth == "api_key") &&
                        (document.auth_prefix.empty() || document.auth_prefix == "Bearer");
    if (!bearer) wrong(account_has + ": leave auth out");
}

}  // namespace

std::vector<resolved_capability> resolve_service(const declaration_document& document,
                                                 const service_access& at, service_known known,
                                                 std::vector<document_problem>& problems) {
    std::vector<resolved_capability> out;
    if (known == service_known::yes) check_auth(document, at, problems);
    if (known == service_known::no && (document.auth == "none" || document.auth == "oauth2"))
        problems.push_back({document.auth_at, "cannot_be_enforced", "service.auth.type",
                            "calls are made with the credential of the integrated account: write "
                            "type: bearer or api_key, or leave auth out"});
    if (!document.only)
        problems.push_back({document.base_url_at, "cannot_be_enforced", "only",
                            "an account of another service than Stripe has no tools but the "
                            "declared ones: remove only: false"});
    for (const auto& one : document.capabilities)
        if (auto resolved = service_resolver{one, at, problems}.run())
            out.push_back(std::move(*resolved));
    return out;
}

}  // namespace tollgate::stripe
