// Payment operations through the built binary: the demo conversation of the seed, end to end, with a person between; and what
// is refused. Stripe is the gateway's sandbox, asked directly for what really happened.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runBinary, runBinaryAsync, startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const tools = ['lookup_customer', 'list_payments', 'get_order_history', 'issue_refund', 'create_payment_link', 'revenue_summary', 'flag_for_review'];
const day = 24 * 3_600_000;
const gateway = await startGateway({ after });
const account = (await gateway.connect({ orders: 'tables' })).id;
const sandbox = `http://${gateway.ports.sandbox}`;

// Stripe's side, past the gateway.
async function stripe(method, path, form) {
  const done = await request(sandbox + path, { method, body: form && new URLSearchParams(form).toString(),
    headers: { authorization: `Bearer ${testKey}`, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) } });
  assert.ok(done.status < 300, done.text);
  return done.body;
}
const refundsOf = async (payment) => (await stripe('GET', `/v1/refunds?payment_intent=${payment}`)).data;

// The orders' side.
async function importRecords(...records) {
  const done = await gateway.admin('POST', `/integrated-account/${account}/orders/import`,
    records.map((one) => JSON.stringify(one)).join('\n'), { headers: { 'content-type': 'application/jsonl' } });
  assert.equal(done.status, 200, done.text);
  assert.equal(done.body.rejected, 0, done.text);
}
const order = async (id) => (await gateway.must('GET', `/integrated-account/${account}/orders?id=${id}`)).result[0];
const refundLog = async (id) => (await gateway.must('GET', `/integrated-account/${account}/orders/refunds?order=${id}`)).result;

let made = 0;
// A customer of both sides; `email` unless it is told.
async function customer(email = `person${++made}@example.com`) {
  const { id } = await stripe('POST', '/v1/customers', { email, name: `Person ${made}` });
  const own = `c_${++made}`;
  await importRecords({ type: 'customer', id: own, email, name: 'Person', stripe_customer_id: id, created_at: '2026-01-01T00:00:00Z' });
  return { id: own, email, stripe: id };
}
// A payment of theirs, and its order.
async function buy(who, amount, { currency = 'usd', ago = day, card = 'pm_card_visa' } = {}) {
  const paid = await stripe('POST', '/v1/payment_intents',
    { amount, currency, customer: who.stripe, payment_method: card, confirm: true });
  const id = `o_${++made}`;
  await importRecords({ type: 'order', id, customer_id: who.id, payment_id: paid.id, amount, currency,
    created_at: new Date(Date.now() - ago).toISOString() });
  return { id, payment: paid.id };
}

const asksAbove = (value) => ({ id: 'ask_a_person', tools: ['create_a_stripe_refund'], then: 'needs_approval', max_value: { argument: 'amount', value } });
const server = await gateway.mint({ account, name: 'Support', config: { guardrails: [asksAbove(2000)] } });
const ask = (name, args, url = server.url) => call(url, name, args);
async function refused(args, url = server.url) {
  const { isError, value } = await ask('issue_refund', { confirmed: true, ...args }, url);
  assert.equal(isError, true, JSON.stringify(value));
  return value.error.code;
}
const rulesInAudit = async (tool) =>
  (await gateway.must('GET', `/audit?tool=${tool}&limit=100`)).result.map((one) => one.rule);

