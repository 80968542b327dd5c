// The rules on calls of the team, or of one account: shown as sentences, changed as JSON, checked before they are stored.
import {useEffect, useRef, useState} from 'preact/hooks';

import {accountOptions, useAccounts} from '../api/accounts';
import {call, Problem, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useAction, useResource} from '../api/use';
import {useParameter} from '../parts/address';
import {Card, Note, PageHead, ProblemNote} from '../parts/basics';
import {Choice, TextArea} from '../parts/fields';
import {placeInJson} from '../parts/json_place';
import {Time} from '../parts/values';
import {PolicyChanges} from './policy_changes';
import {PolicyExceptions} from './policy_exceptions';
import {ReplayResult} from './policy_replay';
import {RuleDiff} from './rule_diff';
import {RuleLines} from './rule_lines';

type Policy = Schemas['Policy'];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(0, 'page', `This is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

function Editor({policy, path, onDone}: {policy: Policy; path: string; onDone: () => void}) {
  const stored = JSON.stringify(policy.rules, null, 2);
  const [text, setText] = useState(stored);
  const [said, setSaid] = useState('');
  const [told, setTold] = useState<Schemas['PolicyReplay']>();
  useEffect(() => setText(stored), [policy.version]);
  const clear = () => {
    setSaid('');
    setTold(undefined);
  };
  const check = useAction(async () => {
    clear();
    const answer = await call<{rules: number}>('POST', '/team/policy/check', {rules: parsed(text)});
    setSaid(`${answer.rules} ${answer.rules === 1 ? 'rule is' : 'rules are'} valid. Nothing was changed.`);
  });
  const replay = useAction(async () => {
    clear();
    const account = policy.integrated_account_id;
    setTold(await call('POST', `/team/policy/replay${account ? `?integrated_account_id=${account}` : ''}`, {rules: parsed(text)}));
  });
  const save = useAction(async () => {
    clear();
    const now = await call<Policy | Schemas['PolicyChange']>('PUT', path, {rules: parsed(text), version: policy.version});
    setSaid(
      'state' in now
        ? `The change waits for a second person (${now.id}). The rules are as before until another admin confirms it.`
        : `Version ${now.version} is in force from the next call on.`,
    );
    onDone();
  });
  const changed = text !== stored;
  const problem = save.problem ?? check.problem ?? replay.problem;
  const form = useRef<HTMLFormElement>(null);
  // Selects what the problem names, in the text.
  const show = (field: string): void => {
    const area = form.current?.querySelector('textarea');
    area?.focus();
    area?.setSelectionRange(...placeInJson(text, field.replace(/^rules/, '')));
  };
  return (
    <Card title="Change the rules">
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <TextArea
          label="Rules, as JSON"
          rows={16}
          value={text}
          onChange={setText}
          hint={
            <>
              A new rule can watch first: <code>"mode": "observe"</code> decides nothing and is counted.
            </>
          }
        />
        <ProblemNote problem={problem} />
        {problem?.field.startsWith('rules') && (
          <button type="button" onClick={() => show(problem.field)}>
            Show the place
          </button>
        )}
        <RuleDiff before={policy.rules} text={text} />
        {said && <Note kind="good">{said}</Note>}
        {told && <ReplayResult told={told} />}
        <div class="buttons">
          <button type="button" onClick={() => setText(stored)} disabled={!changed}>
            Undo
          </button>
          <button type="button" onClick={check.run} disabled={check.busy}>
            Check
          </button>
          <button type="button" onClick={replay.run} disabled={replay.busy}>
            {replay.busy ? 'Reading…' : 'Try on the last day'}
          </button>
          <button type="submit" class="primary" disabled={!changed || save.busy}>
            {save.busy ? 'Working…' : 'Put in force'}
          </button>
        </div>
      </form>
    </Card>
  );
}

function Versions({path}: {path: string}) {
  const list = useResource<{result: Policy[]}>(`${path}/versions`);
  const rows = list.data?.result ?? [];
  if (rows.length === 0) return <ProblemNote problem={list.problem} />;
  return (
    <Card title="Earlier versions">
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.version}>
            <details>
              <summary>
                Version {one.version}, {one.rules.length} rules
              </summary>
              <RuleLines rules={one.rules} />
            </details>
            <span class="quiet">
              <Time at={one.changed_at} /> by {one.changed_by}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Policies() {
  const [place, setPlace] = useParameter('place', 'team');
  const accounts = useAccounts(place === 'team' ? '' : place);
  const [asked, setAsked] = useState(0);
  const path = place === 'team' ? '/team/policy' : `/integrated-account/${place}/policy`;
  const found = useResource<Policy>(path);
  return (
    <>
      <PageHead title="Policies" />
      <div class="filters">
        <Choice
          label="Rules of"
          value={place}
          onChange={setPlace}
          options={[['team', 'the whole team'], ...accountOptions(accounts.all)]}
        />
      </div>
      <p class="quiet">A call must pass the rules of the team, then of its account, then of its MCP server. The first refusal wins.</p>
      <ProblemNote problem={found.problem ?? accounts.problem} />
      <PolicyChanges key={asked} onDone={found.reload} />
      {found.data && (
        <div class="cards wide">
          <Card title={found.data.version ? `In force: version ${found.data.version}` : 'No rule yet'}>
            <RuleLines rules={found.data.rules} />
            {found.data.changed_at && (
              <p class="quiet">
                Changed <Time at={found.data.changed_at} /> by {found.data.changed_by}
              </p>
            )}
          </Card>
          <PolicyExceptions key={`${path} exceptions ${found.data.version}`} policy={found.data} />
          {may('administer') && <Editor
              key={place}
              policy={found.data}
              path={path}
              onDone={() => {
                found.reload();
                setAsked(asked + 1);
              }}
            />}
          <Versions key={`${path} ${found.data.version}`} path={path} />
        </div>
      )}
    </>
  );
}
