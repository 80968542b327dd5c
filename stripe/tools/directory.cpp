#include "stripe/tools/directory.hpp"

#include "stripe/tools/stripe_tools.hpp"

namespace tollgate::stripe {

namespace {
constexpr std::size_t bytes_per_token = 4;
}

catalogue_directory::catalogue_directory() {
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        const auto tokens = (one.tool_json().size() + bytes_per_token - 1) / bytes_per_token;
        entries_.push_back({facts_of(one), static_cast<std::uint32_t>(tokens)});
    }
}

}  // namespace tollgate::stripe
