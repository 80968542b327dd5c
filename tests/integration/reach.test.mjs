// What a filter leaves out is not reached through expand, fields or aggregate either.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const tools = { allow: ['list_all_stripe_charges', 'get_single_stripe_charge_by_id'] };
const listed = await gateway.mint({ account, config: { tools } });
const searching = await gateway.mint({ account, config: { tools, listing: 'search' } });
const any = await gateway.mint({ account, config: { tools, expand: 'any' } });
beforeEach(() => { upstream.requests.length = 0; });

const offered = async (server) => {
  const list = (await legacy(server.url, 'tools/list')).body.result.tools;
  return list.find((one) => one.name === 'list_all_stripe_charges').inputSchema.properties.expand?.items.enum ?? [];
};
const refused = ({ value, isError }) => {
  assert.equal(isError, true, JSON.stringify(value));
  assert.equal(value.error.code, 'object_not_exposed', JSON.stringify(value));
  assert.match(value.error.message, /'customer'.*config\.expand/);
};
const name = 'list_all_stripe_charges';

test('an expansion past the filter is refused on every way to a call', async () => {
  refused(await call(listed.url, name, { expand: ['data.customer'] }));
  refused(await call(listed.url, name, { fields: ['customer.email'] }));
  refused(await call(listed.url, name, { expand: ['data.customer'], aggregate: { group_by: 'customer.email' } }));
  refused(await call(listed.url, name, { aggregate: { group_by: 'customer.email', value: 'amount' } }));
  refused(await call(searching.url, 'read_stripe', { operation: name, arguments: { expand: ['data.customer'] } }));
  assert.equal(upstream.requests.length, 0);
});

test('the list and the description leave such paths out', async () => {
  assert.ok(!(await offered(listed)).includes('data.customer'));
  assert.ok((await offered(any)).includes('data.customer'));
  const told = await call(searching.url, 'describe_stripe_operation', { operation: name });
  assert.ok(!JSON.stringify(told.value).includes('data.customer'), JSON.stringify(told.value));
});

test('config.expand any lets Stripe expand what it can', async () => {
  assert.equal(any.config.expand, 'any');
  await call(any.url, name, { expand: ['data.customer'] });
  assert.equal(upstream.requests.length, 1);
  assert.match(upstream.requests[0].path, /expand/);
});

test('explain names the filter as the rule', async () => {
  const ask = (to) => gateway.must('POST', `/integrated-account/${to.account}/mcp/${to.id}/explain`,
    { tool: name, arguments: { expand: ['data.customer'] } });
  const told = await ask(listed);
  assert.equal(told.allowed, false);
  assert.equal(told.refused_by.rule, 'filter');
  assert.equal(told.refused_by.code, 'object_not_exposed');
  assert.equal((await ask(any)).allowed, true);
});

test('an unknown value of config.expand is refused with the known ones', async () => {
  const { status, body } = await gateway.admin('POST', `/integrated-account/${account}/mcp`,
    { name: 'x', config: { expand: 'all' } });
  assert.equal(status, 400);
  assert.match(JSON.stringify(body), /readable, any/);
});

test('a mistyped name is refused before anything is sent', async () => {
  const { value } = await call(any.url, name, { aggregate: { group_by: 'stauts' } });
  assert.equal(value.error.code, 'unknown_field');
  assert.match(value.error.message, /did you mean 'status'/);
  assert.equal(upstream.requests.length, 0);
});
