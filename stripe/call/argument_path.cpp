#include "stripe/call/argument_path.hpp"

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
    std::size_t end = bytes_max;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(name[at]) & 0xC0U) == 0x80U;
    };
    while (end > 0 && continues(end)) --end;
    return std::string(name.substr(0, end)) + "...";
}

}  // namespace tollgate::stripe
