#include "tenancy/people/totp.hpp"

#include <chrono>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::chrono::seconds step_length{30};
constexpr std::int64_t steps_around = 1;

}  // namespace

std::int64_t totp_step_at(base::timestamp now) {
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch() / step_length;
}

// RFC 4226 §5.3.
std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
    std::string counter(8, '\0');
    auto rest = static_cast<std::uint64_t>(step);
    for (auto at = counter.rbegin(); at != counter.rend(); ++at, rest >>= 8U)
        *at = static_cast<char>(rest & 0xFFU);
    const std::string mac = base::hmac_sha1(secret, counter);
    const auto byte = [&mac](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[at]));
    };
    const std::size_t offset = byte(mac.size() - 1) & 0x0FU;
    const std::uint32_t number = ((byte(offset) & 0x7FU) << 24U) | (byte(offset + 1) << 16U) |
                                 (byte(offset + 2) << 8U) | byte(offset + 3);
    std::string out(static_cast<std::size_t>(digits), '0');
    std::uint32_t left = number;
    for (auto at = out.rbegin(); at != out.rend(); ++at, left /= 10)
        *at = static_cast<char>('0' + left % 10);
    return out;
}

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code,
                                       base::timestamp now, std::int64_t used) {
    const std::int64_t present = totp_step_at(now);
    std::optional<std::int64_t> out;
    for (auto step = present - steps_around; step <= present + steps_around; ++step)
        if (base::equal_constant_time(totp_code(secret, step), code) && step > used) out = step;
    return out;
}

std::string base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr unsigned bits_each = 5;
    std::string out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= bits_each; bits -= bits_each)
            out += alphabet[(held >> (bits - bits_each)) & 0x1FU];
    }
    if (bits > 0) out += alphabet[(held << (bits_each - bits)) & 0x1FU];
    return out;
}

std::string otpauth_uri(std::string_view secret, std::string_view email) {
    std::string out = "otpauth://totp/Tollgate:";
    base::append_percent_encoded(out, email);
    return out + "?secret=" + base32(secret) + "&issuer=Tollgate&algorithm=SHA1&digits=6&period=30";
}

}  // namespace tollgate::tenancy
