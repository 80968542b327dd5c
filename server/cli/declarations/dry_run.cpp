#include "server/cli/declarations/dry_run.hpp"

#include <simdjson.h>

#include <iostream>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "server/cli/declarations/declarations_text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/declarations/request_preview.hpp"

namespace tollgate::server {

namespace {

base::timestamp now() {
    return base::system_clock{}.now();
}

// The request of `one` for the parameters of the command line.
base::result<stripe::previewed_request> preview(const stripe::resolved_capability& one,
                                                const std::vector<std::string>& parameters,
                                                bool all) {
    const auto arguments = arguments_of(one, parameters);
    if (!arguments) return arguments.error();
    simdjson::dom::parser parser;
    simdjson::dom::object given;
    if (parser.parse(*arguments).get(given) != simdjson::SUCCESS)
        return base::invalid("bad_parameter", "a parameter has invalid characters");
    return stripe::preview_request(one, given, all, now());
}

// One tool's request, or why there is none.
std::string tested_json(const std::string& name,
                        const base::result<stripe::previewed_request>& request) {
    std::string out = "{";
    base::json_members members{out};
    members.text("name", name).truth("ok", request.has_value());
    if (!request) {
        members.text("error", stripe::mask_secrets(request.error().message));
        return out + '}';
    }
    members.text("effect", to_string(request->decided.outcome))
        .text("rule", request->decided.rule)
        .text("method", request->method)
        .text("url", stripe::mask_secrets(request->url))
        .text("head", request->head)
        .text("body", stripe::mask_secrets(request->body));
    return out + '}';
}

}  // namespace

int say_mistake(const std::string& message) {
    std::cerr << stripe::mask_secrets(message) << '\n';
    return declarations_mistake;
}

int dry_run_all(const declarations_file& file, const std::vector<std::string>& parameters,
                bool json) {
    std::size_t passed = 0;
    for (const auto& one : file.checked.resolved) {
        const auto request = preview(one, parameters, true);
        if (request) ++passed;
        if (json)
            std::cout << tested_json(one.tool.name, request) << '\n';
        else
            std::cout << (request ? "ok " : "failed ") << one.tool.name << ' '
                      << (request ? request->method + ' ' + request->url : request.error().message)
                      << '\n';
    }
    const auto count = file.checked.resolved.size();
    if (json) return passed < count ? declarations_mistake : declarations_good;
    std::cout << passed << " passed. " << count << (count == 1 ? " capability" : " capabilities")
              << " total.\n";
    if (passed < count) return declarations_mistake;
    std::cout << "All requests build correctly. No API calls were made.\n";
    return declarations_good;
}

base::result<const stripe::resolved_capability*> find_capability(const declarations_file& file,
                                                                 const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& one : file.checked.resolved) {
        if (one.tool.name == name) return &one;
        names.push_back(one.tool.name);
    }
    const auto near = base::nearest_word(name, names);
    return base::invalid("no_capability",
                         "there is no capability " + name +
                             (near.empty() ? "" : "; did you mean " + std::string(near) + '?'));
}

int dry_run_one(const stripe::resolved_capability& one, const std::vector<std::string>& parameters,
                bool json) {
    const auto request = preview(one, parameters, false);
    if (!request) return say_mistake(request.error().message);
    const auto& decided = request->decided;
    if (json) {
        std::cout << tested_json(one.tool.name, request) << '\n';
        return decided.outcome == tenancy::effect::deny             ? declared_denies
               : decided.outcome == tenancy::effect::needs_approval ? declared_needs_approval
                                                                    : declarations_good;
    }
    if (decided.outcome == tenancy::effect::deny) {
        std::cerr << "denied by " << decided.rule << ": " << decided.reason << ' ' << decided.remedy
                  << '\n';
        return declared_denies;
    }
    const auto url = stripe::mask_secrets(request->url);
    std::cout << request->method << ' ' << url << '\n' << request->head << '\n';
    const auto body = stripe::mask_secrets(request->body);
    if (!body.empty()) std::cout << '\n' << body << '\n';
    if (decided.outcome != tenancy::effect::needs_approval) return declarations_good;
    std::cerr << "needs approval by " << decided.rule << '\n';
    return declared_needs_approval;
}

}  // namespace tollgate::server
