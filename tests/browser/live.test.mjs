// What the console shows without a reload, its plots, the settings of the team, and the links that sign in.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGet } from '../support/event_stream.mjs';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { cheapPasswords, makePerson } from '../support/person.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';
import { assertAccessible, loaded, openPage, signedInPage, signIn, startBrowser } from './console.mjs';
import { fill } from './demo.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const { support } = await fill(gateway);
const page = await signedInPage(browser, gateway, 'ana@example.com', 'admin');

const ask = async (amount) => {
  const charges = (await call(support.url, 'list_all_stripe_charges', { limit: 20 })).value.data;
  const charge = charges.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed);
  return (await call(support.url, 'create_a_stripe_refund', { charge: charge.id, amount })).value.approval;
};

test('an approval appears, and is gone again, without a reload and without a poll', async () => {
  const stream = page.waitForResponse((one) => one.url().endsWith('/event'));
  await page.goto('/console/approvals');
  await stream;
  await loaded(page);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // what is asked again because the stream has begun
  const asked = [];
  page.on('request', (one) => one.url().includes('/approval?') && asked.push(one.url()));
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  assert.deepEqual(asked, [], 'polls while the stream is open');
  const before = await page.locator('.queue li').count();
  const approval = await ask(2_600);
  await page.waitForFunction((count) => document.querySelectorAll('.queue li').length === count, before + 1, { timeout: 4_000 });
  const { preview } = await gateway.must('GET', `/approval/${approval.id}`);
  await page.locator('.queue').getByText(preview, { exact: true }).waitFor();
  assert.match(preview, /26\.00/);
  const row = page.locator('.queue li', { hasText: preview });
  await row.getByText(support.name, { exact: false }).waitFor();
  await row.getByText(/^for .+, by .+/).waitFor();
  await gateway.must('POST', `/approval/${approval.id}/deny`, { reason: 'no' });
  await page.waitForFunction((count) => document.querySelectorAll('.queue li').length === count, before, { timeout: 4_000 });
  assert.equal(await page.getByText('Updated every few seconds').count(), 0);
});

test('without the stream, lists ask again every few seconds, and the page says so', async () => {
  const apart = await signedInPage(browser, gateway, 'bo@example.com', 'admin');
  await apart.route('**/event', (route) => route.fulfill({ status: 503, body: '{}' }));
  await apart.goto('/console/approvals');
  await apart.getByText('Updated every few seconds').waitFor();
  const before = await apart.locator('.queue li').count();
  const approval = await ask(2_700);
  await apart.waitForFunction((count) => document.querySelectorAll('.queue li').length === count, before + 1, { timeout: 12_000 });
  await assertAccessible(apart, 'without the stream');
  await gateway.must('POST', `/approval/${approval.id}/deny`, { reason: 'no' });
  await apart.context().close();
});

test('the usage is plotted on Home and on the page of an MCP server, with the same numbers behind it', async () => {
  await page.goto('/console/');
  await page.locator('.plot canvas').waitFor();
  await page.getByText('The same as numbers').click();
  const total = (await gateway.must('GET', '/team/usage')).total.calls;
  await page.getByText(new RegExp(`^${total} calls, `)).waitFor();
  const cells = await page.locator('details table tbody tr td:nth-child(2)').allTextContents();
  assert.equal(cells.reduce((sum, one) => sum + Number(one), 0), total);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await assertAccessible(page, `usage, ${scheme}`);
  }
  await page.goto(`/console/servers/${support.integrated_account_id}/${support.id}`);
  await page.locator('.plot canvas').waitFor();
  await page.getByRole('button', { name: '7 days' }).click();
  await page.locator('.plot canvas').waitFor();
});

test('sessions and streams that are open now are on the page of their MCP server, and a session can be ended there', async () => {
  await page.goto(`/console/servers/${support.integrated_account_id}/${support.id}`);
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Open now' }) });
  await card.getByText('0 sessions and 0 streams').waitFor();
  const begun = await legacy(support.url, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'Claude', version: '<b>1.2</b>' } });
  const headers = { 'mcp-session-id': begun.headers['mcp-session-id'] };
  const stream = await openGet(support.url);
  await card.getByText('1 session and 1 stream').waitFor();
  await card.getByText('Claude <b>1.2</b>').waitFor();
  await card.getByText('A stream of a revision before 2026-07-28 (GET)').waitFor();
  assert.ok(!(await page.content()).includes(headers['mcp-session-id'].slice(-12)), 'the id of the session');
  await assertAccessible(page, 'open now');
  await card.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  await card.getByText('0 sessions and 1 stream').waitFor();
  assert.equal((await legacy(support.url, 'ping', undefined, { headers })).status, 404);
  stream.close();
  await card.getByText('0 sessions and 0 streams').waitFor();
});

