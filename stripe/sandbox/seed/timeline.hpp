// History as a list of planned actions, executed in order of time.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

class timeline {
public:
    timeline(world& in, const routes& table) : in_(in), table_(table) {}

    // Plans `action` at `days_ago` before now (a fraction is a time of day).
    void at(double days_ago, std::function<void()> action);

    // Executes all actions in order of time; for the same time, in order of planning.
    void play();

    // Runs an operation ("POST", "/v1/charges") with typed parameters. A declined card is part of
    // history and returns the error's object; any other error is a bug and throws.
    json run(const std::string& method, const std::string& path, json params);

    world& in() { return in_; }

private:
    struct moment {
        std::int64_t at;
        std::size_t planned;
        std::function<void()> action;
    };
    world& in_;
    const routes& table_;
    std::vector<moment> moments_;
};

}  // namespace tollgate::sandbox
