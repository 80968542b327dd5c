// Everything of a person and of the team: counted, suspended, revoked; what was used beside it; and what a role may not do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { until } from '../support/wait.mjs';
import { loaded, signedInPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const state = {};
let page;

before(async () => {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const make = (name, holder) => gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name, holder, config: { preset: 'read_only' } });
  state.desk = await make('Desk', 'ben@example.com');
  state.night = await make('Night', 'ben@example.com');
  state.other = await make('Other', 'reuben@example.com');
  await call(state.desk.url, 'list_all_stripe_charges', { limit: 1 });
  page = await signedInPage(browser, gateway, 'ana@example.com', 'operator', { reducedMotion: 'reduce' });
});

const status = async ({ url }) => (await legacy(url, 'tools/list')).status;

test('an account is found by a part of its name, and by the last four characters of its key', async () => {
  for (const text of ['acm', '…0000']) {
    await page.goto(`/console/find?q=${encodeURIComponent(text)}`);
    await page.getByRole('main').getByRole('link', { name: 'Acme', exact: true }).first().waitFor();
  }
  await page.goto('/console/find?q=0001');
  await page.getByText('Nothing of your team matches.').waitFor();
});

test('everything of a person is counted, suspended at once, and then revoked when the name is typed; nobody else’s is touched', async () => {
  await page.goto('/console/find?q=ben@example.com');
  const found = page.locator('.stop-all').filter({ hasText: '2 MCP servers that ben@example.com holds' });
  await found.waitFor();
  await found.getByText('What would end, and what was used').click();
  await found.getByRole('link', { name: 'Calls of Desk' }).waitFor();
  await page.getByRole('button', { name: 'Suspend all of ben@example.com', exact: true }).click();
  const dialog = page.getByRole('dialog');
  assert.ok(await dialog.getByRole('button', { name: 'Suspend 2' }).isDisabled(), 'a reason is needed');
  await dialog.getByLabel('Reason').fill('laptop lost');
  await dialog.getByRole('button', { name: 'Suspend 2' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual([await status(state.desk), await status(state.night), await status(state.other)], [403, 403, 200]);
  await loaded(page);
  await page.getByRole('button', { name: 'Revoke all of ben@example.com', exact: true }).click();
  await dialog.getByLabel('Reason').fill('laptop lost');
  await dialog.getByLabel('Type ben@example.com to go on').fill('ben@example');
  assert.ok(await dialog.getByRole('button', { name: 'Revoke 2' }).isDisabled());
  await dialog.getByLabel('Type ben@example.com to go on').fill('ben@example.com');
  await dialog.getByRole('button', { name: 'Revoke 2' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('0 MCP servers that ben@example.com holds').waitFor();
  assert.deepEqual([await status(state.desk), await status(state.night), await status(state.other)], [404, 404, 200]);
  const records = (await gateway.must('GET', '/audit?limit=100')).result.filter((one) => one.action?.includes('/team/person/'));
  assert.deepEqual(new Set(records.map((one) => `${one.kind} ${one.action}`)), new Set(['admin_intended POST /team/person/suspend', 'admin_finished POST /team/person/suspend',
    'admin_intended POST /team/person/revoke', 'admin_finished POST /team/person/revoke']));
});

test('a viewer reads what would end, is offered no button, and is refused by the API with a record', async () => {
  const viewer = await signedIn(gateway, 'vic@example.com', 'viewer');
  const what = { holder: 'reuben@example.com', reason: 'x', expect: 1 };
  for (const way of ['suspend', 'revoke']) {
    const refused = await viewer.send('POST', `/team/person/${way}`, what);
    assert.deepEqual([refused.status, refused.body.code], [403, 'role_too_low']);
  }
  assert.equal((await viewer.send('GET', '/team/person/revoke?holder=reuben@example.com')).body.would_end, 1);
  const refusals = async () => (await gateway.must('GET', '/audit?decision=refused&limit=100')).result.filter((one) => one.action?.includes('/team/person/'));
  const records = await until('both records', async () => (await refusals()).length === 2 && refusals());
  for (const one of records) assert.deepEqual([one.kind, one.rule], ['admin_refused', 'role_too_low']);
  const theirs = await signedInPage(browser, gateway, 'vi@example.com', 'viewer');
  await theirs.goto('/console/find?q=reuben@example.com');
  await theirs.getByText('1 MCP server that reuben@example.com holds').waitFor();
  assert.equal(await theirs.locator('main').getByRole('button').count(), 0);
});

test('everything of the team is suspended and resumed; a number that has changed ends nothing', async () => {
  const admin = await signedInPage(browser, gateway, 'ada@example.com', 'admin');
  await admin.goto('/console/team?tab=settings');
  const suspend = admin.getByRole('button', { name: /^Suspend all of/ });
  await suspend.click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('a drill');
  await dialog.getByRole('button', { name: 'Suspend 1' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await status(state.other), 403);
  await admin.getByRole('button', { name: 'Resume the team' }).click();
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await status(state.other), 200);
  await admin.getByRole('button', { name: /^Revoke all of/ }).click();
  await gateway.must('POST', `/integrated-account/${state.other.integrated_account_id}/mcp`, { name: 'New', config: { preset: 'read_only' } });
  const name = await dialog.locator('code').first().textContent();
  await dialog.getByLabel('Reason').fill('a drill');
  await dialog.getByLabel(/^Type/).fill(name);
  await dialog.getByRole('button', { name: 'Revoke 1' }).click();
  await dialog.getByRole('alert').waitFor();
  assert.equal(await status(state.other), 200);
  assert.deepEqual([...admin.faults, ...page.faults], []);
});
