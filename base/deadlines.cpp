#include "base/deadlines.hpp"

namespace tollgate::base {

deadline_entry::~deadline_entry() {
    if (owner_ != nullptr) owner_->remove(*this);
}

deadline_set::deadline_set(executor where, std::chrono::milliseconds period)
    : timer_(where), period_(period) {}

deadline_set::~deadline_set() {
    while (first_ != nullptr) remove(*first_);
}

void deadline_set::add(deadline_entry& entry) {
    entry.owner_ = this;
    entry.previous_ = nullptr;
    entry.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &entry;
    first_ = &entry;
    ++size_;
    if (!scheduled_) schedule();
}

void deadline_set::remove(deadline_entry& entry) noexcept {
    if (entry.owner_ != this) return;
    if (walking_ == &entry) walking_ = entry.next_;
    if (entry.previous_ != nullptr) entry.previous_->next_ = entry.next_;
    if (entry.next_ != nullptr) entry.next_->previous_ = entry.previous_;
    if (first_ == &entry) first_ = entry.next_;
    entry.owner_ = nullptr;
    entry.previous_ = nullptr;
    entry.next_ = nullptr;
    if (--size_ == 0) {
        // Nothing to look after: let the loop end when it has nothing else to do.
        timer_.cancel();
    }
}

void deadline_set::schedule() {
    scheduled_ = true;
    timer_.expires_after(period_);
    timer_.async_wait([this](boost::system::error_code error) {
        scheduled_ = false;
        if (error && size_ == 0) return;
        sweep(std::chrono::steady_clock::now());
        if (size_ > 0) schedule();
    });
}

void deadline_set::expire_all() {
    sweep(deadline_entry::time_point::max());
}

void deadline_set::sweep(deadline_entry::time_point now) {
    for (deadline_entry* entry = first_; entry != nullptr; entry = walking_) {
        walking_ = entry->next_;
        if (entry->when_ > now) continue;
        entry->disarm();
        entry->deadline_passed();
    }
    walking_ = nullptr;
}

}  // namespace tollgate::base
