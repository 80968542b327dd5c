// What is changed after it was made: the tools of an MCP server, the version and the connected accounts of an account; and what Home says of keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy, toolNames } from '../support/mcp.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { assertAccessible, loaded, signedInPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords, 'security.default_methods': 'read' });
const browser = await startBrowser({ after });
const state = {};
let page;

before(async () => {
  state.account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const make = (name, config) => gateway.must('POST', `/integrated-account/${state.account.id}/mcp`, { name, config });
  state.refunds = await make('Refunds', { methods: ['read', 'create'], tags: ['refunds'] });
  state.chosen = await make('Chosen', { tools: { allow: ['list_all_stripe_charges', 'create_a_stripe_refund'] } });
  page = await signedInPage(browser, gateway, 'ana@example.com', 'admin', { reducedMotion: 'reduce' });
});

const toolsOf = (server) => page.goto(`/console/servers/${state.account.id}/${server.id}?tab=tools`);
const configOf = async (server) => (await gateway.must('GET', `/integrated-account/${state.account.id}/mcp/${server.id}`)).config;
const flip = async (name) => {
  await page.getByLabel('Search tools').fill(name.replaceAll('_', ' '));
  await page.getByRole('checkbox', { name: new RegExp(`^${name} `) }).click();
};
const save = async () => {
  await page.getByRole('button', { name: 'Save the tools' }).click();
  await page.getByText('The change is in force from the next call on.').waitFor();
};

