// deploy/package: what is in the Debian package, and whether it works where it is installed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { binary, cleanEnvironment, root, runBinary, scratch } from '../support/gateway.mjs';

let file;
let list;
const folder = scratch();
const run = (program, ...words) => execFileSync(program, words, { encoding: 'utf8', cwd: root, env: { ...cleanEnvironment(), TOLLGATE_BINARY: binary }, stdio: ['ignore', 'pipe', 'pipe'] });

before(() => {
  file = run('deploy/package', folder).trim();
  list = run('dpkg-deb', '-c', file).trim().split('\n').map((line) => line.split(/ +/)).map(([mode, owner, , , , path]) => ({ mode, owner, path }));
});

test('the package has the program, its unit and settings for root only, and nothing that is not root\'s', () => {
  const mode = (path) => list.find((one) => one.path === `./${path}`)?.mode;
  assert.equal(mode('usr/bin/tollgate'), '-rwxr-xr-x');
  assert.equal(mode('etc/tollgate/tollgate.yaml'), '-rw-------');
  assert.equal(mode('etc/tollgate/keys/'), 'drwx------');
  assert.equal(mode('lib/systemd/system/tollgate.service'), '-rw-r--r--');
  for (const path of ['bash-completion/completions/tollgate', 'zsh/vendor-completions/_tollgate', 'fish/vendor_completions.d/tollgate.fish'])
    assert.equal(mode(`usr/share/${path}`), '-rw-r--r--', path);
  assert.deepEqual([...new Set(list.map(({ owner }) => owner))], ['root/root']);
  const control = run('dpkg-deb', '-I', file);
  assert.match(control, /Depends: .*libssl3.*/);
  assert.equal(run('dpkg-deb', '-I', file, 'conffiles').trim(), '/etc/tollgate/tollgate.yaml');
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.deb')).length, 1);
});

test('every command has a manual page, made of its own help', () => {
  run('dpkg-deb', '-x', file, join(folder, 'root'));
  const page = (name) => run('man', '-l', join(folder, 'root/usr/share/man/man1', `${name}.1.gz`));
  const commands = (...words) => runBinary(['__complete', ...words, '']).stdout.split('\n').map((line) => line.split('\t')[0]).filter(Boolean);
  for (const one of commands()) assert.ok(list.some(({ path }) => path === `./usr/share/man/man1/tollgate-${one}.1.gz`), one);
  for (const one of commands('policy')) assert.ok(list.some(({ path }) => path === `./usr/share/man/man1/tollgate-policy-${one}.1.gz`), one);
  assert.match(page('tollgate'), /tollgate +- Tollgate: an MCP gateway for Stripe/);
  const connect = page('tollgate-connect');
  for (const word of ['tollgate-connect', '--dry-run', '--remove']) assert.ok(connect.includes(word), word);
  assert.ok(!list.some(({ path }) => /tollgate-connect-cursor|__complete/.test(path)));
});

test('the package installs, runs as a user without rights, and leaves only records', (t) => {
  const allowed = process.getuid() === 0 && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
  if (!allowed) return t.skip('needs root and mount namespaces');
  const done = spawnSync(join(root, 'deploy/debian/check'), [file], { encoding: 'utf8', timeout: 200_000, env: cleanEnvironment() });
  assert.equal(done.status, 0, done.stdout + done.stderr);
  // Under a systemd of its own, where the machine can do that.
  assert.match(done.stdout, /^health 0\ntollgate .*\ntollgate 600 .*master\.key\nResult=success$|^Not shown here: systemctl start/m);
});
