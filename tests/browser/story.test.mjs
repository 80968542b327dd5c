// The whole story in the console: connect an account, make an MCP URL, use it from an MCP client, approve what a rule
// holds, find it in the audit log, and revoke the URL.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import readQr from 'jsqr';
import { PNG } from 'pngjs';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { cheapPasswords, password } from '../support/person.mjs';
import { assertAccessible, openPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const page = await openPage(browser, gateway);
const state = {};

const heading = (name) => page.getByRole('heading', { level: 1, name });

test('an invited admin opens the link, chooses a password, and is signed in', async () => {
  const made = await gateway.must('POST', '/person', { name: 'Ana Lima', email: 'ana@example.com', role: 'admin' });
  await page.goto(`/console/invitation#${made.invitation.token}`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same again').fill(`${password}!`);
  await page.getByRole('button', { name: 'Set the password and sign in' }).click();
  await page.getByRole('alert').getByText('The two passwords are not the same.').waitFor();
  await page.getByLabel('The same again').fill(password);
  await page.getByRole('button', { name: 'Set the password and sign in' }).click();
  await heading('Home').waitFor();
  assert.ok(!page.url().includes('tgi_'), page.url());
  await page.getByText('No Stripe account is connected yet.').waitFor();
});

test('a Stripe account is connected with a key that is never shown again', async () => {
  await page.getByRole('link', { name: 'Connect an account' }).click();
  await page.getByLabel('Name').fill('Acme (test)');
  await page.getByLabel('Stripe key').fill('pk_test_0000000000000000');
  await page.getByText('This is a publishable key.').waitFor();
  await page.getByLabel('Stripe key').fill(testKey);
  await page.getByText('A restricted key in test mode: no real money.').waitFor();
  await page.getByRole('button', { name: 'Connect' }).click();
  await heading('Acme (test)').waitFor();
  assert.ok(!(await page.content()).includes(testKey));
});

test('an MCP URL is made, shown once, and its light turns green with the first call', async () => {
  await page.getByRole('link', { name: 'Make an MCP URL' }).first().click();
  await page.getByLabel('Name').fill('Support desk');
  await page.getByRole('radio', { name: /^Support/ }).check();
  await page.getByText(/operations, \d+ of them change something/).waitFor();
  await page.getByLabel('Holder').fill('ben@example.com');
  await page.getByRole('button', { name: 'Make the MCP URL' }).click();
  await page.getByText('This URL is shown once.').waitFor();
  state.url = await page.locator('.secret code').textContent();
  assert.match(state.url, /\/mcp\/tgm_\w{38}$/);
  await page.getByLabel('Client').selectOption('claude-code');
  assert.equal(await page.locator('.snippet pre').textContent(), `claude mcp add --transport http support-desk ${state.url}`);
  for (const client of ['claude.ai', 'Claude Desktop', 'ChatGPT', 'Cursor', 'VS Code', 'Codex', 'Windsurf']) {
    await page.getByLabel('Client').selectOption(client);
    assert.ok((await page.locator('.snippet pre').textContent()).includes(state.url), client);
  }
  await page.getByRole('button', { name: 'Show a QR code' }).click();
  const picture = PNG.sync.read(await page.getByRole('img', { name: 'QR code of the URL' }).screenshot());
  assert.equal(readQr(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data, state.url);
  await assertAccessible(page, 'the URL that was made');
  await page.getByText('Waiting for the first call').waitFor();
  assert.ok((await toolNames(state.url)).length > 0);
  const read = await call(state.url, 'list_all_stripe_charges', { limit: 20 });
  state.charge = read.value.data.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed && one.amount > 100);
  assert.ok(state.charge, JSON.stringify(read.value).slice(0, 500));
  await page.getByText('The first call has come: it works.').waitFor({ timeout: 20_000 });
  assert.equal(await page.locator('.secret code').textContent(), state.url);
  await page.getByRole('link', { name: 'See this MCP server' }).click();
  await heading('Support desk').waitFor();
  assert.ok(!(await page.content()).includes(state.url));
});

test('a refund that a rule holds is approved by another person in the console, and executed', async () => {
  await page.getByRole('link', { name: 'Policies' }).click();
  await page.getByLabel('Rules, as JSON').fill('[{"id": "ask", "tools": ["create_a_stripe_refund"], "then": "needs_approval"');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').getByText('This is not JSON').waitFor();
  await page.getByLabel('Rules, as JSON').fill('[{"id": "ask", "tools": ["create_a_stripe_refund"], "then": "needs_approval"}]');
  await page.getByRole('button', { name: 'Put in force' }).click();
  await page.getByText('Version 1 is in force from the next call on.').waitFor();
  await page.getByText('always, a person must approve').first().waitFor();
  const asked = await call(state.url, 'create_a_stripe_refund', { charge: state.charge.id, amount: 100 });
  assert.match(JSON.stringify(asked.value), /apr_/);
  await page.getByRole('link', { name: /^Approvals/ }).click();
  await page.getByRole('link', { name: 'create a stripe refund' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Done: Stripe executed it').waitFor({ timeout: 20_000 });
  const [receipt] = (await gateway.must('GET', '/receipt?state=succeeded')).result;
  assert.equal(receipt.tool, 'create_a_stripe_refund');
  assert.equal(receipt.amount, 100);
  state.refund = receipt.object_id;
  assert.match(state.refund, /^re_/);
});

test('the refund is found by its id, with its whole story', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type(state.refund);
  await page.keyboard.press('Enter');
  await heading('Audit log').waitFor();
  await page.getByRole('table').getByText('write, outcome').waitFor();
  assert.ok(page.url().includes(`object_id=${state.refund}`));
  await page.reload();
  await page.getByRole('table').getByText('write, outcome').waitFor();
  await page.getByRole('link', { name: 'Receipts' }).click();
  await page.getByRole('link', { name: 'create a stripe refund' }).click();
  await page.getByText('$1.00').or(page.getByText('US$1.00')).first().waitFor();
});

test('a file of orders is looked at, imported, and found; the same file again changes nothing', async () => {
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByRole('button', { name: 'Keep orders here' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep them here' }).click();
  const lines = [{ id: 'c1', email: 'Sarah@Example.com', name: 'Sarah', created_at: '2026-11-01' },
    { id: 'o1', customer_id: 'c1', amount: 4999, currency: 'usd', created_at: '2026-11-02' },
    { id: 'o2', customer_id: 'c1', amount: 500, currency: 'jpy', created_at: '2026-11-03T10:00:00Z' },
    { id: 'o3', customer_id: 'nobody', amount: 1, currency: 'usd', created_at: '2026-11-02' }];
  const file = { name: 'orders.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(lines.map((one) => JSON.stringify(one)).join('\n')) };
  await page.getByLabel('File').setInputFiles(file);
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('Nothing was changed. The import would be:').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('2 added, 0 changed, 0 unchanged').waitFor();
  await page.getByText('Why lines were left out').click();
  await page.getByText(/^Line 4: /).waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('0 added, 0 changed, 2 unchanged').waitFor();
  await page.getByLabel('Exactly').fill('sarah@example.com ');
  await page.keyboard.press('Enter');
  await page.getByRole('row').getByText('o2').click();
  await page.getByText('Nothing was refunded or flagged.').waitFor();
  await page.getByRole('cell', { name: /500/ }).first().waitFor();
});

test('a leaked URL is pasted and revoked; the address of the page never has it', async () => {
  await page.getByRole('searchbox', { name: /^Find/ }).fill(state.url);
  await page.keyboard.press('Enter');
  await page.getByText('the URL of an MCP server').waitFor();
  assert.ok(!page.url().includes('tgm_'), page.url());
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await legacy(state.url, 'tools/list')).status, 404);
  assert.deepEqual(page.faults, []);
});
