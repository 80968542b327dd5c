// The open client connections of one loop, so that a shutdown can end them.
#pragma once
#include <unordered_set>

namespace tollgate::server {

// How the set ends a connection. Called on the connection's loop.
class tracked_connection {
public:
    virtual ~tracked_connection() = default;
    // Finish the current request, if any, then close.
    virtual void drain() noexcept = 0;
    // Close now.
    virtual void abort() noexcept = 0;
};

class connection_set {
public:
    void add(tracked_connection& one) { open_.insert(&one); }
    void remove(tracked_connection& one) { open_.erase(&one); }
    bool draining() const { return draining_; }

    void drain() {
        draining_ = true;
        for (auto* one : open_) one->drain();
    }
    void abort() {
        for (auto* one : open_) one->abort();
    }

private:
    std::unordered_set<tracked_connection*> open_;
    bool draining_ = false;
};

}  // namespace tollgate::server