test('the demo conversation: look up, list, preview, hold, approve, executed; both sides, receipt and audit agree', async () => {
  const sarah = await customer('sarah@example.com');
  const first = await buy(sarah, 4999, { ago: day });
  const twice = await buy(sarah, 4999, { ago: day - 3 * 60_000 });
  const found = (await ask('lookup_customer', { email: ' Sarah@Example.com ' })).value;
  assert.equal(found.customers[0].stripe.id, sarah.stripe);
  assert.equal(found.customers[0].orders[0].amount_formatted, '99.98 USD');
  const paid = (await ask('list_payments', { customer: sarah.stripe })).value;
  assert.equal(paid.customers[0].payments.data.length, 2);
  assert.deepEqual(paid.customers[0].orders.map((one) => one.id), [twice.id, first.id]);
  const about = { email: 'sarah@example.com', order: 'latest', reason: 'charged twice' };
  const seen = (await ask('issue_refund', about)).value;
  assert.equal(seen.done, false);
  assert.equal(seen.order.id, twice.id);
  assert.equal(seen.refund.amount_formatted, '49.99 USD');
  assert.equal(seen.approval.rule, 'ask_a_person');
  assert.deepEqual(await refundsOf(twice.payment), []);

  const held = (await ask('issue_refund', { ...about, confirmed: true })).value;
  assert.equal(held.done, false);
  const waits = held.waits.approval;
  assert.equal(waits.state, 'pending');
  assert.deepEqual(await refundsOf(twice.payment), []);
  assert.match((await gateway.must('GET', `/approval/${waits.id}`)).preview, new RegExp(`For the order ${twice.id}`));
  const done = await gateway.must('POST', `/approval/${waits.id}/approve`, {});
  assert.equal(done.state, 'executed', JSON.stringify(done));
  assert.equal(done.receipt.state, 'succeeded');

  const [refund, ...more] = await refundsOf(twice.payment);
  assert.deepEqual([refund.amount, refund.id, more.length], [4999, done.receipt.object_id, 0]);
  const after = await order(twice.id);
  assert.deepEqual([after.status, after.refunded], ['refunded', 4999]);
  assert.equal((await order(first.id)).status, 'paid');
  const [line, ...others] = await refundLog(twice.id);
  assert.equal(others.length, 0);
  assert.deepEqual([line.stripe_refund_id, line.receipt_id, line.amount, line.reason],
    [refund.id, done.receipt_id, 4999, 'charged twice']);
  assert.match(line.refunded_by, /^Support.*, approved by (key|per)_/);
  const { result } = await gateway.must('GET', `/audit?receipt_id=${done.receipt_id}`);
  assert.deepEqual(result.map((one) => [one.kind, one.approval]), [['write_finished', waits.id], ['write_intended', waits.id]]);
  assert.equal(await refused({ email: 'sarah@example.com', order: twice.id }), 'order_status');
  assert.equal((await refundsOf(twice.payment)).length, 1);
});

test('refused with nothing sent and a rule in the audit log: 91 days, another customer, in dispute, more than remains', async () => {
  const who = await customer();
  const other = await customer();
  const old = await buy(who, 1000, { ago: 91 * day });
  const theirs = await buy(other, 1000);
  const disputed = await buy(who, 1000, { card: 'pm_card_createDispute' });
  const small = await buy(who, 1000);
  const email = who.email;
  assert.equal(await refused({ email, order: old.id }), 'order_age');
  assert.equal(await refused({ email, order: theirs.id }), 'order_owner');
  assert.equal(await refused({ email, order: disputed.id }), 'order_dispute');
  assert.equal(await refused({ email, order: small.id, amount: 1001 }), 'order_remaining');
  assert.equal(await refused({ email, order: small.id, currency: 'eur' }), 'order_currency');
  for (const one of [old, theirs, disputed, small]) assert.deepEqual(await refundsOf(one.payment), []);
  const rules = ['order_age', 'order_owner', 'order_dispute', 'order_remaining', 'order_currency'];
  await until('the refusals in the audit log', async () => { // records of calls that send nothing come within a second
    const noted = new Set([...await rulesInAudit('issue_refund'), ...await rulesInAudit('create_a_stripe_refund')]);
    return rules.every((rule) => noted.has(rule));
  });
});

test('an amount of 0 or less is not the whole of an order: nothing is refunded', async () => {
  const who = await customer();
  const bought = await buy(who, 1500);
  for (const amount of [0, -1, '0', 0.5]) assert.ok(await refused({ email: who.email, order: bought.id, amount }));
  assert.deepEqual(await refundsOf(bought.payment), []);
  assert.equal((await order(bought.id)).status, 'paid');
});

