#include "stripe/upstream/idle_connections.hpp"

namespace tollgate::stripe {

std::unique_ptr<upstream_connection> idle_connections::take(std::string_view account,
                                                            time_point now) {
    const auto found = by_account_.find(account);
    if (found == by_account_.end()) return nullptr;
    auto& places = found->second;
    std::unique_ptr<upstream_connection> usable;
    while (!places.empty() && !usable) {
        const place last = places.back();
        places.pop_back();
        const bool fresh = now - last->connection->idle_since() <= idle_limit_;
        if (fresh && last->connection->quiet()) usable = std::move(last->connection);
        by_age_.erase(last);
    }
    return usable;
}

void idle_connections::put(std::string_view account,
                           std::unique_ptr<upstream_connection> connection) {
    auto found = by_account_.find(account);
    if (found == by_account_.end()) found = by_account_.try_emplace(std::string(account)).first;
    found->second.push_back(by_age_.insert(by_age_.end(), {found->first, std::move(connection)}));
}

void idle_connections::close_oldest() {
    const place oldest = by_age_.begin();
    auto& places = by_account_.find(oldest->account)->second;
    places.erase(places.begin());
    by_age_.erase(oldest);
}

void idle_connections::tidy(time_point now) {
    while (!by_age_.empty() && now - by_age_.front().connection->idle_since() > idle_limit_)
        close_oldest();
    for (auto& one : by_age_) one.connection->release_memory();
    std::erase_if(by_account_, [](const auto& each) { return each.second.empty(); });
}

}  // namespace tollgate::stripe
