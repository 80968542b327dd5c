#include "stripe/request/argument_path.hpp"

#include "base/json_text.hpp"

namespace tollgate::stripe {

std::string argument_path::text() const {
    std::string out = above == nullptr ? std::string{} : above->text();
    if (name.empty()) return out + '[' + std::to_string(index) + ']';
    if (!out.empty()) out += '.';
    return out + clipped(name);
}

std::string clipped(std::string_view name) {
    constexpr std::size_t bytes_max = 64;
    if (name.size() <= bytes_max) return std::string(name);
    return std::string(base::clipped_text(name, bytes_max)) + "...";
}

}  // namespace tollgate::stripe
