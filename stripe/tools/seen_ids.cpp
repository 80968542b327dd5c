#include "stripe/tools/seen_ids.hpp"

#include <algorithm>

namespace tollgate::stripe {

namespace {

constexpr std::chrono::minutes sweep_every{1};

std::size_t place_of(const main_object& one) {
    return static_cast<std::size_t>(&one - main_objects().data());
}

// The ids of a page's first rows, each followed by a line feed.
std::string ids_of(simdjson::dom::element page) {
    simdjson::dom::array rows;
    std::string out;
    if (page["data"].get(rows) != simdjson::SUCCESS) return out;
    std::size_t left = seen_ids::per_page_max;
    for (const auto row : rows) {
        if (left-- == 0) break;
        std::string_view id;
        if (row["id"].get(id) != simdjson::SUCCESS || id.size() > seen_ids::id_bytes_max) continue;
        if (out.empty())
            out.reserve(std::min(rows.size(), seen_ids::per_page_max) * (id.size() + 1));
        out += id;
        out += '\n';
    }
    return out;
}

}  // namespace

void seen_ids::note(const tenancy::grant& grant, std::string_view object,
                    simdjson::dom::element page, base::timestamp now) {
    const auto* const kind = find_main_object(object);
    if (kind == nullptr) return;
    auto ids = ids_of(page);
    if (ids.empty()) return;
    const std::lock_guard held{lock_};
    if (now - swept_ >= sweep_every) sweep_locked(now);
    if (servers_.size() >= servers_max && !servers_.contains(grant.server_id)) drop_oldest();
    auto& server = servers_[grant.server_id];
    server.team_id = grant.team_id;
    server.last = now;
    auto& pages = server.pages.at(place_of(*kind));
    const auto same = std::ranges::find(pages, ids, &seen_page::ids);
    if (same != pages.end()) pages.erase(same);
    if (pages.size() == pages_max) pages.erase(pages.begin());
    pages.push_back({now, std::move(ids)});
}

std::vector<std::string> seen_ids::find(const tenancy::grant& grant, const main_object& object,
                                        std::string_view begins, std::size_t most,
                                        base::timestamp now) const {
    std::vector<std::string> out;
    const std::lock_guard held{lock_};
    const auto server = servers_.find(grant.server_id);
    if (server == servers_.end() || server->second.team_id != grant.team_id) return out;
    const auto& pages = server->second.pages.at(place_of(object));
    for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
        if (now - page->at >= kept) continue;
        std::string_view rest{page->ids};
        while (!rest.empty() && out.size() < most) {
            const auto id = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(id.size() + 1);
            if (id.starts_with(begins) && std::ranges::find(out, id) == out.end())
                out.emplace_back(id);
        }
    }
    return out;
}

void seen_ids::forget(std::string_view server_id) {
    const std::lock_guard held{lock_};
    servers_.erase(std::string(server_id));
}

void seen_ids::forget_all() {
    const std::lock_guard held{lock_};
    servers_.clear();
}

void seen_ids::sweep(base::timestamp now) {
    const std::lock_guard held{lock_};
    sweep_locked(now);
}

void seen_ids::drop_oldest() {
    servers_.erase(
        std::ranges::min_element(servers_, {}, [](const auto& each) { return each.second.last; }));
}

void seen_ids::sweep_locked(base::timestamp now) {
    swept_ = now;
    for (auto& [id, server] : servers_)
        for (auto& pages : server.pages)
            std::erase_if(pages, [&](const seen_page& page) { return now - page.at >= kept; });
    std::erase_if(servers_, [&](const auto& each) { return now - each.second.last >= kept; });
}

std::size_t seen_ids::servers() const {
    const std::lock_guard held{lock_};
    return servers_.size();
}

}  // namespace tollgate::stripe
