// One decision, whatever the way to a tool: its name, the search tools, a resource, the tool fetch, a prompt, a composite tool, and what
// explain says. Each way is asked the same of the same rules, and must answer the same.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect({ orders: 'tables' })).id;
const open = await gateway.mint({ account });
const get = 'get_single_stripe_customer_by_id';
const refund = 'create_a_stripe_refund';
const mint = (guardrails, config = {}) => gateway.mint({ account, config: { guardrails, ...config } });
const made = async (tool, args) => {
  const { value, isError } = await call(open.url, tool, args);
  assert.equal(isError, false, JSON.stringify(value));
  return value;
};

// 'allowed', 'left out' (nothing of that kind is there), or the rule that refused: in an error of MCP it stands in the sentence.
function decisionIn({ body }) {
  const sentence = (text) => /\(rule '([^']+)'/.exec(text)?.[1]
    ?? (/tool lists leave it out|object_not_exposed|not_exposed/.test(text) ? 'left out' : `another refusal: ${text}`);
  if (body.error) return sentence(JSON.stringify(body.error));
  const { result } = body;
  if (!result.isError) return 'allowed';
  const { error } = JSON.parse(result.content[0].text);
  return error.type === 'policy_denied' ? error.code : sentence(JSON.stringify(error));
}
const asked = async (server, method, params) => decisionIn(await legacy(server.url, method, params));
const explained = async ({ id }, tool, args) => {
  const said = await gateway.must('POST', `/integrated-account/${account}/mcp/${id}/explain`, { tool, arguments: args });
  return said.allowed ? 'allowed' : said.refused_by.rule;
};

// The same of the call through a search tool.
const explainedThrough = ({ id }, tool, operation, args) => explained({ id }, tool, { operation, arguments: args });
// The newest record of a server, once there are `count`.
const recorded = (server, count = 1) => until('its record', async () => {
  const { result } = await gateway.must('GET', `/audit?mcp_server_id=${server.id}`);
  return result.length >= count && result[0];
});

const customers = [(await made('create_a_stripe_customer', { email: 'one@example.com', name: 'One' })).id,
  (await made('create_a_stripe_customer', { email: 'two@example.com', name: 'Two' })).id];
const [first, second] = customers;
const of = (rest) => ({ id: 'rule_1', tools: [get], ...rest });
const beginning = second.slice(0, -1);
// Rules about a read, and the customers whose read each refuses.
const readRules = [
  ['denied_values', of({ denied_values: { argument: 'id', values: [second] } }), [second]],
  ['allowed_values', of({ allowed_values: { argument: 'id', values: [second] } }), [first]],
  ['pattern', of({ pattern: { argument: 'id', value: `${second}|cus_x.*` } }), [first]],
  ['prefix', of({ prefix: { argument: 'id', values: [beginning, 'cus_no'] } }), first.startsWith(beginning) ? [] : [first]],
  ['max_length', of({ max_length: { argument: 'id', value: 5 } }), customers],
  ['forbidden_arguments', of({ forbidden_arguments: ['id'] }), customers],
  ['dates that are over', of({ dates: { until: '2026-01-01T00:00:00Z' } }), customers],
  ['every call', of({}), customers],
  ['every call of the tag', { id: 'rule_1', tags: ['customers'], methods: ['get'] }, customers],
  ['a rule that observes', of({ max_length: { argument: 'id', value: 5 }, mode: 'observe' }), []],
  ['a rule about another tool', of({ tools: ['get_single_stripe_charge_by_id'] }), []],
];
const readWays = {
  'its name': (servers, id) => asked(servers.listed, 'tools/call', { name: get, arguments: { id } }),
  'the search tools': (servers, id) => asked(servers.searching, 'tools/call', { name: 'read_stripe', arguments: { operation: get, arguments: { id } } }),
  'a resource': (servers, id) => asked(servers.listed, 'resources/read', { uri: `stripe://customer/${id}` }),
  'the tool fetch': (servers, id) => asked(servers.listed, 'tools/call', { name: 'fetch', arguments: { id } }),
};
for (const [name, rule, refused] of readRules)
  test(`a read, ${name}: every way has the decision that the rule means, and explain says it`, async () => {
    const servers = { listed: await mint([rule], { deep_research: true }), searching: await mint([rule], { listing: 'search' }) };
    for (const id of customers) {
      const expected = refused.includes(id) ? 'rule_1' : 'allowed';
      assert.equal(await explained(servers.listed, get, { id }), expected, id);
      assert.equal(await explainedThrough(servers.searching, 'read_stripe', get, { id }), expected, `through read_stripe, ${id}`);
      for (const [way, ask] of Object.entries(readWays)) assert.equal(await ask(servers, id), expected, `${way}, ${id}`);
    }
  });

