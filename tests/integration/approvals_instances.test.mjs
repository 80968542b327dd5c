// Approvals of several instances on one database: one effect, whoever is asked, answers or dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';

async function two(t, approval = {}, config = {}) {
  const upstream = await startUpstream(t);
  const made = [];
  upstream.script = (asked, response, body) => {
    if (asked.method === 'POST') made.push(`${asked.headers['idempotency-key']} ${body}`);
    setTimeout(() => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' }), 30);
  };
  const both = await twoInstances(t, upstreamSettings(upstream));
  const rule = { id: 'large', tools: [refund], then: 'needs_approval', approval, max_value: { argument: 'amount', value: 500 } };
  const server = await both.one.mint({ config: { guardrails: [rule], ...config } });
  const ask = async (gateway, args = {}) =>
    (await call(gateway.base + server.path, refund, { charge: 'ch_1', amount: 900, ...args })).value.approval;
  return { ...both, ask, server, made };
}

test('the same call asked of two instances at once is one approval', async (t) => {
  const { one, two: second, ask } = await two(t);
  const asked = await Promise.all(Array.from({ length: 16 }, (_, i) => ask(i % 2 ? one : second)));
  assert.equal(new Set(asked.map((approval) => approval.id)).size, 1);
});

test('two instances receive the approval at once: one effect', async (t) => {
  const { one, two: second, ask, made } = await two(t);
  for (let round = 0; round < 5; ++round) {
    const { id } = await ask(one, { amount: 900 + round });
    const said = await Promise.all([one, second, one, second].map((gateway) =>
      gateway.admin('POST', `/approval/${id}/approve`, {})));
    for (const answer of said) assert.ok([200, 409].includes(answer.status), answer.text);
    assert.ok(said.some((answer) => answer.status === 200 && answer.body.receipt?.state === 'succeeded'), said[0].text);
    assert.equal(made.length, round + 1);
  }
  assert.equal(new Set(made).size, 5);
});

test('two keys at two instances at once, both needed: one effect', async (t) => {
  const { one, two: second, ask, made } = await two(t, { needed: 2 });
  const other = await one.must('POST', '/api-key', { name: 'second', role: 'operator' });
  const { id } = await ask(one);
  await Promise.all([one.admin('POST', `/approval/${id}/approve`, {}),
    second.admin('POST', `/approval/${id}/approve`, {}, { key: other.key })]);
  await until('the execution', async () => (await one.must('GET', `/approval/${id}`)).receipt?.state === 'succeeded');
  assert.equal(made.length, 1);
});

test('the instance that took the approval is killed before the execution: the other one executes it, once', async (t) => {
  const { one, two: second, ask, server, made } = await two(t, {}, { rate_limit: { calls: 1, seconds: 10 } });
  const { id } = await ask(one);
  // Each instance counts for itself without a Redis: use up the calls of both.
  for (const gateway of [one, second]) await call(gateway.base + server.path, 'list_all_stripe_refunds');
  const click = one.admin('POST', `/approval/${id}/approve`, {}).catch(() => {});
  await until('the approval', async () => (await second.must('GET', `/approval/${id}`)).state === 'approved');
  await one.kill();
  await click;
  await until('the execution', async () => (await second.must('GET', `/approval/${id}`)).receipt?.state === 'succeeded', 60_000);
  assert.equal(made.length, 1);
});
