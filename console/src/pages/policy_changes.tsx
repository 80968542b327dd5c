// Policy changes that wait for a second person.
import {call, type Schemas} from '../api/client';
import {may, session} from '../api/session';
import {useResource} from '../api/use';
import {Card, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Time} from '../parts/values';
import {RuleLines} from './rule_lines';

type Change = Schemas['PolicyChange'];

export function PolicyChanges({onDone}: {onDone: () => void}) {
  const list = useResource<{result: Change[]}>('/policy-change?state=pending', {on: ['change'], everySeconds: 10});
  const rows = list.data?.result ?? [];
  if (rows.length === 0) return <ProblemNote problem={list.problem} />;
  const self = session.value?.person.id;
  const decide = (one: Change, verdict: 'confirm' | 'refuse') => async (reason: string): Promise<void> => {
    await call('POST', `/policy-change/${one.id}/${verdict}`, reason ? {reason} : {});
    list.reload();
    onDone();
  };
  return (
    <Card title="Waiting for a second person">
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <details>
              <summary>
                {one.what === 'setting' ? 'Rules may again be changed by one person alone' : `${one.rules?.length ?? 0} rules of ${one.integrated_account_id ?? 'the team'}`}
              </summary>
              {one.rules && <RuleLines rules={one.rules as unknown as Schemas['Rule'][]} />}
            </details>
            <span class="quiet">
              asked by {one.asked_by}, <Time at={one.asked_at} />, until <Time at={one.expires_at} />
            </span>
            {may('administer') && (
              <span class="buttons">
                {one.asked_by !== self && (
                  <Confirm label="Confirm" title="Put this change in force?" explain={<p>It is in force from the next call on, on every instance.</p>} action="Put in force" reason="optional" work={decide(one, 'confirm')} />
                )}
                <Confirm label={one.asked_by === self ? 'Take back' : 'Refuse'} title="End this change?" explain={<p>The rules stay as they are.</p>} action="End it" danger reason="optional" work={decide(one, 'refuse')} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
