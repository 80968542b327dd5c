// Exceptions from rules through the built binary, what metrics count of rules, and a freeze as a layer.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
afterEach(() => { upstream.requests.length = 0; });

const small = { id: 'small', tools: [refund], max_value: { argument: 'amount', value: 500 } };
const mint = (guardrails) => gateway.mint({ account, config: { guardrails } });
const path = (server) => `/integrated-account/${account}/mcp/${server.id}`;
const give = (server, amount = 900) => call(server.url, refund, { charge: 'ch_1', amount });
const input = { layer: 'server', rule: 'small', seconds: 3600, reason: 'Outage on Monday' };
const metric = async (name, rule) => {
  const text = await gateway.metrics();
  return Number(new RegExp(`^${name}\\{[^}]*rule="${rule}"[^}]*\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
};

test('an exception lets one rule not hold for one MCP server, is shown while it is open, and ends', async () => {
  const [one, two] = [await mint([small, { id: 'other', tools: [refund], max_value: { argument: 'amount', value: 1000 } }]), await mint([small])];
  assert.equal((await give(one)).value.error.code, 'small');
  const made = await gateway.must('POST', `${path(one)}/exception`, input);
  assert.match(made.id, /^exc_/);
  assert.equal(Date.parse(made.ends_at) - Date.parse(made.created_at), 3_600_000);
  assert.equal((await give(one)).isError, false);
  assert.equal((await give(one, 1001)).value.error.code, 'other', 'the other rules hold');
  assert.equal((await give(two)).value.error.code, 'small', 'and other servers have no exception');
  assert.deepEqual((await gateway.must('GET', path(one))).exceptions, [made]);
  assert.equal((await gateway.must('GET', path(one))).config.exceptions, undefined);
  assert.deepEqual((await gateway.must('GET', `${path(one)}/exception`)).result, [made]);
  // Those of the whole team.
  const open = async () => (await gateway.must('GET', '/mcp?exception=open')).result.map((server) => [server.id, server.exceptions]);
  assert.deepEqual(await open(), [[one.id, [made]]]);
  assert.equal((await gateway.must('POST', '/mcp/find', { exception: 'open' })).result.length, 1);
  assert.equal((await gateway.admin('GET', '/mcp?exception=any')).body.code, 'unknown_value');
  const explained = await gateway.must('POST', `${path(one)}/explain`, { tool: refund, arguments: { charge: 'ch_1', amount: 900 } });
  assert.deepEqual([explained.allowed, explained.excepted], [true, ['small']]);
  const { result } = await gateway.must('GET', `/audit?mcp_server_id=${one.id}&kind=write_intended`);
  assert.equal(result[0].would_deny, 'server/small');
  // A change of the config keeps it; the config cannot name one.
  await gateway.must('PATCH', path(one), { config: { guardrails: [small] } });
  assert.equal((await give(one)).isError, false);
  assert.equal((await gateway.admin('PATCH', path(one), { config: { exceptions: [] } })).status, 400);
  const again = await gateway.admin('POST', `${path(one)}/exception`, input);
  assert.deepEqual([again.status, again.body.code], [409, 'exception_open']);
  await gateway.must('DELETE', `${path(one)}/exception/${made.id}`);
  assert.equal((await give(one)).value.error.code, 'small');
  assert.equal((await gateway.must('GET', path(one))).exceptions, undefined);
  assert.deepEqual(await open(), []);
  assert.equal((await gateway.admin('DELETE', `${path(one)}/exception/${made.id}`)).status, 404);
  await until('both changes in the audit log', async () => {
    const page = await gateway.must('GET', '/audit?kind=admin_finished');
    return page.result.filter((entry) => JSON.stringify(entry).includes(made.id)).length >= 2;
  });
});

test('there is an exception from a rule of the team, and none from what always refuses, ended or is wrong', async () => {
  await gateway.must('PUT', '/team/policy', { rules: [{ ...small, id: 'team_small' }] });
  const server = await mint([{ id: 'never', tools: [refund] }]);
  const refused = async (more, status, code) => {
    const answer = await gateway.admin('POST', `${path(server)}/exception`, { ...input, ...more });
    assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
  };
  await refused({ rule: 'never' }, 409, 'rule_always_denies');
  await refused({ rule: 'absent' }, 404, 'rule_not_found');
  await refused({ layer: 'frozen', rule: 'frozen' }, 400, 'unknown_value');
  await refused({ layer: 'live_writes', rule: 'allow_live_writes' }, 400, 'unknown_value');
  await refused({ seconds: 86_401 }, 400, 'out_of_range');
  await refused({ seconds: undefined }, 400, 'out_of_range');
  await refused({ reason: '' }, 400, 'invalid_reason');
  const plain = await gateway.mint({ account });
  const team = { ...input, layer: 'team', rule: 'team_small' };
  const operator = await gateway.must('POST', '/api-key', { name: 'o', role: 'operator' });
  assert.equal((await gateway.admin('POST', `${path(plain)}/exception`, team, { key: operator.key })).status, 403);
  await gateway.must('POST', `${path(plain)}/exception`, team);
  assert.equal((await give(plain)).isError, false);
  await gateway.must('DELETE', path(plain));
  assert.equal((await gateway.admin('POST', `${path(plain)}/exception`, { ...team, rule: 'team_small' })).status, 409);
  await gateway.must('PUT', '/team/policy', { rules: [] });
});

test('metrics count what rules denied, observed, and did not decide because of an exception', async () => {
  const server = await mint([{ ...small, id: 'counted' }, { ...small, id: 'watched', mode: 'observe' }]);
  await give(server);
  assert.equal(await metric('tollgate_policy_denied_total', 'counted'), 1);
  await gateway.must('POST', `${path(server)}/exception`, { ...input, rule: 'counted' });
  await give(server);
  assert.equal(await metric('tollgate_policy_denied_total', 'counted'), 1);
  assert.equal(await metric('tollgate_policy_observed_total', 'watched'), 1);
  assert.equal(await metric('tollgate_policy_observed_total', 'counted'), 1);
  assert.equal(await metric('tollgate_policy_excepted_total', 'counted'), 1);
});

test('a freeze is a layer before all rules, in the audit record and in explain', async () => {
  const server = await mint([small]);
  await gateway.must('POST', `/integrated-account/${account}/freeze`);
  assert.equal((await give(server)).value.error.type, 'frozen');
  const shown = await gateway.must('POST', `${path(server)}/explain`, { tool: refund, arguments: { charge: 'ch_1', amount: 1 } });
  assert.deepEqual([shown.refused_by.rule, shown.refused_by.layer], ['frozen', 'frozen']);
  await gateway.must('DELETE', `/integrated-account/${account}/freeze`);
  const result = await until('its record', async () => {
    const page = await gateway.must('GET', `/audit?mcp_server_id=${server.id}&rule=frozen`);
    return page.result.length === 1 && page.result;
  });
  assert.equal(result[0].layer, 'frozen');
});
