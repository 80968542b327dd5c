#include "stripe/generator/lint.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "stripe/generator/documentation.hpp"
#include "stripe/generator/gateway_arguments.hpp"

namespace tollgate::stripe::generator {

namespace {

constexpr std::size_t parameter_text_max = 120;

// Phrases that tell the model what to do. Descriptions say what a tool does; the user decides what
// to do.
constexpr std::string_view orders[] = {
    "you must",     "you should",      "you need to", "always",        "never",
    "ask the user", "tell the user",   "make sure",   "be sure to",    "please",
    "important:",   "ignore previous", "do not call", "must be called"};

using names = std::set<std::string, std::less<>>;

// The names to which keys may refer.
struct known {
    names resources;
    names verbs;
    names operations;
    std::map<std::string, names, std::less<>> sayings;       // of a resource, see saying_key()
    std::map<std::string, names, std::less<>> of_resource;   // parameters, top-level and dotted
    std::map<std::string, names, std::less<>> of_operation;  // the same
    names parameters;                                        // of all, and bare nested names
};

// Adds the dotted names below `fact`: every ending of every path that has a dot.
void add_nested(const fact_parameter& fact, std::vector<std::string>& path, names& dotted,
                names& bare) {
    for (const auto& child : fact.children) {
        const bool named = !child.name.empty();
        if (named) {
            path.push_back(child.name);
            bare.insert(child.name);
            std::string key = child.name;
            for (std::size_t i = path.size() - 1; i-- > 0;) {
                key.insert(0, 1, '.').insert(0, path[i]);
                dotted.insert(key);
            }
        }
        add_nested(child, path, dotted, bare);
        if (named) path.pop_back();
    }
}

void add_operation(const model_operation& operation, known& out) {
    const auto key = operation.fact.key();
    names dotted;
    names own{"next_cursor", "operation_key", "fields", "max_tokens",
              "aggregate",   "where",         "match",  "filename"};
    for (const auto& parameter : operation.parameters) {
        own.insert(parameter.fact.name);
        if (operation.fact.encoding == encoding::json)
            out.parameters.insert("json." + parameter.fact.name);
        std::vector<std::string> path{parameter.fact.name};
        add_nested(parameter.fact, path, dotted, out.parameters);
    }
    own.merge(dotted);
    out.resources.insert(operation.resource);
    out.verbs.insert(verb_key(operation));
    out.operations.insert(key);
    out.sayings[operation.resource].insert(saying_key(operation));
    out.of_resource[operation.resource].insert(own.begin(), own.end());
    out.parameters.insert(own.begin(), own.end());
    out.of_operation[key] = std::move(own);
}

// An underscore counts as a letter, so that always_invoice is one word.
bool is_letter(char letter) {
    return letter == '_' || std::isalnum(static_cast<unsigned char>(letter)) != 0;
}

bool has_words(const std::string& lower, std::string_view words) {
    for (auto at = lower.find(words); at != std::string::npos; at = lower.find(words, at + 1)) {
        const auto end = at + words.size();
        const bool begins = at == 0 || !is_letter(lower[at - 1]);
        const bool ends = end >= lower.size() || !is_letter(lower[end]) || !is_letter(words.back());
        if (begins && ends) return true;
    }
    return false;
}

class checker {
public:
    explicit checker(complaints& out) : out_(out) {}

    void complain(const std::string& where, const std::string& why) {
        out_.push_back(where + ": " + why);
    }

    void key(const std::string& where, const names& legal, std::string_view name) {
        if (!legal.contains(name)) complain(where, "matches nothing in the facts");
    }

    void text(const std::string& where, const std::string& value) {
        std::string lower = value;
        std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        for (const auto order : orders)
            if (has_words(lower, order))
                complain(where, "gives an order to the model: \"" + std::string(order) + '"');
    }

    void placeholders(const std::string& where, std::string value) {
        for (const std::string_view known : {"{one}", "{a_one}", "{many}"})
            for (auto at = value.find(known); at != std::string::npos; at = value.find(known))
                value.erase(at, known.size());
        if (value.find('{') != std::string::npos) complain(where, "has an unknown placeholder");
    }

