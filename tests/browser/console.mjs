// The console in Debian's Chromium, against a gateway of the built binary.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { makePerson, password } from '../support/person.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// A browser for the tests of a file.
export async function startBrowser(scope) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  scope.after(() => browser.close());
  return browser;
}

// A page in a context of its own, at the gateway's own name for the browser. What went wrong in it is in `faults`:
// errors of scripts, what the content policy refused, and requests to anywhere else.
export async function openPage(browser, gateway, options = {}) {
  const context = await browser.newContext({ baseURL: gateway.adminBase, locale: 'en-GB', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (line) => /Content Security|Refused to/i.test(line.text()) && page.faults.push(line.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.adminBase) && !request.url().startsWith('data:')) page.faults.push(`request to ${request.url()}`);
  });
  return page;
}

export async function signIn(page, email, { word = password } = {}) {
  await page.goto('/console/');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(word);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
}

// Waits until the page has what it asked the gateway for.
export async function loaded(page) {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30))));
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

// A person of that role who has signed in, in a page of their own.
export async function signedInPage(browser, gateway, email, role, options = {}) {
  await makePerson(gateway, email, role);
  const page = await openPage(browser, gateway, options);
  await signIn(page, email);
  return page;
}

// No violation of WCAG 2.1 A and AA in what the page shows now.
export async function assertAccessible(page, where) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }));
  const words = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(words, [], where);
}
