// A strict reader of the Prometheus text format 0.0.4: anything it does not know is an error.
import assert from 'node:assert/strict';

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/;
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

function parseLabels(text) {
  const labels = {};
  while (text) {
    const found = label.exec(text);
    assert.ok(found, `malformed labels: ${text}`);
    assert.ok(!(found[1] in labels), `label ${found[1]} twice`);
    labels[found[1]] = found[2];
    text = text.slice(found[0].length);
  }
  return labels;
}

// Map of family name → { help, type, samples: [{ name, labels, value }] }.
export function parseMetrics(text) {
  assert.ok(text.endsWith('\n'));
  const families = new Map();
  const seen = new Set();
  let family;
  for (const row of text.slice(0, -1).split('\n')) {
    const meta = /^# (HELP|TYPE) (\S+) (.*)$/.exec(row);
    if (meta) {
      const [, kind, name, rest] = meta;
      if (!families.has(name)) families.set(name, { name, samples: [] });
      family = families.get(name);
      assert.equal(family.samples.length, 0, `${kind} of ${name} after its samples`);
      assert.equal(family[kind.toLowerCase()], undefined, `${kind} of ${name} twice`);
      family[kind.toLowerCase()] = rest;
      continue;
    }
    const found = line.exec(row);
    assert.ok(found, `malformed line: ${row}`);
    const [, name, labels, value] = found;
    assert.ok(family && (name === family.name || (family.type === 'histogram' &&
      name.replace(/_(bucket|sum|count)$/, '') === family.name)), `${name} outside its family`);
    assert.ok(!seen.has(name + labels), `twice: ${row}`);
    seen.add(name + labels);
    family.samples.push({ name, labels: parseLabels(labels), value: Number(value.replace('Inf', 'Infinity')) });
  }
  for (const one of families.values()) if (one.type === 'histogram') checkHistogram(one);
  return families;
}

function checkHistogram(family) {
  const rows = new Map();
  for (const { name, labels, value } of family.samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    if (!rows.has(key)) rows.set(key, { buckets: [] });
    const row = rows.get(key);
    if (le !== undefined) row.buckets.push([Number(le.replace('Inf', 'Infinity')), value]);
    else row[name.endsWith('_count') ? 'count' : 'sum'] = value;
  }
  for (const [key, { buckets, count, sum }] of rows) {
    assert.ok(sum >= 0, `${family.name}${key} has no sum`);
    assert.deepEqual(buckets.at(-1), [Infinity, count], `${family.name}${key}`);
    for (let i = 1; i < buckets.length; ++i)
      assert.ok(buckets[i][0] > buckets[i - 1][0] && buckets[i][1] >= buckets[i - 1][1], `${family.name}${key}`);
  }
}

// The value of one series; 0 when there is none.
export function sample(families, name, labels) {
  for (const family of families.values())
    for (const one of family.samples)
      if (one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
        return one.value;
  return 0;
}
