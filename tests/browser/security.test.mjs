// The console under attack: framing, foreign scripts, texts written by others, and sessions.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { Browser, cheapPasswords, makePerson } from '../support/person.mjs';
import { loaded, openPage, signedInPage, signIn, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords, 'declarations.hosts': 'jobs.example.com' });
const browser = await startBrowser({ after });
const get = (path, headers = {}) => request(gateway.adminBase + path, { headers });

test('the page loads nothing from elsewhere, runs no script of its own text, and cannot be framed', async () => {
  const page = await get('/console/');
  const policy = page.headers['content-security-policy'];
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), part);
  assert.ok(!/unsafe|\*|https?:/.test(policy), policy);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.ok(!/<script>|<style>| on\w+=| style=/.test(page.text), page.text);
  const frame = await openPage(browser, gateway);
  await frame.setContent(`<iframe src="${gateway.adminBase}/console/"></iframe>`);
  await frame.waitForTimeout(300);
  assert.equal(await frame.frames().at(-1).locator('#console').count(), 0);
});

test('scripts and styles have addresses by their content, and are kept; another content is not found', async () => {
  const page = await get('/console/');
  const addresses = [...page.text.matchAll(/"(\/console\/assets\/[^"]+)"/g)].map((one) => one[1]);
  assert.equal(addresses.length, 3);
  for (const address of addresses) {
    const plain = await get(address);
    assert.equal(plain.status, 200);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    for (const coding of ['br', 'gzip']) {
      const packed = await get(address, { 'accept-encoding': `${coding};q=0.5` });
      assert.equal(packed.headers['content-encoding'], coding);
      assert.ok(Number(packed.headers['content-length']) < Number(plain.headers['content-length']));
      assert.equal((await get(address, { 'accept-encoding': `${coding};q=0` })).headers['content-encoding'], undefined);
    }
    const other = await get(address.replace(/\.[0-9a-f]{16}\./, '.0000000000000000.'));
    assert.equal(other.status, 404);
    assert.equal(other.headers['cache-control'], 'no-store');
  }
  assert.ok(Number((await get(addresses.find((one) => one.endsWith('.js')), { 'accept-encoding': 'gzip' })).headers['content-length']) <= 60_000);
  for (const path of ['/console/assets/', '/console/assets/index.html', '/console/assets/app.js'])
    assert.equal((await get(path)).status, 404, path);
  assert.equal((await get('/console')).headers.location, '/console/');
  assert.equal((await request(`${gateway.adminBase}/console/`, { method: 'POST' })).status, 405);
});

const canary = `"><img src=x onerror="window.hit=1"><script>window.hit=1</script>{{7*7}}`;

// Opens the pages, with everything folded out, and fails if one of them made markup of the canary.
async function readAll(page, paths) {
  for (const path of paths) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await loaded(page);
    for (const detail of await page.locator('details').all()) await detail.evaluate((one) => { one.open = true; });
    assert.equal(await page.evaluate(() => window.hit), undefined, path);
    assert.equal(await page.locator('img[src="x"]').count(), 0, path);
  }
}