    void parameters(const std::string& where, const texts& all, const names& legal) {
        for (const auto& [name, value] : all) {
            auto at = where;
            at.append(": ").append(name);
            key(at, legal, name);
            text(at, value);
            if (value.empty()) complain(at, "is empty");
            if (value.size() > parameter_text_max)
                complain(at, "has " + std::to_string(value.size()) + " letters, " +
                                 std::to_string(parameter_text_max) + " are allowed");
        }
    }

private:
    complaints& out_;
};

void lint_resources(const records& from, const known& facts, checker& check) {
    for (const auto& [key, record] : from.resources) {
        const auto at = "resources.yaml: " + key;
        check.key(at, facts.resources, key);
        for (const auto* value :
             {&record.one, &record.a_one, &record.many, &record.about, &record.returns})
            check.text(at, *value);
        const auto own = facts.of_resource.find(key);
        if (own != facts.of_resource.end()) check.parameters(at, record.parameters, own->second);
    }
}

void lint_verbs(const records& from, const known& facts, checker& check) {
    for (const auto& [key, record] : from.verbs) {
        const auto at = "verbs.yaml: " + key;
        check.key(at, facts.verbs, key);
        for (const auto* value : {&record.title, &record.text}) {
            check.text(at, *value);
            check.placeholders(at, *value);
        }
    }
}

void lint_operations(const records& from, const known& facts, checker& check) {
    for (const auto& [key, record] : from.operations) {
        const auto at = "operations.yaml: " + key;
        check.key(at, facts.operations, key);
        for (const auto* value : {&record.title, &record.text, &record.note, &record.returns}) {
            check.text(at, *value);
            check.placeholders(at, *value);
        }
        const auto own = facts.of_operation.find(key);
        if (own != facts.of_operation.end()) check.parameters(at, record.parameters, own->second);
    }
}

void lint_sayings(const records& from, const known& facts, checker& check) {
    for (const auto& [resource, said] : from.sayings) {
        const auto at = "sayings.yaml: " + resource;
        check.key(at, facts.resources, resource);
        const auto sayings = facts.sayings.find(resource);
        if (sayings == facts.sayings.end()) continue;
        for (const auto& [saying, text] : said) {
            if (saying != "called") check.key(at + ": " + saying, sayings->second, saying);
            if (text.empty()) check.complain(at + ": " + saying, "is empty");
        }
    }
}

// An argument with that name would be ambiguous.
void lint_names(const model& all, checker& check) {
    for (const auto& operation : all.operations)
        for (const auto& parameter : operation.parameters)
            if (is_gateway_argument(parameter.fact.name))
                check.complain(operation.fact.key() + ": " + parameter.fact.name,
                               "is the name of an argument of the gateway");
}

void lint_projections(const model& all, const records& from, checker& check) {
    for (const auto& [object, fields] : from.projections) {
        const auto at = "projections.yaml: " + object;
        const auto fact = all.objects.find(object);
        if (fact == all.objects.end()) {
            check.complain(at, "matches nothing in the facts");
            continue;
        }
        for (const auto& field : fields) {
            if (field == "id" || field == "object")
                check.complain(at + ": " + field, "is always shown");
            else if (!fact->second.fields.contains(field.substr(0, field.find('.'))))
                check.complain(at + ": " + field, "matches nothing in the facts");
        }
    }
}

void lint_searches(const model& all, const records& from, checker& check) {
    names searchable;
    for (const auto& operation : all.operations)
        if (operation.fact.response == response_kind::search)
            searchable.insert(operation.fact.objects.begin(), operation.fact.objects.end());
    for (const auto& [object, fields] : from.searches)
        check.key("searches.yaml: " + object, searchable, object);
    for (const auto& object : searchable)
        if (!from.searches.contains(object))
            check.complain("searches.yaml: " + object, "is searchable, but has no entry");
}

}  // namespace

complaints lint(const model& all, const records& from) {
    known facts;
    for (const auto& operation : all.operations) add_operation(operation, facts);
    complaints out;
    checker check(out);
    lint_resources(from, facts, check);
    lint_verbs(from, facts, check);
    lint_operations(from, facts, check);
    check.parameters("parameters.yaml", from.glossary, facts.parameters);
    lint_names(all, check);
    lint_projections(all, from, check);
    lint_searches(all, from, check);
    lint_sayings(from, facts, check);
    return out;
}

}  // namespace tollgate::stripe::generator
