// Go's verifier of logs (verify.go), built for a test.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), 'verify.go');

// Builds it in the directory `work`. Returns a function that verifies a folder: { status, sentence }.
export function buildVerifier(work) {
  const program = join(work, 'verify');
  const built = spawnSync('go', ['build', '-o', program, source], {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(work, 'go-cache'), GOFLAGS: '',
      CGO_ENABLED: '0' },
  });
  assert.equal(built.status, 0, `go build failed (deploy/install test installs Go): ${built.stderr ?? built.error}`);
  return (folder) => {
    const { status, stdout } = spawnSync(program, [folder], { encoding: 'utf8' });
    return { status, sentence: stdout.trim() };
  };
}

// What it says of a log that is whole.
export const intact = (count) => ({ status: 0, sentence: `The log of ${count} entries is intact.` });
