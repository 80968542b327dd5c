// Ends a wait for Stripe's answer early, because the answer is not wanted any more.
#pragma once
#include <functional>

namespace tollgate::stripe {

// For one read only: the outcome of an interrupted write would be unknown. Used on one loop only.
class early_stop {
public:
    early_stop() = default;
    early_stop(const early_stop&) = delete;
    early_stop& operator=(const early_stop&) = delete;

    // Ends the current wait soon; a wait that has not begun must check this first.
    void now() {
        stopped_ = true;
        if (act_) act_();
    }
    bool stopped() const { return stopped_; }

    // Registers how to end a wait, for the lifetime of this object. `stop` may be null.
    class waiting {
    public:
        waiting(early_stop* stop, std::function<void()> act) : stop_(stop) {
            if (stop_ != nullptr) stop_->act_ = std::move(act);
        }
        ~waiting() {
            if (stop_ != nullptr) stop_->act_ = nullptr;
        }
        waiting(const waiting&) = delete;
        waiting& operator=(const waiting&) = delete;

    private:
        early_stop* stop_;
    };

private:
    std::function<void()> act_;
    bool stopped_ = false;
};

}  // namespace tollgate::stripe
