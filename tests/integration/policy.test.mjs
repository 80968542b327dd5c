// Rules on calls through the built binary: guardrails of an MCP server, policies of an account and a team, live writes.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 500, currency: 'usd' });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
afterEach(() => { upstream.requests.length = 0; });

const writes = () => upstream.requests.filter((sent) => sent.method === 'POST').length;
const mint = (guardrails, config = {}) => gateway.mint({ account, config: { guardrails, ...config } });
const small = { id: 'small_refunds', tools: [refund], max_value: { argument: 'amount', value: 500 } };

async function denied(url, args, rule, name = refund) {
  const answer = await call(url, name, args);
  assert.equal(answer.isError, true, JSON.stringify(answer.value));
  assert.equal(answer.value.error.type, 'policy_denied');
  assert.equal(answer.value.error.code, rule);
  assert.equal(writes(), 0);
  return answer.value.error;
}

test('a guardrail refuses a call before anything is sent, says what would be allowed, and is in the audit log', async () => {
  const server = await mint([small]);
  const error = await denied(server.url, { charge: 'ch_1', amount: 501 }, 'small_refunds');
  assert.equal(error.message, "'amount' is 501, and at most 500 is allowed. (rule 'small_refunds' of this MCP server's guardrails)");
  assert.equal(error.next_step, 'Nothing was sent. Allowed: at most 500.');
  await denied(server.url, { charge: 'ch_1' }, 'small_refunds'); // the whole charge
  const done = await call(server.url, refund, { charge: 'ch_1', amount: 500 });
  assert.equal(done.isError, false, JSON.stringify(done.value));
  const result = await until('both records', async () => {
    const page = await gateway.must('GET', `/audit?mcp_server_id=${server.id}&rule=small_refunds`);
    return page.result.length === 2 && page.result;
  });
  assert.equal(result[0].layer, 'server');
  assert.equal(result[0].decision, 'refused');
  assert.equal(result[0].policy_version, 1);
});

test('every door has the same rules: by name and through the search tools', async () => {
  const server = await mint([small], { listing: 'search' });
  const args = { charge: 'ch_1', amount: 501 };
  const byName = await denied(server.url, args, 'small_refunds');
  const search = (await toolNames(server.url)).find((name) => /call|write|run/.test(name));
  const described = await legacy(server.url, 'tools/list');
  const tool = described.body.result.tools.find((one) => one.inputSchema.properties?.arguments && one.name === search) ??
    described.body.result.tools.find((one) => one.inputSchema.properties?.arguments && !one.annotations.readOnlyHint);
  const through = await call(server.url, tool.name, { [Object.keys(tool.inputSchema.properties)[0]]: refund, arguments: args });
  assert.deepEqual(through.value.error, byName);
  assert.equal(writes(), 0);
});

test('a policy of the team is in force for the next call, and again when it is changed', async () => {
  const server = await mint([]);
  const first = await gateway.must('PUT', '/team/policy', { rules: [{ ...small, id: 'team_rule' }] });
  await denied(server.url, { charge: 'ch_1', amount: 501 }, 'team_rule');
  const second = await gateway.must('PUT', '/team/policy', { rules: [], version: first.version });
  assert.equal(second.version, first.version + 1);
  assert.equal((await call(server.url, refund, { charge: 'ch_1', amount: 501 })).isError, false);
  const stale = await gateway.admin('PUT', '/team/policy', { rules: [], version: first.version });
  assert.equal(stale.status, 409);
  const { result } = await gateway.must('GET', '/team/policy/versions');
  assert.deepEqual(result.map((one) => one.version), [second.version, first.version]);
  assert.equal(result[1].rules[0].id, 'team_rule');
  assert.deepEqual(await gateway.must('GET', '/team/policy'), result[0]);
});

test('layers: team before account before server, and a denial before an approval', async () => {
  const server = await mint([{ ...small, id: 'of_server' }]);
  await gateway.must('PUT', `/integrated-account/${account}/policy`,
    { rules: [{ id: 'of_account', max_value: { argument: 'amount', value: 600 } }] });
  await denied(server.url, { charge: 'ch_1', amount: 601 }, 'of_account');
  await denied(server.url, { charge: 'ch_1', amount: 501 }, 'of_server');
  await gateway.must('PUT', `/integrated-account/${account}/policy`, { rules: [] });
});

