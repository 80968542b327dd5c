// A call explained: the arguments as a form from the tool's schema, as JSON, and what is said of them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { assertAccessible, signedInPage, startBrowser } from './console.mjs';

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
const rules = [{ id: 'small', tools: ['create_a_stripe_refund'], max_value: { argument: 'amount', amounts: { usd: 5_000 } } },
  { id: 'daily', tools: ['create_a_stripe_refund'], cap: { argument: 'amount', amounts: { usd: 900_000 }, period: 'day', time_zone: 'UTC' } },
  { id: 'rest', tools: ['create_a_stripe_refund'], refund_within_remaining: true }];
const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'Desk', config: { methods: ['read', 'create'], guardrails: rules } });
const page = await signedInPage(browser, gateway, 'ana@example.com', 'viewer');
const at = (tool) => `/console/servers/${account.id}/${server.id}?tab=explain${tool ? `&tool=${tool}` : ''}`;
const explain = () => page.getByRole('button', { name: 'Explain', exact: true }).click();

test('a refund is filled in by form: choices, amounts, and what is decided, counted and read first', async () => {
  await page.goto(at());
  await page.getByLabel('Tool').fill('create_a_stripe_refund');
  await page.getByLabel(/^amount/).fill('7500');
  await page.getByLabel(/^charge/).fill('ch_1');
  await page.getByLabel(/^currency/).fill('usd');
  await page.getByText('That is US$75.00.').waitFor();
  await page.getByLabel(/^reason/).selectOption('duplicate');
  assert.equal(new URL(page.url()).searchParams.get('tool'), 'create_a_stripe_refund');
  await explain();
  await page.getByRole('heading', { name: 'It would be refused' }).waitFor();
  await page.getByText('server: small').waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `the form in the ${colorScheme} theme`);
  }
  await page.setViewportSize({ width: 360, height: 700 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'at 360 pixels');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByLabel(/^amount/).fill('2500');
  await explain();
  await page.getByRole('heading', { name: 'It would be sent' }).waitFor();
  await page.getByText(/amount=2500/).waitFor();
  await page.getByText(/reason=duplicate/).waitFor();
  await page.getByText(/^remaining \(/).waitFor();
  await page.getByRole('heading', { name: 'Caps' }).waitFor();
  await page.getByText(/US\$9,000\.00 free/).waitFor();
  await assertAccessible(page, 'an answer');
});

test('a name that is typed before the tools are read counts when they are', async () => {
  let answer;
  await page.route('**/tools', (route) => { answer = () => route.continue(); });
  await page.goto(at());
  await page.getByLabel('Tool').fill('create_a_stripe_refund');
  await page.waitForTimeout(200);
  assert.equal(await page.getByLabel(/^amount/).count(), 0);
  answer();
  await page.getByLabel(/^amount/).waitFor();
  await page.unroute('**/tools');
});

test('required arguments come first; parts of objects, lists and true or false are fields of their own', async () => {
  await page.goto(at('create_a_stripe_product'));
  const first = page.locator('form code').first();
  await first.waitFor();
  assert.equal(await first.textContent(), 'name');
  await page.getByLabel(/^name \(required\)/).fill('Tea');
  await page.locator('summary').click();
  await page.getByLabel(/^active/).selectOption('false');
  await page.getByLabel(/^metadata/).fill('{"shelf": "4"}');
  await page.getByLabel(/^package_dimensions\.height/).fill('2.5');
  await page.getByLabel(/^images/).fill('https://example.com/a.png\n\nhttps://example.com/b.png');
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  const json = page.getByLabel('Arguments, as a model would give them');
  const given = { name: 'Tea', active: false, metadata: { shelf: '4' }, package_dimensions: { height: 2.5 }, images: ['https://example.com/a.png', 'https://example.com/b.png'] };
  assert.deepEqual(JSON.parse(await json.inputValue()), given);
  await page.getByRole('button', { name: 'Edit as a form' }).click();
  assert.equal(await page.getByLabel(/^package_dimensions\.height/).inputValue(), '2.5');
  assert.equal(await page.getByLabel(/^active/).inputValue(), 'false');
  assert.equal(await page.getByLabel(/^images/).inputValue(), given.images.join('\n'));
  await assertAccessible(page, 'an open form');
});

test('what is no value of its field is said before anything is asked, and nothing that was typed is lost', async () => {
  await page.goto(at('create_a_stripe_refund'));
  const asked = [];
  page.on('request', (one) => one.url().endsWith('/explain') && asked.push(one.url()));
  for (const [label, text, said] of [[/^amount/, '12.50', 'amount must be a whole number'], [/^metadata/, '{', 'metadata is not JSON']]) {
    await page.getByLabel(label).fill(text);
    await explain();
    await page.getByRole('alert').getByText(said).waitFor();
    assert.equal(await page.getByLabel(label).inputValue(), text);
    await page.getByLabel(label).fill('');
  }
  assert.deepEqual(asked, []);
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  const json = page.getByLabel('Arguments, as a model would give them');
  await page.goto(at('create_a_stripe_product'));
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  for (const lost of [{ images: [] }, { package_dimensions: {} }, { images: ['a\nb'] }, { images: ['a', ''] }, { images: [' a'] }, { name: 'a\nb' }]) {
    await json.fill(JSON.stringify(lost));
    await page.getByRole('button', { name: 'Edit as a form' }).click();
    await page.getByRole('alert').getByText('The form cannot show all of these arguments.').waitFor();
    await json.fill('{');
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    await page.getByRole('alert').getByText(/JSON/).waitFor();
  }
  await page.goto(at('create_a_stripe_refund'));
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  await json.fill('{"charge": "ch_1", "colour": "red"}');
  await page.getByRole('button', { name: 'Edit as a form' }).click();
  await page.getByRole('alert').getByText('The form cannot show all of these arguments.').waitFor();
  assert.equal(await json.inputValue(), '{"charge": "ch_1", "colour": "red"}');
  await explain();
  await page.getByText(/colour/).last().waitFor();
});

test('a tool that the filter hides is shown with its form, and one that there is not as JSON', async () => {
  await page.goto(at('delete_a_stripe_coupon_by_id'));
  await page.getByLabel(/^id \(required\)/).fill('coupon_1');
  await explain();
  await page.getByText('no: hidden by methods').waitFor();
  await page.goto(at('nothing_like_it'));
  await page.getByLabel('Arguments, as a model would give them').waitFor();
  await explain();
  await page.getByText('no: hidden by unknown').waitFor();
  await page.getByText('there is no form for them').waitFor();
  assert.deepEqual(page.faults, []);
});

test('the tools of listing mode search have a form, and what it asks is explained', async () => {
  const searching = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'Search', config: { methods: ['read', 'create'], listing: 'search' } });
  await page.goto(`/console/servers/${account.id}/${searching.id}?tab=explain&tool=write_stripe`);
  await page.getByLabel(/^operation/).fill('create_a_stripe_refund');
  await page.getByLabel(/^arguments/).fill('{"charge": "ch_1", "amount": 500}');
  await assertAccessible(page, 'the form of a search tool');
  await explain();
  await page.getByRole('heading', { name: 'It would be sent' }).waitFor();
  await page.getByText('create_a_stripe_refund', { exact: true }).waitFor();
});
