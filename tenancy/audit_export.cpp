#include "tenancy/audit_export.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>
#include <utility>

#include "base/files.hpp"
#include "storage/audit_export.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/audit_log/tiles.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

namespace {

namespace fs = std::filesystem;
using base::errc;
using base::fail;
using base::result;

constexpr std::size_t hash_bytes = 32;

// Writes the files of one log. Its destructor removes the folder unless all files are in it.
class log_folder {
public:
    explicit log_folder(fs::path folder) : folder_(std::move(folder)) {}
    ~log_folder() {
        std::error_code ignored;  // remains make the next export fail with a message
        if (!whole_) fs::remove_all(folder_, ignored);
    }
    log_folder(const log_folder&) = delete;
    log_folder& operator=(const log_folder&) = delete;

    bool write(const std::string& name, std::string_view content) {
        const fs::path path = folder_ / name;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        std::ofstream out{path, std::ios::binary};
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        out.close();
        if (!out) unwritten_ = path.string();
        return !out.fail();
    }
    // Writes the part of a stored tile that the checkpoint covers; the tile may have grown since.
    bool write_tile(std::uint64_t level, std::uint64_t number, std::string_view hashes) {
        const auto at = static_cast<unsigned>(level);
        const unsigned width = audit_log::width_in_tree(at, number, size_);
        return width == 0 || write(audit_log::path_of({at, {number, width}}),
                                   hashes.substr(0, width * hash_bytes));
    }
    bool write_entries(std::uint64_t from, const std::vector<std::string>& entries) {
        const auto content = audit_log::encode_bundle(entries);
        const audit_log::tile_place place{from / audit_log::tile_width,
                                          static_cast<unsigned>(entries.size())};
        return content && write(audit_log::bundle_path(place), *content);
    }
    void set_size(std::uint64_t size) { size_ = size; }
    void keep() { whole_ = true; }
    // The file that could not be written, or empty.
    const std::string& unwritten() const { return unwritten_; }

private:
    fs::path folder_;
    std::uint64_t size_ = 0;
    std::string unwritten_;
    bool whole_ = false;
};

// A new file. Its destructor removes the file unless all lines are in it.
class lines_file {
public:
    explicit lines_file(const std::string& path)
        : path_(path),
          file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)),
          error_(file_ < 0 ? errno : 0) {}
    ~lines_file() {
        if (file_ < 0) return;
        ::close(file_);
        if (!whole_) ::unlink(path_.c_str());
    }
    lines_file(const lines_file&) = delete;
    lines_file& operator=(const lines_file&) = delete;

    bool open() const { return file_ >= 0; }
    int error() const { return error_; }

    // False if the line cannot be written to the disk.
    bool add(const std::string& line) {
        waiting_ += line;
        waiting_ += '\n';
        return waiting_.size() < buffer_bytes || flush();
    }
    // Called when all lines are added: writes the rest to the disk and keeps the file.
    bool finish() {
        whole_ = flush() && ::fsync(file_) == 0;
        if (!whole_ && error_ == 0) error_ = errno;
        return whole_;
    }

private:
    static constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

    bool flush() {
        for (std::string_view rest = waiting_; !rest.empty();) {
            const auto written = ::write(file_, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) error_ = errno;
            if (written <= 0) return false;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        waiting_.clear();
        return true;
    }

    const std::string path_;
    const int file_;
    int error_;
    std::string waiting_;
    bool whole_ = false;
};

base::failure unwritten(const std::string& path, int error) {
    return fail(errc::unavailable, "export_stopped",
                "cannot write " + path + ": " + std::strerror(error));
}

struct read_log {
    storage::audit_log_row head;
    std::map<std::string, std::string, std::less<>> settings;
};

result<> read_into(log_folder& folder, const storage::database_place& place,
                   const std::string& team_id, read_log& out) {
    const storage::audit_receiver to{
        .head =
            [&](const storage::audit_log_row& log) {
                out.head = log;
                folder.set_size(static_cast<std::uint64_t>(log.checkpoint_size));
                return log.checkpoint.empty() || folder.write("checkpoint", log.checkpoint);
            },
        .setting =
            [&](std::string_view name, const std::string& value) {
                out.settings.emplace(name, value);
                return true;
            },
        .tile =
            [&](std::int64_t level, std::int64_t number, const std::string& hashes) {
                return folder.write_tile(static_cast<std::uint64_t>(level),
                                         static_cast<std::uint64_t>(number), hashes);
            },
        .entries =
            [&](std::int64_t from, const std::vector<std::string>& entries) {
                return folder.write_entries(static_cast<std::uint64_t>(from), entries);
            }};
    return storage::read_audit_log(
        place, team_id, {std::string{audit_name_setting}, std::string{audit_key_setting}}, to);
}

result<exported_log> write_log(log_folder& files, const storage::database_place& place,
                               const std::string& team_id, const vault& secrets) {
    read_log log;
    const auto done = read_into(files, place, team_id, log);
    if (!done) return done.error();
    if (log.head.checkpoint.empty())
        return fail(errc::conflict, "no_checkpoint", "the log has no checkpoint yet");
    const auto key =
        stored_verifier_text(secrets, log.settings[std::string{audit_name_setting}],
                             log.settings[std::string{audit_key_setting}], log.head.team_id);
    if (!key) return key.error();
    files.write("key", *key + '\n');
    if (!log.head.retention.empty()) files.write("retention", log.head.retention);
    return exported_log{key->substr(0, key->find('+')), log.head.checkpoint_size,
                        log.head.kept_from};
}

}  // namespace

result<exported_log> export_audit_log(const storage::database_place& place,
                                      const std::string& team_id, const key_source& master,
                                      const std::string& folder) {
    if (fs::exists(folder))
        return fail(errc::conflict, "folder_exists",
                    folder + " exists already: name a folder that does not");
    key_source existing = master;
    existing.create_missing = false;
    auto loaded = load_key_ring(existing, "master key");
    if (!loaded) return loaded.error();
    const vault secrets{std::move(loaded->ring)};
    const auto made = base::make_private_directory(folder);
    if (!made) return made.error();
    log_folder files{folder};
    auto done = write_log(files, place, team_id, secrets);
    if (!files.unwritten().empty())
        return fail(errc::unavailable, "export_stopped", "cannot write " + files.unwritten());
    if (done) files.keep();
    return done;
}

result<std::int64_t> export_audit_lines(const storage::database_place& place,
                                        const std::string& team_id, const std::string& file,
                                        const std::function<void(std::int64_t)>& progress) {
    constexpr std::int64_t between = 1000;
    lines_file out{file};
    if (!out.open() && out.error() == EEXIST)
        return fail(errc::conflict, "file_exists",
                    file + " exists already: name a file that does not");
    if (!out.open()) return unwritten(file, out.error());
    std::int64_t lines = 0;
    auto done = storage::read_audit_records(place, team_id, [&](const std::string& entry) {
        if (++lines % between == 0) progress(lines);
        return out.add(entry);
    });
    if (out.error() != 0) return unwritten(file, out.error());
    if (done && !out.finish()) return unwritten(file, out.error());
    return done;
}

}  // namespace tollgate::tenancy
