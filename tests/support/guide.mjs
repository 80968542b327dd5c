// Guides as tests: the blocks of a page, and a reader's machine to run them on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Gateway, binary, root } from './gateway.mjs';
import { until, within } from './wait.mjs';

export const guideText = (guide) => readFileSync(join(root, 'docs/guides', guide), 'utf8');

// Every block of a page, in order: { language, text }; the language is '' when the page names none.
export function allBlocks(guide) {
  return [...guideText(guide).matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
}

export const blocksOf = (guide) => allBlocks(guide).filter((one) => one.language === 'sh').map((one) => one.text);

// Hands each block of a page, in order, to its step: [language, how the block is recognized, what to do with it]. A block
// without a step fails, and so does a step without a block.
export async function follow(guide, steps) {
  const blocks = allBlocks(guide);
  for (const [i, { language, text }] of blocks.entries()) {
    assert.ok(steps[i], `no step for this block of ${guide}:\n${text}`);
    const [expected, pattern, act] = steps[i];
    assert.equal(language, expected, text);
    assert.match(text, pattern);
    await act(text);
  }
  assert.equal(blocks.length, steps.length, `${guide} lost a block`);
}

// The cells of the table whose head has these words: a row is an array of cells.
export function tableOf(guide, ...head) {
  const lines = guideText(guide).split('\n');
  const at = lines.findIndex((line) => line.startsWith('|') && cells(line).join('|') === head.join('|'));
  assert.ok(at >= 0, `${guide} has no table with the head ${head}`);
  const rest = lines.slice(at + 2);
  return rest.slice(0, rest.findIndex((line) => !line.startsWith('|'))).map(cells);
}
const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());

// `text` with each [from, to] replaced; a text that lost one of them fails here.
export function changed(text, replacements) {
  for (const [from, to] of replacements) {
    assert.ok(text.includes(from), `there is no ${from} in\n${text}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

// No variable that is not set, no error of a tool, no refusal of the gateway.
export function assertGood(block, told) {
  assert.doesNotMatch(told, /unbound variable|command not found|jq: error|curl: \(|parse error|^---failed/m, `${block}\n${told}`);
  assert.doesNotMatch(told, /"type": ?"urn:tollgate:problem|"needs_reauth"|^tollgate: /m, `${block}\n${told}`);
}

const inherited = () => Object.fromEntries(Object.entries(process.env)
  .filter(([name]) => /^(PATH|NO_COLOR|LANG|[A-Z]+SAN_OPTIONS)$/.test(name)));

// The system's own program of that name, for those that stand before it.
export function systemProgram(name) {
  const found = process.env.PATH.split(':').map((place) => join(place, name)).find((file) => existsSync(file));
  assert.ok(found, `${name} is not installed`);
  return found;
}

// A machine of a reader: a home directory, in which terminals start, and programs that stand before the system's.
export class Machine {
  constructor(scope, env = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'tollgate-guide-'));
    this.bin = join(this.directory, 'bin');
    mkdirSync(this.bin);
    this.env = { HOME: this.directory, ...env };
    this.shells = [];
    scope.after(async () => {
      for (const shell of this.shells) shell.end();
      await Promise.all(this.shells.map((shell) => shell.closed));
      rmSync(this.directory, { recursive: true, force: true });
    });
    // The gateway ends with its terminal, and the terminal with this process.
    this.program('tollgate', `[ "$1" != serve ] || echo $$ >"${this.path('pid')}"\nexec setpriv --pdeathsig KILL "${binary}" "$@"`);
  }

  path(name) { return join(this.directory, name); }
  read(name) { return readFileSync(this.path(name), 'utf8'); }

  write(name, text) {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  // A program in place of the system's, in the language of the shell.
  program(name, script) {
    chmodSync(this.write(`bin/${name}`, `#!/bin/bash\n${script}\n`), 0o755);
  }

  terminal(env = {}) {
    const shell = new Shell(this, { ...this.env, ...env });
    this.shells.push(shell);
    return shell;
  }

  // tollgate.yaml for free ports and the sandbox; `more`: further lines of YAML.
  configure(more = '') {
    this.write('tollgate.yaml', `server:\n  listen: 127.0.0.1:0\n  ports_file: ports.json\nsandbox:\n  enabled: true\n${more}`);
  }

  // Runs a block that ends in `tollgate serve` in a terminal of its own, and gives the gateway once it listens. `apiKey`: of
  // an earlier start; without it the first one is read.
  async serve(block, { env = {}, apiKey, input } = {}) {
    const ports = this.path('ports.json');
    rmSync(ports, { force: true });
    const terminal = this.terminal(env);
    const gateway = new Started(this.directory, terminal);
    gateway.ended = terminal.run(block, { ms: 600_000, ends: true, input })
      .then(() => { gateway.exit = { code: terminal.status, signal: null }; return gateway.exit; });
    gateway.ended.catch(() => {});
    gateway.ports = await until('the ports file', () => {
      assert.equal(gateway.exit, null, `the gateway ended early:\n${terminal.out}`);
      return existsSync(ports) && JSON.parse(readFileSync(ports, 'utf8') || 'null');
    }, 60_000);
    const pid = Number(this.read('pid'));
    gateway.process = { pid, kill: (signal) => process.kill(pid, signal) };
    gateway.secure = gateway.ports.base_url === `https://${gateway.ports.mcp}`;
    gateway.apiKey = apiKey ?? await until('the first API key', () => /shown once\): (\S+)\s/.exec(terminal.out)?.[1], 30_000);
    return gateway;
  }
}

