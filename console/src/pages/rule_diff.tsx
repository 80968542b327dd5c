// What a change of rules would add, remove and change, rule by rule.
import type {Schemas} from '../api/client';
import {sameValue} from '../parts/rule_draft';
import {ruleSentence} from './rule_lines';

type Rule = Schemas['Rule'];

const words = {added: 'Added', removed: 'Removed', changed: 'Changed', moved: 'In another order'};

interface Difference {
  what: keyof typeof words;
  id: string;
  before?: Rule;
  after?: Rule;
}

export function differences(before: Rule[], after: Rule[]): Difference[] {
  const old = new Map(before.map((one) => [one.id, one]));
  const kept = new Set(after.map((one) => one.id));
  const out: Difference[] = before.filter((one) => !kept.has(one.id)).map((one) => ({what: 'removed', id: one.id, before: one}));
  for (const one of after) {
    const was = old.get(one.id);
    if (!was) out.push({what: 'added', id: one.id, after: one});
    else if (!sameValue(was, one)) out.push({what: 'changed', id: one.id, before: was, after: one});
  }
  const same = before.filter((one) => kept.has(one.id)).map((one) => one.id);
  const now = after.filter((one) => old.has(one.id)).map((one) => one.id);
  if (same.join(' ') !== now.join(' ')) out.push({what: 'moved', id: now.join(', ')});
  return out;
}

type Members = Record<string, unknown>;

// The members of a changed rule that differ: the sentence has not all of them.
function Members({before, after}: {before: Rule; after: Rule}) {
  const [old, now] = [before as Members, after as Members];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !sameValue(old[name], now[name]));
  const shown = (value: unknown): string => JSON.stringify(value) ?? 'absent';
  return (
    <>
      {names.map((name) => (
        <span class="member" key={name}>
          <code>{name}</code>: {shown(old[name])} → {shown(now[name])}
        </span>
      ))}
    </>
  );
}

// `text` is what a person writes: nothing is shown while it is not a list of rules.
export function RuleDiff({before, text}: {before: Rule[]; text: string}) {
  let after: unknown;
  try {
    after = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(after) || !after.every((one) => one !== null && typeof one === 'object')) return null;
  const found = differences(before, after as Rule[]);
  if (found.length === 0) return null;
  return (
    <ul class="rules diff" aria-label="What would change">
      {found.map((one) => (
        <li key={`${one.what} ${one.id}`} class={one.what}>
          <strong>{words[one.what]}</strong> <code>{one.id}</code>
          {one.before && <del>{ruleSentence(one.before)}</del>}
          {one.after && <ins>{ruleSentence(one.after)}</ins>}
          {one.before && one.after && <Members before={one.before} after={one.after} />}
        </li>
      ))}
    </ul>
  );
}
