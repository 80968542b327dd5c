// Names of API keys, to show who created or allowed something.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"

namespace tollgate::tenancy {

// Sets `name` of each item to the name of the team's API key whose id is in `id`, even if the key
// was deleted, or to an empty text if there is no such key. `items` lives until the awaitable
// completes. Fails as the store does.
template <typename Item>
base::awaitable<base::result<>> add_key_names(storage::record_store& store, std::string team_id,
                                              std::vector<Item>& items, std::string Item::* id,
                                              std::string Item::* name) {
    std::set<std::string> wanted;
    for (const Item& item : items) wanted.insert(item.*id);
    if (wanted.empty()) co_return base::result<>{};
    std::vector<std::string> ids{wanted.begin(), wanted.end()};
    const auto names = co_await store.find_key_names(std::move(team_id), std::move(ids));
    if (!names) co_return names.error();
    for (Item& item : items)
        for (const auto& known : *names)
            if (known.id == item.*id) item.*name = known.name;
    co_return base::result<>{};
}

}  // namespace tollgate::tenancy
