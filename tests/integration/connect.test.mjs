// tollgate connect: real files of each client, on disk, by the built binary.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { clients as consoleClients } from '../../console/src/parts/clients.ts';
import { binary, cleanEnvironment, scratch } from '../support/gateway.mjs';

const url = `https://gateway.example/mcp/tgm_${'a'.repeat(38)}`;
const other = `https://gateway.example/mcp/tgm_${'b'.repeat(38)}`;

// Where each client looks, below the home of a person.
const files = {
  'claude-desktop': '.config/Claude/claude_desktop_config.json',
  'claude-code': '.claude.json',
  cursor: '.cursor/mcp.json',
  vscode: '.config/Code/User/mcp.json',
  codex: '.codex/config.toml',
  windsurf: '.codeium/windsurf/mcp_config.json',
};

// A home with its own tollgate: { path(client), run(words, options) }.
function home() {
  const folder = scratch();
  return {
    folder,
    path: (client) => join(folder, files[client]),
    write(client, text, mode) {
      mkdirSync(dirname(join(folder, files[client])), { recursive: true });
      writeFileSync(join(folder, files[client]), text);
      if (mode) chmodSync(join(folder, files[client]), mode);
    },
    read: (client) => readFileSync(join(folder, files[client]), 'utf8'),
    run(words, { env = {}, input = '' } = {}) {
      const done = spawnSync(binary, ['connect', ...words], { input, encoding: 'utf8', timeout: 20_000,
        env: { ...cleanEnvironment(), HOME: folder, XDG_CONFIG_HOME: '', CODEX_HOME: '', CLAUDE_CONFIG_DIR: '', TOLLGATE_MCP_URL: url, ...env } });
      return { status: done.status, stdout: done.stdout, stderr: done.stderr };
    },
  };
}

for (const client of Object.keys(files)) {
  test(`${client}: a missing file is made for its owner only, twice changes nothing, and goes again`, () => {
    const at = home();
    const made = at.run([client]);
    assert.deepEqual([made.status, made.stderr], [0, '']);
    assert.ok(!made.stdout.includes('tgm_a'), made.stdout);
    assert.equal(statSync(at.path(client)).mode & 0o777, 0o600);
    const text = at.read(client);
    assert.ok(text.includes(url));
    if (client !== 'codex') JSON.parse(text);
    const before = statSync(at.path(client));
    assert.match(at.run([client]).stdout, /^'stripe' is in .* already\.\n$/);
    assert.equal(statSync(at.path(client)).ino, before.ino);
    const removed = at.run([client, '--remove'], { env: { TOLLGATE_MCP_URL: '' } });
    assert.deepEqual([removed.status, existsSync(at.path(client))], [0, false], removed.stderr);
    assert.deepEqual(readdirSync(dirname(at.path(client))).filter((name) => name.includes('tollgate')), []);
  });

  test(`${client}: a file with comments and other servers keeps every byte, its mode, and has a backup`, (t) => {
    const at = home();
    const toml = client === 'codex';
    const table = client === 'vscode' ? 'servers' : 'mcpServers';
    const before = toml
      ? '# mine\r\nmodel = "gpt"\r\n\r\n[mcp_servers.files]\r\ncommand = "npx"\r\n[mcp_servers.files.env]\r\nA = "b"'
      : `\uFEFF// mine\r\n{\r\n\t"unknown": [1, 2.5e3,],\r\n\t"${table}": {\r\n\t\t"files": {"command": "npx"}, // theirs\r\n\t},\r\n}`;
    at.write(client, before, 0o640);
    const made = at.run([client]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stderr, /Others may read .* chmod 600/);
    const backup = `${at.path(client)}.tollgate-backup`;
    assert.equal(readFileSync(backup, 'utf8'), before);
    for (const path of [at.path(client), backup]) assert.equal(statSync(path).mode & 0o777, 0o640);
    const after = at.read(client);
    assert.ok(after.includes(url));
    // What was there is still there, in its order, line by line.
    let from = 0;
    for (const line of before.split('\r\n')) {
      const found = after.indexOf(line, from);
      assert.ok(found >= from, `${JSON.stringify(line)} in ${JSON.stringify(after)}`);
      from = found + line.length;
    }
    assert.equal(after.replaceAll('\r\n', '').includes('\n'), false, 'line ends are CRLF');
    const changed = at.run([client], { env: { TOLLGATE_MCP_URL: other } });
    assert.match(changed.stdout, /'stripe' was updated in .*; an older content is in .*\.tollgate-backup\./);
    assert.equal(at.read(client), after.replace(url, other));
    assert.equal(readFileSync(backup, 'utf8'), before);
    assert.equal(at.run([client, '--remove']).status, 0);
    assert.equal(at.read(client), before);
    assert.equal(existsSync(backup), false);
  });

  test(`${client}: a read-only file and an unreadable one stay as they are`, () => {
    const at = home();
    const toml = client === 'codex';
    at.write(client, toml ? 'a = 1\n' : '{}', 0o400);
    const refused = at.run([client]);
    assert.deepEqual([refused.status, refused.stdout], [1, '']);
    assert.match(refused.stderr, /^tollgate: \S+ cannot be written: it is read-only\. Nothing was changed\./);
    chmodSync(at.path(client), 0o600);
    const broken = toml ? 'a = 1\nb "x"\n' : '{\n  "a": 1\n  "b": 2\n}';
    at.write(client, broken);
    const wrong = at.run([client]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, toml ? /config\.toml:2:3: '=' is expected here/ : /json:3:3: a comma or '}' is expected here/);
    assert.equal(at.read(client), broken);
    assert.deepEqual(readdirSync(dirname(at.path(client))).filter((name) => name.includes('tollgate')), []);
  });
}

