#include "mcp/tools/input_seal.hpp"

#include <cstdlib>

#include "base/crypto.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::size_t sealed_bytes_max = 64 * 1024;

// Prefixes each part with its length, so that different calls give different texts.
std::string bound_to(const call_identity& call) {
    std::string out;
    const std::string arguments = call.arguments ? simdjson::minify(*call.arguments) : "{}";
    for (const std::string_view part :
         {call.server_id, call.method, call.name, std::string_view(arguments)}) {
        out += std::to_string(part.size());
        out += ':';
        out += part;
    }
    return out;
}

std::int64_t in_ms(base::timestamp at) {
    return at.time_since_epoch().count();
}

}  // namespace

input_seal::input_seal(base::secret key, const base::clock& clock)
    : key_(std::move(key)), clock_(clock) {}

std::string input_seal::seal(const call_identity& call, std::string_view state) const {
    std::string text = std::to_string(in_ms(clock_.now() + lifetime));
    text += ' ';
    text += state;
    return base::base64(base::aes256gcm_seal(key_.reveal(), text, bound_to(call)));
}

std::optional<std::string> input_seal::open(const call_identity& call,
                                            std::string_view sealed) const {
    if (sealed.size() > sealed_bytes_max) return {};
    const auto bytes = base::from_base64(sealed);
    if (!bytes) return {};
    auto text = base::aes256gcm_open(key_.reveal(), *bytes, bound_to(call));
    if (!text) return {};
    const auto space = text->find(' ');
    if (space == std::string::npos) return {};
    if (in_ms(clock_.now()) >= std::strtoll(text->c_str(), nullptr, 10)) return {};
    return text->substr(space + 1);
}

}  // namespace tollgate::mcp
