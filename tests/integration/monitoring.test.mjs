// Alert rules and dashboard under deploy/monitoring: promtool's grammar and tests, and only metrics that a gateway shows.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { root, scratch, startGateway } from '../support/gateway.mjs';
import { startRedis } from '../support/redis.mjs';
import { request } from '../support/http.mjs';
import { until } from '../support/wait.mjs';

const place = join(root, 'deploy/monitoring');
const promtool = (...args) => spawnSync('promtool', args, { cwd: place, encoding: 'utf8' });

const folder = scratch();
const files = makeCertificate(folder, 'monitored');
const redis = await startRedis({ after });
const gateway = await startGateway({ after }, { 'tls.certificate': files.certificate, 'tls.key': files.key, 'redis.url': redis.url,
  'audit.anchor_file': join(folder, 'anchors') });
const shown = await until('what is measured of destinations', async () => {
  const text = await gateway.metrics();
  return text.includes('tollgate_audit_delivery_lag_seconds{') && text;
});
const value = (text, name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);

function isShown(name) {
  return shown.includes(`# TYPE ${name.replace(/_bucket$/, '')} `);
}

// The metrics of ours in an expression; `up` is Prometheus' own.
const metricsIn = (text) => new Set(text.match(/\b(?:tollgate|process)_[a-z_]+\b/g));

test('promtool accepts the alert rules, and their tests pass', () => {
  const rules = promtool('check', 'rules', 'alerts.yml');
  assert.equal(rules.status, 0, rules.stdout + rules.stderr);
  assert.match(rules.stdout, new RegExp(`SUCCESS: ${readFileSync(join(place, 'alerts.yml'), 'utf8').match(/- alert:/g).length} rules found`));
  const tests = promtool('test', 'rules', 'alerts.test.yml');
  assert.equal(tests.status, 0, tests.stdout + tests.stderr);
});

test('alerts and dashboard name only metrics that a gateway shows', () => {
  const dashboard = JSON.parse(readFileSync(join(place, 'dashboard.json'), 'utf8'));
  const expressions = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
  const named = metricsIn(readFileSync(join(place, 'alerts.yml'), 'utf8').replaceAll(/annotations:[^]*?description:.*\n/g, '') + expressions.join('\n'));
  assert.ok(named.size > 15);
  for (const name of named) assert.ok(isShown(name), `${name} is no metric`);
});

test('each expression of the dashboard is one that Prometheus reads', () => {
  const dashboard = JSON.parse(readFileSync(join(place, 'dashboard.json'), 'utf8'));
  const rules = dashboard.panels.flatMap((panel) => panel.targets).map((target, i) => ({ record: `panel:${i}`,
    expr: target.expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*') }));
  const file = join(scratch(), 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  const done = promtool('check', 'rules', file);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.equal(new Set(dashboard.panels.map((panel) => panel.id)).size, dashboard.panels.length);
});

test('promtool accepts what /metrics shows', () => {
  const done = spawnSync('promtool', ['check', 'metrics'], { input: shown, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stdout + done.stderr);
});

test('metrics of the process, the build, the certificate and refused tokens', async () => {
  const version = execFileSync(gateway.program, ['version'], { encoding: 'utf8' }).split(' ')[1].trim();
  assert.ok(shown.includes(`tollgate_build_info{version="${version}"} 1`));
  const memory = value(shown, 'process_resident_memory_bytes');
  const told = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]) * 1024;
  assert.ok(Math.abs(memory - told) < 32 * 1024 * 1024, `${memory} against ${told}`);
  assert.ok(value(shown, 'process_open_fds') > 5);
  assert.ok(Math.abs(value(shown, 'process_start_time_seconds') - Date.now() / 1000) < 60);
  const expiry = value(shown, 'tollgate_certificate_expiry_timestamp_seconds');
  assert.ok(Math.abs(expiry - (Date.now() / 1000 + 2 * 86400)) < 300, String(expiry));
  const { url } = await gateway.mint();
  for (const wrong of [`${gateway.base}/mcp/tgm_wrong`, url.slice(0, -1)])
    await request(wrong, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  await request(`${gateway.base}/mcp`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
  assert.equal(value(await gateway.metrics(), 'tollgate_tokens_refused_total') - value(shown, 'tollgate_tokens_refused_total'), 3);
});
