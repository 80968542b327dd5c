// Prints what the suite found, and writes docs/conformance.md unless --check is given.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../support/gateway.mjs';
import { judgeFixtures, judgePlain, page } from './suite.mjs';

const ends = [];
const scope = { after: (end) => ends.push(end) };
const ofFixtures = await judgeFixtures(scope);
const ofPlain = await judgePlain(scope);
for (const end of ends) await end();
let failed = false;
for (const [name, judged] of [['fixtures', ofFixtures], ['plain', ofPlain]])
  for (const [wire, { counts, surprises, stale }] of Object.entries(judged)) {
    console.log(`${name}, ${wire}: ${counts.scored.SUCCESS} checks passed, ${counts.scored.FAILURE} failed`);
    for (const line of surprises) console.log(`  not explained: ${line}`);
    for (const line of stale) console.log(`  explained, and passes: ${line}`);
    failed ||= surprises.length > 0 || stale.length > 0;
  }
if (!process.argv.includes('--check'))
  writeFileSync(resolve(root, 'docs/conformance.md'), page(ofFixtures, ofPlain));
process.exit(failed ? 1 : 0);
