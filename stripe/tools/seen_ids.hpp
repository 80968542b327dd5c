// Ids that lists showed a moment ago, to complete arguments with: in memory only.
#pragma once
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "stripe/catalog/main_objects.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// For all loops of the process, apart for each MCP server; lost at a restart. Any thread; a short
// lock. What is older than `kept` is never given out, and leaves memory at the next note or sweep.
class seen_ids {
public:
    static constexpr std::chrono::minutes kept{10};
    static constexpr std::size_t per_page_max = 40;  // the first rows of a page
    static constexpr std::size_t pages_max = 3;      // of one object of a server; the newest
    static constexpr std::size_t servers_max =
        256;  // beyond it the one that listed longest ago is dropped
    static constexpr std::size_t id_bytes_max = 64;  // longer ones are not kept

    // Keeps the ids of a page `called` answered with, when its object is one of main_objects().
    void note(const tenancy::grant& grant, std::string_view object, simdjson::dom::element page,
              base::timestamp now);

    // Ids of that object which begin with `begins`, the last seen first, at most `most`; only those
    // that this server has seen.
    std::vector<std::string> find(const tenancy::grant& grant, const main_object& object,
                                  std::string_view begins, std::size_t most,
                                  base::timestamp now) const;

    // The server is no more, or shows something else now.
    void forget(std::string_view server_id);
    void forget_all();
    // Drops what is too old. For whoever comes by every minute or so.
    void sweep(base::timestamp now);

    std::size_t servers() const;

private:
    static constexpr std::size_t objects_max = 8;

    struct seen_page {
        base::timestamp at;
        std::string ids;  // each with a line feed behind it
    };
    struct of_server {
        std::string team_id;
        base::timestamp last;
        std::array<std::vector<seen_page>, objects_max> pages;  // by object; the oldest first
    };

    void drop_oldest();
    void sweep_locked(base::timestamp now);

    mutable std::mutex lock_;
    std::unordered_map<std::string, of_server> servers_;
    base::timestamp swept_{};
};

}  // namespace tollgate::stripe