// A gateway that a block started: what it writes is in its terminal.
class Started extends Gateway {
  constructor(directory, terminal) {
    super(directory);
    for (const name of ['stdout', 'stderr']) Object.defineProperty(this, name, { get: () => terminal.out });
  }

  get log() { return this.stderr; }
}

// One shell for a whole guide: what a block sets, the next one has. Its standard input and output are no terminal.
export class Shell {
  constructor(machine, env) {
    this.machine = machine;
    this.out = '';
    this.process = spawn('setpriv', ['--pdeathsig', 'KILL', 'setsid', 'bash', '-u', '-o', 'pipefail'], { cwd: machine.directory,
      env: { ...inherited(), ...env, PATH: `${machine.bin}:${process.env.PATH}` }, stdio: ['pipe', 'pipe', 'pipe'] });
    const add = (text) => { this.out += text; this.look?.(); };
    this.process.stdout.on('data', add);
    this.process.stderr.on('data', add);
    this.process.stdin.on('error', () => {}); // of a shell that has ended
    this.closed = new Promise((resolve) => this.process.on('close', () => { this.ended = true; this.look?.(); resolve(); }));
    this.count = 0;
    this.keyboard = machine.path(`keyboard-${this.process.pid}`); // open for good, whether or not anything is typed
    this.process.stdin.write(`mkfifo '${this.keyboard}'; exec 3<>'${this.keyboard}' 2>&1
      set -E; trap 'echo "---failed: $BASH_COMMAND"' ERR\n`);
  }

  // What a block printed. `input`: what is typed meanwhile. A command that fails leaves a line ---failed.
  async run(block, { ms = 60_000, input = '', ends = false } = {}) {
    const file = this.machine.write(`blocks/${this.process.pid}-${++this.count}`, block);
    const typed = this.machine.write(`${file.slice(this.machine.directory.length)}-typed`, input);
    this.out = '';
    const end = /---end (\d+)---\n/;
    const done = new Promise((resolve) => { this.look = () => { if (end.test(this.out) || this.ended) resolve(); }; });
    this.process.stdin.write(`cat '${typed}' >&3; source '${file}' <&3; echo "---end $?---"\n`);
    await within(ms, `the block\n${block}`, done);
    assert.ok(ends || !this.ended, `the shell ended:\n${block}\n${this.out}`);
    this.status = Number(end.exec(this.out)?.[1] ?? -1);
    return this.out.replace(end, '');
  }

  // The same, where everything must go well.
  async good(block, options) {
    const told = await this.run(block, options);
    assertGood(block, told);
    assert.equal(this.status, 0, `${block}\n${told}`);
    return told;
  }

  end() { this.process.kill('SIGKILL'); }
}
