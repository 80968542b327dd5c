// An audit log in memory: keeps what it was told.
#pragma once
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "tenancy/audit/audit_sink.hpp"

namespace tollgate::test {

class memory_audit final : public tenancy::audit_sink {
public:
    std::optional<base::failure> refusal() const override { return refuse; }
    void note(tenancy::audit_event event) override {
        const std::lock_guard lock{mutex_};
        events.push_back(std::move(event));
    }

    std::optional<base::failure> refuse;
    std::vector<tenancy::audit_event> events;

private:
    std::mutex mutex_;
};

}  // namespace tollgate::test
