// The end of a wait for Stripe's answer before its time, because nobody wants it any more.
#pragma once
#include <functional>

namespace tollgate::stripe {

// For one read: of a write it would not be known what became of it. Touched on one loop only.
class early_stop {
public:
    early_stop() = default;
    early_stop(const early_stop&) = delete;
    early_stop& operator=(const early_stop&) = delete;

    // Ends the wait that is under way, a moment later; one that has not begun must look first.
    void now() {
        stopped_ = true;
        if (act_) act_();
    }
    bool stopped() const { return stopped_; }

    // Says how to end a wait, for as long as it lives. `stop` may be null.
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
