// Rules that a form can make, and the form of a rule that it can show.
import {minorUnits, wholeUnits} from './values';

export type Rule = {id: string} & Record<string, unknown>;

export type RuleKind = 'limit' | 'approval' | 'day' | 'currencies';

export interface RuleDraft {
  id: string; // of the rule that is changed; empty for a new one
  kind: RuleKind;
  target: string; // a key of `targets`
  amount: string; // as people write it: 50 or 49.99
  currencies: string; // usd, eur
  timeZone: string; // in which a day begins
}

export const kinds: [RuleKind, string][] = [
  ['limit', 'Refuse a call above an amount'],
  ['approval', 'Ask a person above an amount'],
  ['day', 'Refuse when the sum of a day is reached'],
  ['currencies', 'Allow only these currencies'],
];

const selections: Record<string, [string, Record<string, unknown>]> = {
  refunds: ['refunds', {tags: ['refunds'], methods: ['create']}],
  payments: ['charges and payment intents', {tools: ['create_a_stripe_charge', 'create_a_stripe_payment_intent']}],
  creates: ['everything that is created', {methods: ['create']}],
};

export const targets: [string, string][] = Object.entries(selections).map(([key, [words]]) => [key, words]);

// At least one. Throws an Error with a sentence for the person.
function codes(text: string): string[] {
  const list = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  if (list.length === 0) throw new Error('Name at least one currency, such as usd.');
  const wrong = list.find((code) => !/^[a-z]{3}$/.test(code));
  if (wrong) throw new Error(`“${wrong}” is no currency: each is three letters, such as usd.`);
  return list;
}

function freeId(wanted: string, rules: Rule[]): string {
  const taken = new Set(rules.map((one) => one.id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) ++number;
  return `${wanted}_${number}`;
}

// The rule of a draft; `rules` are those that it stands among. Throws an Error with a sentence if the draft is not complete.
export function ruleOf(draft: RuleDraft, rules: Rule[]): Rule {
  const selection = selections[draft.target]?.[1] ?? {};
  const id = draft.id || freeId(`${draft.target}_${draft.kind}`, rules);
  const currencies = codes(draft.currencies);
  if (draft.kind === 'currencies') return {id, ...selection, currencies};
  const amounts = Object.fromEntries(currencies.map((code) => [code, minorUnits(draft.amount, code)]));
  if (draft.kind === 'day') {
    return {id, ...selection, cap: {argument: 'amount', amounts, period: 'day', time_zone: draft.timeZone}};
  }
  return {id, ...selection, ...(draft.kind === 'approval' ? {then: 'needs_approval'} : {}), max_value: {argument: 'amount', amounts}};
}

export const newDraft = (): RuleDraft => ({
  id: '',
  kind: 'limit',
  target: 'refunds',
  amount: '',
  currencies: 'usd',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

// The draft whose rule is exactly `rule`; nothing if no form shows it whole.
export function draftOf(rule: Rule): RuleDraft | undefined {
  try {
    return wholeDraftOf(rule);
  } catch {
    return undefined; // amounts and currencies that no form takes
  }
}

function wholeDraftOf(rule: Rule): RuleDraft | undefined {
  const limit = (rule.max_value ?? rule.cap) as {amounts?: Record<string, number>; time_zone?: string} | undefined;
  const currencies = (rule.currencies as string[] | undefined) ?? Object.keys(limit?.amounts ?? {});
  const written = new Set(Object.entries(limit?.amounts ?? {}).map(([code, amount]) => wholeUnits(amount, code)));
  if (currencies.length === 0 || written.size > 1) return undefined;
  const kind = rule.currencies ? 'currencies' : rule.cap ? 'day' : rule.then === 'needs_approval' ? 'approval' : 'limit';
  for (const [target] of targets) {
    const draft: RuleDraft = {
      id: rule.id,
      kind,
      target,
      amount: [...written][0] ?? '',
      currencies: currencies.join(', '),
      timeZone: limit?.time_zone ?? newDraft().timeZone,
    };
    if (sameValue(ruleOf(draft, []), rule)) return draft;
  }
  return undefined;
}

const sorted = (value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, part]) => [name, sorted(part)]),
      )
    : value;

// The order of members says nothing.
export const sameValue = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
