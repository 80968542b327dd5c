// Approvals answered by people: who counts, who does not, and what the record says.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), ...cheapPasswords });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
afterEach(() => { upstream.requests.length = 0; });
const account = (await gateway.connect()).id;
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST').length;

const approver = await signedIn(gateway, 'finance@example.com', 'approver', { groups: ['finance'] });
const second = await signedIn(gateway, 'risk@example.com', 'approver', { groups: ['risk'] });
const operator = await signedIn(gateway, 'operator@example.com', 'operator', { groups: ['finance'] });
const say = (who, id, verdict = 'approve', body = {}) => who.send('POST', `/approval/${id}/${verdict}`, body);

async function ask(approval, amount = 900) {
  const rule = { id: 'large', tools: [refund], then: 'needs_approval', approval, max_value: { argument: 'amount', value: 500 } };
  const server = await gateway.mint({ account, config: { guardrails: [rule] } });
  return (await call(server.url, refund, { charge: 'ch_1', amount })).value.approval.id;
}

test('an approver agrees, and the record names the person; an operator may not answer', async () => {
  const id = await ask({});
  assert.equal((await say(operator, id)).body.code, 'role_too_low');
  const done = await say(approver, id, 'approve', { reason: 'Checked.' });
  assert.equal(done.body.state, 'executed', done.text);
  assert.deepEqual(done.body.votes.map(({ approver: by, kind, name }) => [by, kind, name]), [[approver.id, 'person', 'finance']]);
  assert.equal(writes(), 1);
  const { result } = await gateway.must('GET', `/audit?actor=${approver.id}&kind=admin_finished`);
  assert.ok(result.some((one) => one.action === `POST /approval/${id}/approve`));
});

test('by people: an API key does not count, one person counts once, two people are two', async () => {
  const id = await ask({ by: 'people', needed: 2 });
  const byKey = await gateway.admin('POST', `/approval/${id}/approve`, {});
  assert.equal(byKey.body.code, 'people_only');
  assert.equal((await say(approver, id)).body.state, 'pending');
  assert.equal((await say(approver, id)).body.state, 'pending');
  assert.equal(writes(), 0);
  const shown = await gateway.must('GET', `/approval/${id}`);
  assert.equal(shown.approvals_by, 'people');
  assert.equal(shown.votes.length, 1);
  assert.equal((await say(second, id)).body.state, 'executed');
  assert.equal(writes(), 1);
});

test('groups: one person of each must agree', async () => {
  const id = await ask({ by: 'people', groups: ['finance', 'risk'] });
  assert.equal((await say(approver, id)).body.state, 'pending');
  assert.deepEqual((await gateway.must('GET', `/approval/${id}`)).approver_groups, ['finance', 'risk']);
  assert.equal((await say(second, id)).body.state, 'executed');
  assert.equal(writes(), 1);
});

test('who was removed, or may not answer any more, does not count; a person may deny', async () => {
  const gone = await signedIn(gateway, 'gone@example.com', 'approver');
  const id = await ask({ by: 'people', needed: 2 });
  assert.equal((await say(gone, id)).body.state, 'pending');
  await gateway.admin('DELETE', `/person/${gone.id}`);
  assert.equal((await say(approver, id)).body.state, 'pending');
  assert.equal((await gateway.must('PATCH', `/person/${approver.id}`, { role: 'viewer' })).role, 'viewer');
  assert.equal((await say(approver, id)).body.code, 'role_too_low');
  assert.equal((await say(second, id)).body.state, 'pending');
  await gateway.must('PATCH', `/person/${approver.id}`, { role: 'approver' });
  assert.equal(writes(), 0);
  assert.equal((await say(second, id, 'deny', { reason: 'Wrong customer.' })).body.state, 'denied');
  const { votes } = await gateway.must('GET', `/approval/${id}`);
  assert.ok(votes.some((vote) => vote.approver === gone.id && vote.name === 'gone'), JSON.stringify(votes));
});

test('explain says who would have to agree', async () => {
  const rule = { id: 'large', tools: [refund], then: 'needs_approval', approval: { by: 'people', groups: ['risk'], needed: 2 },
    max_value: { argument: 'amount', value: 500 } };
  const server = await gateway.mint({ account, config: { guardrails: [rule] } });
  const { refused_by: refused } = await gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`,
    { tool: refund, arguments: { charge: 'ch_1', amount: 900 } });
  assert.deepEqual([refused.effect, refused.approvals_needed, refused.approvals_by, refused.approver_groups],
    ['needs_approval', 2, 'people', ['risk']]);
});

test('a rule with groups must be about people, and groups have plain names', async () => {
  const check = async (approval) => (await gateway.admin('POST', '/team/policy/check',
    { rules: [{ id: 'x', then: 'needs_approval', approval }] })).text;
  assert.match(await check({ groups: ['finance'] }), /conflicting_fields/);
  assert.match(await check({ by: 'people', groups: ['Fin ance'] }), /invalid_groups/);
  assert.match(await check({ by: 'keys' }), /anyone, people/);
});
