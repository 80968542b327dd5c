// The judges of approvals and caps are not blind: each kind of wrong history is reported, and right ones are not. And runs in which the
// guarantee is switched off are condemned.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgeApprovals, judgeCap } from './guard_history/check.mjs';

const kinds = ({ violations }) => [...new Set(violations.map((one) => one.kind))].sort();

const receipt = (more = {}) => ({ operation_key: 'k', state: 'succeeded', object_id: 're_1', ...more });
const approval = (more = {}, shown = {}) => ({ id: 'apr_1', write: 1, amount: 5, verdict: 'approve',
  shown: { state: 'executed', receipt: receipt(), ...shown }, ...more });
const effect = (more = {}) => ({ write: 1, key: 'k', id: 're_1', amount: 5, ...more });
const wrong = (approvals, effects, staysUnknown = () => false) => kinds(judgeApprovals({ approvals, effects, staysUnknown }));

test('an approved call that was executed once, or whose outcome cannot be learned, is right; so is a denied one', () => {
  assert.deepEqual(wrong([approval()], [effect()]), []);
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'failed' }) })], []), []);
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'unknown' }) })], [effect()], () => true), []);
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
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'failed' }) })], [effect()]), ['outcome']);
  assert.deepEqual(wrong([approval({}, { receipt: receipt({ state: 'unknown' }) })], [effect()]), ['outcome'], 'it could be learned');
});

const cap = (more = {}) => judgeCap({ limit: 10, seen: [], end: { used: 5, reserved: 0 }, effects: [effect()], receipts: [receipt()],
  amounts: new Map([['k', 5], ['u', 4]]), refused: 1, ...more });
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

for (const [name, kind, args] of [['approved_calls', 'doubled', ['--kills', '10']], ['capped_refunds', 'exceeded', ['--kills', '3']]])
  test(`${name}: with the guarantee switched off, the run is condemned`, () => {
    const done = spawnSync(join(import.meta.dirname, name), ['--store', 'sqlite', '--seed', '7', '--control', ...args], { encoding: 'utf8' });
    assert.equal(done.status, 1, done.stdout + done.stderr);
    assert.match(done.stdout, new RegExp(`VIOLATION {"kind":"${kind}"`));
  });
