#include "base/deadlines.hpp"

namespace tollgate::base {

deadline_entry::~deadline_entry() {
    if (owner_ != nullptr) owner_->remove(*this);
}

deadline_set::deadline_set(executor where, std::chrono::milliseconds period)
    : timer_(where), period_(period) {}

deadline_set::~deadline_set() {
    while (!entries_.empty()) remove(entries_.front());
}

void deadline_set::add(deadline_entry& entry) {
    entry.owner_ = this;
    entries_.push_front(entry);
    if (!scheduled_) schedule();
}

void deadline_set::remove(deadline_entry& entry) noexcept {
    if (entry.owner_ != this) return;
    const auto place = entries_.iterator_to(entry);
    if (next_ == place) ++next_;
    entries_.erase(place);
    entry.owner_ = nullptr;
    // Without entries, cancel the timer so that the loop can end when it has no other work.
    if (entries_.empty()) timer_.cancel();
}

void deadline_set::schedule() {
    scheduled_ = true;
    timer_.expires_after(period_);
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (alive.expired()) return;
        scheduled_ = false;
        if (error && entries_.empty()) return;
        sweep(std::chrono::steady_clock::now());
        if (!entries_.empty()) schedule();
    });
}

void deadline_set::expire_all() {
    sweep(deadline_entry::time_point::max());
}

void deadline_set::sweep(deadline_entry::time_point now) {
    for (next_ = entries_.begin(); next_ != entries_.end();) {
        deadline_entry& entry = *next_++;
        if (entry.when_ > now) continue;
        entry.disarm();
        entry.deadline_passed();
    }
}

}  // namespace tollgate::base
