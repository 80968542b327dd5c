// The data of an MCP server through the built binary: what it may name, and what is shown of what Stripe returns, by every door.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const charges = [
  { id: 'ch_1', object: 'charge', amount: 100, currency: 'usd', created: 1793440800, customer: 'cus_1' },
  { id: 'ch_2', object: 'charge', amount: 2000, currency: 'usd', created: 1793440800, customer: 'cus_2', description: 'FOREIGN' },
  { id: 'ch_3', object: 'charge', amount: 30000, currency: 'usd', created: 1793440800, customer: null, description: 'FOREIGN' }];
const customers = [{ id: 'cus_1', object: 'customer', name: 'Ada' }, { id: 'cus_2', object: 'customer', name: 'FOREIGN' }];

const upstream = await startUpstream({ after });
// Ignores every filter, as if none could be trusted.
upstream.script = (asked, response) => {
  const url = new URL(asked.url, 'http://x');
  const list = (data) => json(response, 200, { object: url.pathname.endsWith('/search') ? 'search_result' : 'list', url: url.pathname, has_more: data.length > 1 && !url.searchParams.has('starting_after'), data });
  const [, , kind, id] = url.pathname.split('/');
  if (asked.method === 'POST') return json(response, 200, { id: 're_1', object: 'refund', amount: 100, currency: 'usd', charge: 'ch_1' });
  const rows = { charges, customers }[kind] ?? [];
  if (!id || id === 'search') return list(rows);
  const found = rows.find((row) => row.id === id);
  return found ? json(response, 200, found) : json(response, 404, { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object.' } });
};
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
afterEach(() => { upstream.requests.length = 0; });

const mint = (scope, config = {}) => gateway.mint({ account, config: { guardrails: [{ id: 'ours', scope }], ...config } });
const ours = await mint({ customers: ['cus_1'] });
const posts = () => upstream.requests.filter((sent) => sent.method === 'POST').length;
const nothingForeign = (answer) => assert.doesNotMatch(JSON.stringify(answer), /FOREIGN|cus_2|ch_3/);

test('rows outside are left out with a note, and the list is asked for the one customer', async () => {
  const first = await call(ours.url, 'list_all_stripe_charges', {});
  assert.deepEqual(first.value.data.map((row) => row.id), ['ch_1']);
  assert.match(JSON.stringify(first.value.notes), /outside the scope of this MCP server and left out: 2\./);
  nothingForeign(first.value);
  assert.match(upstream.requests[0].path, /customer=cus_1/);
  // The cursor goes on after Stripe's last row, which is not shown.
  const next = await call(ours.url, 'list_all_stripe_charges', { next_cursor: first.value.next_cursor });
  assert.equal(next.isError, false, JSON.stringify(next.value));
  assert.match(upstream.requests[1].path, /starting_after=ch_3/);
});

test('a page without any row inside still has its cursor', async () => {
  const server = await mint({ customers: ['cus_9'] });
  const page = await call(server.url, 'list_all_stripe_customers', {});
  assert.deepEqual(page.value.data, []);
  assert.ok(page.value.next_cursor);
  nothingForeign({ ...page.value, next_cursor: '' });
});

test('a single object outside is refused without its content, and the refusal is recorded', async () => {
  assert.equal((await call(ours.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' })).value.id, 'ch_1');
  for (const id of ['ch_2', 'ch_3']) {
    const answer = await call(ours.url, 'get_single_stripe_charge_by_id', { id });
    assert.deepEqual([answer.isError, answer.value.error.type, answer.value.error.code], [true, 'policy_denied', 'ours']);
    assert.doesNotMatch(JSON.stringify(answer.value), /FOREIGN|2000|30000/);
  }
  upstream.requests.length = 0;
  const other = await call(ours.url, 'get_single_stripe_customer_by_id', { id: 'cus_2' });
  assert.equal(other.value.error.code, 'ours');
  assert.equal(upstream.requests.length, 0, 'the id alone says it');
  await until('the records', async () => (await gateway.must('GET', `/audit?mcp_server_id=${ours.id}&rule=ours`)).result.length === 3);
});

test('totals, searches, search tools, resources and the tools search and fetch show the same', async () => {
  const total = await call(ours.url, 'list_all_stripe_charges', { aggregate: { value: 'amount' } });
  assert.equal(total.isError, false, JSON.stringify(total.value));
  assert.match(JSON.stringify(total.value), /rows are outside the scope/);
  assert.doesNotMatch(JSON.stringify(total.value), /32100|32,100/);
  const found = await call(ours.url, 'search_all_stripe_customers', { query: "name:'a'" });
  assert.equal(found.isError, false, JSON.stringify(found.value));
  nothingForeign(found.value);
  const searching = await mint({ customers: ['cus_1'] }, { listing: 'search', deep_research: true });
  const tools = (await legacy(searching.url, 'tools/list')).body.result.tools;
  const runner = tools.find((one) => one.inputSchema.properties?.arguments && one.annotations.readOnlyHint);
  const name = Object.keys(runner.inputSchema.properties)[0];
  for (const [tool, args] of [['get_single_stripe_charge_by_id', { id: 'ch_2' }], ['list_all_stripe_charges', {}]])
    nothingForeign((await call(searching.url, runner.name, { [name]: tool, arguments: args })).value);
  nothingForeign((await call(searching.url, 'search', { query: 'charges' })).value);
  nothingForeign((await call(searching.url, 'fetch', { id: 'ch_2' })).value.error?.message ?? '');
  for (const uri of ['stripe://charges/ch_3', 'stripe://charge/ch_3'])
    assert.doesNotMatch(JSON.stringify((await legacy(ours.url, 'resources/read', { uri })).body), /FOREIGN/);
});

test('a write is sent only for objects that are read and found inside', async () => {
  const good = await call(ours.url, 'create_a_stripe_refund', { charge: 'ch_1', amount: 1 });
  assert.equal(good.isError, false, JSON.stringify(good.value));
  assert.deepEqual(upstream.requests.map((sent) => `${sent.method} ${sent.path}`), ['GET /v1/charges/ch_1', 'POST /v1/refunds']);
  upstream.requests.length = 0;
  for (const args of [{ charge: 'ch_2' }, { charge: 'ch_3' }, { charge: 'ch_9' }, { amount: 1 }])
    assert.equal((await call(ours.url, 'create_a_stripe_refund', args)).value.error.code, 'ours', JSON.stringify(args));
  assert.equal((await call(ours.url, 'create_a_stripe_payment_intent', { amount: 1, currency: 'usd' })).value.error.code, 'ours');
  assert.equal((await call(ours.url, 'create_a_stripe_payment_intent', { amount: 1, currency: 'usd', customer: 'cus_2' })).value.error.code, 'ours');
  assert.equal(posts(), 0);
  const shown = await gateway.must('POST', `/integrated-account/${account}/mcp/${ours.id}/explain`, { tool: 'create_a_stripe_payment_intent', arguments: { amount: 1, currency: 'usd', customer: 'cus_2' } });
  assert.deepEqual([shown.allowed, shown.refused_by.rule, shown.scoped_by], [false, 'ours', ['ours']]);
});

test('a scope of the team holds for every server, and one that is written wrongly is refused', async () => {
  const plain = await gateway.mint({ account });
  assert.equal((await call(plain.url, 'get_single_stripe_charge_by_id', { id: 'ch_2' })).isError, false);
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'team_data', scope: { metadata: { desk: 'north' } } }] });
  assert.equal((await call(plain.url, 'get_single_stripe_charge_by_id', { id: 'ch_2' })).value.error.code, 'team_data');
  await gateway.must('PUT', '/team/policy', { rules: [] });
  for (const [scope, code] of [[{}, 'missing_field'], [{ customers: [] }, 'empty_list'], [{ customers: ['cus/1'] }, 'unknown_value'], [{ metadata: { a: '' } }, 'wrong_type'],
    [{ max_age_days: 0 }, 'out_of_range'], [{ connected_account: 'x' }, 'unknown_value'], [{ custmers: ['cus_1'] }, 'unknown_field']]) {
    const answer = await gateway.admin('POST', '/team/policy/check', { rules: [{ id: 'a', scope }] });
    assert.deepEqual([answer.status, answer.body.code], [400, code], answer.text);
  }
  const observed = await gateway.admin('POST', '/team/policy/check', { rules: [{ id: 'a', mode: 'observe', scope: { customers: ['cus_1'] } }] });
  assert.equal(observed.body.code, 'conflicting_fields');
});
