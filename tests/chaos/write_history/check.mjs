// Judges a history of writes: what clients intended and read, what Stripe executed, which receipts there are. Nothing here talks to anybody.
//
// history, in the order of `at`:
//   { type: 'intend', at, call, write, key, kind, amount, distinct }   before the call is sent; `key` null: the client gave none;
//       `distinct`: a second write on purpose, equal to the first one
//   { type: 'answer', at, call, write, key, outcome, receipt?, objectId?, amount?, code? }   see reading() in workload.mjs
//   { type: 'inject', … }   no part of the judgement
// effects:  [{ key, write, kind, id, amount, at }]   what Stripe executed; `key` null for a DELETE of v1
// receipts: as GET /receipt shows them, after everything has settled
// stored:   key -> { status }   the answers that Stripe keeps
// records:  the audit log's entries ({ id, kind, receipt, outcome, … }), or absent: then they are not judged
// log:      [sentence]   what did not fit when the audit log was verified

function grouped(list, nameOf) {
  const out = new Map();
  for (const one of list) {
    const name = nameOf(one);
    if (!out.has(name)) out.set(name, []);
    out.get(name).push(one);
  }
  return out;
}

class Facts {
  constructor({ history, effects, receipts, stored, records, log = [] }) {
    Object.assign(this, { effects, receipts, stored, records, log });
    this.intents = history.filter((event) => event.type === 'intend');
    const answers = new Map(history.filter((event) => event.type === 'answer').map((event) => [event.call, event]));
    this.calls = this.intents.map((intent) => ({ intent, answer: answers.get(intent.call) }));
    this.callsOfKey = grouped(this.calls, ({ intent }) => intent.key ?? `call ${intent.call}`);
    this.intentsOfWrite = grouped(this.intents, (intent) => intent.write);
    this.receiptById = new Map(receipts.map((receipt) => [receipt.id, receipt]));
    this.receiptByKey = new Map(receipts.map((receipt) => [receipt.operation_key, receipt]));
    this.effectsOfKey = grouped(effects.filter((effect) => effect.key !== null), (effect) => effect.key);
    this.effectsOfWrite = grouped(effects, (effect) => effect.write);
  }

  intentsOfKey(key) { return (this.callsOfKey.get(key) ?? []).map(({ intent }) => intent); }

  // What Stripe executed for the receipt. A DELETE of v1 has no key there: it is known by its write.
  effectsOf(receipt) {
    const [intent] = this.intentsOfKey(receipt.operation_key);
    if (intent?.kind === 'delete') return this.effectsOfWrite.get(intent.write) ?? [];
    return this.effectsOfKey.get(receipt.operation_key) ?? [];
  }

  receiptOf(effect) {
    if (effect.key !== null) return this.receiptByKey.get(effect.key);
    const [intent] = this.intentsOfWrite.get(effect.write) ?? [];
    return intent && this.receiptByKey.get(intent.key);
  }

  // True if the outcome can never be learned: Stripe keeps a 500 for the key, or a DELETE without a key found nothing when it was repeated.
  staysUnknown(receipt) {
    const [intent] = this.intentsOfKey(receipt.operation_key);
    if (intent?.kind === 'delete') return this.effectsOf(receipt).length > 0;
    return this.stored.get(receipt.operation_key)?.status >= 500;
  }
}

// How often a write may be executed: once for each key, and without a key once for each that is distinct on purpose.
function allowed(intents) {
  const keys = new Set(intents.map((intent) => intent.key).filter((key) => key !== null));
  const keyless = intents.filter((intent) => intent.key === null);
  return keys.size + Math.min(keyless.length, 1 + keyless.filter((intent) => intent.distinct).length);
}

function judgeEffects(facts, report) {
  const twice = new Set();
  for (const [key, effects] of facts.effectsOfKey) {
    if (effects.length === 1) continue;
    report('doubled', `executed ${effects.length} times with one key`, { key, write: effects[0].write });
    twice.add(effects[0].write);
  }
  for (const [write, effects] of facts.effectsOfWrite) {
    const most = allowed(facts.intentsOfWrite.get(write) ?? []);
    if (effects.length > most && !twice.has(write)) report('doubled', `executed ${effects.length} times, allowed: ${most}`, { write });
  }
  for (const effect of facts.effects)
    if (!facts.receiptOf(effect)) report('lost', 'an effect without a receipt', { key: effect.key, write: effect.write, id: effect.id });
}

function judgeReceipt(receipt, facts, report) {
  const where = { receipt: receipt.id, key: receipt.operation_key };
  const effects = facts.effectsOf(receipt);
  if (receipt.state === 'intended' || (receipt.state === 'unknown' && !facts.staysUnknown(receipt)))
    report('unresolved', `the receipt is still ${receipt.state}`, where);
  if (receipt.state === 'failed' && effects.length) report('disagrees', 'the receipt says failed, and Stripe executed it', where);
  if (receipt.state !== 'succeeded') return;
  const [effect] = effects;
  if (!effect) report('lost', 'the receipt says succeeded, and Stripe executed nothing', where);
  else if (effect.id !== receipt.object_id) report('disagrees', `the receipt names ${receipt.object_id}, Stripe made ${effect.id}`, where);
  else if (effect.amount !== receipt.amount) report('disagrees', `the receipt's amount is ${receipt.amount}, Stripe's ${effect.amount}`, where);
}