test('an empty file is one to start with, and comes back empty', () => {
  const at = home();
  at.write('cursor', '');
  assert.equal(at.run(['cursor']).status, 0);
  assert.equal(JSON.parse(at.read('cursor')).mcpServers.stripe.url, url);
  assert.equal(at.run(['cursor', '--remove']).status, 0);
  assert.equal(at.read('cursor'), '');
});

test('a symbolic link stays one', () => {
  const at = home();
  mkdirSync(dirname(at.path('cursor')), { recursive: true });
  const real = join(at.folder, 'dotfiles.json');
  writeFileSync(real, '{}\n');
  symlinkSync(real, at.path('cursor'));
  const linked = at.run(['cursor']);
  assert.equal(linked.status, 0);
  assert.ok(linked.stdout.includes(`kept in ${real}.tollgate-backup.`), linked.stdout);
  assert.ok(lstatSync(at.path('cursor')).isSymbolicLink());
  assert.ok(readFileSync(real, 'utf8').includes(url));
});

test('the URL is printed only when asked for, and dry runs write nothing', () => {
  const at = home();
  for (const client of [...Object.keys(files), 'chatgpt']) {
    const dry = at.run([client, '--dry-run']);
    assert.equal(dry.status, 0, dry.stderr);
    assert.ok(!dry.stdout.includes('tgm_a') && dry.stdout.includes('tgm_***'), dry.stdout);
    assert.ok(at.run([client, '--print']).stdout.includes(url));
  }
  assert.deepEqual(readdirSync(at.folder), []);
});

test('--print is what the console shows for every client', () => {
  const at = home();
  const print = (client) => at.run([client, '--print', '--name', 'acme-eu']).stdout;
  const shown = Object.fromEntries(consoleClients.map((one) => [one.id, one.text('Acme EU', url)]));
  assert.deepEqual(Object.keys(shown).sort(), ['chatgpt', 'claude-ai', ...Object.keys(files)].sort());
  for (const client of ['cursor', 'vscode', 'codex', 'windsurf']) assert.equal(print(client), `${shown[client]}\n`, client);
  // A console does not know where the program is; `connect` writes its own path.
  const entry = JSON.parse(print('claude-desktop'));
  entry.mcpServers['acme-eu'].command = 'tollgate';
  assert.deepEqual(JSON.parse(shown['claude-desktop']), entry);
  // The command of Claude Code makes the entry that `connect` writes.
  const [, transport, name, address] = /^claude mcp add --transport (\S+) (\S+) (\S+)$/.exec(shown['claude-code']);
  assert.deepEqual(JSON.parse(print('claude-code')), { mcpServers: { [name]: { type: transport, url: address } } });
  // Settings pages take the URL alone.
  for (const client of ['chatgpt', 'claude-ai']) assert.equal(shown[client], url);
  assert.ok(print('chatgpt').includes(`\n   ${url}\n`));
});

test('the URL may come from a flag or from standard input, and must be one', () => {
  const at = home();
  assert.equal(at.run(['cursor', '--url', '-'], { input: `${other}\n` }).status, 0);
  assert.equal(JSON.parse(at.read('cursor')).mcpServers.stripe.url, other);
  for (const wrong of ['http://gateway.example/mcp/tgm_secret', 'gateway', 'https://a b/tgm_secret']) {
    const refused = at.run(['cursor', '--url', wrong]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^tollgate: (the MCP URL must (be|begin with) https:\/\/|this is no URL: )/);
    assert.ok(!refused.stderr.includes('tgm_secret'));
  }
  assert.match(at.run(['cursor'], { env: { TOLLGATE_MCP_URL: '' } }).stderr, /the MCP URL is missing: set the variable TOLLGATE_MCP_URL/);
  assert.equal(at.run(['emacs']).status, 1);
  assert.equal(at.run(['cursor', '--name', 'a.b']).status, 1);
});

test('another entry of that name is not overwritten, and several servers stand beside each other', () => {
  const at = home();
  const before = '{\n  "mcpServers": {\n    "stripe": {\n      "command": "npx"\n    }\n  }\n}\n';
  at.write('cursor', before);
  const refused = at.run(['cursor']);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /mcp\.json:3:5: "stripe" is there already, as something else \(it has no "url"\)/);
  assert.equal(at.run(['cursor', '--remove']).status, 1);
  assert.equal(at.read('cursor'), before);
  assert.equal(at.run(['cursor', '--name', 'acme']).status, 0);
  assert.equal(at.run(['cursor', '--name', 'beta'], { env: { TOLLGATE_MCP_URL: other } }).status, 0);
  const { mcpServers } = JSON.parse(at.read('cursor'));
  assert.deepEqual(Object.keys(mcpServers), ['stripe', 'acme', 'beta']);
  assert.equal(at.run(['cursor', '--name', 'beta', '--remove']).status, 0);
  assert.equal(at.run(['cursor', '--name', 'acme', '--remove']).status, 0);
  assert.equal(at.read('cursor'), before);
});
