// The judges of approvals and caps are not blind: each kind of wrong history is reported, and right ones are not. And runs in which the
// guarantee is switched off are condemned.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgeApprovals, judgeCap } from './guard_history/check.mjs';
import { Kills } from './write_history/kills.mjs';

const kinds = ({ violations }) => [...new Set(violations.map((one) => one.kind))].sort();

const receipt = (more = {}) => ({ operation_key: 'k', state: 'succeeded', object_id: 're_1', ...more });
const approval = (more = {}, shown = {}) => ({ id: 'apr_1', write: 1, amount: 5, verdict: 'approve', intendedAt: 10,
  shown: { state: 'executed', receipt: receipt(), ...shown }, ...more });
const effect = (more = {}) => ({ write: 1, key: 'k', id: 're_1', amount: 5, at: 11, ...more });
// Beside what each test is about, calls that went well: a run in which little was executed is wrong by itself.
const well = Array.from({ length: 100 }, (_, i) => ({ asked: approval({ id: `apr_w${i}`, write: 100 + i }), done: effect({ write: 100 + i }) }));
const wrong = (approvals, effects, { staysUnknown = () => false, hasRefused = () => false } = {}) => kinds(judgeApprovals({
  approvals: [...approvals, ...well.map((one) => one.asked)], effects: [...effects, ...well.map((one) => one.done)], staysUnknown, hasRefused }));
const failed = (more = {}) => approval({}, { receipt: receipt({ state: 'failed', object_id: null, ...more }) });

test('an approved call that was executed once, or whose outcome cannot be learned, is right; so is a denied one', () => {
  assert.deepEqual(wrong([approval()], [effect()]), []);
  assert.deepEqual(wrong([failed({ error_code: 'card_declined' })], [], { hasRefused: () => true }), []);
  assert.deepEqual(wrong([failed({ error_code: 'not_sent' })], []), []);
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'unknown' }) })], [effect()], { staysUnknown: () => true }), []);
  assert.deepEqual(wrong([approval({ verdict: 'deny' }, { state: 'denied', receipt: null })], []), []);
});

test('a second effect, an effect without agreement, and agreement without an effect are wrong', () => {
  assert.deepEqual(wrong([approval()], [effect(), effect({ id: 're_2' })]), ['doubled', 'outcome']);
  assert.deepEqual(wrong([approval({ verdict: 'deny' }, { state: 'denied', receipt: null })], [effect()]), ['unapproved']);
  assert.deepEqual(wrong([], [effect()]), ['unapproved']);
  for (const state of ['pending', 'approved', 'voided', 'expired'])
    assert.deepEqual(wrong([approval({}, { state, receipt: null })], []), ['answer'], state);
  assert.deepEqual(wrong([approval({ verdict: 'deny' }, { state: 'pending', receipt: null })], []), ['answer']);
});

test('a receipt of an approved call agrees with what Stripe executed', () => {
  assert.deepEqual(wrong([approval()], []), ['outcome']);
  assert.deepEqual(wrong([approval()], [effect({ amount: 6 })]), ['outcome']);
  assert.deepEqual(wrong([approval()], [effect({ id: 're_9' })]), ['outcome']);
  assert.deepEqual(wrong([failed()], [effect()]), ['outcome']);
  assert.deepEqual(wrong([failed({ error_code: 'card_declined' })], []), ['outcome'], 'Stripe refused nothing');
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'unknown' }) })], [effect()]), ['outcome'], 'it could be learned');
});

test('an effect before the agreement is wrong', () => {
  for (const at of [9, 10, undefined]) assert.deepEqual(wrong([approval()], [effect({ at })]), ['early'], String(at));
});

test('a run in which much did not reach Stripe, or little was executed, is wrong', () => {
  const unsent = (count) => Array.from({ length: count }, (_, i) => ({ ...failed({ error_code: 'not_sent' }), id: `apr_u${i}`, write: 200 + i }));
  assert.deepEqual(wrong(unsent(6), []), []);
  assert.deepEqual(wrong(unsent(50), []), ['unsent']);
  const refused = Array.from({ length: 120 }, (_, i) => ({ ...failed(), id: `apr_f${i}`, write: 300 + i }));
  assert.deepEqual(wrong(refused, [], { hasRefused: () => true }), ['few']);
});

