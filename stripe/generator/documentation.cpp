#include "stripe/generator/documentation.hpp"

#include <array>

namespace tollgate::stripe::generator {

namespace {

const std::string* find(const texts& in, std::string_view name) {
    const auto found = in.find(name);
    return found == in.end() ? nullptr : &found->second;
}

enum class bare_names : std::uint8_t { allowed, ignored };

const std::string* find_dotted(const texts& in, const std::vector<std::string>& path,
                               bare_names bare) {
    const std::size_t longest_start = bare == bare_names::allowed ? path.size() : path.size() - 1;
    for (std::size_t start = 0; start < longest_start; ++start) {
        std::string key;
        for (std::size_t i = start; i < path.size(); ++i) key += (i == start ? "" : ".") + path[i];
        if (const auto* found = find(in, key)) return found;
    }
    return nullptr;
}

// The key of the resource whose id fills a path argument: the literal segments before it.
std::string owner_key(const model_operation& operation, std::string_view argument) {
    std::string key;
    for (std::size_t i = 0; i < operation.segments.size(); ++i) {
        const auto& segment = operation.segments[i];
        if (segment.is_parameter && segment.text == argument) break;
        if (segment.is_parameter || (i == 0 && segment.text == "v1")) continue;
        key += (key.empty() ? "" : "/") + segment.text;
    }
    return key;
}

// One text often serves both the list of a resource and its other calls: "…; as a filter, only its
// refunds." A list gets it without the words "as a filter", any other call without that clause.
std::string text_for_context(std::string text, bool page) {
    constexpr std::string_view words = "s a filter, ";
    const auto at = text.find(words);
    if (at == std::string::npos || at < 3) return text;
    const auto begin = at - 1;  // position of "as" or "As"
    if (!page) return text.substr(0, begin - 2) + '.';
    const bool sentence = text[begin] == 'A';
    text.erase(begin, words.size() + 1);
    if (sentence) text[begin] = static_cast<char>(text[begin] - 'a' + 'A');
    return text;
}

}  // namespace

std::string verb_key(const model_operation& operation) {
    constexpr std::array<std::string_view, 6> kinds{"list",   "get",    "search",
                                                    "create", "update", "delete"};
    if (operation.kind == tenancy::method::custom) return operation.segments.back().text;
    return std::string(kinds[static_cast<std::size_t>(operation.kind)]);
}

std::string saying_key(const model_operation& operation) {
    const auto& last = operation.segments.back();
    return !last.is_parameter && last.text.starts_with("create_") ? last.text : verb_key(operation);
}

documentation::documentation(const model_operation& operation, const records& from)
    : operation_(operation),
      records_(from),
      resource_(from.resource(operation.resource)),
      verb_(from.verb(verb_key(operation))),
      own_(from.operation(operation.fact.key())) {}

std::string documentation::plain(std::string_view name) const {
    if (own_ != nullptr)
        if (const auto* found = find(own_->parameters, name)) return *found;
    if (resource_ != nullptr)
        if (const auto* found = find(resource_->parameters, name)) return *found;
    return {};
}

std::string documentation::of_owner(std::string_view path_argument) const {
    const auto* owner = records_.resource(owner_key(operation_, path_argument));
    return owner == nullptr ? std::string{} : "Id of the " + owner->one + '.';
}

std::string documentation::argument(const model_parameter& parameter) const {
    const auto response = operation_.fact.response;
    const bool page = response == response_kind::list || response == response_kind::search ||
                      response == response_kind::v2_list;
    return text_for_context(shared_text(parameter), page);
}

std::string documentation::shared_text(const model_parameter& parameter) const {
    const auto& name = parameter.fact.name;
    if (auto text = plain(name); !text.empty()) return text;
    const bool own_id = parameter.place == place::path && name == "id";
    if (own_id)
        if (auto text = of_owner(name); !text.empty()) return text;
    if (operation_.fact.encoding == encoding::json)
        if (const auto* found = find(records_.glossary, "json." + name)) return *found;
    if (const auto* found = find(records_.glossary, name)) return *found;
    return parameter.place == place::path ? of_owner(name) : std::string{};
}

std::string documentation::nested(const std::vector<std::string>& path) const {
    if (own_ != nullptr)
        if (const auto* found = find_dotted(own_->parameters, path, bare_names::ignored))
            return *found;
    if (resource_ != nullptr)
        if (const auto* found = find_dotted(resource_->parameters, path, bare_names::ignored))
            return *found;
    const auto* found = find_dotted(records_.glossary, path, bare_names::allowed);
    return found == nullptr ? std::string{} : *found;
}

const std::vector<search_record>& documentation::searched_by() const {
    static const std::vector<search_record> none;
    if (operation_.fact.objects.empty()) return none;
    const auto found = records_.searches.find(operation_.fact.objects.front());
    return found == records_.searches.end() ? none : found->second;
}

std::string documentation::added(std::string_view name) const {
    if (auto text = plain(name); !text.empty()) return text;
    const auto* found = find(records_.glossary, name);
    return found == nullptr ? std::string{} : *found;
}

}  // namespace tollgate::stripe::generator