test('two equal partial refunds are two refunds, and the log has both', async () => {
  const who = await customer();
  const bought = await buy(who, 1500);
  const part = { email: who.email, order: bought.id, amount: 500, reason: 'requested_by_customer', confirmed: true };
  for (const remains of ['partially_refunded', 'partially_refunded', 'refunded']) {
    const { value } = await ask('issue_refund', part);
    assert.equal(value.done, true, JSON.stringify(value));
    assert.equal((await order(bought.id)).status, remains);
  }
  assert.deepEqual((await refundsOf(bought.payment)).map((one) => [one.amount, one.reason]), Array(3).fill([500, 'requested_by_customer']));
  const log = await refundLog(bought.id);
  assert.equal(new Set(log.map((one) => one.stripe_refund_id)).size, 3);
  assert.equal(await refused(part), 'order_status');
});

test('an approval of an order that changed meanwhile is voided with the rule', async () => {
  const who = await customer();
  const bought = await buy(who, 3000);
  const held = (await ask('issue_refund', { email: who.email, order: bought.id, confirmed: true })).value;
  await stripe('POST', '/v1/refunds', { payment_intent: bought.payment, amount: 1000 });
  const done = await gateway.must('POST', `/approval/${held.waits.approval.id}/approve`, {});
  assert.deepEqual([done.state, done.end_code], ['voided', 'order_remaining']);
  assert.equal((await refundsOf(bought.payment)).length, 1);
  assert.equal((await order(bought.id)).status, 'paid');
});

test('yen have no cents, dinars have three decimals, and sums are by currency', async () => {
  const who = await customer();
  const yen = await buy(who, 1500, { currency: 'jpy' });
  const dinars = await buy(who, 1500, { currency: 'kwd' });
  const seen = (await ask('issue_refund', { email: who.email, order: yen.id })).value;
  assert.equal(seen.refund.amount_formatted, '1500 JPY');
  const orders = (await ask('get_order_history', { email: who.email })).value.orders;
  assert.equal(orders.find((one) => one.id === dinars.id).amount_formatted, '1.500 KWD');
  const part = (await ask('issue_refund', { email: who.email, order: dinars.id, amount: 250, confirmed: true })).value;
  assert.equal(part.refund.amount_formatted, '0.250 KWD');
  assert.deepEqual((await refundsOf(dinars.payment)).map((one) => one.amount), [250]);
  assert.equal((await order(dinars.id)).refunded, 250);
  await ask('issue_refund', { email: who.email, order: yen.id, amount: 500, confirmed: true });
  const ago = (days) => new Date(Date.now() - days * day).toISOString().slice(0, 10);
  const sums = (await ask('revenue_summary', { from: ago(2), to: ago(0) })).value.by_currency;
  const jpy = sums.find((one) => one.currency === 'jpy');
  assert.deepEqual([jpy.orders, jpy.amount, jpy.refunded_formatted], [1, 1500, '500 JPY']);
  const kwd = sums.find((one) => one.currency === 'kwd');
  assert.deepEqual([kwd.amount_formatted, kwd.refunded_formatted], ['1.500 KWD', '0.250 KWD']);
});

