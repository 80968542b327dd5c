// The gateway's own limits on calls, through the built binary.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream),
  'server.loops': 2, 'limits.calls_per_account': '5/600s', 'limits.calls_per_team': '14/600s' });
beforeEach(() => { upstream.requests.length = 0; });
const charges = 'list_all_stripe_charges';

test('an account takes its calls, then says when to retry; Stripe sees no more than the limit', async () => {
  const account = (await gateway.connect()).id;
  const one = await gateway.mint({ account });
  const other = await gateway.mint({ account });
  const refusedArgument = await call(one.url, charges, { limti: 1 });
  assert.equal(refusedArgument.value.error.code, 'unknown_argument');
  const first = await call(one.url, charges);
  assert.equal(first.headers['ratelimit-limit'], '5');
  assert.equal(first.headers['ratelimit-remaining'], '4');
  assert.equal(first.headers['ratelimit-policy'], '"account";q=5;w=600');
  // Over connections that any loop may take, and over both servers of the account.
  const done = await Promise.all(Array.from({ length: 9 }, (_, i) => call(i % 2 ? one.url : other.url, charges)));
  const refused = done.filter((each) => each.isError);
  assert.equal(refused.length, 5);
  assert.equal(upstream.requests.length, 5);
  for (const { value, headers } of refused) {
    const { error } = value;
    assert.deepEqual([error.source, error.type, error.code, error.retryable],
      ['tollgate', 'rate_limited', 'account_rate', true]);
    assert.ok(error.retry_after_seconds > 100 && error.retry_after_seconds <= 120, error.retry_after_seconds);
    assert.deepEqual(error.rate_limit, { limit: 5, remaining: 0,
      reset_seconds: error.retry_after_seconds, window_seconds: 600 });
    assert.equal(headers['retry-after'], String(error.retry_after_seconds));
    assert.equal(headers.ratelimit, `"account";r=0;t=${error.retry_after_seconds}`);
  }
  assert.match(await gateway.metrics(), /tollgate_rate_limited_total\{scope="account"\} 5/);
  await until('the log lines', () => gateway.log.split('"rate_limited"').length === 6);
});

test('a server has the rate of its config, and a team the sum of its accounts', async () => {
  const slow = await gateway.mint({ config: { rate_limit: { calls: 2, seconds: 600 } } });
  for (let i = 0; i < 2; ++i) assert.equal((await call(slow.url, charges)).isError, false);
  assert.equal((await call(slow.url, charges)).value.error.code, 'server_rate');
  // The refusal cost the account nothing: another of its servers has the three calls that are left.
  const beside = await gateway.mint({ account: slow.account });
  for (let i = 0; i < 3; ++i) assert.equal((await call(beside.url, charges)).isError, false);
  assert.equal((await call(beside.url, charges)).value.error.code, 'account_rate');
  const next = await gateway.mint();
  for (let i = 0; i < 4; ++i) assert.equal((await call(next.url, charges)).isError, false);
  assert.equal((await call(next.url, charges)).value.error.code, 'team_rate');
  assert.equal(upstream.requests.length, 9);
});
