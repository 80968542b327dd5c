// The requests of declared tools, shown and not sent; and the exit statuses of commands on
// declarations files.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/cli/declarations/declarations_file.hpp"

namespace tollgate::server {

constexpr int declarations_good = 0;
constexpr int declarations_mistake = 1;  // wrong usage or a wrong file: sentences on standard error
// Of `validate --strict`: valid, with regrets. Of `test NAME`: a person must approve the call.
constexpr int declarations_regrets = 3;
constexpr int declared_needs_approval = 3;
constexpr int declared_denies = 4;  // of `test NAME`: a constraint refuses the call

// Prints a sentence without "tollgate: " before it: editors and CI read FILE:LINE:COLUMN at the
// start of a line. Secrets are masked. Returns declarations_mistake.
int say_mistake(const std::string& message);

// The capability with that name. Fails with invalid_argument "no_capability": a sentence with the
// nearest name.
base::result<const stripe::resolved_capability*> find_capability(const declarations_file& file,
                                                                 const std::string& name);

// Prints the request of every capability, without its required arguments; a status above.
int dry_run_all(const declarations_file& file, const std::vector<std::string>& parameters,
                bool json);
// Prints one request whole; a status above.
int dry_run_one(const stripe::resolved_capability& one, const std::vector<std::string>& parameters,
                bool json);

}  // namespace tollgate::server
