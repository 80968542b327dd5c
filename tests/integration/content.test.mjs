// Resources, prompts and completion: what is offered besides tools, by the rules of tools.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, modern } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after }, { 'server.loops': 2 });
const account = (await gateway.connect()).id;
const open = await gateway.mint({ account });

// The same question in both eras.
const eras = {
  legacy: (url, method, params = {}) => legacy(url, method, params),
  modern: (url, method, params = {}) => modern(url, method, params,
    params.uri ? { headers: { 'mcp-name': params.uri } } : {}),
};
const answered = async (asked) => {
  const { body, text } = await asked;
  assert.ok(body.result, text);
  return body.result;
};
const refusedBy = async (asked) => {
  const { body, status, text } = await asked;
  assert.equal(status, 200, text);
  assert.ok(body.error, text);
  return body.error;
};
const read = (url, uri, era = 'modern') => eras[era](url, 'resources/read', { uri });
const contents = async (url, uri, era) => {
  const { contents: list } = await answered(read(url, uri, era));
  assert.equal(list.length, 1);
  assert.equal(list[0].uri, uri);
  return list[0];
};
const objectOf = async (url, uri, era) => {
  const one = await contents(url, uri, era);
  assert.equal(one.mimeType, 'application/json');
  return JSON.parse(one.text);
};
const first = async (tool, args = {}) => (await call(open.url, tool, { limit: 1, ...args })).value.data[0];

for (const [era, ask] of Object.entries(eras)) {
  test(`resources and templates are listed (${era})`, async () => {
    const { resources } = await answered(ask(open.url, 'resources/list'));
    assert.deepEqual(resources.map((one) => one.uri),
      ['stripe-notes://money', 'stripe-notes://search', 'stripe-notes://testing']);
    const list = (await answered(ask(open.url, 'resources/templates/list'))).resourceTemplates;
    assert.deepEqual(list.map((one) => one.uriTemplate), ['customer', 'payment_intent', 'charge', 'invoice', 'subscription',
      'dispute', 'payout', 'product'].map((name) => `stripe://${name}/{id}`).concat(['customer://{email}', 'payment://{charge_id}']));
    for (const one of list) {
      assert.ok(one.name && one.title && one.description, JSON.stringify(one));
      assert.equal(one.mimeType, 'application/json');
    }
  });

  test(`every object is read by its URI, as its tool shows it (${era})`, async () => {
    const lists = { customer: 'list_all_stripe_customers', payment_intent: 'list_all_stripe_payment_intents',
      charge: 'list_all_stripe_charges', invoice: 'list_all_stripe_invoices', subscription: 'list_all_stripe_subscriptions',
      dispute: 'list_all_stripe_disputes', payout: 'list_all_stripe_payouts', product: 'list_all_stripe_products' };
    for (const [name, list] of Object.entries(lists)) {
      const { id } = await first(list);
      const seen = await objectOf(open.url, `stripe://${name}/${id}`, era);
      assert.deepEqual(seen, (await call(open.url, `get_single_stripe_${name}_by_id`, { id })).value);
    }
  });

  test(`customers are read by e-mail, payments with what belongs to them (${era})`, async () => {
    const twice = await call(open.url, 'create_a_stripe_customer', { email: 'twice+1@example.com', name: 'First' });
    const later = await call(open.url, 'create_a_stripe_customer', { email: 'twice+1@example.com', name: 'Second' });
    for (const uri of ['customer://twice+1@example.com', 'customer://twice%2B1%40example.com']) {
      const { data } = await objectOf(open.url, uri, era);
      const ids = data.map((one) => one.id);
      assert.ok(ids.includes(twice.value.id) && ids.indexOf(later.value.id) < ids.indexOf(twice.value.id));
      assert.ok(data.every((one) => one.email === 'twice+1@example.com'));
    }
    const dispute = await first('list_all_stripe_disputes');
    const payment = await objectOf(open.url, `payment://${dispute.charge}`, era);
    assert.equal(payment.id, dispute.charge);
    assert.match(payment.payment_intent.id, /^pi_/);
    assert.equal(payment.disputes.data[0].id, dispute.id);
    const refund = await first('list_all_stripe_refunds');
    const refunded = await objectOf(open.url, `payment://${refund.charge}`, era);
    assert.ok(refunded.refunds.data.some((one) => one.id === refund.id), JSON.stringify(refunded.refunds));
  });
}

