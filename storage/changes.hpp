// Includes every kind of change. A file that makes changes should include only the headers of those
// it makes.
#pragma once
#include "storage/changes/accounts.hpp"
#include "storage/changes/alarms.hpp"
#include "storage/changes/approvals.hpp"
#include "storage/changes/audit.hpp"
#include "storage/changes/audit_delivery.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/changes/authorizations.hpp"
#include "storage/changes/change.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/policies.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/changes/retention.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
