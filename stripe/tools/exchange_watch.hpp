// Port: counts requests to Stripe.
#pragma once
#include <chrono>
#include <string_view>

namespace tollgate::stripe {

class exchange_watch {
public:
    virtual ~exchange_watch() = default;
    // One request of a tool call has ended, with Stripe's status, or 0 if there was no answer. Any
    // thread; does not block.
    virtual void exchanged(unsigned status, std::chrono::nanoseconds took) noexcept = 0;
    // The Date header of an answer of Stripe, not of a service; may be empty. Any thread; does not
    // block.
    virtual void dated(std::string_view date) noexcept = 0;
};

}  // namespace tollgate::stripe
