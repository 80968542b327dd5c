// Limits concurrent work that anyone may request, so that no single address or MCP server can take
// all places.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tollgate::oauth {

struct place_limits {
    int of_address = 4;
    int of_server = 16;
    int in_all = 64;
};

// The requester: an address as returned by server::counted_address(), and an MCP server.
struct asker {
    std::string address;
    std::string server_id;
};

// Counts for this process. Thread-safe; outlives its places.
class fair_places {
public:
    explicit fair_places(place_limits limits) : limits_(limits) {}

    // A place, taken for its lifetime.
    class place {
    public:
        place(fair_places& places, asker who) : of_(&places), who_(std::move(who)) {}
        place(place&& other) noexcept
            : of_(std::exchange(other.of_, nullptr)), who_(std::move(other.who_)) {}
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        place& operator=(place&&) = delete;
        ~place() {
            if (of_ != nullptr) of_->give_back(who_);
        }

    private:
        fair_places* of_;
        asker who_;
    };

    // Returns nullopt if the address, the server, or all requesters together have reached their
    // limit.
    std::optional<place> take(const asker& who) {
        const std::lock_guard lock{mutex_};
        const auto below = [](const std::map<std::string, int>& counts, const std::string& name,
                              int limit) {
            const auto found = counts.find(name);
            return found == counts.end() || found->second < limit;
        };
        if (taken_ >= limits_.in_all || !below(addresses_, who.address, limits_.of_address) ||
            !below(servers_, who.server_id, limits_.of_server))
            return {};
        ++taken_;
        ++addresses_[who.address];
        ++servers_[who.server_id];
        return std::optional<place>{std::in_place, *this, who};
    }

private:
    void give_back(const asker& who) {
        const std::lock_guard lock{mutex_};
        --taken_;
        for (auto [counts, name] :
             {std::pair{&addresses_, &who.address}, std::pair{&servers_, &who.server_id}}) {
            const auto found = counts->find(*name);
            if (found != counts->end() && --found->second == 0) counts->erase(found);
        }
    }

    place_limits limits_;
    std::mutex mutex_;
    int taken_ = 0;
    std::map<std::string, int> addresses_;
    std::map<std::string, int> servers_;
};

}  // namespace tollgate::oauth
