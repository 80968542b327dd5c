// The object that an approval's call is about, as Stripe has it now. Stripe is asked when this appears and when the person
// asks, never by itself.
import {useState} from 'preact/hooks';

import type {Problem, Schemas} from '../api/client';
import {useResource} from '../api/use';
import {Badge, Card, Facts, Note, ProblemNote} from './basics';
import {Id, Money, Time} from './values';

type ObjectNow = Schemas['ApprovalObject'];
type Member = [string, unknown];

const isAmount = (name: string): boolean => /(^|_)amount(_|$)/.test(name);
// What has its own place, or says nothing to a person.
const elsewhere = new Set(['id', 'object', 'summary', 'notes', 'omitted', 'untrusted_text', 'currency', 'status', 'livemode']);

function Value({member: [name, value], currency}: {member: Member; currency: string}) {
  if (typeof value === 'number' && isAmount(name) && currency) return <Money amount={value} currency={currency} />;
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value)) return <Time at={value} />;
  return <>{typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)}</>;
}

function Shown({found}: {found: ObjectNow}) {
  const object = found.object as Record<string, unknown>;
  const currency = typeof object['currency'] === 'string' ? object['currency'] : '';
  const simple = Object.entries(object).filter(([name, value]) => !elsewhere.has(name) && !name.endsWith('_formatted') && value !== null && value !== '' && typeof value !== 'object');
  return (
    <>
      {found.remarks.length > 0 && (
        <Note kind="warn">
          {found.remarks.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </Note>
      )}
      <Facts
        rows={[
          [found.kind.replaceAll('_', ' '), <Id text={found.id} />],
          ['status', typeof object['status'] === 'string' && <Badge word={object['status']} />],
          ...simple.map((member): [string, preact.ComponentChildren] => [member[0].replaceAll('_', ' '), <Value member={member} currency={currency} />]),
        ]}
      />
      <details>
        <summary>Everything that is shown of it</summary>
        <pre tabIndex={0}>{JSON.stringify(object, null, 2)}</pre>
      </details>
      {found.dashboard_url && (
        <p>
          <a href={found.dashboard_url} rel="noreferrer">
            Open it in Stripe's dashboard
          </a>
        </p>
      )}
    </>
  );
}

function Why({problem}: {problem: Problem | undefined}) {
  if (problem?.code === 'no_object') return <p class="quiet">There is nothing to look at: {problem.message}</p>;
  return <ProblemNote problem={problem} />;
}

// `ended`: the call was executed, so that the object is what it made, and is read only when the person asks.
export function ObjectNow({approval, system, ended}: {approval: string; system: string; ended: boolean}) {
  const [asked, setAsked] = useState(!ended);
  const found = useResource<ObjectNow>(asked ? `/approval/${approval}/object` : null);
  const look = (): void => (asked ? found.reload() : setAsked(true));
  const at = found.data && new Date(found.data.read_at).toLocaleTimeString();
  return (
    <Card
      title={ended ? `What it made, as ${system} has it now` : `As ${system} has it now`}
      actions={
        <button type="button" class="small" onClick={look} disabled={found.loading}>
          {asked ? 'Look again' : 'Look'}
        </button>
      }
    >
      {found.data ? (
        <p class="quiet" role="status">
          Read at <time dateTime={found.data.read_at} title={found.data.read_at}>{at}</time>
        </p>
      ) : (
        found.loading && <p class="quiet loading">Asking {system}…</p>
      )}
      <Why problem={found.problem} />
      {found.data && <Shown found={found.data} />}
    </Card>
  );
}
