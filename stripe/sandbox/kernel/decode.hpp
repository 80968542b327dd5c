// Decodes bracketed form encoding into a tree.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// Decodes `a[b]=1&c[0]=x&d[]=y` to {"a":{"b":"1"},"c":{"0":"x"},"d":{"0":"y"}}: every leaf is a
// string, every array an object by position. Of values with the same name the last wins. Pairs are
// added to `tree`, which is an object. Fails with 400 on a bad escape, a malformed name, more than
// 20 levels, more than 2,000 pairs, or a name that is both a value and a container.
outcome<bool> decode_pairs(std::string_view encoded, json& tree);

// One percent-encoded path segment; an empty optional on a bad escape.
std::optional<std::string> decode_segment(std::string_view encoded);

}  // namespace tollgate::sandbox
