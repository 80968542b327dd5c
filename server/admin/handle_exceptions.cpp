// Exceptions from rules: opened, listed, ended.
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/admin/exceptions.hpp"

namespace tollgate::admin {

namespace {

std::string exception_json(const tenancy::rule_exception& one) {
    auto list = tenancy::encode_exceptions({one});
    return list.substr(1, list.size() - 2);
}

}  // namespace

answer open_exception(const call& in) {
    auto input = decode_exception(in.request.body);
    if (!input) co_return input.error();
    const auto made =
        co_await in.tenancy.exceptions().open(*in.by, in.id(0), in.id(1), std::move(*input));
    if (!made) co_return made.error();
    std::string shown = exception_json(*made);
    note_change(in, {}, shown);
    co_return json_response(201, std::move(shown));
}

answer list_exceptions(const call& in) {
    const auto all = co_await in.tenancy.exceptions().list(in.by->team_id, in.id(0), in.id(1));
    if (!all) co_return all.error();
    co_return json_response(200, R"({"result":)" + tenancy::encode_exceptions(*all) + '}');
}

answer end_exception(const call& in) {
    const auto ended =
        co_await in.tenancy.exceptions().end(in.by->team_id, in.id(0), in.id(1), in.id(2));
    if (!ended) co_return ended.error();
    std::string shown = exception_json(*ended);
    note_change(in, shown, {});
    co_return json_response(200, std::move(shown));
}

}  // namespace tollgate::admin