test('what Stripe does not have is told in the words of each era', async () => {
  for (const uri of ['stripe://customer/cus_nobody', 'customer://nobody@example.com', 'payment://ch_none', 'stripe://wallet/w_1',
    'stripe-notes://nothing', 'https://example.com/']) {
    const now = await refusedBy(read(open.url, uri));
    assert.deepEqual([now.code, now.data.uri], [-32602, uri]);
    assert.equal((await refusedBy(read(open.url, uri, 'legacy'))).code, -32002);
  }
});

test('notes are short Markdown and say what the catalogue says; testing is for test accounts', async () => {
  const money = await contents(open.url, 'stripe-notes://money');
  assert.equal(money.mimeType, 'text/markdown');
  assert.match(money.text, /JPY, KMF, KRW/);
  assert.match(money.text, /BHD, JOD, KWD, OMR, TND/);
  const search = await contents(open.url, 'stripe-notes://search');
  assert.match(search.text, /\| customer \| `created`, `email` ~, `name` ~, `phone` ~ \|/);
  const testing = await contents(open.url, 'stripe-notes://testing');
  const cards = [...testing.text.matchAll(/`(\w+)`/g)].map((found) => found[1]).filter((name) => !name.endsWith('_'));
  assert.ok(cards.length > 10);
  for (const name of cards)
    assert.equal((await call(open.url, 'get_single_stripe_payment_method_by_id', { id: `pm_card_${name}` })).isError, false, name);
  for (const one of [money, search, testing]) {
    assert.ok(one.text.length < 4000, String(one.text.length));
    assert.doesNotMatch(one.text, /\{\{/);
  }
  const read_only = await gateway.mint({ account, config: { methods: ['get'] } });
  const { resources } = await answered(legacy(read_only.url, 'resources/list'));
  assert.deepEqual(resources.map((one) => one.name), ['money', 'testing']);
  assert.equal((await refusedBy(read(read_only.url, 'stripe-notes://search'))).code, -32602);
});

test('what the filter hides is not offered, and refused and logged like a hidden tool', async () => {
  const narrow = await gateway.mint({ account, config: { tags: ['payouts'] } });
  const { resourceTemplates } = await answered(legacy(narrow.url, 'resources/templates/list'));
  assert.deepEqual(resourceTemplates.map((one) => one.name), ['payout']);
  const { id } = await first('list_all_stripe_customers');
  for (const uri of [`stripe://customer/${id}`, 'customer://alice@example.com', 'payment://ch_1']) {
    const error = await refusedBy(read(narrow.url, uri, 'legacy'));
    assert.equal(error.code, -32002);
    assert.match(error.message, /not exposed by this MCP server/);
  }
  const lines = () => gateway.log.split('\n').filter((line) => line.includes('"tool_refused"') && line.includes(narrow.id));
  await until('three lines', () => lines().length === 3);
  assert.match(lines()[0], /"tool":"get_single_stripe_customer_by_id"/);
  // Without the list, customers are searched by their e-mail.
  const searching = await gateway.mint({ account, config: { tools: { deny: ['list_all_stripe_customers'] } } });
  const { data } = await objectOf(searching.url, 'customer://alice@example.com');
  assert.equal(data[0].email, 'alice@example.com');
});

test('results are shaped by the rules of the server', async () => {
  const shy = await gateway.mint({ account, config: { redact: ['email'], results: 'raw' } });
  const { data } = await objectOf(shy.url, 'customer://alice@example.com');
  assert.equal(data[0].email, '[redacted]');
  const small = await gateway.mint({ account, config: { result_tokens_max: 1000 } });
  const dispute = await first('list_all_stripe_disputes');
  const text = (await contents(small.url, `stripe://charge/${dispute.charge}`)).text;
  assert.ok(text.length < 4000, String(text.length));
});

test('another team reads nothing of it', async () => {
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const key = other.api_key.key;
  const theirs = await gateway.must('POST', '/integrated-account', { name: 'x', credential: 'rk_test_other0000000000000000' }, { key });
  const server = await gateway.must('POST', `/integrated-account/${theirs.id}/mcp`, { name: 'x' }, { key });
  const { id } = await first('list_all_stripe_customers');
  const error = await refusedBy(read(server.url, `stripe://customer/${id}`));
  assert.equal(error.code, -32603);
  assert.equal(error.data.error.status, 401);
});

test('the log names the tool that was run, and limits of our own count', async () => {
  const slow = await gateway.mint({ account, config: { rate_limit: { calls: 1, seconds: 600 } } });
  const { id } = await first('list_all_stripe_customers');
  const good = await read(slow.url, `stripe://customer/${id}`);
  assert.ok(good.body.result);
  assert.equal(good.headers['ratelimit-limit'], '1');
  const over = await read(slow.url, `stripe://customer/${id}`);
  assert.equal(over.body.error.code, -32603);
  assert.equal(over.body.error.data.error.code, 'server_rate');
  assert.ok(Number(over.headers['retry-after']) > 0);
  await until('the line', () => gateway.log.split('\n').some((line) =>
    line.includes('"resources/read"') && line.includes('"tool":"get_single_stripe_customer_by_id"') && line.includes(slow.id)));
});

test('Stripe\'s own refusals reach the reader of a resource', async (t) => {
  const upstream = await startUpstream(t);
  const strict = await startGateway(t, upstreamSettings(upstream));
  const server = await strict.mint();
  upstream.script = (asked, response) => json(response, 429,
    { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' } });
  const busy = await read(server.url, 'stripe://charge/ch_1');
  assert.equal(busy.body.error.code, -32603);
  assert.match(busy.body.error.message, /Too many requests/);
  assert.equal(busy.body.error.data.error.status, 429);
  assert.ok(busy.body.error.data.error.rate_limit);
  assert.ok(Number(busy.headers['retry-after']) > 0);
  assert.equal(upstream.requests.length, 1);
  upstream.script = (asked, response) => json(response, 401,
    { error: { type: 'invalid_request_error', message: 'Invalid API Key provided: rk_test_****0000' } });
  await read(server.url, 'stripe://charge/ch_1');
  await until('needs_reauth', async () =>
    (await read(server.url, 'stripe://charge/ch_1')).body.error.data.error.type === 'needs_reauth');
  const sent = upstream.requests.length;
  assert.match((await read(server.url, 'payment://ch_1')).body.error.message, /administrator/);
  assert.equal(upstream.requests.length, sent);
});

test('hostile URIs are refused before anything is sent', async (t) => {
  const upstream = await startUpstream(t);
  const strict = await startGateway(t, upstreamSettings(upstream));
  const { url } = await strict.mint();
  for (const uri of ['stripe://customer/', 'stripe://customer/ch_1', 'stripe://customer/cus_1/../../charges', 'stripe://charge/ch_1?expand[]=x',
    'stripe://charge/ch_1%2F..%2Frefunds', 'stripe://customer/cus_1%0d%0aX:y', 'stripe://customer/cus_%zz', 'stripe://product/a/b',
    'stripe://customer/cus_' + 'a'.repeat(200), 'stripe://customer/' + 'a'.repeat(5000), 'customer://', 'customer://a@b', 'customer://a"OR"@example.com',
    'customer://%00@example.com', 'customer://%ff@example.com', 'payment://pi_1', 'payment://', 'STRIPE://customer/cus_1']) {
    const error = await refusedBy(read(url, uri, 'legacy'));
    assert.equal(error.code, -32002, uri);
    assert.ok(error.message.length < 400, error.message);
  }
  assert.equal(upstream.requests.length, 0);
  const odd = await refusedBy(legacy(url, 'resources/read', { uri: 7 }));
  assert.equal(odd.code, -32602);
});
