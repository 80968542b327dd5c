// One team's slow calls do not hold up another's; what large answers took is given back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const MiB = 1024 * 1024;
const slowKey = ['rk', 'test', 'slow0000000000000000'].join('_');
const quickKey = ['rk', 'test', 'quick000000000000000'].join('_');
const list = { object: 'list', data: [], has_more: false, url: '/v1/customers' };

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'limits.calls_per_server': 0,
  'limits.requests_per_token': 100 });
const ask = (url) => legacy(url, 'tools/call', { name: 'list_all_stripe_customers', arguments: { limit: 1 } });
const connect = async (name, credential, key) => {
  const account = await gateway.must('POST', '/integrated-account', { name, credential }, { key });
  return gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name, config: {} }, { key });
};

test('a team with 400 slow calls does not slow another team down', async () => {
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const slow = [];
  for (let i = 0; i < 8; ++i) slow.push(await connect(`Slow ${i}`, slowKey));
  const quick = await connect('Quick', quickKey, other.api_key.key);
  const held = [];
  upstream.script = (asked, response) => {
    if (asked.headers.authorization.includes(slowKey)) held.push(response);
    else json(response, 200, list);
  };
  const pending = slow.flatMap(({ url }) => Array.from({ length: 50 }, () => ask(url)));
  await until('the slow calls to be there', () => held.length >= 60);
  const took = [];
  for (let i = 0; i < 200; ++i) {
    const start = performance.now();
    const answer = await ask(quick.url);
    took.push(performance.now() - start);
    assert.equal(answer.body.result?.isError ?? false, false, answer.text);
    assert.ok(answer.body.result, answer.text);
  }
  took.sort((a, b) => a - b);
  const p99 = took[Math.floor(took.length * 0.99)];
  // Those that hold connections end, and those that wait follow, until all are served.
  upstream.script = (asked, response) => json(response, 200, list);
  for (const response of held) json(response, 200, list);
  const answers = await Promise.all(pending);
  assert.ok(answers.every((answer) => answer.status === 200 && !answer.body.result.isError));
  assert.ok(p99 < 50, `p99 ${p99.toFixed(1)} ms`);
});

test('what answers at the limit took is given back within a minute', async () => {
  const { url } = await connect('Large', quickKey);
  const memory = (field) =>
    Number(readFileSync(`/proc/${gateway.pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+) kB`))[1]) * 1024;
  const resident = () => memory('VmRSS');
  upstream.script = (asked, response) => json(response, 200, list);
  await ask(url);
  const before = resident();
  upstream.script = (asked, response) => json(response, 200, { ...list, note: 'x'.repeat(15 * MiB) });
  for (let i = 0; i < 3; ++i) await Promise.all(Array.from({ length: 4 }, () => ask(url)));
  const most = memory('VmHWM');
  assert.ok(most > before + 10 * MiB, `the answers took ${((most - before) / MiB).toFixed(1)} MiB`);
  // The address sanitizer never gives memory back.
  if (!process.env.TOLLGATE_BINARY?.includes('asan'))
    await until(`less than ${(before / MiB).toFixed(0)} + 10 MiB (there were ${(most / MiB).toFixed(0)})`,
      () => resident() < before + 10 * MiB, 60_000);
});
