#include "server/app/store.hpp"

#include "base/files.hpp"
#include "storage/postgresql.hpp"
#include "storage/sqlite.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view sqlite_scheme = "sqlite:///";

result<std::unique_ptr<storage::record_store>> open_file(const config& value, base::logger& log) {
    storage::sqlite_options options;
    options.read_queue_limit = value.limits.store_queue;
    options.write_queue_limit = value.limits.store_queue;
    options.file = database_file(value);
    return storage::open_sqlite(options, log);
}

result<std::unique_ptr<storage::record_store>> open_shared(const config& value, base::logger& log) {
    storage::postgresql_options options;
    options.url = value.data.url;
    options.read_connections = value.data.read_connections;
    options.write_connections = value.data.write_connections;
    options.read_queue_limit = value.limits.store_queue;
    options.write_queue_limit = value.limits.store_queue;
    options.statement_timeout = value.data.answer_timeout;
    options.start_wait = value.data.start_wait;
    return storage::open_postgresql(options, log);
}

}  // namespace

result<store_kind> check_store(const config& value) {
    const std::string& url = value.data.url;
    if (url.empty()) return store_kind::file;
    if (url.starts_with("sqlite:")) {
        if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size())
            return store_kind::file;
        return base::invalid("bad_database_url",
                             "data.url must be sqlite:///path (sqlite:////path for an absolute "
                             "one).",
                             "data.url");
    }
    if (!url.starts_with("postgres"))
        return base::invalid("bad_database_url",
                             "data.url must begin with sqlite:/// or postgresql://.", "data.url");
    auto good = storage::check_postgresql_url(url);
    if (!good)
        return base::invalid(good.error().code, "data.url " + good.error().message, "data.url");
    return store_kind::shared;
}

std::string database_file(const config& value) {
    if (value.data.url.empty()) return value.data.directory + "/tollgate.db";
    return value.data.url.substr(sqlite_scheme.size());
}

result<storage::database_place> place_of(const config& value) {
    const auto kind = check_store(value);
    if (!kind) return kind.error();
    if (*kind == store_kind::shared)
        return storage::database_place{storage::database_place::type::postgresql, value.data.url};
    return storage::database_place{storage::database_place::type::sqlite, database_file(value)};
}

result<std::unique_ptr<storage::record_store>> open_store(const config& value, base::logger& log) {
    const auto kind = check_store(value);
    if (!kind) return kind.error();
    auto made = base::make_private_directory(value.data.directory);
    if (!made)
        return base::fail(made.error().kind, made.error().code,
                          "data.directory: " + made.error().message, "data.directory");
    auto opened = *kind == store_kind::file ? open_file(value, log) : open_shared(value, log);
    if (opened || *kind == store_kind::file) return opened;
    return base::fail(opened.error().kind, opened.error().code,
                      "data.url: " + opened.error().message, "data.url");
}

}  // namespace tollgate::server
