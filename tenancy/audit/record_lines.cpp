#include "tenancy/audit/record_lines.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using storage::audit_entry;

constexpr std::size_t page_records = 64;  // an entry may have 64 KiB
constexpr std::int64_t positions_at_once = 4096;
constexpr int reads_at_once = 16;
constexpr std::size_t remembered_max = 100'000;

// Records may get positions during the read. So those with a position are read first, then those
// without one, and then those that have got one since.
enum class stage : std::uint8_t { in_log, waiting, in_log_since, over };

class record_lines final : public base::body_source {
public:
    record_lines(const environment& env, std::string team_id, storage::audit_search search)
        : env_(env), team_id_(std::move(team_id)), what_(std::move(search)) {
        const base::timestamp end = env_.clock.now() + std::chrono::milliseconds{1};
        what_.before = what_.before ? std::min(*what_.before, end) : end;
    }

    awaitable<result<std::optional<std::string>>> next() override {
        for (int reads = 0; stage_ != stage::over; ++reads) {
            if (reads == reads_at_once) co_return std::string{};
            auto page = stage_ == stage::waiting ? read_waiting() : read_in_log();
            auto records = co_await std::move(page);
            if (!records) co_return records.error();
            std::string lines = take(*records);
            if (!lines.empty()) co_return lines;
        }
        co_return std::nullopt;
    }

private:
    void begin(stage next) {
        stage_ = next;
        size_known_ = false;
    }

    // Reads a part of the log, so that a search that matches few records does not occupy the
    // database for longer than any other.
    awaitable<result<std::vector<audit_entry>>> read_in_log() {
        if (!size_known_) {
            const auto known = co_await find_range();
            if (!known) co_return known.error();
        }
        if (position_ >= size_) {
            begin(stage_ == stage::in_log ? stage::waiting : stage::over);
            co_return std::vector<audit_entry>{};
        }
        const std::int64_t end = std::min(size_, position_ + positions_at_once);
        auto found =
            co_await env_.store.list_audit_in_log(team_id_, what_, position_, end, page_records);
        if (!found) co_return found.error();
        const bool whole = found->size() < page_records;
        position_ = whole ? end : found->back().position.value_or(end) + 1;
        co_return found;
    }

    // Where the log ends, and where the records of the search's times begin in it.
    awaitable<result<>> find_range() {
        const auto log = co_await env_.store.find_audit_log(team_id_);
        if (!log) co_return log.error();
        size_ = *log ? (*log)->size : 0;
        size_known_ = true;
        if (!what_.from || stage_ != stage::in_log) co_return result<>{};
        const auto first =
            co_await env_.store.first_audit_position(team_id_, *what_.from, *what_.before);
        if (!first) co_return first.error();
        position_ = first->value_or(size_);
        co_return result<>{};
    }

    awaitable<result<std::vector<audit_entry>>> read_waiting() {
        auto found = co_await env_.store.list_audit_not_in_log(team_id_, what_, after_time_,
                                                               after_id_, page_records);
        if (!found) co_return found.error();
        if (found->empty()) begin(stage::in_log_since);
        co_return found;
    }

    std::string take(const std::vector<audit_entry>& records) {
        std::string lines;
        for (const audit_entry& one : records) {
            if (stage_ == stage::waiting) {
                if (waiting_.size() < remembered_max) waiting_.insert(one.id);
                after_time_ = one.recorded_at;
                after_id_ = one.id;
            } else if (waiting_.contains(one.id)) {
                continue;
            }
            lines += one.entry;
            lines += '\n';
        }
        return lines;
    }

    const environment& env_;
    const std::string team_id_;
    storage::audit_search what_;
    stage stage_ = stage::in_log;
    bool size_known_ = false;
    std::int64_t size_ = 0;      // of the log
    std::int64_t position_ = 0;  // the next one to be read
    base::timestamp after_time_ = base::timestamp::min();
    std::string after_id_;
    std::unordered_set<std::string> waiting_;
};

}  // namespace

std::unique_ptr<base::body_source> make_record_lines(const environment& env, std::string team_id,
                                                     storage::audit_search search) {
    return std::make_unique<record_lines>(env, std::move(team_id), std::move(search));
}

}  // namespace tollgate::tenancy
