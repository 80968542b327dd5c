// Everything the sandbox knows, in memory: one table an object name.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/sandbox/kernel/json.hpp"

namespace tollgate::sandbox {

// The objects of one kind in the order they were made. A row stays where it is in memory until it
// is erased. Keys that begin with '_' are the sandbox's own: they never leave it.
class table {
public:
    // Keeps `row`, which has an `id` no other row has. The reference lives until it is erased.
    json& add(json row);

    // The row of that id, or null.
    json* find(std::string_view id);

    void erase(std::string_view id);

    // Oldest first.
    const std::vector<std::unique_ptr<json>>& rows() const { return rows_; }

private:
    std::vector<std::unique_ptr<json>> rows_;
    std::unordered_map<std::string, json*> by_id_;
};

class store {
public:
    // The table of that object name; made when it is not there yet.
    table& of(std::string_view object);

    // The row of that object and id, or null.
    json* find(std::string_view object, std::string_view id) { return of(object).find(id); }

    // The rows `wanted` accepts, newest first.
    std::vector<json*> newest(std::string_view object,
                              const std::function<bool(const json&)>& wanted);

    // How many objects there are in all.
    std::size_t size() const;

private:
    std::map<std::string, table, std::less<>> tables_;
};

}  // namespace tollgate::sandbox
