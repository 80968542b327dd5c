// What an argument of the command line may be, with errors in plain words.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class Validator;
}

namespace tollgate::server {

// A whole number from 1 to 2,147,483,647, such as a limit.
CLI::Validator whole_number();

// One of `words`, which the error lists.
CLI::Validator one_of(const std::vector<std::string>& words);

}  // namespace tollgate::server
