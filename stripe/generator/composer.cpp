#include "stripe/generator/composer.hpp"

#include <algorithm>

#include "stripe/generator/documentation.hpp"
#include "stripe/generator/expansion.hpp"
#include "stripe/generator/schema_writer.hpp"

namespace tollgate::stripe::generator {

namespace {

constexpr std::size_t description_max = 300;
constexpr std::size_t tool_bytes_max = std::size_t{14} * 1024;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

std::string filled(std::string text, const resource_record& resource) {
    replace_all(text, "{one}", resource.one);
    replace_all(text, "{a_one}", resource.a_one);
    replace_all(text, "{many}", resource.many);
    return text;
}

// The gateway handles cursors itself.
bool never_an_argument(const model_operation& operation, const fact_parameter& fact) {
    if (fact.name == "starting_after" || fact.name == "ending_before")
        return operation.fact.response == response_kind::list;
    return fact.name == "page" && operation.cursor == cursor_kind::page;
}

// Marks the documented arguments; returns the first required one without a text, or empty.
std::string mark_arguments(model_operation& operation, const documentation& texts,
                           const std::vector<std::string>& expand) {
    operation.hidden_arguments.clear();
    std::string missing;
    for (auto& parameter : operation.parameters) {
        const auto& name = parameter.fact.name;
        if (never_an_argument(operation, parameter.fact)) continue;
        if (name == "expand" && expand.empty()) continue;
        parameter.documented = !texts.argument(parameter).empty();
        if (parameter.documented) continue;
        if (parameter.fact.required && missing.empty()) missing = name;
        operation.hidden_arguments.push_back(name);
    }
    return missing;
}

std::string first_of(const std::string* own, const std::string* other) {
    if (own != nullptr && !own->empty()) return *own;
    return other == nullptr ? std::string{} : *other;
}

struct texts_of_tool {
    std::string title;
    std::string description;
};

texts_of_tool compose_texts(const model_operation& operation, const documentation& texts) {
    const auto* own = texts.own();
    const auto* verb = texts.verb();
    const auto& resource = *texts.resource();
    texts_of_tool out;
    out.title =
        filled(first_of(own ? &own->title : nullptr, verb ? &verb->title : nullptr), resource);
    out.description =
        filled(first_of(own ? &own->text : nullptr, verb ? &verb->text : nullptr), resource);
    if (own != nullptr && !own->note.empty()) out.description += ' ' + filled(own->note, resource);
    if (operation.test_only) out.description += " Test mode only.";
    const bool object = operation.fact.response == response_kind::object;
    const auto what = first_of(own ? &own->returns : nullptr, &resource.returns);
    const auto returns = " Returns " + what + '.';
    if (object && !what.empty() && out.description.size() + returns.size() <= description_max)
        out.description += returns;
    return out;
}

std::string why_hidden(const documentation& texts) {
    if (texts.resource() == nullptr) return "no resource record";
    const auto* own = texts.own();
    const bool own_text = own != nullptr && !own->text.empty() && !own->title.empty();
    return texts.verb() == nullptr && !own_text ? "no verb record" : "";
}

std::string write_annotations(const annotations& hints) {
    const auto word = [](bool value) { return value ? "true" : "false"; };
    return std::string("{\"readOnlyHint\":") + word(hints.read_only) +
           ",\"destructiveHint\":" + word(hints.destructive) +
           ",\"idempotentHint\":" + word(hints.idempotent) +
           ",\"openWorldHint\":" + word(hints.open_world) + '}';
}

std::string write_tool(const model_operation& operation, const texts_of_tool& texts,
                       const std::string& schema) {
    return "{\"name\":" + json_string(operation.tool) + ",\"title\":" + json_string(texts.title) +
           ",\"description\":" + json_string(texts.description) + ",\"inputSchema\":" + schema +
           ",\"annotations\":" + write_annotations(operation.hints) + '}';
}

void compose_tool(model_operation& operation, const documentation& texts,
                  const std::vector<std::string>& expand, complaints& out) {
    const auto composed = compose_texts(operation, texts);
    if (composed.description.size() > description_max)
        out.push_back("operations.yaml: " + operation.fact.key() + ": the description has " +
                      std::to_string(composed.description.size()) + " letters, " +
                      std::to_string(description_max) + " are allowed");
    operation.title = composed.title;
    const auto frame = write_tool(operation, composed, {}).size();
    auto schema = write_schema(operation, texts, expand, tool_bytes_max - frame);
    operation.tool_json = write_tool(operation, composed, schema.json);
    operation.cut_arguments = std::move(schema.cut);
    if (!schema.fits)
        out.push_back(operation.fact.key() + ": the tool has " +
                      std::to_string(operation.tool_json.size()) + " bytes even without depth");
}

// The names of a tool's resource and the phrases by which it is found.
void compose_sayings(model_operation& operation, const records& from) {
    const auto* resource = from.resource(operation.resource);
    operation.called = resource->one;
    const auto said = from.sayings.find(operation.resource);
    if (said == from.sayings.end()) return;
    if (const auto called = said->second.find("called"); called != said->second.end())
        operation.called += "; " + called->second;
    const auto own = said->second.find(saying_key(operation));
    if (own != said->second.end()) operation.said = own->second;
}

}  // namespace

complaints compose_tools(model& all, const records& from) {
    complaints out;
    for (auto& operation : all.operations) {
        if (!operation.not_exposable.empty()) continue;
        const documentation texts(operation, from);
        operation.hidden = why_hidden(texts);
        if (!operation.hidden.empty()) continue;
        const auto expand = expand_paths(operation, all.objects);
        const auto missing = mark_arguments(operation, texts, expand);
        if (!missing.empty()) {
            operation.hidden = "no text for the required argument " + missing;
            continue;
        }
        compose_tool(operation, texts, expand, out);
        compose_sayings(operation, from);
    }
    return out;
}

}  // namespace tollgate::stripe::generator
