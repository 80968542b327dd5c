// The rules of one MCP server: removed, changed and added with a form, or written as JSON.
import {useState} from 'preact/hooks';

import {Problem, type Schemas} from '../api/client';
import {ProblemNote} from '../parts/basics';
import {Choice, TextArea, TextField} from '../parts/fields';
import {draftOf, kinds, newDraft, type Rule, type RuleDraft, type RuleKind, ruleOf, targets} from '../parts/rule_draft';
import {ruleSentence} from './rule_lines';

const problemOf = (error: unknown): Problem => new Problem(0, 'page', error instanceof Error ? error.message : String(error));

function RuleForm({given, rules, onDone, onCancel}: {given: RuleDraft; rules: Rule[]; onDone: (rule: Rule) => void; onCancel: () => void}) {
  const [draft, setDraft] = useState(given);
  const [problem, setProblem] = useState<Problem>();
  const set = (part: Partial<RuleDraft>): void => setDraft({...draft, ...part});
  const done = (): void => {
    try {
      onDone(ruleOf(draft, rules));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <div
      class="rule-form"
      onKeyDown={(event) => {
        // Enter in a field adds the rule: it does not send the form around it.
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        done();
      }}
    >
      <Choice label="Rule" value={draft.kind} onChange={(kind) => set({kind: kind as RuleKind})} options={kinds} />
      <Choice label="For" value={draft.target} onChange={(target) => set({target})} options={targets} />
      {draft.kind !== 'currencies' && <TextField label="Amount" value={draft.amount} onChange={(amount) => set({amount})} hint="As people write it: 50 or 49.99. The same in each currency." />}
      <TextField label="Currencies" value={draft.currencies} onChange={(currencies) => set({currencies})} hint="usd, eur. Any other currency is refused." />
      {draft.kind === 'day' && <TextField label="Time zone" value={draft.timeZone} onChange={(timeZone) => set({timeZone})} hint="In which a day begins, for example Europe/Berlin." />}
      <FormEnd problem={problem} action={given.id ? 'Change the rule' : 'Add the rule'} onDone={done} onCancel={onCancel} />
    </div>
  );
}

// What was wrong, and the buttons.
function FormEnd({problem, action, onDone, onCancel}: {problem?: Problem; action: string; onDone: () => void; onCancel: () => void}) {
  return (
    <>
      <ProblemNote problem={problem} />
      <div class="buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="button" class="primary" onClick={onDone}>
          {action}
        </button>
      </div>
    </>
  );
}

function RulesAsJson({rules, onDone, onCancel}: {rules: Rule[]; onDone: (rules: Rule[]) => void; onCancel: () => void}) {
  const [text, setText] = useState(JSON.stringify(rules, null, 2));
  const [problem, setProblem] = useState<Problem>();
  const done = (): void => {
    try {
      const parsed: unknown = JSON.parse(text);
      if (!Array.isArray(parsed) || !parsed.every((one) => one !== null && typeof one === 'object' && !Array.isArray(one)))
        throw new Error('The rules must be a JSON list of objects: [ {…}, … ].');
      onDone(parsed as Rule[]);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <div class="rule-form">
      <TextArea label="Rules, as JSON" rows={12} value={text} onChange={setText} />
      <FormEnd problem={problem} action="Use these rules" onDone={done} onCancel={onCancel} />
    </div>
  );
}

export type OpenRule = RuleDraft | 'json' | undefined; // what is being edited

interface RuleEditorProps {
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
  open: OpenRule;
  setOpen: (to: OpenRule) => void;
}

// A changed rule takes the place of the rule with its id; one whose rule was removed meanwhile is added.
const put = (rules: Rule[], rule: Rule, id: string): Rule[] =>
  rules.some((one) => id && one.id === id) ? rules.map((one) => (one.id === id ? rule : one)) : [...rules, rule];

export function RuleEditor({rules, onChange, open, setOpen}: RuleEditorProps) {
  const close = (): void => setOpen(undefined);
  const keep = (all: Rule[]): void => {
    onChange(all);
    close();
  };
  // The text has all rules: one that is removed beside it would be there again with “Use these rules”.
  const asJson = open === 'json';
  const change = (rule: Rule): void => setOpen(draftOf(rule) ?? 'json');
  return (
    <fieldset class="rule-editor">
      <legend>Rules on its calls</legend>
      <p class="quiet">The rules of the team and of the account hold too. A call must keep to all of them.</p>
      {rules.length === 0 && <p class="quiet">No rule of its own.</p>}
      <ul class="rows">
        {rules.map((rule, index) => (
          <li key={`${index} ${rule.id}`}>
            <span class="grow">
              <code>{rule.id}</code> {ruleSentence(rule as Schemas['Rule'])}
            </span>
            <button type="button" class="small" aria-label={`Change ${rule.id}`} disabled={asJson} onClick={() => change(rule)}>
              Change
            </button>
            <button type="button" class="small" aria-label={`Remove ${rule.id}`} disabled={asJson} onClick={() => onChange(rules.filter((one) => one !== rule))}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      {asJson && <RulesAsJson rules={rules} onDone={keep} onCancel={close} />}
      {open && open !== 'json' && (
        <RuleForm
          key={open.id}
          given={open}
          rules={rules}
          onCancel={close}
          onDone={(rule) => keep(put(rules, rule, open.id))}
        />
      )}
      {!open && (
        <div class="buttons">
          <button type="button" onClick={() => setOpen(newDraft())}>
            Add a rule
          </button>
          <button type="button" onClick={() => setOpen('json')}>
            Edit as JSON
          </button>
        </div>
      )}
    </fieldset>
  );
}