test('what others wrote is shown as text on every page that shows it', async () => {
  const account = await gateway.must('POST', '/integrated-account', { name: canary.slice(0, 190), credential: testKey });
  const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: canary, holder: canary, config: { preset: 'transact' } });
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'ask', tools: ['create_a_stripe_customer'], then: 'needs_approval' },
    { id: 'small', tools: ['create_a_stripe_refund'], max_value: { argument: 'amount', value: 500 } }] });
  await call(server.url, 'create_a_stripe_customer', { name: canary, description: canary, metadata: { [canary.slice(0, 40)]: canary } });
  const [approval] = (await gateway.must('GET', '/approval')).result;
  await gateway.must('POST', '/api-key', { name: canary, role: 'viewer' });
  await gateway.must('POST', '/person', { name: canary, email: 'mallory@example.com', role: 'viewer' });
  // A client's name, reasons, what is searched for in vain, orders of the company.
  await legacy(server.url, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: canary, version: canary } }, { headers: { 'user-agent': canary } });
  const other = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'Other', config: { preset: 'transact' } });
  await gateway.must('POST', `/integrated-account/${account.id}/mcp/${other.id}/suspend`, { reason: canary });
  await gateway.must('POST', `/integrated-account/${account.id}/mcp/${other.id}/exception`, { rule: 'small', layer: 'team', reason: canary, seconds: 3600 });
  await call(server.url, 'create_a_stripe_customer', { name: canary, email: 'b@example.com' });
  const [denied] = (await gateway.must('GET', '/approval?state=pending')).result;
  await gateway.must('POST', `/approval/${denied.id}/deny`, { reason: canary });
  const page = await signedInPage(browser, gateway, 'ana@example.com', 'admin');
  await readAll(page, [`/console/approvals/${denied.id}`, `/console/servers/${account.id}/${other.id}`, '/console/receipts', '/console/policies', '/console/me', '/console/team?tab=webhooks',
    `/console/servers/${account.id}/${server.id}?tab=explain`, `/console/audit?actor=${encodeURIComponent(canary)}`, `/console/orders?q=${encodeURIComponent(canary)}`,
    '/console/', '/console/accounts', `/console/accounts/${account.id}`, '/console/servers', '/console/approvals',
    `/console/servers/${account.id}/${server.id}`, `/console/servers/${account.id}/${server.id}?tab=calls`, `/console/approvals/${approval.id}`,
    '/console/audit', '/console/team?tab=people', '/console/team?tab=keys', `/console/servers?q=${encodeURIComponent(canary)}`,
    `/console/find?q=${encodeURIComponent('<img src=x>')}`]);
  await page.goto(`/console/approvals/${approval.id}`);
  await page.getByText('onerror').first().waitFor();
  assert.deepEqual(page.faults, []);
});

test('texts of imported orders, OAuth clients, browsers and declared tools are shown as text too', async () => {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Canaries', credential: testKey, orders: 'tables' });
  const lines = [{ id: 'c1', email: 'sarah@example.com', name: canary, created_at: '2026-11-01' },
    { id: canary.slice(0, 60), customer_id: 'c1', amount: 4999, currency: 'usd', description: canary, created_at: '2026-11-02' }, { id: canary, wrong: canary }];
  const body = lines.map((one) => JSON.stringify(one)).join('\n');
  const imported = await gateway.admin('POST', `/integrated-account/${account.id}/orders/import`, body, { headers: { 'content-type': 'application/jsonl' } });
  assert.equal(imported.status, 200, imported.text);
  const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'By OAuth', config: { preset: 'read_only', auth: 'both' } });
  const client = new OauthClient(gateway, server);
  client.move(new URL(gateway.base).origin);
  await client.register({ client_name: canary.slice(0, 90) });
  if (client.clientId) await client.connect();
  await makePerson(gateway, 'gil@example.com', 'admin');
  await new Browser(gateway, { 'user-agent': canary }).signIn('gil@example.com');
  const service = await gateway.must('POST', '/integrated-account', { name: 'Jobs', credential: 'a-credential-of-a-service', mode: 'test',
    service: { base_url: 'https://jobs.example.com/v2', auth: 'bearer' } });
  const document = readFileSync(join(root, 'tests/fixtures/declarations/jobs.yaml'), 'utf8');
  const declared = `/integrated-account/${service.id}/declarations`;
  const named = await gateway.admin('PUT', declared, { document: document.replace(/- name: \S+/, `- name: ${JSON.stringify(canary)}`) });
  assert.equal(named.status, 400, 'a name of a tool is no markup');
  await gateway.must('PUT', declared, { document: document.replace(/description: [^\n]+/, `description: ${JSON.stringify(canary)}`) });
  const jobs = await gateway.must('POST', `/integrated-account/${service.id}/mcp`, { name: 'Jobs', config: { methods: ['read'] } });
  const page = await openPage(browser, gateway);
  await signIn(page, 'gil@example.com');
  await readAll(page, [`/console/orders?account=${account.id}`, `/console/orders?account=${account.id}&q=c1`, '/console/me', `/console/servers/${account.id}/${server.id}`,
    `/console/servers/${service.id}/${jobs.id}`, `/console/servers/${service.id}/${jobs.id}?tab=tools`, `/console/accounts/${service.id}`, '/console/audit']);
  await page.goto('/console/me');
  await page.getByText('onerror').first().waitFor();
  await page.goto(`/console/servers/${account.id}/${server.id}`);
  await page.getByText('onerror').first().waitFor();
  assert.deepEqual(page.faults, []);
});

