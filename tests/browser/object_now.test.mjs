// The object of a waiting call on its approval's page: read when the page is opened and when the person asks, compared with the call in words.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { assertAccessible, loaded, signedInPage, startBrowser } from './console.mjs';

const canary = '<img src=x onerror="document.title=\'canary\'">';
const state = { refunded: 800, status: 200 };
const upstream = await startUpstream({ after }, (asked, response) => {
  if (asked.method === 'POST') return json(response, 200, { id: 're_1', object: 'refund', amount: 1500, currency: 'eur', status: 'succeeded' });
  if (state.status !== 200) return json(response, state.status, { error: { message: 'no' } });
  if (asked.url.startsWith('/v1/refunds/')) return json(response, 200, { id: 're_1', object: 'refund', amount: 1500, currency: 'eur', status: 'succeeded', created: 1_790_000_000 });
  return json(response, 200, { id: 'ch_1', object: 'charge', amount: 2000, amount_captured: 2000, amount_refunded: state.refunded, currency: 'eur', captured: true,
    status: 'succeeded', created: 1_790_000_000, description: canary, disputed: false, refunded: false, livemode: false });
});
const gateway = await startGateway({ after }, { ...cheapPasswords, ...upstreamSettings(upstream) });
const browser = await startBrowser({ after });
const server = await gateway.mint({ config: { guardrails: [{ id: 'ask', tools: ['create_a_stripe_refund'], then: 'needs_approval', approval: { expires_in_seconds: 600 } }] } });
const { approval } = (await call(server.url, 'create_a_stripe_refund', { charge: 'ch_1', amount: 1500 })).value;
const reads = () => upstream.requests.filter((one) => one.method === 'GET').length;
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 3_050)); // one read in three seconds

test('an approver reads what Stripe has now, looks again, and sees what the call made', async () => {
  const page = await signedInPage(browser, gateway, 'ana@example.com', 'approver', { reducedMotion: 'reduce' });
  await page.goto(`/console/approvals/${approval.id}`);
  const card = page.locator('section.card', { has: page.getByRole('heading', { name: 'As Stripe has it now' }) });
  await card.getByText(/^Read at \d\d:\d\d:\d\d$/).waitFor();
  await card.getByText('The call refunds 15.00 EUR, but only 12.00 EUR of 20.00 EUR can still be refunded.').waitFor();
  await card.getByText('€20.00').first().waitFor();
  await card.getByText(canary).first().waitFor();
  assert.notEqual(await page.title(), 'canary');
  const left = page.locator('time', { hasText: /^in \d\d:\d\d$/ });
  const before = await left.textContent();
  assert.match(before, /^in 0\d:/);
  await page.waitForFunction((text) => ![...document.querySelectorAll('time')].some((one) => one.textContent === text), before); // it counts
  await page.setViewportSize({ width: 360, height: 740 });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `the object in the ${colorScheme} theme`);
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'too wide');
  await page.setViewportSize({ width: 1280, height: 800 });

  await card.getByRole('button', { name: 'Look again' }).click();
  await card.getByRole('alert').getByText('once in three seconds is the most').waitFor();
  assert.equal(reads(), 1);
  await aWhile();
  assert.equal(reads(), 1, 'the page asks by itself');
  state.refunded = 2000;
  await card.getByRole('button', { name: 'Look again' }).click();
  await card.getByText('Nothing of it can be refunded any more.').waitFor();
  assert.equal(await card.getByRole('alert').count(), 0);
  await aWhile();
  state.status = 500;
  await card.getByRole('button', { name: 'Look again' }).click();
  await card.getByRole('alert').getByText('Stripe answered 500. Look again later.').waitFor();
  await card.getByText('Nothing of it can be refunded any more.').waitFor(); // with the time at which it was so
  state.status = 200;

  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Done: Stripe executed it').waitFor();
  await page.getByRole('heading', { name: 'What it made, as Stripe has it now' }).waitFor();
  await aWhile();
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByText('€15.00').last().waitFor();
  await loaded(page);
  await assertAccessible(page, 'what the call made');
  assert.deepEqual(page.faults, []);
});
