// The audit log through the built binary: a record of every call, change and refusal.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy, modern } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 'ch_1', object: 'charge', amount: 5, currency: 'usd' });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const server = await gateway.mint({ config: { deep_research: true } });

const records = (query) => gateway.must('GET', `/audit?limit=100&${query}`).then((page) => page.result);
// The record that fits, once it is stored.
const record = (query, check = () => true) => until(query, async () => (await records(query)).find(check));

test('a read is one record: who, what, how it ended, Stripe\'s id of the request', async () => {
  const sent = await legacy(server.url, 'tools/call',
    { name: 'get_single_stripe_charge_by_id', arguments: { id: 'ch_1' } }, { headers: { 'user-agent': 'Audit/1.0' } });
  const found = await record('tool=get_single_stripe_charge_by_id');
  assert.equal(found.kind, 'call');
  assert.equal(found.decision, 'allowed');
  assert.equal(found.outcome, 'succeeded');
  assert.equal(found.client, 'Audit/1.0');
  assert.equal(found.mcp_method, 'tools/call');
  assert.equal(found.stripe_request, 'req_upstream');
  assert.equal(found.server, server.id);
  assert.equal(found.account, server.account);
  assert.match(found.actor, /^tok_[0-9a-f]{16}$/);
  assert.match(found.arguments_digest, /^[0-9a-f]{64}$/);
  assert.equal(sent.headers['x-request-id'], found.request);
});

test('a client of 2026-07-28 is named by its own words', async () => {
  await modern(server.url, 'tools/call', { name: 'get_single_stripe_charge_by_id', arguments: { id: 'ch_named' } },
    { meta: { 'io.modelcontextprotocol/clientInfo': { name: 'Claude', version: '9' } } });
  await record('tool=get_single_stripe_charge_by_id', (one) => one.client === 'Claude/9');
});

test('a write has a record before it is sent and one with its outcome, both with its receipt', async () => {
  const done = await call(server.url, 'create_a_stripe_refund', { charge: 'ch_1' });
  const [finished, intended] = await records(`receipt_id=${done.value.receipt}`);
  assert.equal(intended.kind, 'write_intended');
  assert.equal(finished.kind, 'write_finished');
  assert.equal(finished.outcome, 'succeeded');
  assert.equal(finished.object, 'ch_1');
  assert.equal(finished.arguments_digest, intended.arguments_digest);
  await call(server.url, 'create_a_stripe_refund', { charge: 'ch_1', operation_key: done.value.receipt });
  await record(`receipt_id=${done.value.receipt}`, (one) => one.outcome === 'replayed');
});

test('the same call by name, through the search tools and as a resource has the same record', async () => {
  const search = await gateway.mint({ account: server.account, config: { listing: 'search' } });
  const ways = {
    name: () => call(search.url, 'get_single_stripe_charge_by_id', { id: 'ch_same' }),
    search: () => call(search.url, 'read_stripe',
      { operation: 'get_single_stripe_charge_by_id', arguments: { id: 'ch_same' } }),
    resource: () => legacy(search.url, 'resources/read', { uri: 'stripe://charge/ch_same' }),
  };
  const seen = [];
  for (const ask of Object.values(ways)) {
    const before = (await records(`mcp_server_id=${search.id}`)).length;
    await ask();
    const now = await until('the record', async () => {
      const all = await records(`mcp_server_id=${search.id}`);
      return all.length > before && all;
    });
    assert.equal(now.length, before + 1);
    seen.push(now[0]);
  }
  for (const one of seen) {
    assert.equal(one.tool, 'get_single_stripe_charge_by_id');
    assert.equal(one.decision, 'allowed');
    assert.equal(one.outcome, 'succeeded');
    assert.equal(one.arguments_digest, seen[0].arguments_digest);
  }
  assert.deepEqual(seen.map((one) => one.mcp_method), ['tools/call', 'tools/call', 'resources/read']);
});

