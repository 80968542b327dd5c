#include "mcp/session/session_ids.hpp"

#include "base/crypto.hpp"

namespace tollgate::mcp {

namespace {

// An id contains: format, abilities, start time in seconds (5 bytes), random bytes; then the
// authentication code.
constexpr char format = 1;
constexpr std::size_t time_bytes = 5;
constexpr std::size_t random_part = 9;
constexpr std::size_t facts_bytes = 2 + time_bytes + random_part;
constexpr std::size_t code_bytes = 16;
constexpr std::size_t id_length = 2 * (facts_bytes + code_bytes);

constexpr unsigned elicitation_bit = 1;
constexpr unsigned sampling_bit = 2;
constexpr unsigned roots_bit = 4;
constexpr unsigned links_bit = 8;

char bits_of(const client_abilities& client) {
    return static_cast<char>((client.elicitation ? elicitation_bit : 0) |
                             (client.links ? links_bit : 0) | (client.sampling ? sampling_bit : 0) |
                             (client.roots ? roots_bit : 0));
}

}  // namespace

session_ids::session_ids(base::secret key, const base::clock& clock)
    : key_(std::move(key)), clock_(clock) {}

std::string session_ids::code_of(std::string_view server_id, std::string_view facts) const {
    std::string bound{facts};
    bound += server_id;
    const auto whole = base::hmac_sha256(key_.reveal(), bound);
    return std::string(base::as_view(whole).substr(0, code_bytes));
}

std::string session_ids::make(std::string_view server_id, const client_abilities& client) const {
    std::string facts{format, bits_of(client)};
    const auto second = base::to_unix_ms(clock_.now()) / 1000;
    for (std::size_t i = time_bytes; i > 0; --i)
        facts += static_cast<char>((second >> (8 * (i - 1))) & 0xff);
    facts += base::random_bytes(random_part);
    return base::hex(facts + code_of(server_id, facts));
}

base::timestamp session_ids::began_at(std::string_view id) {
    const auto facts = base::from_hex(id.substr(0, 2 * facts_bytes));
    std::int64_t second = 0;
    if (facts && facts->size() == facts_bytes)
        for (std::size_t i = 0; i < time_bytes; ++i)
            second = (second << 8) | static_cast<unsigned char>((*facts)[2 + i]);
    return base::from_unix_ms(second * 1000);
}

std::optional<client_abilities> session_ids::read(std::string_view server_id,
                                                  std::string_view id) const {
    if (id.size() != id_length) return {};
    const auto bytes = base::from_hex(id);
    // Accepts only one encoding: an ended session is recognized by its text, so no other text may
    // mean the same id.
    if (!bytes || base::hex(*bytes) != id || bytes->front() != format) return {};
    const std::string_view facts = std::string_view(*bytes).substr(0, facts_bytes);
    const std::string code = code_of(server_id, facts);
    if (!base::equal_constant_time(code, std::string_view(*bytes).substr(facts_bytes))) return {};
    const auto bits = static_cast<unsigned char>(facts[1]);
    return client_abilities{.elicitation = (bits & elicitation_bit) != 0,
                            .sampling = (bits & sampling_bit) != 0,
                            .roots = (bits & roots_bit) != 0,
                            .links = (bits & links_bit) != 0};
}

}  // namespace tollgate::mcp