test('a tool that no call is allowed of is in no list, and a prompt that needs it is not offered', async () => {
  const needs = { name: 'payment_link', tool: 'create_a_stripe_checkout_session' };
  const prompts = async ({ url }) => (await legacy(url, 'prompts/list')).body.result.prompts.map((one) => one.name);
  const templates = async ({ url }) => (await legacy(url, 'resources/templates/list')).body.result.resourceTemplates.map((one) => one.uriTemplate);
  assert.ok((await prompts(open)).includes(needs.name) && (await templates(open)).includes('stripe://customer/{id}'));
  const server = await mint([{ id: 'none', tools: [needs.tool, get, 'create_a_stripe_payment_link', refund] }], { listing: 'full' });
  const names = await toolNames(server.url);
  for (const gone of [needs.tool, get, refund, 'issue_refund']) assert.ok(!names.includes(gone), gone);
  for (const kept of ['list_all_stripe_customers', 'list_payments']) assert.ok(names.includes(kept), kept);
  assert.ok(!(await prompts(server)).includes(needs.name));
  assert.ok(!(await templates(server)).includes('stripe://customer/{id}'));
  const prompt = ({ url }) => legacy(url, 'prompts/get', { name: needs.name, arguments: { item: 'Tea', amount: '5', currency: 'usd' } });
  assert.equal((await prompt(open)).body.error, undefined);
  assert.match((await prompt(server)).body.error.message, /\(rule 'none' of/);
});

test('the record of a read that a rule refuses for good has its tool and the rule, whatever the way', async () => {
  for (const [way, ask] of Object.entries(readWays)) {
    const server = await mint([of({})], way === 'the search tools' ? { listing: 'search' } : { deep_research: true });
    assert.equal(await ask({ listed: server, searching: server }, first), 'rule_1', way);
    const one = await recorded(server);
    assert.deepEqual([one.tool, one.decision, one.rule, one.layer], [get, 'refused', 'rule_1', 'server'], way);
  }
});

test('the record of a prompt that a rule refuses has the tool that it needs and the rule', async () => {
  const server = await mint([{ id: 'none', tools: ['create_a_stripe_checkout_session', 'create_a_stripe_payment_link'] }]);
  await legacy(server.url, 'prompts/get', { name: 'payment_link', arguments: { item: 'Tea', amount: '5', currency: 'usd' } });
  const one = await recorded(server);
  assert.deepEqual([one.mcp_method, one.tool, one.decision, one.rule, one.layer],
    ['prompts/get', 'create_a_stripe_checkout_session', 'refused', 'none', 'server']);
});

test('through the search tools, an operation is recorded by its name: left out by the filter, or called in a wrong way', async () => {
  const server = await mint([], { listing: 'search', methods: ['get'] });
  const through = (args) => call(server.url, 'read_stripe', args);
  await through({ operation: 'list_all_stripe_customers', arguments: {} });
  const hidden = await recorded(server);
  assert.deepEqual([hidden.tool, hidden.decision, hidden.rule], ['list_all_stripe_customers', 'refused', 'not_exposed']);
  await through({ operation: get, arguments: 'none' });
  const wrong = await recorded(server, 2);
  assert.deepEqual([wrong.tool, wrong.decision, wrong.rule], [get, 'refused', 'arguments']);
});

test('describe_stripe_operation names the rule that refuses an operation, and the filter that leaves one out', async () => {
  const server = await mint([of({})], { listing: 'search', methods: ['get'] });
  const described = async (operation) => (await call(server.url, 'describe_stripe_operation', { operation })).value.error.message;
  assert.match(await described(get), /cannot be called.*\(rule 'rule_1' of/);
  assert.match(await described('list_all_stripe_customers'), /methods, tags or tool lists leave it out/);
});

// A payment of an order, so that the composite tool can refund it.
async function bought() {
  const paid = await made('create_a_stripe_payment_intent', { amount: 5000, currency: 'usd', customer: customers[0], payment_method: 'pm_card_visa', confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' } });
  const records = [{ type: 'customer', id: 'c1', email: 'one@example.com', name: 'One', stripe_customer_id: customers[0], created_at: '2026-01-01T00:00:00Z' },
    { type: 'order', id: `o_${paid.id}`, customer_id: 'c1', payment_id: paid.id, amount: 5000, currency: 'usd', created_at: new Date(Date.now() - 86_400_000).toISOString() }];
  const done = await gateway.admin('POST', `/integrated-account/${account}/orders/import`, records.map((one) => JSON.stringify(one)).join('\n'),
    { headers: { 'content-type': 'application/jsonl' } });
  assert.equal(done.body.rejected, 0, done.text);
  return { payment: paid.id, order: `o_${paid.id}` };
}
const writeWays = {
  'its name': (servers, about, amount) => asked(servers.listed, 'tools/call', { name: refund, arguments: { payment_intent: about.payment, amount } }),
  'the search tools': (servers, about, amount) => asked(servers.searching, 'tools/call',
    { name: 'write_stripe', arguments: { operation: refund, arguments: { payment_intent: about.payment, amount } } }),
  'a composite tool': (servers, about, amount) => asked(servers.listed, 'tools/call',
    { name: 'issue_refund', arguments: { email: 'one@example.com', order: about.order, amount, reason: 'duplicate', confirmed: true } }),
};
const refunds = (rest) => ({ id: 'rule_1', tools: [refund], ...rest });
// Each lets one of the amounts pass: 500, or 501.
const writeRules = [
  ['max_value', refunds({ max_value: { argument: 'amount', value: 500 } }), 501],
  ['max_value of the tag', { id: 'rule_1', tags: ['refunds'], max_value: { argument: 'amount', value: 500 } }, 501],
  ['min_value', refunds({ min_value: { argument: 'amount', value: 501 } }), 500],
  ['a cap', refunds({ cap: { argument: 'amount', amounts: { usd: 500 }, seconds: 3600 } }), 501],
  ['denied_values', refunds({ denied_values: { argument: 'amount', values: ['500'] } }), 500],
];
for (const [name, rule, refused] of writeRules)
  test(`a write, ${name}: every way has the same decision`, async () => {
    for (const amount of [500, 501]) {
      const decisions = {};
      for (const [way, ask] of Object.entries(writeWays)) {
        // Of its own, so that a cap counts nothing of the way before.
        const servers = { listed: await mint([rule]), searching: await mint([rule], { listing: 'search' }) };
        decisions[way] = await ask(servers, await bought(), amount);
      }
      const expected = amount === refused ? 'rule_1' : 'allowed';
      assert.deepEqual(decisions, Object.fromEntries(Object.keys(writeWays).map((way) => [way, expected])), String(amount));
    }
  });
