// Recently listed ids, to complete arguments with. In memory only.
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

// For all loops of the process, separate for each MCP server; lost at a restart. Any thread; a
// short lock. Ids older than `kept` are never returned, and leave memory at the next note or sweep.
class seen_ids {
public:
    static constexpr std::chrono::minutes kept{10};
    static constexpr std::size_t per_page_max = 40;  // of the first rows of a page
    static constexpr std::size_t pages_max = 3;      // the newest pages for one object of a server
    static constexpr std::size_t servers_max =
        256;  // beyond it, the server whose last list is oldest is dropped
    static constexpr std::size_t id_bytes_max = 64;  // longer ids are not kept

    // Keeps the ids of an answered page if its object is one of main_objects().
    void note(const tenancy::grant& grant, std::string_view object, simdjson::dom::element page,
              base::timestamp now);

    // At most `most` ids of that object that begin with `begins`, the most recent first; only ids
    // that this server has shown.
    std::vector<std::string> find(const tenancy::grant& grant, const main_object& object,
                                  std::string_view begins, std::size_t most,
                                  base::timestamp now) const;

    // Drops the ids of a server that has ended, or whose contents have changed.
    void forget(std::string_view server_id);
    void forget_all();
    // Drops ids that are too old. Call it about every minute.
    void sweep(base::timestamp now);

    std::size_t servers() const;

private:
    static constexpr std::size_t objects_max = 8;

    struct seen_page {
        base::timestamp at;
        std::string ids;  // each followed by a line feed
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
