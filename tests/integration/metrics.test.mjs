// /metrics: strict Prometheus text whose counters move with what happens.
import assert from 'node:assert/strict';
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
