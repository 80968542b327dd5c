#include "stripe/tools/recent_writes.hpp"

namespace tollgate::stripe {

namespace {

std::string key_of(std::string_view account, std::string_view object) {
    std::string out{account};
    out += '|';
    return out += object;
}

}  // namespace

void recent_writes::note(std::string_view account, std::string_view object, base::timestamp now) {
    auto key = key_of(account, object);
    const std::lock_guard held{lock_};
    if (last_.size() >= kinds_max && !last_.contains(key)) {
        std::erase_if(last_, [&](const auto& each) { return now - each.second >= remembered; });
        if (last_.size() >= kinds_max) last_.clear();
    }
    last_.insert_or_assign(std::move(key), now);
}

std::optional<std::int64_t> recent_writes::seconds_since(std::string_view account,
                                                         std::string_view object,
                                                         base::timestamp now) const {
    const auto key = key_of(account, object);
    const std::lock_guard held{lock_};
    const auto found = last_.find(key);
    if (found == last_.end() || now < found->second || now - found->second >= remembered) return {};
    return std::chrono::duration_cast<std::chrono::seconds>(now - found->second).count();
}

}  // namespace tollgate::stripe
