// Every page of the console: readable for everybody in both themes, on a narrow screen and at 200 %, and with the keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { assertAccessible, loaded, openPage, signedInPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, {
  name: 'Support desk', holder: 'ben@example.com', config: { preset: 'support', tools: { allow: ['create_a_stripe_refund', 'list_all_stripe_charges'] } } });
const paths = {};

before(async () => {
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'ask', tools: ['create_a_stripe_refund'], then: 'needs_approval' }] });
  const listed = await call(server.url, 'list_all_stripe_charges', { limit: 20 });
  const charge = listed.value.data.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed);
  await call(server.url, 'create_a_stripe_refund', { charge: charge.id, amount: 100 });
  const [approval] = (await gateway.must('GET', '/approval')).result;
  const one = `/console/servers/${account.id}/${server.id}`;
  Object.assign(paths, {
    '/console/': 'Home', '/console/accounts': 'Accounts', '/console/accounts/new': 'Connect an account',
    [`/console/accounts/${account.id}`]: 'Acme', '/console/servers': 'MCP servers', '/console/servers/new': 'Make an MCP URL',
    [one]: 'Support desk', [`${one}?tab=calls`]: 'Support desk', [`${one}?tab=writes`]: 'Support desk', [`${one}?tab=explain`]: 'Support desk',
    '/console/find': 'Find and revoke', '/console/find?q=ben': 'Find and revoke', '/console/approvals': 'Approvals',
    [`/console/approvals/${approval.id}`]: 'create a stripe refund', '/console/receipts': 'Receipts', '/console/audit': 'Audit log',
    '/console/orders': 'Orders', '/console/policies': 'Policies', '/console/team?tab=people': 'Team', '/console/team?tab=keys': 'Team', '/console/team?tab=webhooks': 'Team',
    '/console/team?tab=settings': 'Team', '/console/me': 'You', '/console/nothing': 'Nothing here' });
});

// How much wider than the screen the page is, in pixels.
const excess = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('no page violates WCAG 2.1 A or AA in either theme, or is cut off on a narrow screen or at 200 %', async () => {
  const page = await signedInPage(browser, gateway, 'ana@example.com', 'admin', { reducedMotion: 'reduce' });
  const wide = { width: 1280, height: 800 };
  for (const [path, title] of Object.entries(paths)) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await loaded(page);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${path} in the ${colorScheme} theme`);
    }
    for (const width of [360, wide.width / 2]) {
      await page.setViewportSize({ width, height: wide.height });
      assert.ok(await excess(page) <= 0, `${path} is ${await excess(page)} pixels too wide for ${width}`);
    }
    await page.setViewportSize(wide);
  }
  await page.goto(`/console/servers/${account.id}/${server.id}`);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await assertAccessible(page, 'the dialog before a revoke');
  assert.deepEqual(page.faults, []);
});

test('pages for nobody in particular are as readable', async () => {
  const page = await openPage(browser, gateway);
  await page.goto('/console/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await assertAccessible(page, 'sign-in');
  await page.goto('/console/invitation#tgi_0');
  await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await assertAccessible(page, 'invitation');
  assert.deepEqual(page.faults, []);
});

test('the keyboard alone is enough to answer an approval', async () => {
  const page = await signedInPage(browser, gateway, 'keys@example.com', 'approver');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the page');
  await page.goto('/console/approvals');
  await page.getByRole('link', { name: 'create a stripe refund' }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('not without a ticket');
  await page.keyboard.press('Enter');
  await page.getByText('Refused: not without a ticket').waitFor();
  const [approval] = (await gateway.must('GET', '/approval')).result;
  assert.deepEqual([approval.state, approval.end_reason], ['denied', 'not without a ticket']);
});
