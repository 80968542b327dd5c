// A client's configuration file on disk: read whole, replaced as a whole.
#pragma once
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/result.hpp"

namespace tollgate::server::clients {

// The name of the copy that is kept beside a file before its first change.
std::string backup_path(const std::string& path);

struct config_file {
    std::string path{};                   // without symbolic links, so that a link stays one
    std::optional<std::string> text{};    // nothing: there is no file
    std::optional<std::string> backup{};  // content of the backup
    mode_t mode = 0600;
    uid_t owner = 0;
    gid_t group = 0;
};

// Reads the file and its backup, 16 MiB each at most. Fails with "unreadable_file" if it is no
// regular file, is too large, or cannot be read.
base::result<config_file> read_config_file(const std::string& path);

// Replaces the file by `text`, atomically, with its mode and owner; a new file has mode 0600, and
// missing folders are made for the owner only. With `backup`, the old content is kept beside it
// first, unless there is a backup already. Fails with "read_only" if the file or its folder cannot
// be written, and "changed" if somebody else has written to it since it was read; the file is then
// as it was.
base::result<> replace_config_file(const config_file& old, const std::string& text, bool backup);

// Deletes the file that was read. Fails as replace_config_file() does.
base::result<> delete_config_file(const config_file& old);

// Deletes the backup; one that is missing is no failure.
void delete_backup(const config_file& old);

}  // namespace tollgate::server::clients
