// The output of `tollgate-catalog report`: how much of Stripe's API has a tool, and what is left
// out and why.
#pragma once
#include <cstddef>
#include <map>
#include <ostream>
#include <string>

#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

struct counts {
    std::size_t operations = 0;
    std::size_t exposable = 0;
    std::size_t exposed = 0;
    std::size_t hidden = 0;            // exposable, but lacking a record
    std::size_t hidden_arguments = 0;  // of exposed operations
    std::size_t tool_bytes = 0;
    std::map<std::string, std::size_t> not_exposable;  // by reason
};

counts count(const model& from);

// One paragraph: the counts.
void print_summary(std::ostream& out, const counts& all);

// The summary, then every hidden operation by resource with the reason, then every hidden argument,
// then every argument with less depth.
void print_report(std::ostream& out, const model& from);

}  // namespace tollgate::stripe::generator
