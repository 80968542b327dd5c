// Completion in the real bash, zsh and fish, and what the program says to them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, cleanEnvironment, root, runBinary, scratch } from '../support/gateway.mjs';

const words = (...line) => runBinary(['__complete', ...line]).stdout.split('\n').filter(Boolean);
const names = (...line) => words(...line).map((one) => one.split('\t')[0]);

test('commands, groups, flags and choices are completed from the program itself', () => {
  const top = names('');
  for (const one of ['serve', 'connect', 'stdio', 'doctor', 'health', 'completion', 'policy', 'version']) assert.ok(top.includes(one), one);
  assert.ok(!top.includes('__complete'));
  // Every command of the help is there, and nothing else.
  const help = runBinary(['--help']).stdout.split('Subcommands:\n')[1].match(/^ {2}[a-z-]+/gm).map((one) => one.trim());
  assert.deepEqual([...top].sort(), [...new Set(help)].sort());
  assert.deepEqual(names('conn'), ['connect']);
  assert.deepEqual(names('config', ''), ['print', 'check']);
  assert.deepEqual(names('connect', 'c'), ['claude-desktop', 'claude-code', 'cursor', 'chatgpt', 'codex']);
  assert.deepEqual(names('connect', 'cursor', '--re'), ['--remove']);
  assert.deepEqual(names('completion', ''), ['bash', 'zsh', 'fish']);
  assert.ok(names('serve', '--server-').includes('--server-listen'));
  assert.deepEqual(names('serve', '--sandbox-enabled='), ['--sandbox-enabled=true', '--sandbox-enabled=false']);
  assert.deepEqual(names('serve', '--config', ''), [':files']);
  assert.deepEqual(names('serve', '--config', 'x', '--log-f'), ['--log-file']);
  assert.deepEqual(names('connect', 'cursor', 'x'), []);
  assert.deepEqual(names('nonsense', ''), []);
  assert.match(words('doct')[0], /^doctor\tCheck everything/);
  // Secrets are no flags.
  assert.ok(!names('serve', '--vault-').includes('--vault-master-key'));
});

// A folder with the program on the path, and the names of files that may be completed.
function place() {
  const folder = scratch();
  mkdirSync(join(folder, 'bin'));
  symlinkSync(binary, join(folder, 'bin/tollgate'));
  writeFileSync(join(folder, 'unusual-settings.yaml'), '');
  return { folder, env: { ...cleanEnvironment(), PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, ZDOTDIR: folder, XDG_CONFIG_HOME: folder } };
}

// What a terminal shows after each of the lines is typed.
function typed(at, program, lines) {
  const done = spawnSync(join(root, 'tests/support/typed.py'), program, { env: at.env, cwd: at.folder, input: lines.join('\n'), encoding: 'utf8', timeout: 60_000 });
  assert.equal(done.status, 0, done.stderr);
  return Object.fromEntries(done.stdout.split('\n<<').slice(1).map((part) => {
    const end = part.indexOf('>>\n');
    return [part.slice(0, end), part.slice(end + 3)];
  }));
}

test('bash completes a command, a choice, a flag, its value and a file', (t) => {
  const at = place();
  const seen = typed(at, ['bash', '--norc', '--noprofile', '-i'], ['source <(tollgate completion bash); echo rea"dy"\\r', 'wait ready', 'tollgate doc\\t', '\u0015tollgate connect winds\\t', '\u0015tollgate connect cursor --rem\\t',
    '\u0015tollgate serve --sandbox-enabled=t\\t', '\u0015tollgate serve --config unus\\t', '\u0015tollgate connect cl\\t\\t\\t']);
  assert.match(seen['tollgate doc\\t'], /tollgate doctor /);
  assert.match(seen['\u0015tollgate connect winds\\t'], /connect windsurf /);
  assert.match(seen['\u0015tollgate connect cursor --rem\\t'], /--remove /);
  assert.match(seen['\u0015tollgate serve --sandbox-enabled=t\\t'], /--sandbox-enabled=true/);
  assert.match(seen['\u0015tollgate serve --config unus\\t'], /unusual-settings\.yaml/);
  assert.match(seen['\u0015tollgate connect cl\\t\\t\\t'], /claude-code +claude-desktop/);
});

test('zsh completes a command, a choice, a flag and a file', (t) => {
  const at = place();
  const seen = typed(at, ['zsh', '-f', '-i'], ['autoload -Uz compinit; compinit -u -D; source <(tollgate completion zsh); echo rea"dy"\\r', 'wait ready', 'tollgate doc\\t', '\u0015tollgate connect winds\\t',
    '\u0015tollgate connect cursor --rem\\t', '\u0015tollgate serve --config unus\\t']);
  assert.match(seen['tollgate doc\\t'], /tor/);
  assert.match(seen['\u0015tollgate connect winds\\t'], /winds\x07?urf/);
  assert.match(seen['\u0015tollgate connect cursor --rem\\t'], /ove|--remove/);
  assert.match(seen['\u0015tollgate serve --config unus\\t'], /ual-settings\.yaml/);
});

test('fish completes a command, a choice, a flag and a file', (t) => {
  const at = place();
  const complete = (line) => {
    const done = spawnSync('fish', ['--no-config', '-c', `tollgate completion fish | source; complete -C ${JSON.stringify(line)}`],
      { env: at.env, cwd: at.folder, encoding: 'utf8', timeout: 30_000 });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.split('\n').filter(Boolean).map((one) => one.split('\t')[0]);
  };
  assert.deepEqual(complete('tollgate doc'), ['doctor']);
  assert.deepEqual(complete('tollgate connect winds'), ['windsurf']);
  assert.deepEqual(complete('tollgate connect cursor --rem'), ['--remove']);
  assert.deepEqual(complete('tollgate serve --config unus'), ['unusual-settings.yaml']);
});

test('a shell that is not known is refused with those that are', () => {
  const refused = runBinary(['completion', 'tcsh']);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /must be one of bash, zsh, fish, not tcsh/);
});
