#include "stripe/content/prompt_book.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/embedded.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/operations_tools.hpp"

namespace tollgate::stripe {

namespace prompts_text {
std::span<const base::embedded_file> embedded_files();  // prompts.json
}

namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::pair<std::string_view, argument_form>, 7> forms{
    {{"choice", argument_form::choice},
     {"currency", argument_form::currency},
     {"amount", argument_form::amount},
     {"day", argument_form::day},
     {"email", argument_form::email},
     {"id", argument_form::id},
     {"words", argument_form::words}}};

// The file is embedded and read by every test, so an error in it is a bug.
[[noreturn]] void broken(std::string_view what) {
    throw std::logic_error("prompts.json: " + std::string(what));
}

std::string text_in(dom::object from, std::string_view key) {
    std::string_view value;
    return from.at_key(key).get(value) == simdjson::SUCCESS ? std::string(value) : std::string{};
}

bool truth_in(dom::object from, std::string_view key) {
    bool value = false;
    return from.at_key(key).get(value) == simdjson::SUCCESS && value;
}

std::vector<std::string> texts_in(dom::object from, std::string_view key) {
    std::vector<std::string> out;
    dom::array list;
    if (from.at_key(key).get(list) != simdjson::SUCCESS) return out;
    for (const auto each : list) out.emplace_back(each.get_string().value());
    return out;
}

// The values of "create_a_stripe_refund.reason" in the catalogue.
std::vector<std::string> values_of(std::string_view path) {
    const auto dot = path.find('.');
    const auto* const one = find_operation(path.substr(0, dot));
    const auto* const as = one == nullptr ? nullptr : one->find_parameter(path.substr(dot + 1));
    if (as == nullptr || as->enum_values().empty()) broken(path);
    std::vector<std::string> out;
    for (const auto value : as->enum_values()) out.emplace_back(value.view());
    return out;
}

prompt_argument read_argument(dom::object from) {
    prompt_argument out;
    out.name = text_in(from, "name");
    out.title = text_in(from, "title");
    out.description = text_in(from, "description");
    const auto form = text_in(from, "form");
    const auto known = std::ranges::find(forms, form, [](const auto& one) { return one.first; });
    if (known == forms.end()) broken(form);
    out.form = known->second;
    out.required = truth_in(from, "required");
    const auto choices_of = text_in(from, "choices_of");
    out.choices = choices_of.empty() ? texts_in(from, "choices") : values_of(choices_of);
    out.fallback = text_in(from, "default");
    std::int64_t days = 0;
    if (from["days_ago"].get(days) == simdjson::SUCCESS) out.days_ago = days;
    out.object = text_in(from, "object");
    return out;
}

prompt_role read_role(dom::object from) {
    prompt_role out{text_in(from, "role"), texts_in(from, "names"), truth_in(from, "optional")};
    for (const auto& name : out.names)
        if (find_tool(name) == nullptr) broken(name);
    return out;
}

order_step read_order_step(dom::object from) {
    order_step out{text_in(from, "tool"), text_in(from, "text")};
    if (find_operations_tool(out.tool) == nullptr) broken(out.tool);
    return out;
}

prompt read_prompt(dom::object from) {
    prompt out;
    out.name = text_in(from, "name");
    out.title = text_in(from, "title");
    out.description = text_in(from, "description");
    for (const auto each : from["arguments"].get_array())
        out.arguments.push_back(read_argument(each.get_object()));
    for (const auto each : from["tools"].get_array())
        out.roles.push_back(read_role(each.get_object()));
    out.any_of = texts_in(from, "any_of");
    out.intro = text_in(from, "intro");
    out.steps = texts_in(from, "steps");
    out.needs_orders = truth_in(from, "needs_orders");
    dom::array order_steps;
    if (from["order_steps"].get(order_steps) == simdjson::SUCCESS)
        for (const auto each : order_steps) out.order_steps.push_back(read_order_step(each));
    return out;
}

std::vector<prompt> read_all() {
    dom::parser parser;
    const simdjson::padded_string text{prompts_text::embedded_files().front().text};
    std::vector<prompt> out;
    for (const auto each : parser.parse(text).get_array())
        out.push_back(read_prompt(each.get_object()));
    return out;
}

}  // namespace

std::span<const prompt> prompts() {
    static const std::vector<prompt> all = read_all();
    return all;
}

const prompt* find_prompt(std::string_view name) {
    const auto all = prompts();
    const auto found = std::ranges::find(all, name, &prompt::name);
    return found == all.end() ? nullptr : &*found;
}

const prompt_argument* find_argument(const prompt& of, std::string_view name) {
    const auto found = std::ranges::find(of.arguments, name, &prompt_argument::name);
    return found == of.arguments.end() ? nullptr : &*found;
}

}  // namespace tollgate::stripe
