#include "stripe/content/completions.hpp"

#include "stripe/catalog/money.hpp"
#include "stripe/content/days.hpp"

namespace tollgate::stripe {

namespace {

template <typename Words>
std::vector<std::string> that_begin(const Words& words, std::string_view begins) {
    std::vector<std::string> out;
    for (const auto& one : words)
        if (out.size() < completions_max && one.starts_with(begins)) out.emplace_back(one);
    return out;
}

std::vector<std::string> last_days(base::timestamp now) {
    std::vector<std::string> out;
    for (int ago = 0; ago < days_offered; ++ago)
        out.push_back(format_day(day_of(now) - std::chrono::days{ago}));
    return out;
}

}  // namespace

std::vector<std::string> complete_argument(const prompt_argument& as, const tenancy::grant& grant,
                                           std::string_view begins, const seen_ids& seen,
                                           base::timestamp now) {
    switch (as.form) {
        case argument_form::choice:
            return that_begin(as.choices, begins);
        case argument_form::currency:
            return that_begin(currencies(), begins);
        case argument_form::day:
            return that_begin(last_days(now), begins);
        case argument_form::id:
            if (const auto* const object = find_main_object(as.object))
                return seen.find(grant, *object, begins, completions_max, now);
            break;
        case argument_form::amount:
        case argument_form::email:
        case argument_form::words:
            break;
    }
    return {};
}

std::vector<std::string> complete_variable(const resource_template& of, const tenancy::grant& grant,
                                           std::string_view begins, const seen_ids& seen,
                                           base::timestamp now) {
    if (of.form == resource_form::customers_by_email) return {};
    return seen.find(grant, *of.object, begins, completions_max, now);
}

}  // namespace tollgate::stripe
