// /metrics: strict Prometheus text whose counters move with what happens.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint();
const read = async () => parseMetrics(await gateway.metrics());

test('metrics are well-formed Prometheus text with help, type and consistent histograms', async () => {
  const answer = await request(gateway.base + '/metrics');
  assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  const families = parseMetrics(answer.text);
  assert.ok(families.size >= 4, [...families.keys()].join());
  for (const [name, family] of families) {
    assert.match(name, /^(tollgate|process)_/);
    assert.ok(family.help && family.type, name);
    if (family.type === 'counter') assert.match(name, /_total$/);
  }
});

test('request and message counters move', async () => {
  const before = await read();
  for (let i = 0; i < 3; ++i) await legacy(server.url, 'ping');
  await call(server.url, 'list_all_stripe_charges', { limit: 1 });
  await call(server.url, 'list_all_stripe_charges', { limitt: 1 });
  await request(gateway.base + '/nowhere');
  const after = await read();
  const moved = (name, labels) => sample(after, name, labels) - sample(before, name, labels);
  assert.equal(moved('tollgate_http_requests_total', { route: 'mcp', status: '2xx' }), 5);
  assert.equal(moved('tollgate_http_requests_total', { route: 'none', status: '4xx' }), 1);
  assert.equal(moved('tollgate_mcp_messages_total', { method: 'tools/call', failed: 'false' }), 1);
  assert.equal(moved('tollgate_mcp_messages_total', { method: 'tools/call', failed: 'true' }), 1);
  assert.equal(moved('tollgate_http_request_seconds_count', { route: 'mcp' }), 5);
  assert.equal(moved('tollgate_stripe_answers_total', { status: '2xx' }), 1, 'the refused call was not sent');
  assert.equal(moved('tollgate_stripe_seconds_count', {}), 1);
});

// No label value comes from a caller, so that nobody can grow the set.
test('callers cannot make new series', async () => {
  const count = async () => [...(await read()).values()].reduce((sum, family) => sum + family.samples.length, 0);
  const before = await count();
  for (let i = 0; i < 20; ++i) {
    await legacy(server.url, `method/${i}`);
    await request(`${gateway.base}/path-${i}`);
    await legacy(server.url, 'tools/call', { name: `tool_${i}` });
  }
  assert.equal(await count(), before);
});

test('refusals before authentication are all counted, and logged at a bounded rate with the count of the rest', async (t) => {
  const quiet = await startGateway(t, { 'server.loops': 1 });
  const { url } = await quiet.mint();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  t.after(() => agent.destroy());
  const send = (where) => request(where, { method: 'POST', agent, headers: { 'content-type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
  const total = 600;
  for (let i = 0; i < total / 3; ++i)
    await Promise.all([send(`${quiet.base}/mcp/tgm_wrong${i}`), send(`${quiet.base}/nothing`), send(`${quiet.base}/mcp`)]);
  assert.equal((await send(url)).status, 200); // whoever is known has a line each, and the count comes before it
  const counted = /^tollgate_http_requests_total\{route="mcp",status="4xx"\} (\d+)$/m.exec(await quiet.metrics())[1];
  assert.equal(Number(counted), total / 3 * 2);
  await quiet.stop();
  const lines = quiet.log.trim().split('\n').map((line) => JSON.parse(line));
  const refused = lines.filter((line) => line.event === 'request' && line.status >= 400).length;
  const leftOut = lines.filter((line) => line.event === 'refusals_left_out').reduce((sum, line) => sum + line.count, 0);
  assert.equal(refused + leftOut, total);
  assert.ok(refused >= 50 && refused < 150, String(refused));
  assert.ok(lines.some((line) => line.event === 'request' && line.mcp_method === 'ping' && line.status === 200));
});

test('each thread has the name that the operations page lists', () => {
  const tasks = `/proc/${gateway.pid}/task`;
  const names = new Set(readdirSync(tasks).map((task) => readFileSync(`${tasks}/${task}/comm`, 'utf8').trim()));
  const page = readFileSync(new URL('../../docs/guides/operations.md', import.meta.url), 'utf8');
  for (const name of ['loop', 'store-writer', 'store-reader', 'heap-trimmer']) assert.ok(names.has(name), [...names].join());
  names.delete('tollgate'); // the first thread
  for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
});
