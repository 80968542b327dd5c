// The judge of write histories is not blind: each kind of wrong history is reported, and right ones are not. And a run in which the
// guarantee is switched off is condemned.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from './write_history/check.mjs';
import { reading } from './write_history/workload.mjs';

const effect = (more = {}) => ({ key: 'k', write: 1, kind: 'refund', id: 're_1', amount: 5, at: 20, ...more });
const receipt = (more = {}) => ({ id: 'rcp_1', operation_key: 'k', state: 'succeeded', object_id: 're_1', amount: 5, ...more });
const failed = receipt({ state: 'failed', object_id: null, amount: null });
const unknown = receipt({ state: 'unknown', object_id: null, amount: null });

// A call that begins at `at` and is answered 20 later.
let calls = 0;
function call(at, outcome, { intent = {}, ...more } = {}) {
  const same = { call: ++calls, write: 1, key: 'k', ...intent };
  const done = outcome === 'succeeded' ? { receipt: 'rcp_1', objectId: 're_1', amount: 5 } : {};
  return [{ type: 'intend', at, kind: 'refund', amount: 5, distinct: false, ...same },
    { type: 'answer', at: at + 20, ...same, outcome, ...done, ...more }];
}
const judged = (history, effects, receipts, stored = {}) =>
  check({ history: history.flat(), effects, receipts, stored: new Map(Object.entries(stored)) });
const wrong = (...parts) => [...new Set(judged(...parts).violations.map((one) => one.kind))].sort();

test('a write that was executed once, and read so, is right', () => {
  assert.deepEqual(wrong([call(10, 'succeeded')], [effect()], [receipt()]), []);
  assert.deepEqual(wrong([call(10, 'lost'), call(50, 'succeeded')], [effect()], [receipt()]), []);
  assert.deepEqual(wrong([call(10, 'lost')], [], []), [], 'it was killed before it recorded anything');
  assert.deepEqual(wrong([call(10, 'failed', { receipt: 'rcp_1', code: 'card_declined' })], [], [failed], { k: { status: 402 } }), []);
  assert.deepEqual(wrong([call(10, 'limited', { receipt: 'rcp_1' }), call(50, 'succeeded')], [effect({ at: 60 })], [receipt()]), []);
});

test('two effects of one key, or of one write, are a double', () => {
  assert.deepEqual(wrong([call(10, 'succeeded')], [effect(), effect({ id: 're_2' })], [receipt()]), ['doubled']);
  const keyless = { key: null };
  const two = [effect({ key: 'rcp_1' }), effect({ key: 'rcp_2', id: 're_2' })];
  const both = [receipt({ operation_key: 'rcp_1' }), receipt({ id: 'rcp_2', operation_key: 'rcp_2', object_id: 're_2' })];
  const first = call(10, 'succeeded', { intent: keyless });
  const second = { receipt: 'rcp_2', objectId: 're_2' };
  assert.deepEqual(wrong([first, call(50, 'succeeded', { intent: keyless, ...second })], two, both), ['doubled']);
  assert.deepEqual(wrong([first, call(50, 'succeeded', { intent: { key: null, distinct: true }, ...second })], two, both), [],
    'the client wanted two');
});

test('what a client read, or a receipt says, must not be lost', () => {
  assert.deepEqual(wrong([call(10, 'succeeded')], [], [receipt()]), ['lost']);
  assert.deepEqual(wrong([call(10, 'succeeded')], [effect()], []), ['lost']);
  assert.deepEqual(wrong([call(10, 'lost')], [], [receipt()]), ['lost'], 'the receipt says succeeded');
  assert.deepEqual(wrong([call(10, 'lost')], [effect()], []), ['lost'], 'it was executed before it was recorded');
  assert.deepEqual(wrong([call(10, 'unknown', { receipt: 'rcp_2' })], [effect()], [receipt()]), ['lost'], 'no such receipt');
});

test('a receipt agrees with what Stripe executed', () => {
  assert.deepEqual(wrong([call(10, 'lost')], [effect()], [failed]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'lost')], [effect({ id: 're_9' })], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'lost')], [effect({ amount: 6 })], [receipt()]), ['disagrees']);
});

test('a receipt agrees with what clients read', () => {
  assert.deepEqual(wrong([call(10, 'succeeded', { objectId: 're_9' })], [effect(), effect({ key: 'j', id: 're_9', write: 2 })],
    [receipt(), receipt({ id: 'rcp_2', operation_key: 'j', object_id: 're_9' })]), ['disagrees', 'doubled', 'lost']);
  assert.deepEqual(wrong([call(10, 'succeeded', { amount: 6 })], [effect()], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'failed', { receipt: 'rcp_1' })], [effect()], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'failed', { receipt: 'rcp_1' })], [], [unknown], { k: { status: 500 } }), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'succeeded')], [effect()], [unknown], { k: { status: 500 } }), ['disagrees']);
});

