// Rules on calls as sentences, as far as there are short ones; the rest as JSON.
import type {Schemas} from '../api/client';

type Rule = Schemas['Rule'] & Record<string, unknown>;

const target = (rule: Rule): string => {
  const named = rule.tools ?? rule.tags ?? rule.methods;
  const words = Array.isArray(named) ? (named as string[]).map((one) => one.replaceAll('_', ' ')).join(', ') : 'every call';
  const except = rule.except_tools ? ` except ${(rule.except_tools as string[]).join(', ')}` : '';
  return words + except;
};

const conditions: [keyof Schemas['Rule'], (value: never) => string][] = [
  ['max_value', (value: {path?: string; value?: unknown}) => `${value.path ?? 'amount'} is at most ${JSON.stringify(value.value ?? value)}`],
  ['min_value', (value: {path?: string; value?: unknown}) => `${value.path ?? 'amount'} is at least ${JSON.stringify(value.value ?? value)}`],
  ['max_age_days', (value: {value: number}) => `the object is at most ${value.value} days old`],
  ['refund_within_remaining', () => 'no more than what remains is refunded'],
  ['no_open_dispute', () => 'no dispute is open'],
  ['capturable', () => 'the payment can be captured'],
  ['repeat_within_minutes', (value: {value: number}) => `no equal call was made in the last ${value.value} minutes`],
  ['currencies', (value: string[]) => `the currency is ${value.join(' or ')}`],
  ['forbidden_arguments', (value: string[]) => `${value.join(', ')} is not given`],
  ['max_calls', (value: unknown) => `calls stay within ${JSON.stringify(value)}`],
  ['cap', (value: unknown) => `the cap holds: ${JSON.stringify(value)}`],
  ['scope', (value: unknown) => `the data is inside ${JSON.stringify(value)}`],
];

// "create a stripe refund: allowed if no dispute is open; otherwise a person must approve"
export function ruleSentence(given: Schemas['Rule']): string {
  const rule = given as Rule;
  const outcome = rule.then === 'needs_approval' ? 'a person must approve' : 'refused';
  const found = conditions.find(([name]) => rule[name] !== undefined);
  if (found) return `${target(rule)}: allowed if ${found[1](rule[found[0]] as never)}; otherwise ${outcome}`;
  const rest = Object.entries(rule).filter(([name]) => !['id', 'tools', 'except_tools', 'methods', 'tags', 'then', 'approval', 'mode', 'observe_until', 'reason'].includes(name));
  if (rest.length === 0) return `${target(rule)}: ${rule.then === 'needs_approval' ? 'always, a person must approve' : 'refused'}`;
  return `${target(rule)}: allowed if ${rest.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}; otherwise ${outcome}`;
}

export function RuleLines({rules}: {rules: Schemas['Rule'][]}) {
  if (rules.length === 0) return <p class="quiet">No rule.</p>;
  return (
    <ul class="rules">
      {rules.map((one) => (
        <li key={one.id}>
          <code>{one.id}</code> {ruleSentence(one)}
          {one.mode === 'observe' && <span class="badge">only observed</span>}
        </li>
      ))}
    </ul>
  );
}
