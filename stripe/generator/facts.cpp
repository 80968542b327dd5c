#include "stripe/generator/facts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace tollgate::stripe::generator {

namespace {

using nlohmann::json;

json read_json(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw build_error(file.string() + ": cannot be read");
    try {
        return json::parse(in);
    } catch (const json::exception& error) {
        throw build_error(file.string() + ": " + error.what());
    }
}

template <typename Enum>
Enum word(const std::map<std::string, Enum>& words, const std::string& value) {
    const auto found = words.find(value);
    if (found == words.end()) throw build_error("unknown word in the facts: " + value);
    return found->second;
}

value_type type_of(const json& fact) {
    static const std::map<std::string, value_type> words{
        {"string", value_type::string}, {"integer", value_type::integer},
        {"number", value_type::number}, {"boolean", value_type::boolean},
        {"object", value_type::object}, {"array", value_type::array},
        {"map", value_type::map},       {"range", value_type::range},
        {"file", value_type::file}};
    return fact.contains("any") ? value_type::any_of : word(words, fact.at("t"));
}

value_format format_of(const json& fact) {
    static const std::map<std::string, value_format> words{{"unix-time", value_format::unix_time},
                                                           {"decimal", value_format::decimal},
                                                           {"currency", value_format::currency},
                                                           {"date-time", value_format::date_time}};
    return fact.contains("f") ? word(words, fact.at("f")) : value_format::none;
}

fact_parameter read_parameter(const std::string& name, const json& fact);

std::vector<fact_parameter> read_children(const json& fact) {
    std::vector<fact_parameter> out;
    if (fact.contains("p"))
        for (const auto& [name, child] : fact.at("p").items())
            out.push_back(read_parameter(name, child));
    if (fact.contains("i")) out.push_back(read_parameter("", fact.at("i")));
    if (fact.contains("v")) out.push_back(read_parameter("", fact.at("v")));
    if (fact.contains("any"))
        for (const auto& form : fact.at("any")) out.push_back(read_parameter("", form));
    return out;
}

fact_parameter read_parameter(const std::string& name, const json& fact) {
    fact_parameter out;
    out.name = name;
    out.type = type_of(fact);
    out.format = format_of(fact);
    out.required = fact.contains("r");
    out.unset = fact.contains("unset");
    out.length_max = fact.value("max", 0U);
    if (fact.contains("e")) out.enum_values = fact.at("e").get<std::vector<std::string>>();
    if (std::ranges::count(out.enum_values, "") != 0) out.unset = true;
    out.children = read_children(fact);
    return out;
}

std::vector<std::string> names_of(const json& object) {
    if (object.is_null()) return {};
    if (object.is_string()) return {object.get<std::string>()};
    return object.get<std::vector<std::string>>();
}

fact_operation read_operation(const json& fact) {
    static const std::map<std::string, http_method> methods{
        {"GET", http_method::get}, {"POST", http_method::post}, {"DELETE", http_method::delete_}};
    static const std::map<std::string, api_host> hosts{{"api", api_host::api},
                                                       {"files", api_host::files}};
    static const std::map<std::string, encoding> encodings{{"query", encoding::query},
                                                           {"form", encoding::form},
                                                           {"json", encoding::json},
                                                           {"multipart", encoding::multipart}};
    static const std::map<std::string, response_kind> responses{
        {"object", response_kind::object},   {"list", response_kind::list},
        {"search", response_kind::search},   {"v2list", response_kind::v2_list},
        {"deleted", response_kind::deleted}, {"binary", response_kind::binary}};
    fact_operation out;
    out.method = word(methods, fact.at("method"));
    out.path = fact.at("path");
    out.host = word(hosts, fact.value("host", "api"));
    out.encoding = word(encodings, fact.at("enc"));
    out.response = word(responses, fact.at("ret"));
    out.objects = names_of(fact.at("object"));
    out.deprecated = fact.contains("deprecated");
    const auto& parameters = fact.at(fact.contains("body") ? "body" : "query");
    for (const auto& [name, parameter] : parameters.items())
        out.parameters.push_back(read_parameter(name, parameter));
    std::ranges::sort(out.parameters, {}, &fact_parameter::name);
    return out;
}

void read_operations(const std::filesystem::path& file, std::vector<fact_operation>& out) {
    const auto facts_of_file = read_json(file);
    try {
        for (const auto& fact : facts_of_file) out.push_back(read_operation(fact));
    } catch (const json::exception& error) {
        throw build_error(file.string() + ": " + error.what());
    }
}

}  // namespace

std::string fact_operation::key() const {
    return std::string(to_string(method)) + ' ' + path;
}

facts read_facts(const std::filesystem::path& folder) {
    facts out;
    const auto source = read_json(folder / "source.json");
    out.api_version = source.at("api_version");
    out.source = source.at("sdk");
    const auto objects = read_json(folder / "objects.json");
    for (const auto& [name, object] : objects.items())
        out.objects[name] = {object.at("expand").get<fact_expansions>(),
                             object.at("fields").get<decltype(fact_object::fields)>()};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "operations"))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& file : files) read_operations(file, out.operations);
    return out;
}

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < path.size()) {
        const auto end = std::min(path.find('/', at), path.size());
        if (end > at) out.emplace_back(path.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}

}  // namespace tollgate::stripe::generator
