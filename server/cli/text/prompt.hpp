// Questions to the person at the terminal.
#pragma once
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::server {

// A secret of one line: from `file`, which only its owner may use; else typed after `question`
// without being shown, if standard input is a terminal; else the first line of standard input.
// Without the line's end and the spaces around. Fails as tenancy::read_secret_file, and with
// invalid_argument "no_secret" if there is nothing.
base::result<base::secret> read_secret(const std::string& file, const std::string& question);

// Whether somebody is there to be asked: standard input and standard error are a terminal.
bool can_ask();

// Prints `question` and reads a line: whether it is `wanted`.
bool typed(const std::string& question, const std::string& wanted);

}  // namespace tollgate::server