test('how old an order may be is a setting, and explain says it', async (t) => {
  const strict = await startGateway(t, { 'orders.refund_days': 30 });
  const of = (await strict.connect({ orders: 'tables' })).id;
  const paid = (await request(`http://${strict.ports.sandbox}/v1/payment_intents`, { method: 'POST',
    body: 'amount=900&currency=usd&payment_method=pm_card_visa&confirm=true',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/x-www-form-urlencoded' } })).body;
  const records = [{ type: 'customer', id: 'c', email: 'old@example.com', name: 'Old', created_at: '2026-01-01T00:00:00Z' },
    { type: 'order', id: 'o', customer_id: 'c', payment_id: paid.id, amount: 900, currency: 'usd', created_at: new Date(Date.now() - 31 * day).toISOString() }];
  await strict.admin('POST', `/integrated-account/${of}/orders/import`, records.map((one) => JSON.stringify(one)).join('\n'), { headers: { 'content-type': 'application/jsonl' } });
  const made = await strict.mint({ account: of });
  const { value } = await call(made.url, 'issue_refund', { email: 'old@example.com', order: 'o', confirmed: true });
  assert.equal(value.error.code, 'order_age');
  assert.match(JSON.stringify(value), /at most 30 days old/);
  const told = await strict.must('POST', `/integrated-account/${of}/mcp/${made.id}/explain`, { tool: 'issue_refund', arguments: { email: 'old@example.com', payment: paid.id } });
  assert.equal(told.refund_age_days_max, 30);
  for (const wrong of [0, 3651])
    assert.match(runBinary(['config', 'print', '--orders-refund-days', String(wrong)]).stderr, /orders\.refund_days must be from 1 to 3650/);
});

test('several orders are listed and none is guessed; several customers with one address are all meant', async () => {
  const who = await customer();
  const same = await customer(who.email.toUpperCase());
  const one = await buy(who, 900);
  const two = await buy(same, 900);
  const choice = (await ask('issue_refund', { email: who.email, confirmed: true })).value;
  assert.equal(choice.done, false);
  assert.deepEqual(new Set(choice.orders.map((each) => each.id)), new Set([one.id, two.id]));
  assert.equal((await ask('lookup_customer', { email: who.email })).value.customers.length, 2);
});

test('orders are listed page by page; a link is made; a payment is flagged', async () => {
  const who = await customer();
  const bought = [];
  for (let i = 0; i < 3; ++i) bought.push(await buy(who, 700 + i, { ago: day * (3 - i) }));
  const page = (await ask('get_order_history', { email: who.email, limit: 2 })).value;
  const rest = (await ask('get_order_history', { email: who.email, limit: 2, next_cursor: page.next_cursor })).value;
  assert.deepEqual([...page.orders, ...rest.orders].map((one) => one.id), bought.map((one) => one.id).reverse());
  assert.equal(rest.next_cursor, null);
  const link = (await ask('create_payment_link', { amount: 2500, currency: 'usd', description: 'Workshop' })).value;
  assert.match(link.url, /^https:/);
  assert.equal(link.amount_formatted, '25.00 USD');
  const flag = (await ask('flag_for_review', { payment: bought[0].payment, note: 'odd' })).value;
  assert.equal(flag.order, bought[0].id);
  const [noted] = await refundLog(bought[0].id);
  assert.deepEqual([noted.id, noted.amount, noted.reason], [flag.flag, 0, 'odd']);
});

test('resources and prompts know the orders', async () => {
  const who = await customer();
  const bought = await buy(who, 800);
  const read = async (uri) => JSON.parse((await legacy(server.url, 'resources/read', { uri })).body.result.contents[0].text);
  assert.equal((await read(`customer://${who.email}`)).orders.orders[0].id, bought.id);
  const { latest_charge: charge } = await stripe('GET', `/v1/payment_intents/${bought.payment}`);
  assert.equal((await read(`payment://${charge}`)).orders[0].id, bought.id);
  const names = (await legacy(server.url, 'prompts/list')).body.result.prompts.map((one) => one.name);
  assert.ok(names.includes('find_refund_candidates'));
  const text = (await legacy(server.url, 'prompts/get', { name: 'daily_revenue_report', arguments: {} })).body.result.messages[0].content.text;
  assert.match(text, /`revenue_summary`/);
});

test('the tools are there only with orders, only as far as the filter goes, and explain names their calls', async () => {
  const listed = await toolNames(server.url);
  for (const tool of tools) assert.ok(listed.includes(tool), tool);
  const bare = await gateway.mint({});
  const without = await toolNames(bare.url);
  for (const tool of tools) assert.ok(!without.includes(tool), tool);
  const prompts = (await legacy(bare.url, 'prompts/list')).body.result.prompts.map((one) => one.name);
  assert.ok(!prompts.includes('find_refund_candidates'));
  const tagged = await gateway.mint({ account, config: { tags: ['operations'] } });
  assert.deepEqual((await toolNames(tagged.url)).sort(), ['flag_for_review', 'get_order_history', 'revenue_summary']);
  const told = await gateway.must('GET', `/integrated-account/${account}/mcp/${server.id}/tools`);
  assert.deepEqual(told.result.map((one) => one.name).filter((name) => tools.includes(name)), tools);
  assert.equal(tagged.tools.listed, (await toolNames(tagged.url)).length);
  const preview = await gateway.must('GET', `/integrated-account/${account}/tools?tags=operations`);
  assert.deepEqual([preview.tool_count, preview.list.listed], [3, 3]);
  const refusedRule = await gateway.admin('POST', `/integrated-account/${account}/mcp`,
    { name: 'Rule', config: { guardrails: [{ id: 'no', tools: ['issue_refund'], then: 'deny' }] } });
  assert.deepEqual([refusedRule.status, refusedRule.body.code], [400, 'composite_tool'], refusedRule.text);
  const reading = await gateway.mint({ account, config: { methods: ['read'] } });
  assert.ok(!(await toolNames(reading.url)).includes('issue_refund'));
  const explained = await gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`,
    { tool: 'issue_refund', arguments: { email: 'a@b.example', payment: 'pi_1', amount: 900 } });
  assert.deepEqual([explained.allowed, explained.made_of], [true, ['create_a_stripe_refund']]);
  assert.equal(explained.refund.request.body, 'payment_intent=pi_1&amount=900');
});

test('demo seed fills a test account once, and refuses a live one', async (t) => {
  const seed = (of, id) => runBinaryAsync(['demo', 'seed', '--url', of.adminBase, '--account', id], { env: { TOLLGATE_API_KEY: of.apiKey } });
  const { id } = await gateway.connect();
  const first = await seed(gateway, id);
  assert.deepEqual([first.status, first.stderr], [0, ''], first.stdout);
  const list = async (email) => (await gateway.must('GET', `/integrated-account/${id}/orders?email=${email}`)).result;
  const sarah = await list('sarah@example.com');
  assert.deepEqual(sarah.map((one) => one.amount), [4999, 4999, 1900]);
  assert.equal(new Date(sarah[0].created_at) - new Date(sarah[1].created_at), 3 * 60_000);
  const again = await seed(gateway, id);
  assert.deepEqual([again.status, again.stdout], [0, 'The demo data is there already.\n']);
  assert.equal((await list('sarah@example.com')).length, 3);
  const servers = (await gateway.must('GET', `/integrated-account/${id}/mcp`)).result;
  assert.deepEqual(new Set(servers.map((one) => one.status)), new Set(['revoked']), 'no MCP URL of it remains');

  const live = await startGateway(t, { 'sandbox.enabled': false });
  const account = await live.connect({ credential: 'rk_live_000000000000000000000000' });
  const refusal = await seed(live, account.id);
  assert.equal(refusal.status, 1);
  assert.match(refusal.stderr, /live: nothing was made/);
  assert.equal((await live.must('GET', `/integrated-account/${account.id}`)).orders, 'none');
});

test('demo seed makes anew what a sandbox has forgotten', async (t) => {
  const own = await startGateway(t);
  const { id } = await own.connect();
  const seed = async () => (await runBinaryAsync(['demo', 'seed', '--url', own.adminBase, '--account', id], { env: { TOLLGATE_API_KEY: own.apiKey } })).stdout;
  assert.match(await seed(), /^Made 5 customers/);
  await own.stop();
  await own.start();
  assert.match(await seed(), /^Made 5 customers/);
  const { url } = await own.mint({ account: id });
  assert.equal((await ask('issue_refund', { email: 'sarah@example.com', order: 'latest' }, url)).value.refund.amount, 4999);
});
