// Any log text: no secret is left, and a second pass finds nothing more.
#include "server/log/redaction.hpp"

#include "fuzz.hpp"

using namespace tollgate;

namespace {

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const std::string out = server::redact(text);
    for (const std::string_view prefix : {"tgm_", "tgk_", "sk_live_", "rk_test_", "whsec_"})
        for (auto at = out.find(prefix); at != std::string::npos; at = out.find(prefix, at + 1)) {
            const auto behind = at + prefix.size();
            fuzz::require(behind >= out.size() || !is_word(out[behind]), "no key is left");
        }
    // Whatever stands around a secret, it does not survive.
    const std::string half{text.substr(0, size / 2)};
    const std::string other{text.substr(size / 2)};
    constexpr std::string_view token = "tgm_3kTq0zPbX1c9LmYd8RkWvA2eJ7uHn5Gs0aB1cD";
    constexpr std::string_view card = "4242424242424242";
    const std::string around = server::redact(half + std::string(token) + other);
    fuzz::require(around.find(token) == std::string::npos, "a token is masked anywhere");
    const std::string paid = server::redact(half + " " + std::string(card) + " " + other);
    const bool was_there = text.find(card) != std::string_view::npos;
    fuzz::require(was_there || paid.find(card) == std::string::npos, "a card is masked anywhere");
    return 0;
}
