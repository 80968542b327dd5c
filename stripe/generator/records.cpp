#include "stripe/generator/records.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "stripe/generator/facts.hpp"

namespace tollgate::stripe::generator {

namespace {

// A map in one file, with the names for complaints about it.
struct place_in_file {
    std::string file;
    std::string key;

    [[noreturn]] void refuse(const std::string& why) const {
        throw build_error(file + ": " + (key.empty() ? "" : key + ": ") + why);
    }
    place_in_file below(const std::string& part) const {
        return {file, key.empty() ? part : key + ": " + part};
    }
};

template <typename Visit>
void each(const YAML::Node& node, const place_in_file& where, Visit visit) {
    if (node.IsNull()) return;
    if (!node.IsMap()) where.refuse("is not a map");
    std::set<std::string> seen;
    for (const auto& entry : node) {
        const auto key = entry.first.as<std::string>();
        if (!seen.insert(key).second) where.below(key).refuse("is given twice");
        visit(key, entry.second, where.below(key));
    }
}

std::string text(const YAML::Node& node, const place_in_file& where) {
    if (!node.IsScalar()) where.refuse("is not a text");
    return node.as<std::string>();
}

texts read_texts(const YAML::Node& node, const place_in_file& where) {
    texts out;
    each(node, where,
         [&](const auto& key, const auto& value, const auto& at) { out[key] = text(value, at); });
    return out;
}

resource_record read_resource(const YAML::Node& node, const place_in_file& where) {
    resource_record out;
    each(node, where, [&](const std::string& key, const YAML::Node& value, const auto& at) {
        if (key == "one")
            out.one = text(value, at);
        else if (key == "a_one")
            out.a_one = text(value, at);
        else if (key == "many")
            out.many = text(value, at);
        else if (key == "about")
            out.about = text(value, at);
        else if (key == "returns")
            out.returns = text(value, at);
        else if (key == "parameters")
            out.parameters = read_texts(value, at);
        else
            at.refuse("is not a field of a resource");
    });
    if (out.one.empty() || out.a_one.empty() || out.many.empty())
        where.refuse("lacks one, a_one or many");
    return out;
}

verb_record read_verb(const YAML::Node& node, const place_in_file& where) {
    verb_record out;
    each(node, where, [&](const std::string& key, const YAML::Node& value, const auto& at) {
        if (key == "title")
            out.title = text(value, at);
        else if (key == "text")
            out.text = text(value, at);
        else
            at.refuse("is not a field of a verb");
    });
    if (out.title.empty() || out.text.empty()) where.refuse("lacks title or text");
    return out;
}

operation_record read_operation(const YAML::Node& node, const place_in_file& where) {
    operation_record out;
    each(node, where, [&](const std::string& key, const YAML::Node& value, const auto& at) {
        if (key == "title")
            out.title = text(value, at);
        else if (key == "text")
            out.text = text(value, at);
        else if (key == "note")
            out.note = text(value, at);
        else if (key == "returns")
            out.returns = text(value, at);
        else if (key == "parameters")
            out.parameters = read_texts(value, at);
        else
            at.refuse("is not a field of an operation");
    });
    return out;
}

template <typename Visit>
void each_item(const YAML::Node& node, const place_in_file& where, Visit visit) {
    if (!node.IsSequence()) where.refuse("is not a list");
    for (const auto& item : node) visit(item);
}

std::vector<std::string> read_fields(const YAML::Node& node, const place_in_file& where) {
    std::vector<std::string> out;
    each_item(node, where, [&](const YAML::Node& item) { out.push_back(text(item, where)); });
    std::ranges::sort(out);
    const auto twice = std::ranges::adjacent_find(out);
    if (twice != out.end()) where.below(*twice).refuse("is given twice");
    return out;
}

search_type read_search_type(const std::string& word, const place_in_file& where) {
    if (word == "string") return search_type::string;
    if (word == "number") return search_type::number;
    if (word != "token") where.refuse("is none of string, number and token");
    return search_type::token;
}

search_record read_search_field(const YAML::Node& node, const place_in_file& where) {
    search_record out;
    std::string type;
    each(node, where, [&](const std::string& key, const YAML::Node& value, const auto& at) {
        if (key == "field")
            out.field = text(value, at);
        else if (key == "type")
            out.type = read_search_type(type = text(value, at), at);
        else if (key == "substring")
            out.substring = text(value, at) == "true";
        else
            at.refuse("is not a field of a search");
    });
    if (out.field.empty() || type.empty()) where.refuse("lacks field or type");
    if (out.substring && out.type != search_type::string)
        where.below(out.field).refuse("has parts, but is not a string");
    return out;
}

std::vector<search_record> read_search(const YAML::Node& node, const place_in_file& where) {
    std::vector<search_record> out;
    each_item(node, where,
              [&](const YAML::Node& item) { out.push_back(read_search_field(item, where)); });
    std::ranges::sort(out, {}, &search_record::field);
    const auto twice = std::ranges::adjacent_find(out, {}, &search_record::field);
    if (twice != out.end()) where.below(twice->field).refuse("is given twice");
    return out;
}

template <typename Record>
using reader = Record (*)(const YAML::Node&, const place_in_file&);

template <typename Record>
std::map<std::string, Record, std::less<>> read_file(const std::filesystem::path& folder,
                                                     const std::string& file, reader<Record> read) {
    std::map<std::string, Record, std::less<>> out;
    const place_in_file where{file, {}};
    try {
        each(YAML::LoadFile((folder / file).string()), where,
             [&](const std::string& key, const YAML::Node& value, const auto& at) {
                 out.emplace(key, read(value, at));
             });
    } catch (const YAML::Exception& error) {
        where.refuse(error.what());
    }
    return out;
}

template <typename Map>
auto find(const Map& in, std::string_view key) -> decltype(&in.begin()->second) {
    const auto found = in.find(key);
    return found == in.end() ? nullptr : &found->second;
}

}  // namespace

const resource_record* records::resource(std::string_view key) const {
    return find(resources, key);
}

const verb_record* records::verb(std::string_view key) const {
    return find(verbs, key);
}

const operation_record* records::operation(std::string_view key) const {
    return find(operations, key);
}

records read_records(const std::filesystem::path& folder) {
    records out;
    out.resources = read_file<resource_record>(folder, "resources.yaml", read_resource);
    out.verbs = read_file<verb_record>(folder, "verbs.yaml", read_verb);
    out.operations = read_file<operation_record>(folder, "operations.yaml", read_operation);
    out.glossary = read_file<std::string>(folder, "parameters.yaml", text);
    out.projections = read_file<std::vector<std::string>>(folder, "projections.yaml", read_fields);
    out.searches = read_file<std::vector<search_record>>(folder, "searches.yaml", read_search);
    out.sayings = read_file<texts>(folder, "sayings.yaml", read_texts);
    out.vocabulary = read_file<std::string>(folder, "vocabulary.yaml", text);
    out.synonyms = read_file<std::string>(folder, "synonyms.yaml", text);
    return out;
}

}  // namespace tollgate::stripe::generator
