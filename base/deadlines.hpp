// Coarse deadlines for all operations of one loop: one shared timer instead of a timer per
// operation.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/async.hpp"

namespace tollgate::base {

// An operation with a deadline. Owned by the waiting code; registered with one deadline_set.
class deadline_entry : public boost::intrusive::list_base_hook<> {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~deadline_entry();
    deadline_entry(const deadline_entry&) = delete;
    deadline_entry& operator=(const deadline_entry&) = delete;

    // Arms or moves the deadline; time_point::max() disarms it.
    void expire_at(time_point when) { when_ = when; }
    void expire_after(std::chrono::milliseconds span) {
        when_ = std::chrono::steady_clock::now() + span;
    }
    void disarm() { when_ = time_point::max(); }

protected:
    deadline_entry() = default;

    // Called once on the loop when the deadline has passed (at most one period late), after the
    // entry was disarmed. Must not destroy an entry of the same set.
    virtual void deadline_passed() noexcept = 0;

private:
    friend class deadline_set;
    class deadline_set* owner_ = nullptr;
    time_point when_ = time_point::max();
};

// All entries of one loop, checked every `period`. Used on that loop's thread only.
class deadline_set {
public:
    explicit deadline_set(executor where,
                          std::chrono::milliseconds period = std::chrono::milliseconds{100});
    ~deadline_set();
    deadline_set(const deadline_set&) = delete;
    deadline_set& operator=(const deadline_set&) = delete;

    // Registers an entry. The entry's destructor unregisters it.
    void add(deadline_entry& entry);
    void remove(deadline_entry& entry) noexcept;
    std::size_t size() const { return entries_.size(); }

    // Calls deadline_passed() of every entry now, whatever its deadline, because the loop is
    // shutting down.
    void expire_all();

private:
    void schedule();
    void sweep(deadline_entry::time_point now);

    boost::asio::steady_timer timer_;
    std::chrono::milliseconds period_;
    using list = boost::intrusive::list<deadline_entry>;
    list entries_;
    list::iterator next_ = entries_.end();  // during a sweep: the entry after the current one
    bool scheduled_ = false;
    // The timer's handler may run after this object is gone, and then finds this expired.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace tollgate::base
