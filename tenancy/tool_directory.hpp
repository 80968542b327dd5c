// The port to the tools that exist: what filters are checked against. Implemented by the room that
// has the catalogue.
#pragma once
#include <cstdint>
#include <span>

#include "tenancy/filter.hpp"

namespace tollgate::tenancy {

struct directory_entry {
    tool_facts facts;
    std::uint32_t tokens = 0;  // estimate of what this tool's JSON costs a model in tools/list
};

class tool_directory {
public:
    virtual ~tool_directory() = default;

    // Every tool, sorted by name. Does not change and lives as long as the process. Thread-safe.
    virtual std::span<const directory_entry> tools() const = 0;
};

}  // namespace tollgate::tenancy
