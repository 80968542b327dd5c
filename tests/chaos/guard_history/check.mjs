// Judges what was approved, and what was refunded around a cap. Nothing here talks to anybody.

const sum = (rows) => rows.reduce((total, one) => total + one.amount, 0);

function byWrite(effects) {
  const out = new Map();
  for (const one of effects) out.set(one.write, [...(out.get(one.write) ?? []), one]);
  return out;
}

function judgeExecuted({ id, amount, shown: { receipt } }, effects, staysUnknown, report) {
  if (receipt.state === 'succeeded') {
    if (effects.length !== 1) report('outcome', `the receipt says succeeded, and there are ${effects.length} effects`, { id });
    else if (effects[0].id !== receipt.object_id || effects[0].amount !== amount)
      report('outcome', 'another effect than the approved one', { id, effect: effects[0], receipt });
  } else if (receipt.state === 'failed') {
    if (effects.length) report('outcome', 'the receipt says failed, and it was executed', { id, effects });
  } else if (!staysUnknown(receipt)) report('outcome', `the receipt is ${receipt.state}, and its outcome could be learned`, { id });
}

// approvals: [{ id, write, amount, verdict: 'approve' | 'deny', said, shown }], `shown` as GET /approval/{id} has it in the end
// effects: [{ write, id, amount }] in the order of execution; staysUnknown(receipt): no outcome can be learned
// Returns { violations: [{ kind, what, … }], counts }.
export function judgeApprovals({ approvals, effects, staysUnknown }) {
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
    if (state === 'executed') judgeExecuted(one, done, staysUnknown, report);
  }
  const count = (wanted) => approvals.filter((one) => one.shown.receipt?.state === wanted).length;
  return { violations, counts: { approvals: approvals.length, denied: approvals.filter((one) => one.verdict === 'deny').length,
    effects: effects.length, failed: count('failed'), unknown: count('unknown') } };
}

// limit: of the cap; seen: [{ used, reserved }] read while the run went on; end: the same in the end
// effects: [{ key, amount }]; receipts: as GET /receipt shows them in the end; amounts: key -> what was asked for
// refused: how many calls the cap refused
// Returns { violations, counts }.
export function judgeCap({ limit, seen, end, effects, receipts, amounts, refused }) {
  const violations = [];
  const report = (kind, what, facts) => violations.push({ kind, what, ...facts });
  if (sum(effects) > limit) report('exceeded', `${sum(effects)} was refunded, and ${limit} is the limit`);
  const most = Math.max(0, ...seen.map((one) => one.used + one.reserved));
  if (most > limit) report('exceeded', `${most} was shown as used and reserved, and ${limit} is the limit`);
  const stateOf = new Map(receipts.map((one) => [one.operation_key, one.state]));
  const of = (wanted) => effects.filter((one) => stateOf.get(one.key) === wanted);
  const succeeded = sum(of('succeeded'));
  if (succeeded !== end.used) report('used', `${succeeded} was refunded and is known, and ${end.used} counts as used`);
  const unknown = receipts.filter((one) => one.state === 'unknown');
  const held = sum(unknown.map((one) => ({ amount: amounts.get(one.operation_key) })));
  if (held !== end.reserved) report('reserved', `${held} has no known outcome, and ${end.reserved} is reserved`);
  const failed = of('failed');
  if (failed.length) report('outcome', 'the receipt says failed, and it was executed', { effect: failed[0] });
  return { violations, counts: { refunds: effects.length, refused, receipts: receipts.length, unknown: unknown.length, limit,
    refunded: sum(effects), used: end.used, reserved: end.reserved, 'looked at the cap': seen.length } };
}