function judgeSuccess({ intent, answer }, receipt, effects, report) {
  if (!receipt) report('lost', 'a client read success, and there is no receipt');
  else if (receipt.state !== 'succeeded') report('disagrees', `a client read success, and the receipt says ${receipt.state}`);
  else if (receipt.object_id !== answer.objectId) report('disagrees', `a client read ${answer.objectId}, the receipt names ${receipt.object_id}`);
  if (!effects.some((effect) => effect.id === answer.objectId)) report('lost', 'a client read success, and Stripe has no such effect');
  if (intent.kind === 'refund' && answer.amount !== intent.amount)
    report('disagrees', `a client asked for ${intent.amount} and read ${answer.amount}`);
}

// An answer that says that nothing was executed, and Stripe had executed it by then. Of two calls at once nobody knows whose effect it is.
function deniesEffect({ intent, answer }, effects, calls) {
  const others = calls.some((one) => one.intent.call !== intent.call && one.intent.at < answer.at);
  return effects.some((effect) => effect.at < intent.at || (!others && effect.at < answer.at));
}

function judgeCall(call, facts, report) {
  const { intent, answer } = call;
  if (!answer) return report('strange', 'a call without an answer');
  const calls = facts.callsOfKey.get(intent.key ?? `call ${intent.call}`);
  const receipt = answer.receipt && facts.receiptById.get(answer.receipt);
  const effects = receipt ? facts.effectsOf(receipt) : facts.effectsOfKey.get(intent.key) ?? [];
  const missing = intent.kind === 'delete' && answer.code === 'resource_missing'; // true of what was deleted before
  if (answer.receipt && !receipt) report('lost', 'a client read of a receipt that does not exist');
  if (answer.outcome === 'strange') report('strange', 'an answer that nobody expects');
  if (answer.outcome === 'succeeded') judgeSuccess(call, receipt, effects, report);
  if (answer.outcome === 'failed' && !missing) {
    if (effects.length) report('disagrees', 'a client read failed, and Stripe executed it');
    else if (receipt?.state !== 'failed') report('disagrees', `a client read failed, and the receipt says ${receipt?.state ?? 'nothing'}`);
  }
  if (answer.outcome === 'unsent' && deniesEffect(call, effects, calls))
    report('disagrees', 'a client read that nothing was done, and Stripe had executed it');
  if (['unsent', 'limited', 'unrecorded'].includes(answer.outcome) && calls.length === 1 && effects.length)
    report('disagrees', `a client read ${answer.outcome} of its only call, and Stripe executed it`);
  if (answer.outcome === 'refused' && calls[0].intent.amount === intent.amount)
    report('disagrees', 'an equal call was refused as another one');
  return undefined;
}

// Every write is in the audit log before it is sent, and with the outcome that its receipt has; nothing is in it twice.
function judgeRecords(facts, report) {
  for (const sentence of facts.log) report('tampered', sentence);
  if (!facts.records) return;
  for (const [id, entries] of grouped(facts.records, (record) => record.id))
    if (entries.length > 1) report('tampered', `the record ${id} is in the audit log ${entries.length} times`);
  const ofReceipt = grouped(facts.records.filter((record) => record.receipt), (record) => record.receipt);
  for (const { id, state, operation_key: key } of facts.receipts) {
    const mine = ofReceipt.get(id) ?? [];
    const where = { receipt: id, key };
    if (!mine.some((record) => record.kind === 'write_intended')) report('unrecorded', 'the audit log has no intention of this write', where);
    const ends = mine.filter((record) => ['write_finished', 'write_resolved'].includes(record.kind));
    if (['succeeded', 'failed'].includes(state) && !ends.some((record) => record.outcome === state))
      report('unrecorded', `the receipt says ${state}, and the audit log does not`, where);
  }
}

export const kinds = ['doubled', 'lost', 'unresolved', 'disagrees', 'strange', 'unrecorded', 'tampered'];

// { violations: [{ kind, what, … }], counts: { writes, calls, effects, receipts, 'stay unknown', doubled, … } }
export function check(found) {
  const facts = new Facts(found);
  const violations = [];
  judgeEffects(facts, (kind, what, where) => violations.push({ kind, what, ...where }));
  judgeRecords(facts, (kind, what, where) => violations.push({ kind, what, ...where }));
  for (const receipt of facts.receipts) judgeReceipt(receipt, facts, (kind, what, where) => violations.push({ kind, what, ...where }));
  for (const call of facts.calls)
    judgeCall(call, facts, (kind, what) => violations.push({ kind, what, key: call.intent.key, write: call.intent.write, answer: call.answer }));
  const counts = { writes: facts.intentsOfWrite.size, calls: facts.calls.length, effects: facts.effects.length,
    receipts: facts.receipts.length,
    'stay unknown': facts.receipts.filter((one) => one.state === 'unknown' && facts.staysUnknown(one)).length };
  for (const kind of kinds) counts[kind] = violations.filter((one) => one.kind === kind).length;
  return { violations, counts };
}