const cap = (more = {}) => judgeCap({ limit: 10, seen: [], end: { used: 5, reserved: 0 }, effects: [effect()], receipts: [receipt()],
  amounts: new Map([['k', 5], ['u', 4]]), refused: ['r'], staysUnknown: ({ operation_key: key }) => key === 'u', ...more });
const unknown = receipt({ operation_key: 'u', state: 'unknown' });

test('a cap that counts what was refunded, and keeps what is not known, is right', () => {
  assert.deepEqual(kinds(cap()), []);
  assert.deepEqual(kinds(cap({ receipts: [receipt(), unknown], end: { used: 5, reserved: 4 } })), []);
});

test('a cap that is exceeded by one unit, or shows more, or released what is not known, is wrong', () => {
  assert.deepEqual(kinds(cap({ limit: 4 })), ['exceeded']);
  assert.deepEqual(kinds(cap({ seen: [{ used: 5, reserved: 6 }] })), ['exceeded']);
  assert.deepEqual(kinds(cap({ receipts: [receipt(), unknown] })), ['reserved']);
  assert.deepEqual(kinds(cap({ end: { used: 5, reserved: 1 } })), ['reserved']);
  assert.deepEqual(kinds(cap({ end: { used: 4, reserved: 0 } })), ['used']);
  assert.deepEqual(kinds(cap({ receipts: [receipt({ state: 'failed' })], end: { used: 0, reserved: 0 } })), ['outcome']);
});

test('an effect without a receipt or of a refused call, and an outcome that could be learned and was not, are wrong', () => {
  assert.deepEqual(kinds(cap({ effects: [effect(), effect({ key: 'x', amount: 1 })] })), ['lost']);
  assert.deepEqual(kinds(cap({ refused: ['k'] })), ['refused']);
  assert.deepEqual(kinds(cap({ receipts: [receipt(), unknown], end: { used: 5, reserved: 4 }, staysUnknown: () => false })), ['outcome']);
  assert.deepEqual(kinds(cap({ receipts: [receipt(), receipt({ operation_key: 'i', state: 'intended' })] })), ['outcome']);
});

// Kills of a gateway that dies at `met` each time, and never at `unmet`.
function killsAtPlaces(count) {
  const gateway = { ended: Promise.resolve(), exit: null, kill: async () => {} };
  const instance = { number: 0, gateway, died: false };
  instance.start = async (armed) => {
    instance.died = armed?.startsWith('met:') ?? false;
    gateway.exit = instance.died ? { signal: 'SIGKILL' } : null;
    return !instance.died;
  };
  return new Kills({ cluster: { instances: [instance] }, ledger: { inject() {} }, random: () => 0, labels: ['met', 'unmet'], count, onlyAtPlaces: true });
}

test('where only kills at places count, a place that is never met is no success', async () => {
  await assert.rejects(killsAtPlaces(3).run(), /after 60 lives/);
});

test('a run that is stopped makes no more kills, whether or not the last one was at a place', async () => {
  const kills = killsAtPlaces(3);
  const { start } = kills.cluster.instances[0];
  kills.cluster.instances[0].start = async (armed) => {
    if (armed?.startsWith('unmet')) kills.stop();
    return start(armed);
  };
  await kills.run();
  assert.deepEqual(kills.byPlace, { met: 1, random: 2 });
});

for (const [name, kind, args] of [['approved_calls', 'doubled', ['--kills', '10']], ['approved_calls', 'doubled', ['--kills-between', '6']],
  ['capped_refunds', 'exceeded', ['--kills', '3']]])
  test(`${name} ${args[0]}: with the guarantee switched off, the run is condemned`, () => {
    const done = spawnSync(join(import.meta.dirname, name), ['--store', 'sqlite', '--seed', '7', '--control', ...args], { encoding: 'utf8' });
    assert.equal(done.status, 1, done.stdout + done.stderr);
    assert.match(done.stdout, new RegExp(`VIOLATION {"kind":"${kind}"`));
  });
