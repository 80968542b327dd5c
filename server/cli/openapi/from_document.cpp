#include "server/cli/openapi/from_document.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <ranges>
#include <set>

#include "server/cli/openapi/openapi_service.hpp"
#include "server/cli/openapi/openapi_words.hpp"
#include "stripe/declarations/declarations.hpp"

namespace tollgate::server {

namespace {

using stripe::document_problem;

constexpr int check_rounds_max = 4;  // each round takes out what the one before has found
constexpr std::string_view checked_path = "capabilities[0]";

// "limit" of "capabilities[0].inputs.limit.in"; empty for a path elsewhere.
std::string input_in_path(std::string_view path) {
    constexpr std::string_view inputs = ".inputs.";
    if (!path.substr(checked_path.size()).starts_with(inputs)) return {};
    path.remove_prefix(checked_path.size() + inputs.size());
    return std::string(path.substr(0, path.find('.')));
}

// 3 of "capabilities[0].guardrails[3].value"; nothing for a path elsewhere.
std::optional<std::size_t> guardrail_in_path(std::string_view path) {
    constexpr std::string_view guardrails = ".guardrails[";
    if (!path.starts_with(checked_path)) return {};
    path.remove_prefix(checked_path.size());
    if (!path.starts_with(guardrails)) return {};
    path.remove_prefix(guardrails.size());
    std::size_t out = 0;
    const auto read = std::from_chars(path.data(), path.data() + path.size(), out);
    return read.ec == std::errc{} ? std::optional{out} : std::nullopt;
}

class declarations_maker {
public:
    declarations_maker(const openapi_document& in, const tenancy::tool_directory& tools,
                       written_declarations& out)
        : in_(in), tools_(tools), out_(out) {}

    void add(const openapi_entry& entry) {
        auto one = read_openapi_operation(in_, entry, out_.left_out);
        if (!one) return;
        rename_taken(entry, *one, false);
        if (!fit(entry, *one)) return;
        names_.insert(one->name);
        made_.push_back(std::move(*one));
    }

    // Notes what `tollgate validate --strict` would say of the service.
    void check_service(const written_capability& any) {
        for (auto& problem : all_problems_of(any)) {
            if (!problem.path.starts_with("service")) continue;
            out_.changed.push_back(
                {"service", {}, "correct " + problem.path + ": " + problem.message});
            out_.service_refused = true;
        }
    }

    std::vector<written_capability> take() { return std::move(made_); }

private:
    // Gives the capability a name that no other has. `reserved`: its own cannot stay.
    void rename_taken(const openapi_entry& entry, written_capability& one, bool reserved) {
        const std::string wanted = one.name;
        for (std::size_t number = 2; reserved || names_.contains(one.name); ++number) {
            one.name = numbered_name(wanted, number);
            reserved = false;
        }
        if (one.name != wanted)
            out_.changed.push_back(
                {entry.id, {}, "its name " + wanted + " is taken: it is called " + one.name});
    }

    // What is wrong with a file that has this capability alone.
    std::vector<document_problem> all_problems_of(const written_capability& one) const {
        const std::string text = service_text(out_.service) + "capabilities:\n" +
                                 capability_text(one, out_.service.is_stripe()) +
                                 permissions_text({one});
        return stripe::check_declarations(text, "file", true, tools_).read.problems;
    }

    std::vector<document_problem> problems_of(const written_capability& one) const {
        auto found = all_problems_of(one);
        // What is wrong with the service is not this capability's.
        std::erase_if(found, [](const document_problem& problem) {
            return !problem.path.empty() && !problem.path.starts_with(checked_path);
        });
        return found;
    }

    // Takes out what the file would be refused for. False if that is all of it.
    bool fit(const openapi_entry& entry, written_capability& one) {
        for (int round = 0; round < check_rounds_max; ++round) {
            const auto problems = problems_of(one);
            if (problems.empty()) return true;
            // From the last one: the numbers of those before it stay.
            for (const auto& problem : problems | std::views::reverse)
                if (const auto rule = guardrail_in_path(problem.path)) take_out_rule(one, *rule);
            for (const auto& problem : problems)
                if (!guardrail_in_path(problem.path) && !take_out(entry, one, problem)) {
                    out_.left_out.push_back({entry.id, {}, problem.message});
                    return false;
                }
        }
        out_.left_out.push_back({entry.id, {}, "it has too many mistakes"});
        return false;
    }

    // False if the capability cannot be without it.
    bool take_out(const openapi_entry& entry, written_capability& one,
                  const document_problem& problem) {
        if (problem.code == "reserved_name") {
            rename_taken(entry, one, true);
            return true;
        }
        const auto name = problem.path.empty() ? "" : input_in_path(problem.path);
        const auto* const input = one.find_input(name);
        if (input == nullptr) return taken_out_.contains(one.name + ' ' + name);
        // Stripe's catalogue knows what is required; of another service only the document does.
        if (input->required && !out_.service.is_stripe()) return false;
        out_.left_out.push_back({entry.id, name, problem.message});
        taken_out_.insert(one.name + ' ' + name);
        std::erase_if(one.inputs, [&](const auto& other) { return other.name == name; });
        std::erase_if(one.constraints, [&](const auto& limit) { return limit.input == name; });
        return true;
    }

    const openapi_document& in_;
    const tenancy::tool_directory& tools_;
    written_declarations& out_;
    std::vector<written_capability> made_;
    std::set<std::string> names_;
    std::set<std::string> taken_out_;  // inputs, which may have several mistakes
};

}  // namespace

base::result<written_declarations> declarations_of_openapi(const openapi_document& in,
                                                           const openapi_filter& wanted,
                                                           const std::string& base_url,
                                                           const tenancy::tool_directory& tools) {
    written_declarations out;
    std::vector<std::string> notes;
    auto service = service_of_openapi(in, base_url, notes);
    if (!service) return service.error();
    out.service = std::move(*service);
    for (auto& note : notes) out.changed.push_back({"service", {}, std::move(note)});
    auto all = openapi_entries(in);
    out.operations = all.size();
    const auto chosen = choose_operations(std::move(all), wanted);
    if (!chosen) return chosen.error();
    out.chosen = chosen->size();
    declarations_maker maker{in, tools, out};
    for (const auto& entry : *chosen) maker.add(entry);
    const auto made = maker.take();
    out.tools = made.size();
    if (made.empty()) {
        const auto& why = out.left_out.back();
        return base::invalid("nothing_chosen",
                             "no operation can be declared; " + why.operation + ": " + why.reason);
    }
    maker.check_service(made.front());
    out.text = service_text(out.service) + "capabilities:\n";
    for (const auto& one : made) out.text += capability_text(one, out.service.is_stripe());
    out.text += permissions_text(made);
    return out;
}

}  // namespace tollgate::server
