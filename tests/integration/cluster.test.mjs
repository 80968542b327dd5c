// Three gateways on one PostgreSQL and one Redis behind nginx: what deploy/cluster starts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, root } from '../support/gateway.mjs';

test('a rolling restart and a kill -9 under load fail nothing that was not in flight; a revoke holds everywhere', () => {
  const done = spawnSync(join(root, 'deploy/cluster'), ['--check', '--binary', binary],
    { encoding: 'utf8', timeout: 150_000 });
  const said = done.stdout + done.stderr;
  assert.equal(done.error, undefined, String(done.error));
  assert.match(said, /rolling restart: \d+ calls, 0 failed/);
  const [, calls, lost] = /kill -9 of one: (\d+) calls, (\d+) failed/.exec(said);
  assert.ok(Number(calls) > 0 && Number(lost) <= 4, said);
  assert.match(said, /after the revoke: 0 of 3 instances accept the URL/);
  assert.equal(done.status, 0, said);
});
