#include "stripe/generator/report.hpp"

#include <vector>

namespace tollgate::stripe::generator {

namespace {

void count_operation(const model_operation& operation, counts& all) {
    ++all.operations;
    if (!operation.not_exposable.empty()) {
        ++all.not_exposable[operation.not_exposable];
        return;
    }
    ++all.exposable;
    if (!operation.exposed()) {
        ++all.hidden;
        return;
    }
    ++all.exposed;
    all.hidden_arguments += operation.hidden_arguments.size();
    all.tool_bytes += operation.tool_json.size();
}

}  // namespace

counts count(const model& from) {
    counts all;
    for (const auto& operation : from.operations) count_operation(operation, all);
    return all;
}

void print_summary(std::ostream& out, const counts& all) {
    out << "catalogue: " << all.operations << " operations, " << all.exposable << " exposable, "
        << all.exposed << " exposed (" << all.tool_bytes << " bytes of tools), " << all.hidden
        << " hidden for want of a record, " << all.hidden_arguments << " arguments hidden\n";
    for (const auto& [reason, number] : all.not_exposable)
        out << "  not exposable, " << reason << ": " << number << '\n';
}

void print_report(std::ostream& out, const model& from) {
    print_summary(out, count(from));
    std::map<std::string, std::vector<const model_operation*>> hidden;
    for (const auto& operation : from.operations)
        if (operation.not_exposable.empty() && !operation.exposed())
            hidden[operation.resource].push_back(&operation);
    for (const auto& [resource, operations] : hidden) {
        out << resource << ": " << operations.size() << " hidden\n";
        for (const auto* operation : operations)
            out << "  " << operation->fact.key() << ": " << operation->hidden << '\n';
    }
    for (const auto& operation : from.operations)
        for (const auto& argument : operation.hidden_arguments)
            if (operation.exposed())
                out << operation.fact.key() << ": argument hidden: " << argument << '\n';
    for (const auto& operation : from.operations)
        for (const auto& argument : operation.cut_arguments)
            out << operation.fact.key() << ": shown with less depth: " << argument << '\n';
}

}  // namespace tollgate::stripe::generator
