// Runs `tollgate` as a person or a script does: in a pipe, or on a pseudo-terminal.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { binary, cleanEnvironment, root } from './gateway.mjs';

// { status, stdout, stderr } of the command; `input` is its standard input.
export function runTollgate(words, { env = {}, input = '' } = {}) {
  return new Promise((resolve, reject) => {
    const run = spawn(binary, words, { env: cleanEnvironment({ XDG_CONFIG_HOME: '/nonexistent', ...env }), stdio: ['pipe', 'pipe', 'pipe'] });
    const done = { stdout: '', stderr: '' };
    run.stdout.on('data', (text) => { done.stdout += text; });
    run.stderr.on('data', (text) => { done.stderr += text; });
    run.on('error', reject);
    run.on('close', (status) => resolve({ ...done, status }));
    run.stdin.on('error', () => {}); // it may end before it has read everything
    run.stdin.end(input);
  });
}

// { status, screen } of the command on a pseudo-terminal of `columns`. `talk`: [wait for, then type] pairs; a typed
// "^C" is the interrupt key. status is 128 and the signal where one ended it.
export function onTerminal(words, { env = {}, columns = 80, talk = [] } = {}) {
  return new Promise((resolve, reject) => {
    const run = spawn('python3', [join(root, 'tests/support/terminal.py'), String(columns), JSON.stringify(talk), binary, ...words],
      { env: cleanEnvironment({ TERM: 'xterm', NO_COLOR: '', COLUMNS: '', XDG_CONFIG_HOME: '/nonexistent', ...env }), stdio: ['ignore', 'pipe', 'inherit'] });
    let screen = '';
    run.stdout.on('data', (text) => { screen += text; });
    run.on('error', reject);
    run.on('close', (status) => resolve({ screen: screen.replaceAll('\r\n', '\n'), status }));
  });
}
