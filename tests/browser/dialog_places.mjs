// Where each dialog of the console is opened, and which dialogs its sources have.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { signedIn } from '../support/person.mjs';
import { fill } from './demo.mjs';

const sources = path.resolve(import.meta.dirname, '../../console/src');

const asPattern = (text) => new RegExp(`^${text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`);

// Of every <Confirm> and <Dialog> outside parts/dialog.tsx: the file, and what the label of its button may be; null: any.
export function dialogsInSources() {
  const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith('.tsx') && !file.endsWith('dialog.tsx'));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(sources, file), 'utf8');
    return text.split(/(?=<(?:Confirm|Dialog)\b)/).slice(1).map((part) => {
      if (part.startsWith('<Dialog')) return { file: path.basename(file), label: null };
      const [, given] = /\blabel=("[^"]*"|\{[^\n]*?\}(?=\s+title|\n))/.exec(part) ?? [];
      const texts = [...(given ?? '').matchAll(/"([^"]*)"|'([^']*)'|`([^`]*)`/g)].map((one) => one[1] ?? one[2] ?? one[3]);
      return { file: path.basename(file), label: texts.map(asPattern), given: given ?? part.slice(0, 80) };
    });
  });
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// The code that an authenticator app shows now.
export function codeOf(secret, now = Date.now()) {
  const bits = [...secret.replace(/=+$/, '')].map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// A gateway in which every dialog can be opened; what the places below need to know.
export async function prepare(gateway, testKey) {
  const { account, support } = await fill(gateway);
  const servers = `/integrated-account/${account.id}/mcp`;
  await gateway.must('POST', `${servers}/${support.id}/exception`, { rule: 'our_currencies', layer: 'team', reason: 'a test', seconds: 3600 });
  const paused = await gateway.must('POST', servers, { name: 'Paused', config: { preset: 'read_only' } });
  await gateway.must('POST', `${servers}/${paused.id}/suspend`, {});
  const oauth = await gateway.must('POST', servers, { name: 'By OAuth', config: { preset: 'read_only', auth: 'both' } });
  const client = new OauthClient(gateway, oauth);
  client.move(new URL(gateway.base).origin);
  await client.connect();
  const halted = await gateway.must('POST', '/integrated-account', { name: 'Halted', credential: testKey });
  for (const way of ['freeze', 'suspend']) await gateway.must('POST', `/integrated-account/${halted.id}/${way}`, {});
  await gateway.must('POST', '/webhook', { name: 'Phone', address: 'https://hooks.example.com/tollgate', format: 'standard', events: ['created'] });
  await gateway.must('POST', '/api-key', { name: 'nightly', role: 'viewer' });
  const ben = await signedIn(gateway, 'ben@example.com', 'operator');
  const { body: { secret } } = await ben.send('POST', '/session/totp', { password: 'correct horse battery' });
  const confirmed = await ben.send('POST', '/session/totp/confirm', { code: codeOf(secret) });
  if (confirmed.status >= 300) throw new Error(confirmed.text);
  const server = (one) => `/console/servers/${account.id}/${one.id}`;
  return { account: `/console/accounts/${account.id}`, halted: `/console/accounts/${halted.id}`, server: server(support), paused: server(paused),
    oauth: server(oauth), url: support.url };
}

// Every dialog: the file that has it, the page, the labels of its buttons, and what must be done first.
export const places = (state, gateway) => [
  ['server.tsx', state.server, ['Suspend', 'Revoke']],
  ['server.tsx', state.paused, ['Resume']],
  ['rotate.tsx', state.server, ['New URL']],
  ['server_change.tsx', state.server, ['Change']],
  ['server_parts.tsx', state.server, ['End now']],
  ['open_now.tsx', state.server, ['End session'], async (page) => {
    await legacy(state.url, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'Claude', version: '1' } });
    await page.getByRole('button', { name: 'End session' }).waitFor();
  }],
  ['server_parts.tsx', state.oauth, ['End']],
  ['account.tsx', state.account, ['Freeze writes', 'Suspend all', 'Revoke all', 'Remove the account']],
  ['account.tsx', state.halted, ['Unfreeze', 'Resume']],
  ['find.tsx', '/console/find?q=Support', ['Suspend', 'Revoke']],
  ['find.tsx', '/console/', ['Revoke it'], async (page) => {
    await page.getByRole('searchbox', { name: /^Find/ }).fill(state.url);
    await page.keyboard.press('Enter');
    await page.getByText('the URL of an MCP server').waitFor();
  }],
  ['stop_all.tsx', '/console/find?q=ben@example.com', ['Suspend all of ben@example.com', 'Revoke all of ben@example.com']],
  ['team_people.tsx', '/console/team?tab=people', ['New link', 'Sign out', 'End codes', 'Remove']],
  ['team_keys.tsx', '/console/team?tab=keys', ['Delete']],
  ['team_webhooks.tsx', '/console/team?tab=webhooks', ['Remove']],
  ['team_settings.tsx', '/console/team?tab=settings', ['Save'], (page) => page.getByLabel('Legal hold', { exact: true }).check()],
  ['orders.tsx', '/console/orders', ['Keep orders here']],
  ['me.tsx', '/console/me', ['End all', 'End']],
  ['policy_changes.tsx', '/console/policies', ['Confirm', 'Refuse'], async (page) => {
    await gateway.must('PATCH', '/team', { policy_changes: 'second_person' });
    await gateway.must('PUT', '/team/policy', { rules: [] });
    await page.reload();
  }],
  ['team_settings.tsx', '/console/team?tab=settings', ['Resume the team'], async (page) => {
    await gateway.must('POST', '/team/suspend', {});
    await page.reload();
  }],
];
