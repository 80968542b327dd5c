// Names of groups of people, as they are written and stored. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy {

constexpr std::size_t groups_max = 20;

// Joins names of groups into one comma-separated text, the stored form, sorted and without
// duplicates. Failure: "invalid_groups" unless there are at most 20, each of 1 to 40 characters a-z
// 0-9 _ -.
base::result<std::string> join_groups(const std::vector<std::string>& names,
                                      const std::string& field = "groups");
std::vector<std::string> split_groups(std::string_view text);
// The stored names as a JSON array.
std::string groups_json(std::string_view text);
// The union of both lists of groups.
std::string united_groups(std::string_view some, std::string_view others);

}  // namespace tollgate::tenancy
