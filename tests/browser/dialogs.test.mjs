// Every dialog: opened, read and closed with the keyboard alone, by axe in both themes, on a narrow screen, and with the focus where it was afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { assertAccessible, loaded, openPage, signedInPage, signIn, startBrowser } from './console.mjs';
import { dialogsInSources, places, prepare } from './dialog_places.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const state = {};

before(async () => {
  Object.assign(state, await prepare(gateway, testKey));
  await signedIn(gateway, 'ana@example.com', 'admin'); // a session elsewhere, which can be ended
  state.page = await openPage(browser, gateway, { reducedMotion: 'reduce' });
  await signIn(state.page, 'ana@example.com');
});

// Cut off, or wider than the screen.
const tooWide = (page) => page.evaluate(() => {
  const dialog = document.querySelector('dialog[open]');
  return dialog.scrollWidth > dialog.clientWidth + 1 || dialog.getBoundingClientRect().right > document.documentElement.clientWidth;
});

test('every dialog can be read in both themes and on a narrow screen, and leaves the focus where it was', async () => {
  const { page } = state;
  for (const [, path, labels, first] of places(state, gateway)) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await first?.(page);
    await loaded(page);
    for (const label of labels) {
      const where = `${path}: ${label}`;
      const button = page.locator('main').getByRole('button', { name: label, exact: true }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      assert.ok(await page.evaluate(() => document.querySelector('dialog[open]').contains(document.activeElement)), `${where}: the focus`);
      await page.setViewportSize({ width: 360, height: 700 });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await assertAccessible(page, `${where} in the ${colorScheme} theme`);
      }
      assert.equal(await tooWide(page), false, `${where} at 360 pixels`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.ok(await button.evaluate((one) => one === document.activeElement), `${where}: the focus afterwards`);
    }
  }
  await gateway.must('DELETE', '/team/suspend');
  assert.deepEqual(page.faults, []);
});

test('every dialog in the sources of the console is opened by the test before', () => {
  const opened = places(state, gateway);
  const found = dialogsInSources();
  assert.ok(found.length >= 20, String(found.length));
  const missing = found.filter(({ file, label }) => !opened.some(([where, , labels]) => where === file && (label === null || labels.some((one) => label.some((wanted) => wanted.test(one))))));
  assert.deepEqual(missing.map(({ file, given }) => `${file}: ${given}`), []);
});

test('what destroys much wants the name typed, and says how much it is', async () => {
  const { page } = state;
  await page.goto(state.account);
  await loaded(page);
  await page.getByRole('button', { name: 'Revoke all', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('4 MCP servers of Acme end').waitFor();
  const act = dialog.getByRole('button', { name: 'Revoke 4' });
  await dialog.getByLabel('Reason').fill('a test');
  await dialog.getByLabel('Type Acme to go on').fill('acme');
  assert.equal(await act.isDisabled(), true);
  await page.keyboard.press('Enter');
  assert.equal(await dialog.isVisible(), true);
  await page.keyboard.press('Escape');
});

test('a URL is made, and a leaked one revoked, with the keyboard alone', async () => {
  const { page } = state;
  await page.goto('/console/servers/new');
  await loaded(page);
  await page.getByLabel('Name').focus();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  await page.getByText('This URL is shown once.').waitFor();
  const url = await page.locator('.secret code').textContent();
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('/');
  await page.keyboard.type(url);
  await page.keyboard.press('Enter');
  await page.getByText('the URL of an MCP server').waitFor();
  const steps = [];
  for (let step = 0; step < 40 && steps.at(-1) !== 'Revoke it'; ++step) {
    await page.keyboard.press('Tab');
    steps.push(await page.evaluate(() => document.activeElement.textContent));
  }
  assert.equal(steps.at(-1), 'Revoke it', steps.join(' | '));
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  while (await page.evaluate(() => document.activeElement.textContent) !== 'Revoke') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await legacy(url, 'tools/list')).status, 404);
});

test('two tabs answer one approval: the second page says that it was answered, and how', async () => {
  const [approval] = (await gateway.must('GET', '/approval?state=pending')).result;
  const first = await signedInPage(browser, gateway, 'cy@example.com', 'approver');
  const second = await first.context().newPage();
  for (const tab of [first, second]) {
    // Neither hears of the other, as when the stream of events is lost.
    await tab.route('**/event', (route) => route.fulfill({ status: 503, body: '{}' }));
    await tab.goto(`/console/approvals/${approval.id}`);
    await tab.getByRole('button', { name: 'Approve' }).waitFor();
  }
  await first.getByRole('button', { name: 'Approve' }).click();
  const known = /Done: Stripe executed it|Approved, but Stripe refused it/;
  await first.getByText(known).waitFor({ timeout: 20_000 });
  const again = second.getByRole('button', { name: 'Approve' });
  if (await again.isVisible()) await again.click().catch(() => undefined);
  await second.getByText(known).or(second.getByRole('alert')).first().waitFor();
  const { votes, state: ended } = await gateway.must('GET', `/approval/${approval.id}`);
  assert.deepEqual([votes.length, ended], [1, 'executed']);
});
