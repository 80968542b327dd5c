// Judges what was approved, and what was refunded around a cap. Nothing here talks to anybody.

const sum = (rows) => rows.reduce((total, one) => total + one.amount, 0);

function byWrite(effects) {
  const out = new Map();
  for (const one of effects) out.set(one.write, [...(out.get(one.write) ?? []), one]);
  return out;
}

// How many of the calls that were agreed to may not have reached Stripe, because it took no connections.
const unsentShareMax = 0.2;
const unsentAlways = 48; // each client twice: a moment in which no connections are taken, in a run that is over in a second

function judgeExecuted({ id, amount, intendedAt, shown: { receipt } }, effects, { staysUnknown, hasRefused }, report) {
  for (const one of effects)
    if (!(one.at > intendedAt)) report('early', 'executed before the agreement', { id, effect: one });
  if (receipt.state === 'succeeded') {
    if (effects.length !== 1) report('outcome', `the receipt says succeeded, and there are ${effects.length} effects`, { id });
    else if (effects[0].id !== receipt.object_id || effects[0].amount !== amount)
      report('outcome', 'another effect than the approved one', { id, effect: effects[0], receipt });
  } else if (receipt.state === 'failed') {
    if (effects.length) report('outcome', 'the receipt says failed, and it was executed', { id, effects });
    else if (receipt.error_code !== 'not_sent' && !hasRefused(receipt)) report('outcome', 'the receipt says failed, and Stripe refused nothing', { id, receipt });
  } else if (!staysUnknown(receipt)) report('outcome', `the receipt is ${receipt.state}, and its outcome could be learned`, { id });
}

// A run in which little was executed shows little.
function judgeShare(agreed, effects, report) {
  const unsent = agreed.filter(({ shown: { receipt } }) => receipt?.error_code === 'not_sent').length;
  if (unsent > Math.max(unsentAlways, agreed.length * unsentShareMax)) report('unsent', `${unsent} of ${agreed.length} never reached Stripe`);
  if (effects.length * 2 <= agreed.length) report('few', `${agreed.length} were agreed to, and ${effects.length} were executed`);
  return unsent;
}

// approvals: [{ id, write, amount, verdict: 'approve' | 'deny', intendedAt, said, shown }], `intendedAt` before the answer was given,
//   `shown` as GET /approval/{id} has it in the end
// effects: [{ write, id, amount, at }] in the order of execution; staysUnknown(receipt): no outcome can be learned;
// hasRefused(receipt): Stripe has refused its key
// Returns { violations: [{ kind, what, … }], counts }.
export function judgeApprovals({ approvals, effects, ...stripe }) {
  const violations = [];
  const report = (kind, what, facts) => violations.push({ kind, what, ...facts });
  const executed = byWrite(effects);
  const known = new Map(approvals.map((one) => [one.write, one]));
  for (const [write, all] of executed) {
    if (all.length > 1) report('doubled', `executed ${all.length} times`, { write });
    if (known.get(write)?.verdict !== 'approve') report('unapproved', 'executed, and nobody agreed', { write });
  }
  for (const one of approvals) {
    const done = executed.get(one.write) ?? [];
    const { state } = one.shown;
    if (one.verdict === 'deny' && state !== 'denied') report('answer', `denied, and it is ${state}`, { id: one.id });
    if (one.verdict === 'approve' && state !== 'executed') report('answer', `agreed to, and it is ${state}`, { id: one.id, code: one.shown.end_code });
    if (state === 'executed') judgeExecuted(one, done, stripe, report);
  }
  const unsent = judgeShare(approvals.filter((one) => one.verdict === 'approve'), effects, report);
  const count = (wanted) => approvals.filter((one) => one.shown.receipt?.state === wanted).length;
  return { violations, counts: { approvals: approvals.length, denied: approvals.filter((one) => one.verdict === 'deny').length,
    effects: effects.length, failed: count('failed'), 'not sent': unsent, unknown: count('unknown') } };
}

// What the receipts say of the effects: one for each, with its outcome as far as it can be learned.
function judgeReceipts({ effects, receipts, refused, staysUnknown }, report) {
  const stateOf = new Map(receipts.map((one) => [one.operation_key, one.state]));
  for (const effect of effects) {
    if (!stateOf.has(effect.key)) report('lost', 'executed, and there is no receipt', { effect });
    if (stateOf.get(effect.key) === 'failed') report('outcome', 'the receipt says failed, and it was executed', { effect });
    if (refused.includes(effect.key)) report('refused', 'the cap refused it, and it was executed', { effect });
  }
  for (const { operation_key: key, state } of receipts)
    if (!['succeeded', 'failed'].includes(state) && !staysUnknown({ operation_key: key }))
      report('outcome', `the receipt is ${state}, and its outcome could be learned`, { key });
  return effects.filter((one) => stateOf.get(one.key) === 'succeeded');
}

// limit: of the cap; seen: [{ used, reserved }] read while the run went on; end: the same in the end
// effects: [{ key, amount }]; receipts: as GET /receipt shows them in the end; amounts: key -> what was asked for
// refused: the keys of the calls that the cap refused; staysUnknown(receipt): no outcome can be learned
// Returns { violations, counts }.
export function judgeCap({ limit, seen, end, effects, receipts, amounts, refused, staysUnknown }) {
  const violations = [];
  const report = (kind, what, facts) => violations.push({ kind, what, ...facts });
  if (sum(effects) > limit) report('exceeded', `${sum(effects)} was refunded, and ${limit} is the limit`);
  const most = Math.max(0, ...seen.map((one) => one.used + one.reserved));
  if (most > limit) report('exceeded', `${most} was shown as used and reserved, and ${limit} is the limit`);
  const succeeded = sum(judgeReceipts({ effects, receipts, refused, staysUnknown }, report));
  if (succeeded !== end.used) report('used', `${succeeded} was refunded and is known, and ${end.used} counts as used`);
  const unknown = receipts.filter((one) => one.state === 'unknown');
  const held = sum(unknown.map((one) => ({ amount: amounts.get(one.operation_key) })));
  if (held !== end.reserved) report('reserved', `${held} has no known outcome, and ${end.reserved} is reserved`);
  return { violations, counts: { refunds: effects.length, refused: refused.length, receipts: receipts.length, unknown: unknown.length, limit,
    refunded: sum(effects), used: end.used, reserved: end.reserved, 'looked at the cap': seen.length } };
}
