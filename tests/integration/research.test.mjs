// The tools search and fetch, called as ChatGPT's deep research calls them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, modern, toolNames, unpack } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect()).id;
const open = await gateway.mint({ account, config: { deep_research: true } });
const search = async (query, url = open.url) => {
  const { value, isError } = await call(url, 'search', { query });
  assert.equal(isError, false, JSON.stringify(value));
  assert.deepEqual(Object.keys(value), ['results']);
  for (const one of value.results) {
    assert.deepEqual(Object.keys(one), ['id', 'title', 'url']);
    assert.ok(one.id && one.title.length <= 200, JSON.stringify(one));
    assert.match(one.url, /^https:\/\/dashboard\.stripe\.com\/test\/\w+\/\w+$/);
  }
  return value.results;
};
const kinds = (results) => [...new Set(results.map((one) => one.id.split('_')[0]))];

test('both tools are listed when the config asks for them, and count in the budget', async () => {
  const { tools } = (await legacy(open.url, 'tools/list')).body.result;
  const pair = tools.filter((one) => ['search', 'fetch'].includes(one.name));
  assert.deepEqual(pair.map((one) => [one.name, Object.keys(one.inputSchema.properties), one.inputSchema.required]),
    [['search', ['query'], ['query']], ['fetch', ['id'], ['id']]]);
  for (const one of pair)
    assert.deepEqual(one.annotations, { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
  const config = { tags: ['payouts'], tools: { allow: ['list_all_stripe_payouts', 'get_single_stripe_payout_by_id'] } };
  // Nothing of it can be searched for: no pair.
  assert.deepEqual(await toolNames((await gateway.mint({ account, config: { ...config, deep_research: true } })).url),
    ['get_single_stripe_payout_by_id', 'list_all_stripe_payouts']);
  const without = await gateway.mint({ account, config: { methods: ['read'], tags: ['customers'] } });
  const with_pair = await gateway.mint({ account, config: { methods: ['read'], tags: ['customers'], deep_research: true } });
  assert.equal(with_pair.tools.listed, without.tools.listed + 2);
  assert.ok(with_pair.tools.tokens.claude > without.tools.tokens.claude + 200);
  assert.equal((await toolNames(with_pair.url)).length, with_pair.tools.listed);
  assert.equal(with_pair.config.deep_research, true);
  const preview = (more) => gateway.must('GET', `/integrated-account/${account}/tools?methods=read&tags=customers${more}`);
  assert.equal((await preview('&deep_research=true')).list.listed, (await preview('')).list.listed + 2);
  assert.equal((await gateway.admin('GET', `/integrated-account/${account}/tools?deep_research=yes`)).status, 400);
  for (const name of ['search', 'fetch'])
    assert.equal((await legacy(without.url, 'tools/call', { name, arguments: { query: 'x' } })).body.error.code, -32602);
});

test('an id, an address, plain words and Stripe\'s own language find what they mean', async () => {
  const charges = (await call(open.url, 'list_all_stripe_charges', { limit: 3 })).value.data;
  const [found] = await search(charges[0].id);
  assert.equal(found.id, charges[0].id);
  assert.ok(found.title.startsWith('Charge: ' + charges[0].amount_formatted), found.title);
  assert.equal(found.url, `https://dashboard.stripe.com/test/payments/${found.id}`);
  const sarah = await search('sarah.jones@example.com');
  assert.deepEqual(kinds(sarah), ['cus', 'ch', 'in']);
  assert.match(sarah[0].title, /^Customer: .*sarah\.jones@example\.com/);
  assert.equal((await search('Find the customer Sarah Jones'))[0].id, sarah[0].id);
  const disputed = await search('disputed payments');
  assert.deepEqual(kinds(disputed), ['ch']);
  for (const one of disputed) assert.equal((await call(open.url, 'get_single_stripe_charge_by_id', { id: one.id })).value.disputed, true);
  assert.deepEqual(kinds(await search('active subscriptions')), ['sub']);
  assert.deepEqual(kinds(await search('Pro Tier product')), ['prod']);
  assert.ok((await search('failed charges')).every((one) => /failed/.test(one.title)));
  assert.ok((await search('invoices')).length > 0);
  const amount = (charges[1].amount / 100).toFixed(2);
  assert.ok((await search(`payment of ${amount}`)).some((one) => one.title.includes(amount)));
  const language = await search(`status:"succeeded" AND amount>${charges[0].amount - 1}`);
  assert.deepEqual(kinds(language), ['pi', 'ch']);
  assert.deepEqual(kinds(await search('email~"example.com" AND created>0')), ['cus']);
  for (const nothing of ['', '   ', 'xyzzyqwerty', 'ch_nothing', 'nobody@example.com', 'the', '🤷', '"; DROP', 'a" OR name~"b'])
    assert.deepEqual(await search(nothing), [], nothing);
});

test('fetch gives the object, and a search result can always be fetched', async () => {
  for (const one of [...await search('sarah.jones@example.com'), ...await search('Pro'), ...await search('active subscriptions')]) {
    const { value, isError, result } = await call(open.url, 'fetch', { id: one.id });
    assert.equal(isError, false);
    assert.equal(result.content.length, 1);
    assert.deepEqual(Object.keys(value), ['id', 'title', 'text', 'url', 'metadata']);
    assert.deepEqual([value.id, value.url], [one.id, one.url]);
    assert.equal(JSON.parse(value.text).id, one.id);
    assert.equal(value.metadata.mode, 'test');
  }
  for (const [args, code] of [[{ id: 'ch_nothing' }, 'resource_missing'], [{ id: 'no/such' }, 'bad_id'], [{}, 'missing_argument'],
    [{ id: 7 }, 'wrong_type'], [{ query: 'x' }, 'unknown_argument']]) {
    const { value, isError } = await call(open.url, 'fetch', args);
    assert.equal(isError, true);
    assert.equal(value.error.code, code);
  }
  assert.equal((await call(open.url, 'search', { query: 'x'.repeat(501) })).value.error.code, 'too_large');
});

test('only what the filter passes is searched and fetched, redacted as elsewhere', async () => {
  const narrow = await gateway.mint({ account, config: { deep_research: true, redact: ['email'], methods: ['read'], tags: ['customers'] } });
  const results = await search('sarah.jones@example.com', narrow.url);
  assert.deepEqual(kinds(results), ['cus']);
  assert.doesNotMatch(results[0].title, /@/);
  assert.deepEqual(kinds(await search('created>0', narrow.url)), ['cus']);
  assert.deepEqual(await search('disputed payments', narrow.url), []);
  const charge = (await call(open.url, 'list_all_stripe_charges', { limit: 1 })).value.data[0].id;
  assert.deepEqual(await search(charge, narrow.url), []);
  const { value, isError } = await call(narrow.url, 'fetch', { id: charge });
  assert.deepEqual([isError, value.error.code], [true, 'tool_not_exposed']);
});

test('structured content is the same JSON, in the modern era too', async () => {
  const server = await gateway.mint({ account, config: { deep_research: true, structured_content: true } });
  const { result } = (await modern(server.url, 'tools/call', { name: 'search', arguments: { query: 'customers' } })).body;
  assert.ok(result.structuredContent.results.length > 0);
  assert.deepEqual(result.structuredContent, unpack(result).value);
});

test('few requests, each counted; a limit or a refusal is reported', async (t) => {
  const upstream = await startUpstream(t);
  const strict = await startGateway(t, upstreamSettings(upstream));
  const { url, account: of } = await strict.mint({ config: { deep_research: true, rate_limit: { calls: 4, seconds: 600 } } });
  upstream.script = (asked, response) => json(response, 200, { object: 'search_result', data: [], has_more: false });
  await call(url, 'search', { query: 'created>0' });
  assert.equal(upstream.requests.length, 4);
  const over = await call(url, 'search', { query: 'created>0' });
  assert.deepEqual([over.isError, over.value.error.code], [true, 'server_rate']);
  assert.ok(over.headers['retry-after']);
  assert.equal(upstream.requests.length, 4);
  const free = await strict.mint({ account: of, config: { deep_research: true } });
  upstream.script = (asked, response) => asked.url.includes('/customers/')
    ? json(response, 403, { error: { type: 'invalid_request_error', message: 'needs rak_customer_read' } })
    : json(response, 200, { object: 'search_result', data: [{ id: 'prod_1', object: 'product', name: 'Acme' }], has_more: false });
  const part = (await call(free.url, 'search', { query: 'acme' })).value;
  assert.deepEqual(part.results, [{ id: 'prod_1', title: 'Product: Acme', url: 'https://dashboard.stripe.com/test/products/prod_1' }]);
  assert.equal(part.incomplete.error.status, 403);
  upstream.script = (asked, response) => json(response, 429, { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Slow' } });
  upstream.requests.length = 0;
  const busy = await call(free.url, 'search', { query: 'acme' });
  assert.deepEqual([busy.isError, busy.value.error.status, upstream.requests.length], [true, 429, 1]);
});
