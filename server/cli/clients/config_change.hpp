// Decides what `connect` does to a client's file. No files here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/cli/clients/client_kinds.hpp"

namespace tollgate::server::clients {

enum class change_kind : std::uint8_t {
    none,     // the file is as it should be
    add,      // a new entry
    update,   // another URL in an entry that is there
    remove,   // an entry less
    restore,  // the text of the backup, which is then deleted
    unlink,   // the file contains nothing but our entry: it is deleted
};

struct config_change {
    change_kind kind = change_kind::none;
    std::string text{};   // of add, update, remove and restore: the new content
    bool backup = false;  // the old content is worth a backup, if there is none yet
};

// What is there: the content of the file and of its backup.
struct config_state {
    std::optional<std::string> text{};
    std::optional<std::string> backup{};
};

struct wanted_entry {
    std::string name;
    std::string url;
    std::string program;
};

// The change that adds the entry. Fails as with_entry() does; `file` names the file in failures.
base::result<config_change> plan_add(const client_kind& client, std::string_view file,
                                     const config_state& state, const wanted_entry& entry);

// The change that removes the entry of that name. If the file is the backup and that entry, the
// backup's very bytes come back; if it is nothing but that entry, the file goes. Fails as
// read_entry() and without_entry() do.
base::result<config_change> plan_remove(const client_kind& client, std::string_view file,
                                        const config_state& state, const std::string& name);

}  // namespace tollgate::server::clients
