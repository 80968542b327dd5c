// The official suite on both wires: nothing fails that is not explained, and no explanation is stale.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { compare, judgeFixtures, judgePlain, wires } from './suite.mjs';

// At least this many scored checks pass: { wire: [with fixtures, plain] }.
const least = { '2025-11-25': [50, 30], '2026-07-28': [110, 65] };

function agree(judged, which) {
  for (const wire of wires) {
    const { checks, counts, surprises, stale } = judged[wire];
    assert.deepEqual(surprises, [], wire);
    assert.deepEqual(stale, [], wire);
    // Some scenarios pass without a server; this one does not.
    assert.ok(checks.some(({ scenario, status }) => scenario === 'tools-list' && status === 'SUCCESS'));
    assert.ok(counts.scored.SUCCESS >= least[wire][which], `${wire}: ${counts.scored.SUCCESS}`);
  }
}

test('a failure nobody explained and an explanation nobody needs are both found', () => {
  const checks = [{ scenario: 'ping', id: 'ping', status: 'FAILURE', why: 'no' },
    { scenario: 'tools-list', id: 'names', status: 'SUCCESS', why: '' }];
  const explained = { 'tools-list': { because: 'x', checks: ['names'] } };
  assert.deepEqual(compare(checks, explained), { surprises: ['ping: ping: no'], stale: ['tools-list: names'] });
});

test('the suite\'s own tools, resources and prompts', async () => agree(await judgeFixtures({ after }), 0));

test('a plain account', async () => agree(await judgePlain({ after }), 1));
