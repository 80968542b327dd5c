#include "stripe/sandbox/kernel/decode.hpp"

#include <vector>

#include "base/encoding.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::size_t decode_levels_max = 20;
constexpr std::size_t pairs_max = 2000;

// Splits "a[b][]" into a, b, "". Empty if the name is malformed.
std::vector<std::string> split_name(std::string_view name) {
    const auto open = name.find('[');
    if (open == 0 || name.empty()) return {};
    std::vector<std::string> out{std::string(name.substr(0, open))};
    if (open == std::string_view::npos) return out;
    name.remove_prefix(open);
    while (!name.empty()) {
        const auto close = name.find(']');
        if (name.front() != '[' || close == std::string_view::npos) return {};
        out.emplace_back(name.substr(1, close - 1));
        name.remove_prefix(close + 1);
    }
    return out;
}

// The key for an empty bracket: the next position, or the last one while its element does not have
// `inner` yet (items[][price]=a&items[][quantity]=1 is one element).
std::string position_of(const json& list, const std::string* inner) {
    if (list.empty()) return "0";
    const auto last = list.size() - 1;
    const auto found = list.find(std::to_string(last));
    const bool same_element = inner != nullptr && !inner->empty() && found != list.end() &&
                              found->is_object() && !found->contains(*inner);
    return std::to_string(same_element ? last : list.size());
}

outcome<bool> put(json& tree, const std::vector<std::string>& path, std::string value,
                  const std::string& name) {
    json* at = &tree;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const bool last = i + 1 == path.size();
        if (!at->is_object()) return bad_request("Invalid request: conflicting values.", name);
        auto key = path[i];
        if (key.empty()) key = position_of(*at, last ? nullptr : &path[i + 1]);
        auto& next = (*at)[key];
        if (last) {
            if (next.is_object()) return bad_request("Invalid request: conflicting values.", name);
            next = std::move(value);
            return true;
        }
        if (next.is_null()) next = json::object();
        at = &next;
    }
    return true;
}

}  // namespace

outcome<bool> decode_pairs(std::string_view encoded, json& tree) {
    std::size_t count = 0;
    while (!encoded.empty()) {
        const auto end = encoded.find('&');
        const auto pair = encoded.substr(0, end);
        encoded.remove_prefix(end == std::string_view::npos ? encoded.size() : end + 1);
        if (pair.empty()) continue;
        if (++count > pairs_max) return bad_request("Too many parameters were sent.");
        const auto equals = pair.find('=');
        const auto name = base::percent_decoded(pair.substr(0, equals), base::plus_sign::blank);
        auto value = equals == std::string_view::npos
                         ? std::optional<std::string>{std::string{}}
                         : base::percent_decoded(pair.substr(equals + 1), base::plus_sign::blank);
        if (!name || !value) return bad_request("Invalid percent-encoding in the parameters.");
        const auto path = split_name(*name);
        if (path.empty() || path.size() > decode_levels_max)
            return bad_request("Invalid parameter name: " + *name);
        if (auto done = put(tree, path, std::move(*value), *name); !done) return done;
    }
    return true;
}

std::optional<std::string> decode_segment(std::string_view encoded) {
    return base::percent_decoded(encoded, base::plus_sign::itself);
}

}  // namespace tollgate::sandbox
