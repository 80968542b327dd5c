// Rules on calls as sentences, as far as there are short ones; the rest as JSON.
import type {Schemas} from '../api/client';
import {money} from '../parts/values';

type Rule = Schemas['Rule'] & Record<string, unknown>;

const target = (rule: Rule): string => {
  const parts: string[] = [];
  if (rule.methods) parts.push((rule.methods as string[]).join(', '));
  if (rule.tags) parts.push(`${parts.length ? 'of ' : ''}${(rule.tags as string[]).join(', ')}`);
  if (rule.tools) parts.push(`${parts.length ? 'by ' : ''}${(rule.tools as string[]).map((one) => one.replaceAll('_', ' ')).join(', ')}`);
  const words = parts.join(' ') || 'every call';
  const except = rule.except_tools ? ` except ${(rule.except_tools as string[]).join(', ')}` : '';
  return words + except;
};

interface Limit {
  argument?: string;
  arguments?: string[];
  value?: number | string;
  amounts?: Record<string, number>;
  values?: unknown[];
  fields?: string[];
}

const place = (of: Limit): string => (of.arguments ?? [of.argument ?? 'amount']).join(' and ');
const bound = (of: Limit): string =>
  of.amounts ? Object.entries(of.amounts).map(([currency, amount]) => money(amount, currency)).join(' or ') : String(of.value);
const list = (values: unknown[] = []): string => values.map(String).join(' or ');

interface Cap extends Limit {
  count?: number;
  period?: string;
  seconds?: number;
  per?: string;
}

const conditions: [keyof Schemas['Rule'], (value: never) => string][] = [
  ['max_value', (of: Limit) => `${place(of)} is at most ${bound(of)}`],
  ['min_value', (of: Limit) => `${place(of)} is at least ${bound(of)}`],
  ['allowed_values', (of: Limit) => `${place(of)} is ${list(of.values)}`],
  ['denied_values', (of: Limit) => `${place(of)} is not ${list(of.values)}`],
  ['prefix', (of: Limit) => `${place(of)} begins with ${list(of.values)}`],
  ['pattern', (of: Limit) => `${place(of)} matches ${of.value}`],
  ['max_length', (of: Limit) => `${place(of)} has at most ${of.value} characters`],
  ['requires_field', (of: Limit) => `${(of.fields ?? []).join(' and ')} is given`],
  ['metadata', (keys: string[]) => `metadata has ${keys.join(' and ')}`],
  ['currencies', (of: string[]) => `the currency is ${of.join(' or ')}`],
  ['forbidden_arguments', (of: string[]) => `${of.join(' and ')} is not given`],
  ['max_age_days', (of: {value: number}) => `the object is at most ${of.value} days old`],
  ['refund_within_remaining', () => 'no more is refunded than what remains'],
  ['no_open_dispute', () => 'no dispute is open'],
  ['capturable', () => 'the payment can be captured'],
  ['repeat_within_minutes', (of: {value: number}) => `no equal call was made in the last ${of.value} minutes`],
  ['max_calls', (of: {calls: number; seconds: number}) => `there are at most ${of.calls} calls in ${of.seconds} seconds`],
  [
    'cap',
    (of: Cap) =>
      `all together stay within ${of.amounts ? bound(of) : `${of.count ?? ''} writes`} ${of.period ? `a ${of.period}` : `in ${of.seconds} seconds`}${of.per ? ` per ${of.per}` : ''}`,
  ],
  ['scope', (of: unknown) => `the data is inside ${JSON.stringify(of)}`],
];

// "create a stripe refund: allowed if no dispute is open; otherwise a person must approve". What is no rule, as while a person writes it, is shown as
// JSON.
export function ruleSentence(given: Schemas['Rule']): string {
  try {
    return sentenceOf(given as Rule);
  } catch {
    return JSON.stringify(given);
  }
}

function sentenceOf(rule: Rule): string {
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
