// How much a team, an account and an MCP server were used: counts by the hour, whatever instance took the calls.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';

async function desk(gateway) {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const path = `/integrated-account/${account.id}`;
  const server = await gateway.must('POST', `${path}/mcp`,
    { name: 'desk', config: { tools: { allow: [refund, 'list_all_stripe_charges'] },
      guardrails: [{ id: 'small', tools: [refund], max_value: { argument: 'amount', value: 500 } }] } });
  const charges = (await call(server.url, 'list_all_stripe_charges', { limit: 20 })).value.data;
  const charge = charges.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed && one.amount > 1000);
  return { path, server, charge, paths: ['/team', path, `${path}/mcp/${server.id}`] };
}

// The usage of each path, as soon as `calls` are counted.
const usageOf = (gateway, paths, calls, period = 'day') => until(`${calls} calls`, async () => {
  const all = [];
  for (const path of paths) all.push(await gateway.must('GET', `${path}/usage?period=${period}`));
  return all.every((one) => one.total.calls === calls) && all;
});

test('usage: calls, refusals and amounts of a team, an account and an MCP server', async (t) => {
  const gateway = await startGateway(t);
  const { server, charge, paths } = await desk(gateway);
  await call(server.url, refund, { charge: charge.id, amount: 300 });
  await call(server.url, refund, { charge: charge.id, amount: 200 });
  await call(server.url, refund, { charge: charge.id, amount: 501 });
  await assert.rejects(call(server.url, 'list_all_stripe_customers', {})); // hidden by the filter
  for (const usage of await usageOf(gateway, paths, 5)) {
    assert.deepEqual(usage.total, { calls: 5, refused: 2, failed: 0 });
    assert.deepEqual(usage.amounts, [{ currency: charge.currency, amount: 500, writes: 2 }]);
    assert.equal(usage.hours.length, 24);
    assert.equal(usage.hours.at(-1).calls + usage.hours.at(-2).calls, 5);
    assert.ok(usage.latency_ms.p50 >= 1 && usage.latency_ms.p50 <= usage.latency_ms.p95, JSON.stringify(usage.latency_ms));
    assert.equal(Date.parse(usage.to) - Date.parse(usage.from), 24 * 3_600_000);
  }
  const week = (await usageOf(gateway, paths, 5, 'week'))[0];
  assert.equal(week.hours.length, 168);
});

test('usage: another team sees nothing of it; unknown periods and servers are refused; a viewer may look', async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const { paths } = await desk(gateway);
  await usageOf(gateway, paths, 1);
  const other = { key: (await gateway.must('POST', '/team', { name: 'other' })).api_key.key };
  const theirs = await gateway.must('GET', '/team/usage', undefined, other);
  assert.deepEqual([theirs.total.calls, theirs.latency_ms, theirs.amounts], [0, null, []]);
  for (const path of paths.slice(1)) assert.equal((await gateway.admin('GET', `${path}/usage`, undefined, other)).status, 404);
  assert.equal((await gateway.admin('GET', '/team/usage?period=year')).body.code, 'unknown_value');
  assert.equal((await gateway.admin('GET', '/team/usage?since=1')).status, 400);
  const person = await signedIn(gateway, 'vic@example.com', 'viewer');
  assert.equal((await person.send('GET', `${paths[2]}/usage`)).status, 200);
});

test('usage: the calls of two instances are counted together, each once', async (t) => {
  const { one, two } = await twoInstances(t);
  const { server, paths } = await desk(one);
  const path = new URL(server.url).pathname;
  await Promise.all(Array.from({ length: 60 }, (_, i) => call((i % 2 ? one : two).base + path, 'list_all_stripe_charges', { limit: 1 })));
  const counted = await usageOf(one, paths, 61);
  assert.deepEqual((await usageOf(two, paths, 61))[0].total, counted[0].total);
});

test('usage: kill -9 in the middle of counting neither loses nor repeats a count', async (t) => {
  const gateway = await startGateway(t);
  const { server, paths } = await desk(gateway);
  let calls = 1;
  for (let round = 0; round < 3; ++round) {
    // A write is recorded before it is answered.
    for (let i = 0; i < 5; ++i, ++calls) await call(gateway.base + new URL(server.url).pathname, refund, { charge: `ch_${round}${i}`, amount: 1 });
    await gateway.kill();
    await gateway.start();
  }
  const usage = await until('the counts', async () => {
    const now = await gateway.must('GET', `${paths[0]}/usage`);
    return now.total.calls >= 15 && now;
  });
  assert.ok(usage.total.calls >= 15 && usage.total.calls <= calls, JSON.stringify(usage.total));
});