test('the same refusal of a tool and of a resource has the same record', async () => {
  const narrow = await gateway.mint({ account: server.account, config: { methods: ['list'], listing: 'search' } });
  await legacy(narrow.url, 'tools/call', { name: 'get_single_stripe_charge_by_id', arguments: { id: 'ch_1' } });
  await legacy(narrow.url, 'resources/read', { uri: 'stripe://charge/ch_1' });
  await until('both', async () => {
    const all = await records(`mcp_server_id=${narrow.id}`);
    return all.length === 2 && all.every((one) => one.decision === 'refused' && one.rule === 'not_exposed');
  });
});

test('wrong arguments, a freeze and a rate limit are refusals with their rule', async () => {
  const limited = await gateway.mint({ account: server.account, config: { rate_limit: { calls: 1, seconds: 60 } } });
  await call(limited.url, 'list_all_stripe_charges', { limitt: 1 });
  await call(limited.url, 'list_all_stripe_charges');
  await call(limited.url, 'list_all_stripe_charges');
  for (const rule of ['arguments', 'rate_limit'])
    assert.equal((await record(`mcp_server_id=${limited.id}&rule=${rule}`)).decision, 'refused');
});

test('a change is recorded before it is made and with what it changed', async () => {
  await gateway.must('PATCH', `/integrated-account/${server.account}`, { name: 'Renamed' });
  const [finished, intended] = (await records('kind=admin_finished')).concat(await records('kind=admin_intended'))
    .filter((one) => one.action === `PATCH /integrated-account/${server.account}`);
  assert.equal(finished.outcome, 'succeeded');
  assert.equal(finished.changed_from.name, 'Acme');
  assert.equal(finished.changed_to.name, 'Renamed');
  assert.match(finished.actor, /^key_/);
  assert.equal(intended.request, finished.request);
  await gateway.admin('DELETE', '/integrated-account/ia_none');
  const failed = await record('kind=admin_finished', (one) => one.action === 'DELETE /integrated-account/{account_id}');
  assert.equal(failed.outcome, 'failed');
  assert.equal(failed.status, 404);
});

test('a role that may not and a key that nobody has are refusals; the second is the installation\'s', async () => {
  const viewer = await gateway.must('POST', '/api-key', { name: 'Looks', role: 'viewer' });
  await gateway.admin('POST', '/team/freeze', undefined, { key: viewer.key });
  const refused = await record(`kind=admin_refused&actor=${viewer.id}`);
  assert.equal(refused.action, 'POST /team/freeze');
  assert.equal(refused.status, 403);
  await gateway.admin('GET', '/team', undefined, { key: `tgk_${'x'.repeat(38)}` });
  const stranger = await record('kind=admin_refused&team_id=installation');
  assert.equal(stranger.status, 401);
  assert.equal(stranger.actor, undefined);
  assert.equal((await gateway.admin('GET', '/audit?team_id=installation', undefined, { key: viewer.key })).status, 404);
});

test('no team reads the log of another', async () => {
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const page = await gateway.must('GET', '/audit', undefined, { key: other.api_key.key });
  assert.deepEqual(page.result.filter((one) => one.team !== other.id), []);
});

test('no key, token or argument is in the log, and none in its database', async () => {
  await call(server.url, 'create_a_stripe_customer', { name: 'nobody-reads-this', email: 'nobody-reads-this@example.com' });
  await record('tool=create_a_stripe_customer', (one) => one.kind === 'write_finished');
  const token = /tgm_\w+/.exec(server.url)[0];
  const text = JSON.stringify(await records('')) + (process.env.STORE_UNDER_TEST === 'postgresql' ? ''
    : ['', '-wal'].map((end) => readFileSync(join(gateway.data, `tollgate.db${end}`), 'latin1')).join(''));
  for (const secret of [testKey, token, gateway.apiKey, 'nobody-reads-this']) assert.ok(!text.includes(secret), secret);
});

test('what was read is in the log within a second, and after a stop', async (t) => {
  const own = await startGateway(t, upstreamSettings(upstream));
  const { url } = await own.mint();
  await call(url, 'list_all_stripe_charges');
  const tools = async () => (await own.must('GET', '/audit?tool=list_all_stripe_charges')).result.length;
  await until('the record', async () => await tools() === 1, 1_000);
  await call(url, 'list_all_stripe_charges');
  await own.stop();
  await own.start(upstreamSettings(upstream));
  assert.equal(await tools(), 2);
});
