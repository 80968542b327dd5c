// Making an MCP URL: how quick a preset is, single tools, rules that are changed and added, and how clients sign in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy, toolNames } from '../support/mcp.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { assertAccessible, loaded, signedInPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const state = {};
let page;

before(async () => {
  state.account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  page = await signedInPage(browser, gateway, 'ana@example.com', 'admin', { reducedMotion: 'reduce' });
});

const made = async (name) => (await gateway.must('GET', `/integrated-account/${state.account.id}/mcp`)).result.find((one) => one.name === name);
const makeIt = async () => {
  await page.getByRole('button', { name: 'Make the MCP URL' }).click();
  await page.getByText('This URL is shown once.').waitFor();
  return page.locator('.secret code').textContent();
};
const open = async (name) => {
  await page.goto('/console/servers/new');
  await page.getByLabel('Name').fill(name);
  await page.getByText(/operations, \d+ of them change something/).waitFor();
};
const readable = async (where) => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${where}, ${colorScheme}`);
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), where);
};

test('a preset takes at most four pages and thirty seconds, from the first page to the URL', async () => {
  const headings = new Set();
  const seen = async () => headings.add(await page.getByRole('heading', { level: 1 }).textContent());
  await page.goto('/console/');
  const started = performance.now();
  await seen();
  await page.getByRole('link', { name: 'MCP servers' }).click();
  await page.getByRole('heading', { level: 1, name: 'MCP servers' }).waitFor();
  await seen();
  await page.getByRole('link', { name: 'Make an MCP URL' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Make an MCP URL' }).waitFor();
  await seen();
  await page.getByLabel('Name').pressSequentially('Quick', { delay: 200 });
  await page.getByRole('radio', { name: /^Support/ }).check();
  const url = await makeIt();
  await seen();
  const seconds = (performance.now() - started) / 1000;
  assert.ok(headings.size <= 4, [...headings].join(', '));
  assert.ok(seconds <= 30, `${seconds} s`);
  assert.ok((await toolNames(url)).length > 0);
  console.log(`a preset: ${headings.size} pages, ${seconds.toFixed(1)} s`);
});

test('the rules of a preset are spelled out, changed, removed and added to; what the API refuses is said before the URL is made', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open('Ruled');
  await page.getByRole('radio', { name: /^Support/ }).check();
  const rules = page.getByRole('group', { name: 'Rules on its calls' });
  await rules.getByText('refund_approval').waitFor();
  await page.getByRole('button', { name: 'Change refund_limit' }).click();
  assert.equal(await rules.getByRole('textbox', { name: 'Amount' }).inputValue(), '500');
  assert.equal(await rules.getByRole('textbox', { name: 'Currencies' }).inputValue(), 'usd, eur, gbp');
  await readable('the form of a rule');
  await rules.getByRole('textbox', { name: 'Amount' }).fill('120.50');
  await rules.getByRole('button', { name: 'Change the rule' }).click();
  await rules.getByText('US$120.50').or(rules.getByText('$120.50')).first().waitFor();
  await page.getByRole('button', { name: 'Remove only_refunds' }).click();
  const add = async (kind, target, amount, currencies) => {
    await rules.getByRole('button', { name: 'Add a rule' }).click();
    await rules.getByLabel('Rule', { exact: true }).selectOption({ label: kind });
    await rules.getByLabel('For').selectOption({ label: target });
    if (amount) await rules.getByRole('textbox', { name: 'Amount' }).fill(amount);
    await rules.getByRole('textbox', { name: 'Currencies' }).fill(currencies);
    await rules.getByRole('button', { name: 'Add the rule' }).click();
  };
  await add('Refuse when the sum of a day is reached', 'refunds', '1.005', 'usd');
  await rules.getByText('USD has 2 digits after the point.').waitFor();
  await rules.getByRole('textbox', { name: 'Amount' }).fill('1000');
  await rules.getByRole('button', { name: 'Add the rule' }).click();
  await add('Allow only these currencies', 'everything that is created', '', 'usd, xyz');
  await page.getByRole('alert').getByText('xyz').waitFor();
  await page.getByRole('alert').getByText('config.guardrails[3].currencies', { exact: true }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Make the MCP URL' }).isDisabled());
  await page.getByRole('button', { name: 'Change creates_currencies' }).click();
  await rules.getByRole('textbox', { name: 'Currencies' }).fill('usd, eur');
  await rules.getByRole('button', { name: 'Change the rule' }).click();
  await page.getByText(/operations, \d+ of them change something/).waitFor();
  await readable('rules that were changed');
  await makeIt();
  const { guardrails } = (await made('Ruled')).config;
  assert.deepEqual(guardrails.map((one) => one.id), ['refund_limit', 'refund_approval', 'refunds_day', 'creates_currencies']);
  assert.deepEqual(guardrails[0].max_value.amounts, { usd: 12_050, eur: 12_050, gbp: 12_050 });
  assert.deepEqual(guardrails[2], { id: 'refunds_day', tags: ['refunds'], methods: ['create'], cap: { argument: 'amount', amounts: { usd: 100_000 }, period: 'day', time_zone: 'UTC' } });
  assert.deepEqual(guardrails[3].currencies, ['usd', 'eur']);
  await page.setViewportSize({ width: 1280, height: 720 });
});

test('a rule that no form shows is changed as JSON; another preset keeps what the person wrote', async () => {
  await open('As JSON');
  await page.getByRole('radio', { name: /^Transact/ }).check();
  await page.getByRole('button', { name: 'Change only_these_creates' }).click();
  const text = page.getByLabel('Rules, as JSON');
  assert.match(await text.inputValue(), /only_these_creates/);
  await text.fill('[{"id": "mine", "methods": ["create"], "currencies": ["usd"]}');
  await page.getByRole('button', { name: 'Use these rules' }).click();
  await page.getByRole('alert').waitFor();
  await text.fill('[{"id": "mine", "methods": ["create"], "currencies": ["usd"]}]');
  await page.getByRole('button', { name: 'Use these rules' }).click();
  await page.getByRole('radio', { name: /^Support/ }).check();
  await makeIt();
  assert.deepEqual((await made('As JSON')).config.guardrails.map((one) => one.id), ['only_refunds', 'refund_limit', 'refund_approval', 'mine']);
});

test('what is no currency is said; Enter adds the rule; nothing is made while a rule is edited; another preset closes it', async () => {
  await open('Typed');
  await page.getByRole('radio', { name: /^Support/ }).check();
  const rules = page.getByRole('group', { name: 'Rules on its calls' });
  await rules.getByRole('button', { name: 'Add a rule' }).click();
  assert.ok(await page.getByRole('button', { name: 'Make the MCP URL' }).isDisabled());
  await page.getByText('A rule is being edited: finish or cancel it first.').waitFor();
  await rules.getByRole('textbox', { name: 'Amount' }).fill('50');
  await rules.getByRole('textbox', { name: 'Currencies' }).fill('euro');
  await rules.getByRole('button', { name: 'Add the rule' }).click();
  await rules.getByText('“euro” is no currency').waitFor();
  await rules.getByRole('textbox', { name: 'Currencies' }).fill('eur');
  await rules.getByRole('textbox', { name: 'Currencies' }).press('Enter');
  await rules.getByText('refunds_limit').waitFor();
  assert.equal(await made('Typed'), undefined);
  await rules.getByRole('button', { name: 'Change refund_limit' }).click();
  await rules.getByLabel('Rule', { exact: true }).selectOption({ label: 'Refuse when the sum of a day is reached' });
  assert.equal(await rules.getByRole('textbox', { name: 'Time zone' }).inputValue(), 'UTC');
  await page.getByRole('radio', { name: /^Read only/ }).check();
  assert.equal(await rules.getByRole('button', { name: 'Change the rule' }).count(), 0);
  await rules.getByRole('button', { name: 'Edit as JSON' }).click();
  await page.getByLabel('Rules, as JSON').fill('[null]');
  await rules.getByRole('button', { name: 'Use these rules' }).click();
  await page.getByRole('alert').getByText('list of objects').waitFor();
  await page.getByLabel('Rules, as JSON').fill('[{"id": "odd", "tools": "y"}]');
  await rules.getByRole('button', { name: 'Use these rules' }).click();
  await rules.getByText('{"id":"odd","tools":"y"}').waitFor();
});

test('single tools are found by words and chosen one by one; the list has these and no other', async () => {
  await open('Two tools');
  await page.getByRole('radio', { name: /^Single tools/ }).check();
  const tools = page.getByRole('group', { name: 'Tools', exact: true });
  await tools.getByLabel('Search tools').fill('refund create');
  await tools.getByRole('checkbox', { name: /^create_a_stripe_refund / }).check();
  await tools.getByLabel('Search tools').press('Enter');
  await tools.getByLabel('Search tools').fill('charges list');
  await tools.getByRole('checkbox', { name: /^list_all_stripe_charges / }).check();
  await tools.getByText('2 chosen').waitFor();
  await page.getByText('2 operations, 1 of them change something').or(page.getByText(/2.*operations, 1 of them/)).first().waitFor();
  await page.getByText(/ChatGPT takes less than 16,000 tokens; this list has about \d/).waitFor();
  await loaded(page);
  await readable('single tools');
  await tools.getByLabel('Search tools').fill('refund create');
  await tools.getByRole('checkbox', { name: /^create_a_stripe_refund / }).uncheck();
  await page.getByText(/1.*operations, 0 of them/).waitFor();
  const url = await makeIt();
  assert.deepEqual(await toolNames(url), ['list_all_stripe_charges']);
});

test('beside the rules as JSON, no rule can be removed, which the text would bring back', async () => {
  await open('As JSON');
  await page.getByRole('radio', { name: /^Support/ }).check();
  const rules = page.getByRole('group', { name: 'Rules on its calls' });
  const remove = rules.getByRole('button', { name: 'Remove refund_limit' });
  await rules.getByRole('button', { name: 'Edit as JSON' }).click();
  assert.ok(await remove.isDisabled());
  assert.ok(await rules.getByRole('button', { name: 'Change refund_limit' }).isDisabled());
  await rules.getByRole('button', { name: 'Cancel' }).click();
  await remove.click();
  await rules.getByRole('button', { name: 'Edit as JSON' }).click();
  assert.ok(!(await page.getByLabel('Rules, as JSON').inputValue()).includes('refund_limit'));
  await rules.getByRole('button', { name: 'Use these rules' }).click();
  assert.equal(await remove.count(), 0);
});

test('what is much is said before the URL is made: every operation, and no expiry', async () => {
  await open('Everything');
  await page.getByText(/operations, \d+ of them change/).waitFor();
  assert.equal(await page.getByText('It never expires').count(), 0);
  await page.getByLabel('Expires after').selectOption('never');
  await page.getByText('It never expires: give it an end').waitFor();
  await page.getByLabel('Expires after').selectOption('90');
  await page.getByText('It never expires: give it an end').waitFor({ state: 'detached' });
});

test('a check that did not reach the gateway says so and is tried again', async () => {
  await open('No network');
  await loaded(page);
  const make = page.getByRole('button', { name: 'Make the MCP URL' });
  await page.route('**/mcp/check', (route) => route.abort());
  await page.getByRole('radio', { name: /^Support/ }).check();
  await page.getByRole('alert').getByText('The gateway was not reached.').waitFor();
  await page.getByText('Before it is made or saved, the gateway must have counted its tools.').waitFor();
  assert.ok(await make.isDisabled());
  await readable('a check that failed');
  await page.unroute('**/mcp/check');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/operations, \d+ of them change/).waitFor();
  assert.ok(await make.isEnabled());
});

test('tools that were chosen for one account are not kept for another', async () => {
  const other = await gateway.must('POST', '/integrated-account', { name: 'Other', credential: testKey });
  await open('Moved');
  await page.getByLabel('Account', { exact: true }).selectOption(state.account.id);
  await page.getByRole('radio', { name: /^Single tools/ }).check();
  await page.getByRole('group', { name: 'Tools' }).getByRole('checkbox').first().check();
  await page.getByText('1 chosen').waitFor();
  await page.getByLabel('Account', { exact: true }).selectOption(other.id);
  await page.getByText('0 chosen').waitFor();
  await gateway.must('DELETE', `/integrated-account/${other.id}`);
});

test('a second factor is asked for: the URL alone is refused', async () => {
  await open('Two factors');
  await page.getByLabel('The URL alone is not enough: ask for an API key too').check();
  await page.getByLabel('Clients sign in with').selectOption('oauth');
  assert.equal(await page.getByLabel('The URL alone is not enough: ask for an API key too').count(), 0);
  await page.getByLabel('Clients sign in with').selectOption('url');
  await page.getByLabel('The URL alone is not enough: ask for an API key too').check();
  await page.getByLabel('Expires after').selectOption('7');
  await page.getByLabel('Holder').fill('ben@example.com');
  const url = await makeIt();
  assert.equal((await legacy(url, 'tools/list')).status, 401);
  const server = await made('Two factors');
  assert.equal(server.config.require_api_token_auth, true);
  assert.equal(server.holder, 'ben@example.com');
  assert.ok(Math.abs(Date.parse(server.expires_at) - Date.now() - 7 * 86_400_000) < 60_000);
  assert.deepEqual(page.faults, []);
});