test('tools are switched off and on again; the next list of a client follows', async () => {
  const before = await toolNames(state.refunds.url);
  assert.ok(before.includes('create_a_stripe_refund'));
  await toolsOf(state.refunds);
  await flip('create_a_stripe_refund');
  await page.getByText(/operations, \d+ of them change something/).waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `tools, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await save();
  assert.deepEqual((await configOf(state.refunds)).tools, { deny: ['create_a_stripe_refund'] });
  assert.deepEqual(await toolNames(state.refunds.url), before.filter((name) => name !== 'create_a_stripe_refund'));
  await page.reload();
  await flip('create_a_stripe_refund');
  await save();
  assert.equal((await configOf(state.refunds)).tools, undefined);
  assert.deepEqual(await toolNames(state.refunds.url), before);
});

test('a list of allowed tools stays one; the last tool cannot be switched off', async () => {
  await toolsOf(state.chosen);
  await flip('create_a_stripe_customer');
  await flip('create_a_stripe_refund');
  await save();
  assert.deepEqual((await configOf(state.chosen)).tools.allow.toSorted(), ['create_a_stripe_customer', 'list_all_stripe_charges']);
  await flip('create_a_stripe_customer');
  await flip('list_all_stripe_charges');
  await page.getByText('One tool must be on.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save the tools' }).isDisabled());
});

test('names that the page does not show stay: a denied tool of another method, and an allowed one of another area', async () => {
  const path = `/integrated-account/${state.account.id}/mcp/`;
  const denied = await gateway.must('POST', `/integrated-account/${state.account.id}/mcp`, { name: 'Hides', config: { methods: ['read'], tags: ['refunds'], tools: { deny: ['create_a_stripe_refund'] } } });
  await toolsOf(denied);
  await flip('list_all_stripe_refunds');
  await save();
  assert.deepEqual((await configOf(denied)).tools.deny.toSorted(), ['create_a_stripe_refund', 'list_all_stripe_refunds']);
  await flip('list_all_stripe_refunds');
  await save();
  assert.deepEqual((await configOf(denied)).tools.deny, ['create_a_stripe_refund']);
  await gateway.must('PATCH', path + denied.id, { config: { tags: ['refunds'], methods: ['read'], tools: { allow: ['list_all_stripe_refunds', 'create_a_stripe_refund'] } } });
  await page.reload();
  await flip('list_all_stripe_refunds');
  await page.getByText('One tool must be on.').waitFor();
  await page.getByRole('checkbox', { name: /^list_all_stripe_refunds / }).click();
  await page.getByLabel('Search tools').fill('');
  await page.getByRole('checkbox').nth(1).click();
  await save();
  assert.ok((await configOf(denied)).tools.allow.includes('create_a_stripe_refund'));
});

test('a change of another admin is not undone by a page that did not read it; Enter in the search saves nothing', async () => {
  await toolsOf(state.refunds);
  await flip('create_a_stripe_refund');
  await page.getByText(/operations, \d+ of them change something/).waitFor();
  await page.getByLabel('Search tools').press('Enter');
  const config = { ...(await configOf(state.refunds)), require_api_token_auth: true };
  await gateway.must('PATCH', `/integrated-account/${state.account.id}/mcp/${state.refunds.id}`, { config });
  await page.getByRole('button', { name: 'Save the tools' }).click();
  await page.getByRole('alert').getByText('version_changed').or(page.getByText(/was changed after/)).first().waitFor();
  assert.deepEqual(await configOf(state.refunds), config);
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  await flip('create_a_stripe_refund');
  await save();
  assert.deepEqual(await configOf(state.refunds), { ...config, tools: { deny: ['create_a_stripe_refund'] } });
  await gateway.must('PATCH', `/integrated-account/${state.account.id}/mcp/${state.refunds.id}`, { config: { ...config, require_api_token_auth: false } });
});

test('a viewer sees which tools are on, and cannot take a tick', async () => {
  const viewer = await signedInPage(browser, gateway, 'vic@example.com', 'viewer');
  await viewer.goto(`/console/servers/${state.account.id}/${state.refunds.id}?tab=tools`);
  await viewer.getByText('Those with a tick are on.').waitFor();
  assert.ok(await viewer.getByRole('checkbox').first().isDisabled());
  assert.equal(await viewer.getByRole('button', { name: 'Save the tools' }).count(), 0);
  await viewer.context().close();
});

test('the name, the holder and the expiry of an MCP server are changed, and its URL stays', async () => {
  const path = `/integrated-account/${state.account.id}/mcp/${state.refunds.id}`;
  const before = await gateway.must('GET', path);
  await page.goto(`/console/servers/${state.account.id}/${state.refunds.id}`);
  await page.getByRole('link', { name: 'Acme', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.getByRole('button', { name: 'Save' }).isDisabled(), true, 'nothing to save');
  await dialog.getByLabel('Holder').fill('cara@example.com');
  await dialog.getByLabel('Expires').selectOption('30 days from now');
  await gateway.must('PATCH', path, { name: 'Refunds of the shop' }); // by somebody else meanwhile
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('cara@example.com').waitFor();
  const after = await gateway.must('GET', path);
  assert.deepEqual([after.holder, after.name, after.token_prefix], ['cara@example.com', 'Refunds of the shop', before.token_prefix]);
  assert.ok(Math.abs(Date.parse(after.expires_at) - Date.now() - 30 * 86_400_000) < 60_000, after.expires_at);
  assert.equal((await legacy(state.refunds.url, 'ping')).status, 200);
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await dialog.getByLabel('Name').fill('Refunds');
  await dialog.getByLabel('Expires').selectOption('never');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Refunds', exact: true }).waitFor();
  assert.equal((await gateway.must('GET', path)).expires_at, null);
  assert.deepEqual(page.faults, []);
});

test('an account is renamed without a write of what another admin changed meanwhile', async () => {
  const path = `/integrated-account/${state.account.id}`;
  await gateway.must('PATCH', path, { connected_accounts: ['acct_0000000000000001'] });
  await page.goto(`/console/accounts/${state.account.id}`);
  await page.getByLabel('Name of the account').fill('Acme Ltd');
  await gateway.must('PATCH', path, { connected_accounts: [] });
  await page.getByRole('button', { name: 'Save the account' }).click();
  await page.getByText('The change is in force from the next call on.').waitFor();
  assert.deepEqual((await gateway.must('GET', path)).connected_accounts, []);
  await gateway.must('PATCH', path, { name: 'Acme' });
});

test('the pinned version and the connected accounts of an account are changed; what the API refuses is said', async () => {
  await page.goto(`/console/accounts/${state.account.id}`);
  await page.getByLabel('Connected accounts').fill('acct_1 nobody');
  await page.getByRole('button', { name: 'Save the account' }).click();
  await page.getByRole('alert').getByText('connected_accounts').first().waitFor();
  await page.getByLabel('Connected accounts').fill('acct_0000000000000001, acct_0000000000000002');
  await page.getByLabel('Pinned Stripe version').fill('2025-03-31.basil');
  await page.getByRole('button', { name: 'Save the account' }).click();
  await page.getByText('The change is in force from the next call on.').waitFor();
  const changed = await gateway.must('GET', `/integrated-account/${state.account.id}`);
  assert.deepEqual([changed.stripe_version, changed.connected_accounts], ['2025-03-31.basil', ['acct_0000000000000001', 'acct_0000000000000002']]);
  await page.getByLabel('Pinned Stripe version').fill('');
  await page.getByRole('button', { name: 'Save the account' }).click();
  await page.getByText('The change is in force from the next call on.').waitFor();
  assert.equal((await gateway.must('GET', `/integrated-account/${state.account.id}`)).stripe_version, null);
});

test('the editor of rules says what would change, and selects what the API refuses', async () => {
  const rules = [{ id: 'one', tools: ['create_a_stripe_refund'], then: 'needs_approval' }, { id: 'two', methods: ['create'], currencies: ['usd'] }];
  await gateway.must('PUT', '/team/policy', { rules });
  await page.goto('/console/policies');
  await loaded(page);
  const text = page.getByLabel('Rules, as JSON');
  await text.fill(JSON.stringify([{ ...rules[1], currencies: ['usd', 'eur'] }, { id: 'new', tools: ['create_a_stripe_refund'], max_value: { argument: 'amont', value: 5 } }], null, 2));
  const diff = page.getByRole('list', { name: 'What would change' });
  await diff.getByText('Removed').waitFor();
  assert.deepEqual(await diff.locator('li strong').allTextContents(), ['Removed', 'Changed', 'Added']);
  assert.deepEqual(await diff.locator('li > code').allTextContents(), ['one', 'two', 'new']);
  await assertAccessible(page, 'the editor of rules');
  const written = await text.inputValue();
  await text.fill(JSON.stringify([{ then: 'needs_approval', tools: rules[0].tools, id: 'one' }, { ...rules[1], mode: 'observe' }]));
  await diff.getByText('mode: absent → "observe"').waitFor();
  assert.deepEqual(await diff.locator('li strong').allTextContents(), ['Changed']);
  for (const half of [{ max_value: { amounts: { us: 5 } } }, { tools: 'x' }, { currencies: 'usd' }, { max_value: null }]) {
    await text.fill(JSON.stringify([{ ...rules[0], ...half }]));
    await diff.getByText('Removed').waitFor();
  }
  await text.fill(written);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Show the place' }).click();
  const selected = await text.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(JSON.parse(selected).id, 'new');
});

test('exceptions that are open anywhere in the team are listed beside the rules, opened from one of them, and ended', async () => {
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'small', tools: ['create_a_stripe_refund'], max_value: { argument: 'amount', value: 5 } }] });
  await page.goto('/console/policies');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Open exceptions' }) });
  await card.getByText('Every rule holds for every MCP server of the team.').waitFor();
  await card.getByText('Let a rule not hold for a time').click();
  await card.getByLabel('Find an MCP server').fill('Refu');
  await card.getByLabel('Find an MCP server').press('Tab');
  await card.getByLabel('MCP server', { exact: true }).selectOption('Refunds');
  await card.getByLabel('For', { exact: true }).selectOption('15 minutes');
  await card.getByLabel('Reason').fill('Outage on Monday');
  await assertAccessible(page, 'the form of an exception');
  await card.getByRole('button', { name: 'Open the exception' }).click();
  await card.getByText('The rule small does not hold for Refunds now.').waitFor();
  await card.getByText('small of the team does not hold: Outage on Monday').waitFor();
  const path = `/integrated-account/${state.account.id}/mcp/${state.refunds.id}/exception`;
  const [made] = (await gateway.must('GET', path)).result;
  assert.equal(Date.parse(made.ends_at) - Date.parse(made.created_at), 900_000);
  await card.getByRole('button', { name: 'End now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the exception' }).click();
  await card.getByText('Every rule holds for every MCP server of the team.').waitFor();
  assert.deepEqual((await gateway.must('GET', path)).result, []);
  const config = await configOf(state.refunds);
  await gateway.must('PATCH', path.replace('/exception', ''), { config: { ...config, guardrails: [{ id: 'own_rule', tools: ['create_a_stripe_refund'], max_value: { argument: 'amount', value: 9 } }] } });
  await page.reload();
  await card.getByText('Let a rule not hold for a time').click();
  await card.getByLabel('MCP server', { exact: true }).selectOption('Chosen');
  assert.deepEqual(await card.getByLabel('Rule that does not hold').locator('option').allTextContents(), ['small']);
  await card.getByLabel('MCP server', { exact: true }).selectOption('Refunds');
  await card.getByLabel('Rule that does not hold').selectOption('own_rule (of the MCP server)');
  await card.getByLabel('Reason').fill('Outage on Tuesday');
  await card.getByRole('button', { name: 'Open the exception' }).click();
  await card.getByText('The rule own_rule does not hold for Refunds now.').waitFor();
  assert.deepEqual((await gateway.must('GET', path)).result.map((one) => [one.layer, one.rule]), [['server', 'own_rule']]);
});

test('the list of API keys says when each was used last', async () => {
  const made = await gateway.must('POST', '/api-key', { name: 'Nightly', role: 'viewer' });
  await page.goto('/console/team?tab=keys');
  const row = page.getByRole('row', { name: /Nightly/ });
  await row.getByText('never seen').waitFor();
  await gateway.must('GET', '/team', undefined, { key: made.key });
  await page.reload();
  await row.waitFor();
  assert.equal(await row.getByText('never seen').count(), 0);
});

test('no cell of the audit log breaks inside a word at 1,000 pixels', async () => {
  await page.setViewportSize({ width: 1000, height: 800 });
  await page.goto('/console/audit');
  await page.locator('tbody tr').first().waitFor();
  const broken = await page.evaluate(() => {
    const out = [];
    for (const cell of document.querySelectorAll('td, th')) {
      const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.parentElement.closest('details:not([open]) > :not(summary)')) continue;
        for (const word of node.data.matchAll(/(?<!\S)\S{2,16}(?!\S)/g)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) out.push(word[0]);
        }
      }
    }
    return out;
  });
  assert.deepEqual(broken, []);
  assert.ok(await page.evaluate(() => [...document.querySelectorAll('html, .table')].every((one) => one.scrollWidth <= one.clientWidth)), 'all columns are seen');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('the audit log and the receipts are narrowed to days, which are in the address and in the export', async () => {
  const today = new Date().toISOString().slice(0, 10); // the page's clock is UTC
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await page.goto('/console/audit');
  await page.getByRole('row').nth(1).waitFor();
  await page.getByLabel('From', { exact: true }).fill(tomorrow);
  await page.getByText('No record matches.').waitFor();
  await page.getByLabel('From', { exact: true }).fill(today);
  await page.getByLabel('Until', { exact: true }).fill(today);
  await page.getByRole('row').nth(1).waitFor();
  const address = new URL(page.url());
  assert.deepEqual([address.searchParams.get('from'), address.searchParams.get('until')], [today, today]);
  const link = new URL(await page.getByRole('link', { name: 'Export as JSON Lines' }).getAttribute('href'), page.url());
  assert.equal(link.searchParams.get('recorded_from'), `${today}T00:00:00.000Z`);
  assert.equal(link.searchParams.get('recorded_before'), `${tomorrow}T00:00:00.000Z`);
  await page.reload();
  assert.equal(await page.getByLabel('Until', { exact: true }).inputValue(), today);
  await page.goto('/console/audit?from=soon');
  await page.getByRole('row').nth(1).waitFor();
  await page.goto(`/console/receipts?from=${tomorrow}`);
  await page.getByText('No write matches.').waitFor();
  assert.deepEqual(page.faults, []);
});

test('Home says which permissions a key lacks or has beyond need, and when two clocks differ', async () => {
  await page.goto('/console/');
  await loaded(page);
  assert.equal(await page.getByText('The clocks of the gateway').count(), 0);
  await page.getByRole('button', { name: 'Check what the keys may do' }).click();
  const rows = page.locator('ul[role=status] li').filter({ hasText: 'Acme' });
  await rows.getByText(/missing|beyond need|and no more/).first().waitFor();
  const kept = /Last checked .*: the key (works|has what)/;
  await page.getByText(kept).first().waitFor();
  await page.goto('/console/accounts');
  await page.getByRole('row').getByText(kept).first().waitFor();
  await page.getByRole('link', { name: 'Acme', exact: true }).first().click();
  await page.getByText(kept).waitFor();
  await page.goto('/console/');
  await loaded(page);
  await page.route('**/session/current', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, now: new Date(Date.now() - 90_000).toISOString() } });
  });
  await page.reload();
  await page.getByText(/The clocks of the gateway and of this device differ by (89|90|91) seconds/).waitFor();
  await page.unroute('**/session/current');
});

test('a client’s row says from which network it connected, and never the whole address', async () => {
  await legacy(state.refunds.url, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'Desk client', version: '1' } });
  await page.goto(`/console/servers/${state.account.id}/${state.refunds.id}`);
  await page.getByText('connected from 127.0.0.0/24').waitFor();
  assert.ok(!(await page.content()).includes('127.0.0.1/32'));
  assert.deepEqual(page.faults, []);
});