test('a change from a foreign page, or without the token of the session, is refused', async () => {
  const page = await signedInPage(browser, gateway, 'bob@example.com', 'admin');
  const status = (headers) => page.evaluate(async (more) =>
    (await fetch('/api-key', { method: 'POST', headers: { 'content-type': 'application/json', ...more }, body: '{"name":"x","role":"viewer"}' })).status, headers);
  assert.equal(await status({}), 403);
  assert.equal(await status({ 'x-csrf-token': 'guess' }), 403);
  // What only asks by POST is refused too.
  for (const path of ['/integrated-account/ia_1/mcp/check', '/integrated-account/ia_1/mcp/mcp_1/check', '/integrated-account/ia_1/mcp/mcp_1/explain', '/team/policy/check']) {
    const refused = await page.evaluate(async (to) => {
      const answer = await fetch(to, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      return [answer.status, (await answer.json()).code];
    }, path);
    assert.deepEqual(refused, [403, 'csrf_token'], path);
  }
  const [cookie] = await page.context().cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/']);
  assert.equal(await page.evaluate(() => document.cookie), '');
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])), '[{},{}]');
});

// Waits until the page says that its session has ended, which it may notice by itself before `action` is possible.
async function endsBeside(page, action) {
  const ended = page.getByText('Your session has ended.');
  await Promise.any([action, ended.waitFor()]);
  await ended.waitFor();
}

test('a session that ends elsewhere leads to the sign-in, and back to the same page', async () => {
  const page = await signedInPage(browser, gateway, 'cara@example.com', 'operator');
  await page.goto('/console/receipts?state=failed');
  await page.getByRole('heading', { level: 1, name: 'Receipts' }).waitFor();
  const person = (await gateway.must('GET', '/person')).result.find((one) => one.email === 'cara@example.com');
  await gateway.must('DELETE', `/person/${person.id}/session`);
  await endsBeside(page, page.getByLabel('State').selectOption('unknown'));
  await page.getByLabel('E-mail address').fill('cara@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Receipts' }).waitFor();
  assert.match(page.url(), /receipts\?state=(failed|unknown)$/);
});

test('a viewer sees everything and is offered no change; the API would refuse it anyway', async () => {
  const page = await signedInPage(browser, gateway, 'vic@example.com', 'viewer');
  for (const path of ['/console/', '/console/servers', '/console/accounts', '/console/approvals', '/console/policies', '/console/team']) {
    await page.goto(path);
    await loaded(page);
    const buttons = await page.locator('main').getByRole('button').allTextContents();
    assert.deepEqual(buttons.filter((one) => !/^(Search|Show more|Webhooks|Settings|24 hours|7 days)$/.test(one)), [], path);
  }
});

test('two tabs are one session: signing out in one ends the other', async () => {
  const first = await signedInPage(browser, gateway, 'dan@example.com', 'operator');
  const second = await first.context().newPage();
  await second.goto('/console/servers');
  await second.getByRole('heading', { level: 1, name: 'MCP servers' }).waitFor();
  await first.getByRole('button', { name: 'Sign out' }).click();
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  // Its event stream may have told it before the click: then the link is gone.
  await second.getByRole('link', { name: 'Receipts' }).click({ timeout: 5_000 }).catch(() => {});
  await second.getByText('Your session has ended.').waitFor();
  const again = await openPage(browser, gateway);
  await signIn(again, 'dan@example.com');
});

test('a sign-in makes a new session whatever the browser brought, and one can end all of one\'s own', async () => {
  const page = await signedInPage(browser, gateway, 'eve@example.com', 'operator');
  const [before] = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.context().addCookies([{ ...before, value: `tgp_${'0'.repeat(43)}` }]);
  await signIn(page, 'eve@example.com');
  const [after] = await page.context().cookies();
  assert.notEqual(after.value, before.value);
  assert.notEqual(after.value, `tgp_${'0'.repeat(43)}`);
  const other = await openPage(browser, gateway);
  await signIn(other, 'eve@example.com');
  await page.goto('/console/me');
  await page.getByRole('button', { name: 'End all' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End all' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await endsBeside(other, other.getByRole('link', { name: 'Receipts' }).click());
});

test('without the network the page says so, keeps what was typed, and goes on afterwards', async () => {
  const page = await signedInPage(browser, gateway, 'fay@example.com', 'admin');
  await page.goto('/console/team?tab=keys');
  await page.getByLabel('Name').fill('nightly job');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('alert').getByText('The gateway was not reached.').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'nightly job');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('The key of nightly job is shown once.').waitFor();
});