test('a tool that no argument could make allowed is not listed, and a call of it says why', async () => {
  const server = await mint([{ id: 'no_deletes', methods: ['delete'] }, { id: 'no_refunds', tags: ['payments'], methods: ['create'], tools: [refund] }]);
  const names = await toolNames(server.url);
  assert.ok(!names.includes(refund) && names.every((name) => !name.startsWith('delete_')));
  const called = await legacy(server.url, 'tools/call', { name: refund, arguments: { charge: 'ch_1' } });
  assert.match(JSON.stringify(called.body), /cannot be called\. No call of this tool is allowed\. \(rule 'no_refunds' of this MCP server's guardrails\)/);
  const result = await until('its record', async () => {
    const page = await gateway.must('GET', `/audit?mcp_server_id=${server.id}&rule=no_refunds`);
    return page.result.length === 1 && page.result;
  });
  assert.equal(result[0].layer, 'server');
  assert.equal(writes(), 0);
});

test('a rule that observes refuses nothing, and the record says that it would have', async () => {
  const server = await mint([{ ...small, mode: 'observe' }]);
  assert.equal((await call(server.url, refund, { charge: 'ch_1', amount: 501 })).isError, false);
  const { result } = await gateway.must('GET', `/audit?mcp_server_id=${server.id}&kind=write_intended`);
  assert.equal(result[0].would_deny, 'server/small_refunds');
});

test('a limit on calls counts calls that are sent, not those that are refused', async () => {
  const server = await mint([small, { id: 'two_a_minute', tools: [refund], max_calls: { calls: 2, seconds: 60 } }]);
  await denied(server.url, { charge: 'ch_1', amount: 501 }, 'small_refunds');
  for (const amount of [1, 2]) assert.equal((await call(server.url, refund, { charge: 'ch_1', amount })).isError, false);
  upstream.requests.length = 0;
  await denied(server.url, { charge: 'ch_1', amount: 3 }, 'two_a_minute');
});

test('a limit on calls counts the tools of its rule together, or with each_tool each by itself', async () => {
  const [one, other] = ['list_all_stripe_customers', 'list_all_stripe_refunds'];
  upstream.script = (asked, response) => json(response, 200, asked.method === 'GET' ? { object: 'list', data: [], has_more: false }
    : { id: 're_1', object: 'refund', amount: 500, currency: 'usd' });
  const max = { calls: 1, seconds: 600 };
  const together = await mint([{ id: 'one', tools: [one, other], max_calls: max }]);
  assert.equal((await call(together.url, one)).isError, false);
  await denied(together.url, {}, 'one', other);
  const each = await mint([{ id: 'one', tools: [one, other], max_calls: { ...max, each_tool: true } }]);
  for (const tool of [one, other]) assert.equal((await call(each.url, tool)).isError, false);
  for (const tool of [one, other]) await denied(each.url, {}, 'one', tool);
});

test('a rule in a base currency takes amounts by their worth, to the unit, and none without a rate', async () => {
  const intent = 'create_a_stripe_payment_intent';
  const base = { currency: 'usd', value: 1000, rates: { eur: '1.0842' }, until: new Date(Date.now() + 3_600_000).toISOString() };
  const server = await mint([{ id: 'worth', tools: [intent], max_value: { argument: 'amount', base } }]);
  for (const [amount, currency] of [[1001, 'usd'], [923, 'eur'], [100, 'gbp']]) await denied(server.url, { amount, currency }, 'worth', intent);
  for (const [amount, currency] of [[1000, 'usd'], [922, 'eur']])
    assert.equal((await call(server.url, intent, { amount, currency })).isError, false, `${amount} ${currency}`);
  const capped = await mint([{ id: 'sum', tools: [intent], cap: { argument: 'amount', seconds: 3600, base } }]);
  assert.equal((await call(capped.url, intent, { amount: 500, currency: 'eur' })).isError, false); // 542.10, rounded up
  upstream.requests.length = 0;
  await denied(capped.url, { amount: 458, currency: 'usd' }, 'sum', intent);
  assert.equal((await call(capped.url, intent, { amount: 457, currency: 'usd' })).isError, false);
});

test('a live account is only read, until its MCP server allows live writes by name', async () => {
  const live = await gateway.connect({ credential: ['rk', 'live', 'test00000000000000000000'].join('_') });
  const server = await gateway.mint({ account: live.id });
  assert.equal(server.config.allow_live_writes, false);
  assert.ok(!(await toolNames(server.url)).includes(refund));
  const refused = await legacy(server.url, 'tools/call', { name: refund, arguments: { charge: 'ch_1' } });
  assert.match(JSON.stringify(refused.body), /An administrator can set config\.allow_live_writes of this MCP server to true/);
  const patched = await gateway.must('PATCH', `/integrated-account/${live.id}/mcp/${server.id}`, { config: { methods: ['write', 'read'] } });
  assert.equal(patched.config.allow_live_writes, false, 'leaving it out does not switch it on');
  await gateway.must('PATCH', `/integrated-account/${live.id}/mcp/${server.id}`, { config: { allow_live_writes: true } });
  assert.ok((await toolNames(server.url)).includes(refund));
  // The rules let it go; a live key is sent to no host of a test.
  const sent = await call(server.url, refund, { charge: 'ch_1', amount: 1 });
  assert.equal(sent.value.error.code, 'live_key_refused');
});

test('the team can allow live writes for all of its MCP servers; a freeze is asked first', async () => {
  const live = await gateway.connect({ credential: ['rk', 'live', 'test00000000000000000000'].join('_') });
  const server = await gateway.mint({ account: live.id });
  const team = async (value) => assert.equal((await gateway.must('PATCH', '/team', { allow_live_writes: value })).allow_live_writes, value);
  const explain = () => gateway.must('POST', `/integrated-account/${live.id}/mcp/${server.id}/explain`,
    { tool: refund, arguments: { charge: 'ch_1', amount: 1 } });
  assert.equal((await gateway.must('GET', '/team')).result[0].allow_live_writes, false, 'off unless an admin turns it on');
  assert.equal((await explain()).refused_by.layer, 'live_writes');
  await team(true);
  assert.ok((await toolNames(server.url)).includes(refund));
  assert.equal((await explain()).refused_by, null);
  assert.equal((await call(server.url, refund, { charge: 'ch_1', amount: 1 })).value.error.code, 'live_key_refused');
  const shown = await gateway.must('GET', `/integrated-account/${live.id}/mcp/${server.id}`);
  const made = await gateway.must('POST', `/integrated-account/${live.id}/mcp`, { name: 'second', config: {} });
  assert.deepEqual(made.tools, shown.tools, 'both are shown with their writes');
  await team(false);
  assert.ok(!(await toolNames(server.url)).includes(refund), 'in force for the next call');
  await gateway.must('POST', `/integrated-account/${live.id}/freeze`);
  assert.equal((await explain()).refused_by.layer, 'frozen');
  await legacy(server.url, 'tools/call', { name: refund, arguments: { charge: 'ch_1' } });
  await until('the record', async () => (await gateway.must('GET', `/audit?mcp_server_id=${server.id}`)).result
    .some((one) => one.tool === refund && one.layer === 'frozen'));
});

test('explain says which rule decides, with the request that it decides about', async () => {
  const server = await mint([small]);
  const path = `/integrated-account/${account}/mcp/${server.id}/explain`;
  const shown = await gateway.must('POST', path, { tool: refund, arguments: { charge: 'ch_1', amount: 501 } });
  assert.equal(shown.allowed, false);
  assert.equal(shown.refused_by.rule, 'small_refunds');
  assert.equal(shown.refused_by.layer, 'server');
  assert.equal(shown.request.method, 'POST');
  assert.equal((await gateway.must('POST', path, { tool: refund, arguments: { charge: 'ch_1', amount: 5 } })).allowed, true);
  assert.equal(upstream.requests.length, 0);
});

test('a rule that can never apply, or is written wrongly, is refused with its place', async () => {
  const wrong = async (rules, code, field) => {
    const answer = await gateway.admin('POST', '/team/policy/check', { rules });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.body.code, code);
    assert.equal(answer.body.field, field);
  };
  await wrong([{ id: 'a', max_value: { argument: 'amuont', value: 1 } }], 'no_such_argument', 'rules[0]');
  await wrong([{ id: 'a', tools: ['create_a_stripe_refnd'] }], 'unknown_tool', 'rules[0].tools[0]');
  await wrong([{ id: 'a', max_valu: {} }], 'unknown_field', 'rules[0].max_valu');
  assert.deepEqual(await gateway.must('POST', '/team/policy/check', { rules: [small] }), { valid: true, rules: 1 });
  const made = await gateway.admin('POST', `/integrated-account/${account}/mcp`, { name: 'x', config: { guardrails: [{ id: 'a', then: 'allow' }] } });
  assert.equal(made.status, 400);
  assert.equal(made.body.field, 'config.guardrails[0].then');
});

test('a guardrail that is about nothing the server shows is accepted, and a warning names it', async () => {
  const rules = [{ id: 'small', tools: [refund], max_value: { argument: 'amount', value: 5 } }, { id: 'wide', methods: ['read', 'create'], max_calls: { calls: 5, seconds: 60 } }];
  const made = await gateway.mint({ account, config: { methods: ['read'], guardrails: rules } });
  const warned = ({ tools }) => tools.warnings.filter((one) => one.includes('guardrails'));
  assert.equal(warned(made).length, 1);
  assert.match(warned(made)[0], /'small' of config\.guardrails decides nothing/);
  const path = `/integrated-account/${account}/mcp/${made.id}`;
  assert.deepEqual(warned(await gateway.must('GET', path)), warned(made));
  assert.deepEqual(warned(await gateway.must('PATCH', path, { config: { methods: ['read', 'create'], guardrails: rules } })), []);
});

test('a viewer reads policies and cannot change them; another team has its own', async () => {
  const viewer = await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' });
  assert.equal((await gateway.admin('GET', '/team/policy', undefined, { key: viewer.key })).status, 200);
  assert.equal((await gateway.admin('PUT', '/team/policy', { rules: [] }, { key: viewer.key })).status, 403);
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const key = other.api_key.key;
  assert.equal((await gateway.must('GET', '/team/policy', undefined, { key })).version, 0);
  assert.equal((await gateway.admin('PUT', `/integrated-account/${account}/policy`, { rules: [] }, { key })).status, 404);
});

test('a cap is reserved before a write is sent, and settled by its outcome; a failure gives it back', async () => {
  const server = await mint([{ id: 'daily', tools: [refund],
    cap: { argument: 'amount', amounts: { usd: 1000, eur: 1000 }, period: 'day', time_zone: 'UTC' } }]);
  const caps = () => gateway.must('GET', `/integrated-account/${account}/mcp/${server.id}/caps`).then((page) => page.result);
  const give = (amount) => call(server.url, refund, { charge: 'ch_1', amount });
  const answer = (status, body) => { upstream.script = (asked, response) => json(response, status, body); };
  answer(200, { id: 're_1', object: 'refund', amount: 600, currency: 'usd' });
  assert.equal((await give(600)).isError, false);
  // Claimed in both currencies; the outcome says that it was one of them.
  assert.deepEqual(await caps(), [
    { rule: 'daily', layer: 'server', currency: 'usd', limit: 1000, used: 600, reserved: 0, free: 400 },
    { rule: 'daily', layer: 'server', currency: 'eur', limit: 1000, used: 0, reserved: 0, free: 1000 }]);
  upstream.requests.length = 0;
  const over = await denied(server.url, { charge: 'ch_1', amount: 401 }, 'daily');
  assert.equal(over.message, "The rule allows 1000 usd in its time, and 400 usd of it are left. (rule 'daily' of this MCP server's guardrails)");
  await denied(server.url, { charge: 'ch_1' }, 'daily'); // the whole charge: who knows how much
  const explained = await gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`, { tool: refund, arguments: { charge: 'ch_1', amount: 5 } });
  assert.deepEqual(explained.counted_by, ['daily']);
  answer(400, { error: { type: 'invalid_request_error', message: 'no' } });
  assert.equal((await give(400)).isError, true);
  assert.equal((await caps())[0].free, 400, 'a failure gives it back');
  upstream.script = (asked, response) => { response.socket.destroy(); };
  assert.equal((await give(400)).isError, true);
  const held = (await caps())[0];
  assert.deepEqual([held.used, held.reserved, held.free], [600, 400, 0], 'an unknown outcome keeps it');
  upstream.requests.length = 0;
  await denied(server.url, { charge: 'ch_1', amount: 1 }, 'daily');
});

test('a cap on the number of writes, of all servers of a team together', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 1, currency: 'usd' });
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'three', tools: [refund], cap: { count: 3, seconds: 3600, per: 'team' } }] });
  const [one, two] = [await mint([]), await mint([])];
  const all = await Promise.all([one, two, one, two, one, two].map((server, i) => call(server.url, refund, { charge: 'ch_1', amount: i + 1 })));
  assert.equal(all.filter((done) => !done.isError).length, 3);
  assert.equal(writes(), 3);
  await gateway.must('PUT', '/team/policy', { rules: [] });
});

test('a preset fills in what the config does not have, and each one is what it says', async () => {
  const { result } = await gateway.must('GET', '/preset');
  for (const { id, config } of result) {
    const server = await gateway.mint({ account, config: { preset: id } });
    assert.deepEqual(server.config, { preset: id, ...config });
    const names = await toolNames(server.url);
    assert.ok(names.length > 0, id);
    if (id === 'read_only') assert.equal((await gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`, { tool: refund, arguments: { charge: 'ch_1' } })).allowed, false);
  }
  const explain = async (preset, tool, args) => {
    const server = await gateway.mint({ account, config: { preset } });
    return gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`, { tool, arguments: args });
  };
  assert.equal((await explain('transact', refund, { charge: 'ch_1' })).allowed, false);
  assert.equal((await explain('transact', 'create_a_stripe_customer', { email: 'a@example.com' })).allowed, true);
  assert.equal((await explain('transact', 'cancel_a_stripe_subscription_by_id', { subscription_exposed_id: 'sub_1' })).allowed, false);
  assert.equal((await explain('support', refund, { charge: 'ch_1', amount: 5000 })).allowed, true);
  assert.equal((await explain('support', refund, { charge: 'ch_1', amount: 5001 })).refused_by.effect, 'needs_approval');
  assert.equal((await explain('support', refund, { charge: 'ch_1', amount: 50001 })).refused_by.rule, 'refund_limit');
  assert.equal((await explain('support', 'create_a_stripe_customer', {})).allowed, false);
  const own = await gateway.mint({ account, config: { preset: 'support', guardrails: [] } });
  assert.deepEqual(own.config.guardrails, []);
  const wrong = await gateway.admin('POST', `/integrated-account/${account}/mcp`, { name: 'x', config: { preset: 'suport' } });
  assert.equal(wrong.body.field, 'config.preset');
});

test('a credit for a customer gives a cap no new room', async () => {
  const server = await mint([{ id: 'all', cap: { argument: 'amount', amounts: { usd: 500 }, seconds: 3600 } }]);
  const credit = (amount) => call(server.url, 'create_a_stripe_customer_balance_transaction', { customer_id: 'cus_1', amount, currency: 'usd' });
  upstream.script = (asked, response) => json(response, 200, { id: 'cbtxn_1', object: 'customer_balance_transaction', amount: -400, currency: 'usd' });
  const first = await credit(-400);
  assert.equal(first.isError, false, JSON.stringify(first.value));
  assert.equal((await credit(-101)).value.error.code, 'all');
  assert.equal((await gateway.must('GET', `/integrated-account/${account}/mcp/${server.id}/caps`)).result[0].used, 400);
});

test('replay says which of the recorded calls rules would decide otherwise, and of what it cannot know', async () => {
  const server = await gateway.mint({});
  const other = await gateway.mint({});
  await call(server.url, refund, { charge: 'ch_replay', amount: 900 });
  await call(server.url, 'list_all_stripe_charges', {});
  await call(other.url, 'list_all_stripe_charges', {});
  const replay = (rules, query = '') => gateway.must('POST', `/team/policy/replay?integrated_account_id=${server.account}${query}`, { rules });
  const seen = await until('the calls in the audit log', async () => {
    const done = await replay([{ id: 'no_lists', tools: ['list_all_stripe_charges'] }, { id: 'ask', tools: [refund], then: 'needs_approval' }]);
    return done.calls === 2 && done;
  });
  assert.deepEqual([seen.denied, seen.needs_approval, seen.same, seen.complete], [1, 1, 0, true], JSON.stringify(seen));
  assert.deepEqual(seen.result.map((one) => [one.tool, one.was, one.would_be, one.why]),
    [[refund, 'allowed', 'needs_approval', 'ask'], ['list_all_stripe_charges', 'allowed', 'denied', 'no_lists']]);
  const small = await replay([{ id: 'small', tools: [refund], max_value: { argument: 'amount', value: 500 } }]);
  assert.deepEqual([small.not_known, small.result[0].why], [1, 'small: arguments are not recorded']);
  assert.equal((await replay([], `&recorded_before=${encodeURIComponent(seen.recorded_from)}`)).calls, 0);
  const wrong = await gateway.admin('POST', '/team/policy/replay', { rules: [{ id: 'a', tools: ['nothing'] }] });
  assert.deepEqual([wrong.status, wrong.body.code, wrong.body.field], [400, 'unknown_tool', 'rules[0].tools[0]']);
  assert.equal((await gateway.admin('POST', '/team/policy/replay?recorded_from=yesterday', { rules: [] })).status, 400);
});
