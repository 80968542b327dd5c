#include "stripe/declarations/declarations.hpp"

#include <algorithm>
#include <utility>

#include "stripe/declarations/declared_rules.hpp"

namespace tollgate::stripe {

namespace {

constexpr const char* document_name = "declarations";

}  // namespace

checked_declarations check_declarations(std::string_view text, const std::string& name, bool strict,
                                        const tenancy::tool_directory& directory,
                                        const tenancy::declarations_place& place) {
    checked_declarations out;
    out.read = read_declarations(text, name, strict);
    auto& problems = out.read.problems;
    auto resolved = resolve(out.read.document, problems);
    for (auto& one : resolved) {
        one.tool.rules = declared_rules(one, directory, place, problems);
        one.tool.directory = &directory;
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
    for (auto& one : checked.resolved) out->tools.push_back(std::move(one.tool));
    return std::shared_ptr<const tenancy::declared_tools>{std::move(out)};
}

}  // namespace tollgate::stripe
