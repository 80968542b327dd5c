// The tools that an account's declarations define, ready to be listed and called; and the port that
// reads them from a document.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy {

struct policy;
struct service_access;
class tool_directory;

constexpr std::size_t declarations_bytes_max = 49'152;  // of a document
constexpr std::size_t capabilities_max = 200;           // of a document

// The type of a declared input; `choice` is one of a list of values.
enum class declared_type : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    choice,
    array,
    object,
};

// Which MCP servers may use a tool: those that may read; those that may also write; those that may
// do everything.
enum class declared_tier : std::uint8_t { read, write, admin };
// "read", "write", "admin".
constexpr std::string_view to_string(declared_tier tier) {
    if (tier == declared_tier::read) return "read";
    return tier == declared_tier::write ? "write" : "admin";
}

struct declared_input {
    std::string name;
    declared_type type = declared_type::string;
    bool required = false;
    std::vector<std::string> values{};  // of a choice; empty: any value
    std::string usual{};                // JSON of its default; empty: it has none
    std::int64_t items_max = 0;         // of an array; 0: no limit of its own
    // The operation's argument, and the names of properties inside it.
    std::vector<std::string> path;
};

// What a tool of a service calls, which is in no catalogue. Its content is known to the room that
// read the document.
class own_operation {
public:
    own_operation() = default;
    virtual ~own_operation() = default;
    own_operation(const own_operation&) = delete;
    own_operation& operator=(const own_operation&) = delete;
};

struct declared_tool {
    std::string name;
    std::string operation;  // the operation's tool; for a service: the tool's own name
    declared_tier tier = declared_tier::read;
    std::string json{};  // as tools/list shows it
    std::vector<declared_input> inputs{};
    // Arguments of the operation that the gateway adds to every tool: next_cursor, operation_key.
    std::vector<std::string> own_arguments{};
    std::vector<std::string> fields{};  // of the answer that are shown; empty: the usual
    // Declared tags of the tools that call this operation, beside the operation's own.
    std::vector<std::string> tags{};
    std::shared_ptr<const policy> rules{};      // its constraints, and its consent; never null
    const tool_directory* directory = nullptr;  // of those rules; never null
    // For a service: what the tool calls. Null for an operation of the catalogue.
    std::shared_ptr<const own_operation> own{};
};

// Immutable; shared by threads.
struct declared_tools {
    std::int64_t version = 0;
    bool only = true;                      // nothing else is listed or callable
    std::vector<declared_tool> tools{};    // in the order of the document
    std::vector<std::string> forbidden{};  // names of which every call is refused; sorted
    // The tools for rules on calls, where they are not the catalogue's: those of a service, or
    // operations with declared tags. Null: the catalogue's.
    std::shared_ptr<const tool_directory> directory{};
    // What MCP servers of the account show; its tools() are those for rules and filters.
    std::shared_ptr<const tool_directory> shown{};

    // The tool with that name, or null.
    const declared_tool* find(std::string_view name) const {
        const auto found = std::ranges::find(tools, name, &declared_tool::name);
        return found == tools.end() ? nullptr : &*found;
    }
    bool forbids(std::string_view name) const {
        return std::ranges::binary_search(forbidden, name, std::less<>{});
    }
};

// What a document belongs to.
struct declarations_place {
    std::string account_id;
    std::int64_t version = 0;
    // The account's service. Null means Stripe or, with an empty account_id, any service.
    const service_access* service = nullptr;
};

// Port: reads documents. Implemented by the room that has the catalogue.
class declaration_reader {
public:
    virtual ~declaration_reader() = default;

    // Returns the tools that `text` declares. Fails with invalid_argument "wrong_declarations"; the
    // message lists every problem with its line and column, one per line. Thread-safe; does not
    // block, but takes some milliseconds.
    virtual base::result<std::shared_ptr<const declared_tools>> read(
        std::string_view text, const declarations_place& place) const = 0;
};

}  // namespace tollgate::tenancy
