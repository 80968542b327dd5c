#include "tenancy/changes/change_memory.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::tenancy {

void change_memory::begin(std::string epoch, std::int64_t floor) {
    const std::unique_lock lock{mutex_};
    epoch_ = std::move(epoch);
    floor_ = floor;
    last_ = floor;
    changed_.clear();
}

void change_memory::note(std::int64_t seq, const std::vector<std::string>& subjects) {
    const std::unique_lock lock{mutex_};
    last_ = seq;
    if (subjects.empty() || changed_.size() + subjects.size() > subjects_max_) {
        changed_.clear();
        floor_ = seq;
        return;
    }
    for (const std::string& subject : subjects)
        changed_.insert_or_assign(subject.substr(0, subject.find(':')), seq);
}

log_place change_memory::here() const {
    const std::shared_lock lock{mutex_};
    return {epoch_, last_};
}

bool change_memory::current(const log_place& place,
                            std::initializer_list<std::string_view> subjects) const {
    const std::shared_lock lock{mutex_};
    if (epoch_.empty() || place.epoch != epoch_ || place.seq < floor_ || place.seq > last_)
        return false;
    return std::ranges::all_of(subjects, [&](std::string_view subject) {
        const auto found = changed_.find(subject);
        return found == changed_.end() || found->second <= place.seq;
    });
}

}  // namespace tollgate::tenancy
