// Recent changes, which show whether a copy made at some place of the change log is still
// current.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tollgate::tenancy {

// A place in a change log: all entries up to `seq` had been applied.
struct log_place {
    std::string epoch;
    std::int64_t seq = 0;
};

// Remembers the last entry of each subject since its floor. Thread-safe.
class change_memory {
public:
    // Holds at most `subjects_max` subjects; beyond that it forgets all of them and raises its
    // floor to the newest entry.
    explicit change_memory(std::size_t subjects_max) : subjects_max_(subjects_max) {}

    // Starts over at the floor of a log.
    void begin(std::string epoch, std::int64_t floor);

    // Records entry `seq`, the next one, about `subjects`; if there are none, the entry concerns
    // every subject.
    void note(std::int64_t seq, const std::vector<std::string>& subjects);

    // The newest entry noted, or the floor.
    log_place here() const;

    // True if a copy made at `place` is still current for all the subjects: the place belongs to
    // this log, is not below the floor, and none of the subjects has changed since.
    bool current(const log_place& place, std::initializer_list<std::string_view> subjects) const;

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    const std::size_t subjects_max_;
    mutable std::shared_mutex mutex_;
    std::string epoch_;
    std::int64_t floor_ = 0;
    std::int64_t last_ = 0;
    std::unordered_map<std::string, std::int64_t, text_hash, std::equal_to<>> changed_;
};

}  // namespace tollgate::tenancy
