// The official suite on both wires: nothing fails that is not explained, and no explanation is stale.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { compare, judgePlain, wires } from './suite.mjs';

test('a failure nobody explained and an explanation nobody needs are both found', () => {
  const checks = [{ scenario: 'ping', id: 'ping', status: 'FAILURE', why: 'no' },
    { scenario: 'tools-list', id: 'names', status: 'SUCCESS', why: '' }];
  const explained = { 'tools-list': { because: 'x', checks: ['names'] } };
  assert.deepEqual(compare(checks, explained), { surprises: ['ping: ping: no'], stale: ['tools-list: names'] });
});

test('a plain account: every failed check is explained', async () => {
  const judged = await judgePlain({ after });
  for (const wire of wires) {
    assert.deepEqual(judged[wire].surprises, [], wire);
    assert.deepEqual(judged[wire].stale, [], wire);
  }
  // Nothing passes for want of a server.
  const passed = (wire, scenario) => judged[wire].checks
    .some((check) => check.scenario === scenario && check.status === 'SUCCESS');
  assert.ok(passed('2025-11-25', 'server-initialize'));
  for (const wire of wires) assert.ok(passed(wire, 'tools-list'));
  assert.ok(judged['2025-11-25'].counts.scored.SUCCESS >= 30);
  assert.ok(judged['2026-07-28'].counts.scored.SUCCESS >= 70);
});
