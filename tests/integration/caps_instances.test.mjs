// Rules and caps of several instances on one database: in force everywhere once acknowledged, and never exceeded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice } from '../support/dice.mjs';
import { oneMore, twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
// How many refunds are tried, and how many at a time: more of them with the environment.
const refunds = Number(process.env.CAP_REFUNDS ?? 480);
const atOnce = Number(process.env.CAP_AT_ONCE ?? 32);
const cap = Math.floor((refunds / 480) * 10_000);

// A Stripe that executes each key once, refuses some, and loses some answers. `sum`: what it has refunded.
function erratic(upstream, roll) {
  const answers = new Map();
  const state = { sum: 0, most: 0, lost: 0 };
  upstream.script = (asked, response, body) => {
    const key = asked.headers['idempotency-key'];
    const known = answers.get(key);
    const amount = Number(new URLSearchParams(body).get('amount'));
    const refused = known ? known.refused : roll() < 0.1;
    if (!known) {
      answers.set(key, { refused });
      if (!refused) state.sum += amount;
      state.most = Math.max(state.most, state.sum);
      if (roll() < 0.1) { state.lost += 1; response.socket.destroy(); return; }
    }
    setTimeout(() => (refused
      ? json(response, 400, { error: { type: 'invalid_request_error', message: 'no' } })
      : json(response, 200, { id: 're_1', object: 'refund', amount, currency: 'usd' })), 5);
  };
  return state;
}

test('three instances and refunds around a cap, with lost answers: never exceeded, and all of it accounted for', async (t) => {
  const random = dice(20261130);
  const roll = () => random(1000) / 1000;
  const upstream = await startUpstream(t);
  const stripe = erratic(upstream, roll);
  const { one, two, settings } = await twoInstances(t, upstreamSettings(upstream));
  const bases = [one, two, await oneMore(t, one, settings)].map((gateway) => gateway.base);
  const server = await one.mint({ config: { guardrails: [
    { id: 'hourly', tools: [refund], cap: { argument: 'amount', amounts: { usd: cap }, seconds: 3600 } }] } });
  const caps = async () => (await one.must('GET', `/integrated-account/${server.account}/mcp/${server.id}/caps`)).result[0];
  let refused = 0;
  const give = async (i) => {
    const done = await call(bases[i % 3] + server.path, refund, { charge: 'ch_1', amount: 1 + Math.floor(roll() * 100) });
    if (done.value.error?.type === 'policy_denied') refused += 1;
  };
  const lanes = Array.from({ length: atOnce }, async (_, lane) => { for (let i = lane; i < refunds; i += atOnce) await give(i); });
  await Promise.all(lanes);
  assert.ok(stripe.most <= cap, `${stripe.most} of ${cap}`);
  assert.ok(stripe.lost > 5 && refused > 50, `${stripe.lost} answers lost, ${refused} calls refused`);
  assert.ok(stripe.sum > cap - 200, `the room was used: ${stripe.sum}`);
  const end = await until('every outcome', async () => { const now = await caps(); return now.reserved === 0 && now; }, 30_000);
  assert.equal(end.used, stripe.sum);
});

test('a policy is in force on every instance once it is acknowledged', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 5, currency: 'usd' });
  const { one, two } = await twoInstances(t, upstreamSettings(upstream));
  const server = await one.mint();
  const give = (gateway) => call(gateway.base + server.path, refund, { charge: 'ch_1', amount: 5 });
  for (let round = 0; round < 20; round += 1) {
    await one.must('PUT', '/team/policy', { rules: [{ id: 'none', tools: [refund], max_value: { argument: 'amount', value: 1 } }] });
    assert.equal((await give(two)).value.error?.code, 'none');
    await two.must('PUT', '/team/policy', { rules: [] });
    assert.equal((await give(one)).isError, false);
  }
  const path = `/integrated-account/${server.account}/mcp/${server.id}/exception`;
  await one.must('PUT', '/team/policy', { rules: [{ id: 'none', tools: [refund], max_value: { argument: 'amount', value: 1 } }] });
  for (let round = 0; round < 5; round += 1) {
    const { id } = await one.must('POST', path, { layer: 'team', rule: 'none', seconds: 600, reason: 'Outage' });
    assert.equal((await give(two)).isError, false, 'an exception is, too');
    await two.must('DELETE', `${path}/${id}`);
    assert.equal((await give(one)).value.error?.code, 'none');
  }
});