test('nobody reads that nothing was done of what Stripe had executed', () => {
  assert.deepEqual(wrong([call(10, 'unsent', { receipt: 'rcp_1' })], [effect()], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'lost'), call(50, 'unsent', { receipt: 'rcp_1' })], [effect()], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'unsent', { receipt: 'rcp_1' }), call(50, 'succeeded')], [effect({ at: 60 })], [receipt()]), []);
  for (const outcome of ['limited', 'unrecorded'])
    assert.deepEqual(wrong([call(10, outcome)], [effect({ at: 90 })], [receipt()]), ['disagrees'], 'its only call');
});

test('in the end every outcome is known, unless it cannot be', () => {
  assert.deepEqual(wrong([call(10, 'lost')], [], [receipt({ state: 'intended' })]), ['unresolved']);
  assert.deepEqual(wrong([call(10, 'unknown', { receipt: 'rcp_1' })], [], [unknown]), ['unresolved']);
  assert.deepEqual(wrong([call(10, 'unknown', { receipt: 'rcp_1' })], [effect()], [unknown], { k: { status: 500 } }), [],
    'Stripe stored the 500');
  const deletion = { intent: { kind: 'delete', amount: null } };
  assert.deepEqual(wrong([call(10, 'lost', deletion)], [effect({ key: null, kind: 'delete', amount: null })], [unknown]), [],
    'a repeated DELETE found nothing');
  assert.deepEqual(wrong([call(10, 'lost', deletion)], [], [unknown]), ['unresolved']);
});

test('the same arguments are the same write, and an answer is one that exists', () => {
  assert.deepEqual(wrong([call(10, 'succeeded'), call(50, 'refused', { intent: { amount: 6 } })], [effect()], [receipt()]), []);
  assert.deepEqual(wrong([call(10, 'succeeded'), call(50, 'refused')], [effect()], [receipt()]), ['disagrees']);
  assert.deepEqual(wrong([call(10, 'strange')], [], []), ['strange']);
  assert.deepEqual(wrong([call(10, 'lost').slice(0, 1)], [], []), ['strange'], 'no answer was written down');
});

test('every write is in the audit log, before and after, and nothing is in it twice', () => {
  const record = (id, kind, more = {}) => ({ id, kind, receipt: 'rcp_1', ...more });
  const intended = record('a', 'write_intended');
  const found = (records, log) => check({ history: call(10, 'lost'), effects: [effect()], receipts: [receipt()], stored: new Map(), records, log })
    .violations.map((one) => one.kind);
  assert.deepEqual(found([intended, record('b', 'write_finished', { outcome: 'succeeded' })]), []);
  assert.deepEqual(found([intended, record('b', 'write_resolved', { outcome: 'succeeded' })]), []);
  assert.deepEqual(found([record('b', 'write_finished', { outcome: 'succeeded' })]), ['unrecorded']);
  assert.deepEqual(found([intended, record('b', 'write_finished', { outcome: 'unknown' })]), ['unrecorded']);
  assert.deepEqual(found([intended, intended, record('b', 'write_finished', { outcome: 'succeeded' })]), ['tampered']);
  assert.deepEqual(found(undefined, ['after kill 3: the log is not intact']), ['tampered']);
});

test('everything is counted', () => {
  const { counts } = judged([call(10, 'lost'), call(50, 'succeeded')], [effect(), effect({ id: 're_2' })], [receipt()]);
  assert.deepEqual(counts, { writes: 1, calls: 2, effects: 2, receipts: 1, 'stay unknown': 0, doubled: 1, lost: 0, unresolved: 0,
    disagrees: 0, strange: 0, unrecorded: 0, tampered: 0 });
});

test('an answer is read as a client reads it', () => {
  const said = (value, isError = true) =>
    reading(200, JSON.stringify({ result: { isError, content: [{ type: 'text', text: JSON.stringify(value) }] } }));
  assert.deepEqual(said({ receipt: 'rcp_1', id: 're_1', amount: 5 }, false),
    { outcome: 'succeeded', receipt: 'rcp_1', objectId: 're_1', amount: 5, replayed: false });
  assert.equal(said({ receipt: { id: 'rcp_1', object_id: 're_1', amount: 5 }, replayed: true }, false).objectId, 're_1');
  assert.equal(said({ error: { source: 'stripe', status: 500 } }).outcome, 'unknown');
  assert.equal(said({ error: { source: 'stripe', status: 402, code: 'card_declined' } }).outcome, 'failed');
  assert.equal(said({ error: { source: 'tollgate', code: 'never_heard_of' } }).outcome, 'strange');
  assert.equal(reading(503, 'busy').outcome, 'strange');
});

test('a run in which Stripe ignores keys and clients repeat without one is condemned', () => {
  const main = join(import.meta.dirname, 'write_history', 'main.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--control', '--store', 'sqlite', '--kills', '4', '--seed', '7'],
    { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /, doubled [1-9]/);
});

test('a run in which a record is changed behind the gateway\'s back is condemned', () => {
  const main = join(import.meta.dirname, 'write_history', 'main.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--tamper', '--store', 'sqlite', '--kills', '20', '--seed', '7'],
    { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /, tampered [1-9]/);
});
