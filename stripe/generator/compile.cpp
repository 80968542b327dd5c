#include "stripe/generator/compile.hpp"

#include "stripe/generator/composer.hpp"
#include "stripe/generator/facts.hpp"
#include "stripe/generator/lint.hpp"
#include "stripe/generator/records.hpp"

namespace tollgate::stripe::generator {

model compile_catalog(const std::filesystem::path& folder) {
    auto all = build_model(read_facts(folder));
    const auto documented = read_records(folder / "records");
    auto wrong = compose_tools(all, documented);
    for (auto& complaint : lint(all, documented)) wrong.push_back(std::move(complaint));
    all.default_fields = documented.projections;
    all.search_fields = documented.searches;
    all.vocabulary = documented.vocabulary;
    all.synonyms = documented.synonyms;
    if (wrong.empty()) return all;
    std::string message =
        "the documentation records break " + std::to_string(wrong.size()) + " rules:";
    for (const auto& complaint : wrong) message += "\n  " + complaint;
    throw build_error(message);
}

}  // namespace tollgate::stripe::generator
