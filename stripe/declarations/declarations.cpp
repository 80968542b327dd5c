#include "stripe/declarations/declarations.hpp"

#include <algorithm>
#include <utility>

#include "stripe/declarations/declared_directory.hpp"
#include "stripe/declarations/declared_rules.hpp"
#include "stripe/declarations/map_reader.hpp"
#include "stripe/declarations/resolve_service.hpp"

namespace tollgate::stripe {

namespace {

constexpr const char* document_name = "declarations";

std::shared_ptr<const tenancy::service_access> shared(tenancy::service_access service) {
    return std::make_shared<const tenancy::service_access>(std::move(service));
}

// The service as the document alone says it.
tenancy::service_access as_declared(tenancy::service_access service,
                                    const declaration_document& document) {
    const bool own_header = document.auth == "api_key" && !document.auth_header.empty() &&
                            document.auth_header != "Authorization";
    if (!own_header) return service;
    service.auth = tenancy::service_auth::header;
    service.header = document.auth_header;
    return service;
}

// The service that the document is about; null: Stripe. Nothing if it is not that of the account:
// that is noted.
std::optional<std::shared_ptr<const tenancy::service_access>> service_meant(
    const declaration_document& document, const tenancy::declarations_place& place,
    std::vector<document_problem>& problems) {
    const auto wrong = [&](std::string why) {
        problems.push_back(
            {document.base_url_at, "other_service", "service.base_url", std::move(why)});
    };
    const bool any = place.account_id.empty() && place.service == nullptr;
    // resolve() says what is wrong with the base_url of an account of Stripe.
    if (place.service == nullptr &&
        (!any || document.base_url.empty() || is_stripe_url(document.base_url)))
        return std::shared_ptr<const tenancy::service_access>{};
    const auto given = tenancy::parse_service_url(document.base_url);
    if (!given) {
        if (!document.base_url.empty()) wrong(given.error().message);
        return {};
    }
    if (place.service == nullptr) return shared(as_declared(*given, document));
    if (given->base_url() == place.service->base_url()) return shared(*place.service);
    wrong("the account is one of " + place.service->base_url() + ": base_url must be that, not " +
          quoted_word(document.base_url));
    return {};
}

std::shared_ptr<const service_directory> directory_of(
    const std::vector<resolved_capability>& resolved) {
    std::vector<tenancy::declared_tool> tools;
    for (const auto& one : resolved) tools.push_back(one.tool);
    return std::make_shared<const service_directory>(tools);
}

}  // namespace

checked_declarations check_declarations(std::string_view text, const std::string& name, bool strict,
                                        const tenancy::tool_directory& directory,
                                        const tenancy::declarations_place& place) {
    checked_declarations out;
    out.read = read_declarations(text, name, strict);
    auto& problems = out.read.problems;
    const auto& document = out.read.document;
    const auto service = service_meant(document, place, problems);
    if (!service) {
        sort_problems(problems);
        return out;
    }
    auto resolved =
        *service == nullptr
            ? resolve(document, problems)
            : resolve_service(document, **service,
                              place.service == nullptr ? service_known::no : service_known::yes,
                              problems);
    if (*service != nullptr) out.directory = directory_of(resolved);
    const tenancy::tool_directory& tools = out.directory == nullptr ? directory : *out.directory;
    for (auto& one : resolved) {
        one.tool.rules = declared_rules(one, tools, place, problems);
        one.tool.directory = &tools;
    }
    out.resolved = std::move(resolved);
    sort_problems(problems);
    return out;
}

base::result<std::shared_ptr<const tenancy::declared_tools>> catalogue_declarations::read(
    std::string_view text, const tenancy::declarations_place& place) const {
    auto checked = check_declarations(text, document_name, false, directory_, place);
    if (!checked.read.valid())
        return base::invalid("wrong_declarations",
                             problem_lines(checked.read.problems, document_name), "document");
    auto out = std::make_shared<tenancy::declared_tools>();
    out->version = place.version;
    out->only = checked.read.document.only;
    out->forbidden = checked.read.document.forbidden;
    std::vector<std::vector<std::string>> tags;
    for (auto& one : checked.resolved) {
        tags.push_back(one.from->tags);
        out->tools.push_back(std::move(one.tool));
    }
    join_tags(out->tools, tags);
    std::shared_ptr<const tenancy::tool_directory> base = checked.directory;
    if (base == nullptr) base = {std::shared_ptr<void>{}, &directory_};
    const auto shown =
        std::make_shared<const declared_directory>(base, out->tools, out->forbidden, out->only);
    out->shown = shown;
    out->directory = checked.directory;
    if (shown->adds_tags()) out->directory = shown;
    return std::shared_ptr<const tenancy::declared_tools>{std::move(out)};
}

}  // namespace tollgate::stripe
