#include "stripe/sandbox/kernel/idempotency.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::int64_t kept_s = 24 * 60 * 60;
constexpr std::size_t keys_max = 10'000;

api_error misused(std::string message) {
    auto error = bad_request(std::move(message));
    error.type = "idempotency_error";
    return error;
}

}  // namespace

outcome<std::optional<idempotency_keys::kept_answer>> idempotency_keys::look_up(
    const std::string& key, const std::string& path, const std::string& params, std::int64_t now) {
    using found_answer = std::optional<kept_answer>;
    if (key.size() > 255)
        return bad_request("Idempotency keys can be at most 255 characters long.");
    const auto found = entries_.find(key);
    if (found == entries_.end() || now - found->second.at >= kept_s) return found_answer{};
    const auto& kept = found->second;
    if (kept.path != path)
        return misused(
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            "used for ('" +
            path + "' vs '" + kept.path + "'). Try using a key other than '" + key +
            "' if you meant to execute a different request.");
    if (kept.params != params)
        return misused(
            "Keys for idempotent requests can only be used with the same parameters they were "
            "first used with. Try using a key other than '" +
            key + "' if you meant to execute a different request.");
    return found_answer{kept.answer};
}

void idempotency_keys::keep(const std::string& key, std::string path, std::string params,
                            kept_answer answer, std::int64_t now) {
    entries_[key] = {std::move(path), std::move(params), std::move(answer), now};
    order_.emplace_back(key, now);
    while (!order_.empty() && (order_.size() > keys_max || now - order_.front().second >= kept_s)) {
        const auto oldest = entries_.find(order_.front().first);
        if (oldest != entries_.end() && oldest->second.at == order_.front().second)
            entries_.erase(oldest);
        order_.pop_front();
    }
}

}  // namespace tollgate::sandbox
