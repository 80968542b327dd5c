#include "server/config/database.hpp"

#include <string_view>

#include "storage/postgresql.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:///";

}  // namespace

base::result<store_kind> check_store(const config& value) {
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

}  // namespace tollgate::server
