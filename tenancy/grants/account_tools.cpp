#include "tenancy/grants/account_tools.hpp"

#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::tenancy {

namespace {

class no_tools final : public tool_directory {
public:
    std::span<const directory_entry> tools() const override { return {}; }
    bool takes(std::string_view, const std::vector<std::string_view>&, bool) const override {
        return false;
    }
    possible_values values_of(std::string_view, const std::vector<std::string_view>&,
                              bool) const override {
        return {};
    }
    bool has_currency(std::string_view) const override { return false; }
    std::vector<directory_entry> shown(const tool_filter&, const listed_account&) const override {
        return {};
    }
    list_summary summarize(const tool_filter&, const listing_rules&,
                           const listed_account&) const override {
        return {};
    }
};

}  // namespace

base::awaitable<base::result<account_tools>> tools_of_account(const environment& env, grants& live,
                                                              std::string team_id,
                                                              std::string account_id) {
    const auto account = co_await env.store.find_account(team_id, account_id);
    if (!account) co_return account.error();
    if (!*account)
        co_return base::fail(base::errc::not_found, "account_not_found",
                             "no such integrated account");
    const auto row = co_await env.store.find_declarations(std::move(team_id), account_id);
    if (!row) co_return row.error();
    const std::shared_ptr<const tool_directory> catalogue{std::shared_ptr<void>{}, &env.tools};
    const auto service = service_of(**account);
    if (!service) co_return service.error();
    const bool any = *row && !(*row)->document.empty();
    if (!any && !*service) co_return account_tools{catalogue, catalogue};
    account_tools out{std::make_shared<const no_tools>(), catalogue};
    if (!any) co_return out;
    const declarations_place place{std::move(account_id), (*row)->version,
                                   *service ? &**service : nullptr};
    auto declared = live.declared_in((*row)->document, place);
    if (!declared) co_return out;
    out.shown = (*declared)->shown;
    out.known = (*declared)->shown;
    co_return out;
}

}  // namespace tollgate::tenancy
