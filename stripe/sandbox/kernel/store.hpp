// The sandbox's data, in memory: one table per object name.
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

// The objects of one kind in order of creation. A row does not move in memory until it is erased.
// Keys that begin with '_' are internal: they never leave the sandbox.
class table {
public:
    // Stores `row`, whose `id` must be unique. The reference lives until it is erased.
    json& add(json row);

    // The row with that id, or null.
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
    // The table for that object name; created if it does not exist.
    table& of(std::string_view object);

    // The row with that object name and id, or null.
    json* find(std::string_view object, std::string_view id) { return of(object).find(id); }

    // The rows for which `wanted` is true, newest first.
    std::vector<json*> newest(std::string_view object,
                              const std::function<bool(const json&)>& wanted);

    // The total number of objects.
    std::size_t size() const;

private:
    std::map<std::string, table, std::less<>> tables_;
};

}  // namespace tollgate::sandbox
