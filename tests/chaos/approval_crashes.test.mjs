// kill -9 at labelled places (base/crash_point.hpp) between a person's agreement and Stripe's answer: after a restart on the same data
// the approved call has one effect. Needs a build with TOLLGATE_CRASH_POINTS=ON (preset asan); crash_points checks that no other has any.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until, within } from '../support/wait.mjs';

const built = process.env.CRASH_POINTS === 'ON';
const refund = 'create_a_stripe_refund';
const guardrails = [{ id: 'large', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } }];
const places = ['approval.after_vote', 'approval.before_call', 'receipt.before_intent', 'receipt.after_intent', 'receipt.answered', 'receipt.after_outcome'];

for (const store of ['sqlite', 'postgresql'])
  for (const place of places)
    test(`approvals: kill -9 at ${place} on ${store}: one effect`, { skip: !built && 'no crash points in this build' }, async (t) => {
      const upstream = await startUpstream(t);
      const sent = [];
      upstream.script = (asked, response, body) => {
        sent.push(`${asked.headers['idempotency-key']} ${body}`);
        json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
      };
      const settings = { ...upstreamSettings(upstream), ...(store === 'postgresql' && { 'data.url': await (await sharedPostgres()).database() }) };
      const gateway = await startGateway(t, settings, { CRASH_AT: place });
      const server = await gateway.mint({ config: { guardrails } });
      const { id } = (await call(server.url, refund, { charge: 'ch_1', amount: 900 })).value.approval;
      const click = gateway.admin('POST', `/approval/${id}/approve`, {}).catch(() => {});
      assert.deepEqual(await within(10_000, `the death at ${place}`, gateway.ended), { code: null, signal: 'SIGKILL' });
      await click;
      await gateway.start(settings);
      const shown = () => gateway.must('GET', `/approval/${id}`);
      await until('the effect', async () => (await shown()).receipt?.state === 'succeeded', 30_000);
      assert.equal((await shown()).state, 'executed');
      assert.equal(new Set(sent).size, 1, sent.join('\n'));
    });

test('approvals: approval.after_vote is not passed after a denial', { skip: !built && 'no crash points in this build' }, async (t) => {
  const gateway = await startGateway(t, upstreamSettings(await startUpstream(t)), { CRASH_AT: 'approval.after_vote' });
  const server = await gateway.mint({ config: { guardrails } });
  const { id } = (await call(server.url, refund, { charge: 'ch_1', amount: 900 })).value.approval;
  assert.equal((await gateway.must('POST', `/approval/${id}/deny`, { reason: 'no' })).state, 'denied');
  assert.equal(gateway.exit, null);
});
