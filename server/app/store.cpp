#include "server/app/store.hpp"

#include <utility>

#include "base/files.hpp"
#include "server/config/orders_file.hpp"
#include "storage/postgresql.hpp"
#include "storage/sqlite.hpp"

namespace tollgate::server {

namespace {

using base::result;

result<std::unique_ptr<storage::record_store>> open_file(const config& value, base::logger& log) {
    storage::sqlite_options options;
    options.read_queue_limit = value.limits.store_queue;
    options.write_queue_limit = value.limits.store_queue;
    options.file = database_file(value);
    constexpr std::uint64_t mebibyte = 1024 * 1024;
    options.reserve_bytes = value.data.reserve_mb * mebibyte;
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

base::result<> open_orders(const config& value, base::logger& log,
                           std::unique_ptr<storage::external_orders>& out) {
    if (value.orders.file.empty()) return {};
    auto named = read_orders_file(value.orders.file);
    if (!named) return named.error();
    auto opened = storage::open_external_orders(std::move(*named), {}, log);
    if (!opened) return opened.error();
    out = std::move(*opened);
    return {};
}

}  // namespace tollgate::server