test('the settings are those of the own team, whatever other teams there are', async () => {
  const own = (await gateway.must('GET', '/team')).result[0];
  await page.route('**/team', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify({ result: [{ ...own, id: 'team_other', name: 'Another team' }, own], next_cursor: null }) }));
  await page.goto('/console/team?tab=settings');
  await page.getByText(own.id, { exact: true }).waitFor();
  assert.equal(await page.getByText('Another team').count(), 0);
  await page.unroute('**/team');
});

test('an admin changes the settings of the team, and sees first what would change', async () => {
  await page.goto('/console/team?tab=settings');
  await page.getByLabel('Audit records are kept, in days').fill('90');
  await page.getByLabel('Legal hold').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByText('Audit records are kept: for ever → 90 days').waitFor();
  await assertAccessible(page, 'settings');
  await page.getByRole('dialog').getByRole('button', { name: 'Change them' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('90 days').waitFor();
  const [team] = (await gateway.must('GET', '/team')).result;
  assert.deepEqual([team.audit_retention_days, team.audit_legal_hold], [90, true]);
  await page.getByLabel('Audit records are kept, in days').fill('7');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Change them' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await page.keyboard.press('Escape');
  const viewer = await signedInPage(browser, gateway, 'vic@example.com', 'viewer');
  await viewer.goto('/console/team?tab=settings');
  await viewer.getByText('90 days').waitFor();
  assert.equal(await viewer.getByLabel('Legal hold').count(), 0);
  await viewer.context().close();
});

test('a link signs in once, and leaves the address', async () => {
  const { id } = await makePerson(gateway, 'cy@example.com', 'operator');
  const made = await gateway.must('POST', `/person/${id}/sign-in-link`);
  const first = await openPage(browser, gateway);
  await first.goto(`/console/sign-in#${made.token}`);
  await assertAccessible(first, 'sign-in link');
  await first.getByRole('button', { name: 'Sign in', exact: true }).click();
  await first.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  assert.ok(!first.url().includes('tgi_'), first.url());
  const second = await openPage(browser, gateway);
  await second.goto(`/console/sign-in#${made.token}`);
  await second.getByRole('button', { name: 'Sign in', exact: true }).click();
  await second.getByText('this link was used already').waitFor();
  assert.deepEqual([...first.faults, ...second.faults, ...page.faults], []);
});

test('rules are tried on the calls of the last day before they are put in force', async () => {
  const { rules: before } = await gateway.must('GET', '/team/policy');
  await call(support.url, 'list_all_stripe_charges', { limit: 1 });
  await page.goto('/console/policies');
  const rules = page.getByLabel('Rules, as JSON');
  await rules.fill('[{"id":"no_lists","tools":["list_all_stripe_charges"]}]');
  await page.getByRole('button', { name: 'Try on the last day' }).click();
  await page.getByText(/Of [1-9]\d* calls since .* would be denied/).waitFor();
  await page.getByRole('cell', { name: 'no_lists', exact: true }).first().waitFor();
  await assertAccessible(page, 'replay');
  await rules.fill('[{"id":"no_lists","tools":["nothing"]}]');
  await page.getByRole('button', { name: 'Try on the last day' }).click();
  await page.getByText(/there is no tool 'nothing'/).waitFor();
  assert.deepEqual((await gateway.must('GET', '/team/policy')).rules, before);
});

test('Home says that Redis is away, and nothing of the kind where a proxy keeps that address from it', async (t) => {
  const redis = await startRedis(t);
  const apart = await startGateway(t, { ...cheapPasswords, 'redis.url': redis.url });
  const home = await signedInPage(browser, apart, 'eve@example.com', 'viewer');
  const alerts = home.getByRole('heading', { name: 'Alerts' });
  await loaded(home);
  assert.equal(await alerts.count(), 0);
  await redis.kill();
  await until('the gateway notices', async () => (await apart.admin('GET', '/readyz')).text.includes('"redis":"away"'));
  await home.reload();
  await home.getByText('Redis is away.').waitFor();
  await assertAccessible(home, 'Redis away');
  for (const [status, code, shown] of [[404, 'not_found', 0], [503, 'unavailable', 0], [503, 'not_ready', 1]]) {
    await home.route('**/readyz', (route) => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify({ status, code, detail: 'x' }) }));
    await home.reload();
    await loaded(home);
    assert.equal(await alerts.count(), shown, `${status} ${code}`);
    await home.unroute('**/readyz');
  }
  await home.context().close();
});

