// Standard headers most files need, and three others that are included so often that reading
// them in each file would take a third of the build. Nothing of ours, nothing of Beast: a file
// that needs those includes them.
#pragma once
#include <boost/system/result.hpp>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
