#include "tenancy/audit/log_batch.hpp"

#include <utility>

namespace tollgate::tenancy {

log_batch::log_batch(std::string team_id, checked_log end)
    : team_id_(std::move(team_id)), log_(std::move(end)), from_size_(log_.head.size) {}

void log_batch::add(const storage::audit_entry& record) {
    ids_.push_back(record.id);
    append(record.entry);
}

void log_batch::add(storage::kept_records records) {
    added_ = std::move(records);
    for (std::size_t i = 0; i < added_.count; ++i) append((*added_.rows)[added_.from + i].entry);
}

void log_batch::append(std::string_view entry) {
    for (const audit_log::subtree& one : log_.tree.append(audit_log::leaf_hash(entry))) {
        if (one.level % audit_log::tile_height != 0) continue;
        const tile_name name{one.level / audit_log::tile_height, one.index / audit_log::tile_width};
        log_.edge[name] += base::as_view(one.hash);
        changed_.insert(name);
    }
}

storage::integrate_audit log_batch::change() const {
    storage::integrate_audit out;
    out.team_id = team_id_;
    out.from_size = static_cast<std::int64_t>(from_size_);
    out.ids = ids_;
    out.added = added_;
    for (const tile_name& name : changed_)
        out.tiles.push_back({static_cast<std::int64_t>(name.first),
                             static_cast<std::int64_t>(name.second), log_.edge.at(name)});
    out.size = static_cast<std::int64_t>(log_.tree.size());
    out.root = std::string{base::as_view(log_.tree.root())};
    return out;
}

log_head log_batch::head() const {
    log_head out = log_.head;
    out.size = log_.tree.size();
    out.root = log_.tree.root();
    return out;
}

void log_batch::go_on() {
    constexpr std::size_t full = audit_log::tile_width * sizeof(audit_log::digest);
    log_.head = head();
    std::erase_if(log_.edge, [](const auto& tile) { return tile.second.size() >= full; });
    changed_.clear();
    ids_.clear();
    added_ = {};
    from_size_ = log_.head.size;
}

}  // namespace tollgate::tenancy