test('the audit log says whether it is what it was, what is signed, and where that was sent', async () => {
  await until('a checkpoint', async () => (await gateway.admin('GET', `/audit/log/${(await gateway.must('GET', '/team')).result[0].id}/checkpoint`)).status === 200);
  await page.goto('/console/audit');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Is it what it was?' }) });
  await card.getByText('intact').waitFor();
  await card.getByText(/^[1-9][\d,]* records, /).waitFor();
  await card.getByText('nowhere: the operator has configured no destination').first().waitFor();
  await assertAccessible(page, 'state of the audit log');
  const [file] = await Promise.all([page.waitForEvent('download'), card.getByRole('link', { name: 'download', exact: true }).click()]);
  assert.equal(file.suggestedFilename(), 'checkpoint.txt');
  await page.route('**/readyz', (route) => route.fulfill({ contentType: 'application/json', body: '{"status":"ready","audit":"broken"}' }));
  for (const [state, said] of [['broken', 'This log is not what it was: writes and changes are refused.'],
    ['intact', 'The log of another team is not what it was: writes and changes of the whole gateway are refused.']]) {
    await page.route('**/state', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify({ state, writes_stopped: true }) }));
    await page.reload();
    await card.getByText(said).waitFor();
    await card.getByText(state, { exact: true }).waitFor();
    await page.unroute('**/state');
  }
  await page.goto('/console/');
  await page.getByText(/An audit log is not what it was/).waitFor();
  await page.unroute('**/readyz');
  // Nothing is said of destinations that are not known; one without a record yet is a destination.
  const destination = { destination: 'syslog', waiting: 0, lag_ms: 0, last_success_at: null, logs: [] };
  await page.route('**/audit/anchors', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable","detail":"Not now."}' }));
  await page.route('**/audit/forwarding', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify({ result: [destination] }) }));
  await page.goto('/console/audit');
  await card.getByText('Not now.').waitFor();
  await card.getByText(/to syslog: 0 records, not yet/).waitFor();
  assert.equal(await card.getByText('nowhere').count(), 0);
  for (const path of ['**/audit/anchors', '**/audit/forwarding']) await page.unroute(path);
});

test('Home says that the clock of the gateway is wrong', async () => {
  const home = await signedInPage(browser, gateway, 'fay@example.com', 'viewer');
  await home.route('**/readyz', (route) => route.fulfill({ contentType: 'application/json', body: '{"status":"ready","caches":"ok","clock":"off"}' }));
  await home.reload();
  await home.getByText(/The gateway’s clock differs by more than 30 seconds/).waitFor();
  await assertAccessible(home, 'a wrong clock');
  await home.unroute('**/readyz');
  await home.reload();
  await loaded(home);
  assert.equal(await home.getByRole('heading', { name: 'Alerts' }).count(), 0);
  await home.context().close();
});

test('after a sign-out, the page offers to sign out at the identity provider too; not to whoever only comes', async () => {
  const person = await signedInPage(browser, gateway, 'uma@example.com', 'viewer');
  let leaves = true;
  await person.route('**/session/ways*', (route) => route.fulfill({ contentType: 'application/json',
    body: JSON.stringify({ password: true, single_sign_on: true, ...(route.request().url().endsWith('?sign_out=true') && { single_sign_out: leaves }) }) }));
  await person.goto('/console/');
  await person.getByRole('button', { name: 'Sign out' }).click();
  const link = person.getByRole('link', { name: 'Sign out at your company too' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), '/session/oidc/end');
  await assertAccessible(person, 'signed out');
  await person.reload();
  await person.getByRole('link', { name: 'Sign in with your company' }).waitFor();
  assert.equal(await link.count(), 0);
  // A provider that has no page for it is not offered.
  leaves = false;
  await signIn(person, 'uma@example.com');
  await person.getByRole('button', { name: 'Sign out' }).click();
  await person.getByRole('link', { name: 'Sign in with your company' }).waitFor();
  assert.equal(await link.count(), 0);
  await person.context().close();
});

test('an address for OAuth is not called a secret, and Claude Desktop gets no bridge for it', async () => {
  await page.goto('/console/servers/new');
  await page.getByLabel('Name').fill('Signs in');
  await page.getByLabel('Clients sign in with').selectOption('oauth');
  await page.getByRole('button', { name: 'Make the MCP URL' }).click();
  await page.getByText('This address is not a secret').waitFor();
  assert.equal(await page.getByText('This URL is shown once.').count(), 0);
  const address = await page.locator('.secret code').textContent();
  await page.getByLabel('Client').selectOption('Claude Desktop');
  assert.equal(await page.locator('.snippet pre').textContent(), address);
});

test('a receipt whose account cannot be read does not name Stripe', async () => {
  const approval = await ask(2_800);
  const { receipt } = await gateway.must('POST', `/approval/${approval.id}/approve`, { reason: 'The customer called.' });
  await page.route('**/integrated-account/*', (route) => route.fulfill({ status: 404, contentType: 'application/json', body: '{"status":404,"code":"not_found","detail":"x"}' }));
  await page.goto(`/console/receipts/${receipt.id}`);
  await page.getByText('Status of the service').waitFor();
  await page.unroute('**/integrated-account/*');
  await page.reload();
  await page.getByText('Status of Stripe').waitFor();
});
