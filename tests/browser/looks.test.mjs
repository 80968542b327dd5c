// Twelve pages look as they did when their pictures were made (tests/browser/renew_looks makes them again). At most one pixel in 500 may differ, each by more
// than a tenth of what the eye tells apart; edges of letters do not count. Fonts are those of Debian's fonts-dejavu-core.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { cheapPasswords, makePerson } from '../support/person.mjs';
import { loaded, openPage, signIn, startBrowser } from './console.mjs';
import { fill } from './demo.mjs';
import { steady } from './steady.mjs';

const looks = join(dirname(fileURLToPath(import.meta.url)), 'looks');
const renew = process.env.RENEW_LOOKS === '1';
const share = 1 / 500;
const differ = { threshold: 0.1 };

const gateway = await startGateway({ after }, { ...cheapPasswords });
const browser = await startBrowser({ after });
const pages = {};
const opened = {};

before(async () => {
  const font = execFileSync('fc-match', ['system-ui'], { encoding: 'utf8' });
  assert.match(font, /^DejaVuSans\.ttf/, 'install fonts-dejavu-core, and nothing that fontconfig prefers to it');
  const { account, support, approval } = await fill(gateway);
  const desk = `/console/servers/${account.id}/${support.id}`;
  Object.assign(pages, {
    home: '/console/', accounts: '/console/accounts', account: `/console/accounts/${account.id}`, servers: '/console/servers', new_server: '/console/servers/new',
    server: desk, approvals: '/console/approvals', approval: `/console/approvals/${approval.id}`, audit: '/console/audit', policies: '/console/policies', team: '/console/team?tab=people' });
  await makePerson(gateway, 'ana@example.com', 'admin');
  const size = { viewport: { width: 1000, height: 640 }, reducedMotion: 'reduce' };
  opened.inside = await openPage(browser, gateway, size);
  await signIn(opened.inside, 'ana@example.com');
  await steady(opened.inside.context());
  opened.outside = await openPage(browser, gateway, size);
  if (renew) mkdirSync(looks, { recursive: true });
});

// The plot of calls has the hour of the day in it.
async function picture(page) {
  await page.evaluate(() => document.activeElement?.blur());
  return page.screenshot({ mask: [page.locator('.plot'), page.locator('.plot + *')], maskColor: '#808080', animations: 'disabled' });
}

function compare(name, taken) {
  const file = join(looks, `${name}.png`);
  if (renew) return writeFileSync(file, taken);
  assert.ok(existsSync(file), `there is no picture of ${name}: tests/browser/renew_looks`);
  const [before, after] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(taken)];
  assert.deepEqual([after.width, after.height], [before.width, before.height], name);
  const difference = new PNG({ width: before.width, height: before.height });
  const pixels = pixelmatch(before.data, after.data, difference.data, before.width, before.height, differ);
  if (pixels <= share * before.width * before.height) return;
  const kept = scratch();
  writeFileSync(join(kept, 'taken.png'), taken);
  writeFileSync(join(kept, 'difference.png'), PNG.sync.write(difference));
  assert.fail(`${name}: ${pixels} pixels differ; see ${kept}, and tests/browser/renew_looks if the change is meant`);
}

test('eleven pages look as they did, in the light theme, and Home in the dark one', async () => {
  const page = opened.inside;
  for (const [name, path] of Object.entries(pages)) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await loaded(page);
    compare(name, await picture(page));
    if (name !== 'home') continue;
    await page.emulateMedia({ colorScheme: 'dark' });
    compare('home_dark', await picture(page));
  }
});

test('so does the sign-in', async () => {
  await opened.outside.goto('/console/');
  await opened.outside.getByRole('heading', { name: 'Sign in' }).waitFor();
  compare('sign_in', await picture(opened.outside));
});
