// The settings of the team: shown to everybody, changed by its admins. What would change is said before it is.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {may, session} from '../api/session';
import {useResource} from '../api/use';
import {Badge, Card, Facts, Note, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Check, Choice, TextField} from '../parts/fields';
import {StopTeam} from '../parts/stop_all';
import {Time} from '../parts/values';

type Team = Schemas['Team'];
type Patch = Schemas['TeamPatch'];

const forEver = 'for ever';
const days = (value: number | null | undefined): string => (value ? `${value} days` : forEver);

const arguments_: [string, string][] = [
  ['digest', 'their digest only'],
  ['redacted', 'without texts'],
];
const whoChanges: [string, string][] = [
  ['alone', 'each admin alone'],
  ['second_person', 'an admin, after another one confirms'],
];
const wordOf = (options: [string, string][], value: unknown): string => options.find(([id]) => id === value)?.[1] ?? String(value);
const yesNo = (value: unknown): string => (value ? 'yes' : 'no');

// What each setting is called, and how its value is shown.
const names: [keyof Patch, string, (value: unknown) => string][] = [
  ['receipt_retention_days', 'Receipts are kept', (value) => days(value as number)],
  ['audit_retention_days', 'Audit records are kept', (value) => days(value as number | null)],
  ['audit_legal_hold', 'Legal hold: nothing is removed', yesNo],
  ['audit_arguments', 'Arguments in the audit log', (value) => wordOf(arguments_, value)],
  ['receipt_metadata', 'Receipts in Stripe’s metadata', yesNo],
  ['allow_live_writes', 'Every MCP server may write with real money', yesNo],
  ['policy_changes', 'Policies are changed by', (value) => wordOf(whoChanges, value)],
];

function Shown({team}: {team: Team}) {
  return (
    <Facts
      rows={[
        ['Name', team.name],
        ['Writes', team.frozen_at ? <Badge word="frozen" /> : 'are sent'],
        ['Suspended', team.suspended_at && <Time at={team.suspended_at} />],
        ...names.map(([key, name, show]): [string, string] => [name, show(team[key])]),
        ['Id', <code>{team.id}</code>],
      ]}
    />
  );
}

// The members of `wanted` that differ.
function changesOf(team: Team, wanted: Patch): Patch {
  return Object.fromEntries(names.filter(([key]) => wanted[key] !== team[key]).map(([key]) => [key, wanted[key]]));
}

function Change({team, onDone}: {team: Team; onDone: () => void}) {
  const [wanted, setWanted] = useState<Patch>(() => Object.fromEntries(names.map(([key]) => [key, team[key]])));
  const [waits, setWaits] = useState(false);
  const set = (more: Patch): void => setWanted({...wanted, ...more});
  const number = (text: string): number | null => (/^\d+$/.test(text.trim()) ? Number(text) : null);
  const changes = changesOf(team, wanted);
  const changed = names.filter(([key]) => key in changes);
  const save = async (): Promise<void> => {
    const answer = await call<Team | Schemas['PolicyChange']>('PATCH', '/team', changes);
    setWaits('state' in answer);
    onDone();
  };
  return (
    <section aria-labelledby="change-settings">
      <h2 id="change-settings">Change</h2>
      <TextField label="Receipts are kept, in days" value={String(wanted.receipt_retention_days ?? '')} onChange={(text) => set({receipt_retention_days: number(text) ?? undefined})} hint="30 to 3650. Older ones whose outcome is known are removed." />
      <TextField label="Audit records are kept, in days" value={String(wanted.audit_retention_days ?? '')} onChange={(text) => set({audit_retention_days: number(text)})} hint="30 to 3650. Empty: for ever." />
      <Check label="Legal hold" value={Boolean(wanted.audit_legal_hold)} onChange={(on) => set({audit_legal_hold: on})} hint="While it is on, no receipt and no audit record is removed." />
      <Choice label="Arguments in the audit log" value={wanted.audit_arguments ?? 'digest'} onChange={(value) => set({audit_arguments: value as Patch['audit_arguments']})} options={arguments_} />
      <Check label="Receipts in Stripe’s metadata" value={Boolean(wanted.receipt_metadata)} onChange={(on) => set({receipt_metadata: on})} hint="What is created carries the id of its receipt, so that a lost outcome can be found later." />
      <Check label="Every MCP server may write with real money" value={Boolean(wanted.allow_live_writes)} onChange={(on) => set({allow_live_writes: on})} hint="Otherwise each MCP server of a live account says so for itself." />
      <Choice label="Policies are changed by" value={wanted.policy_changes ?? 'alone'} onChange={(value) => set({policy_changes: value as Patch['policy_changes']})} options={whoChanges} />
      {waits && <Note kind="warn">This change waits until another admin confirms it, under Policies.</Note>}
      {changed.length > 0 && (
        <div class="buttons">
          <Confirm
            label="Save"
            title="Change these settings?"
            explain={
              <ul>
                {changed.map(([key, name, show]) => (
                  <li key={key}>
                    {name}: {show(team[key])} → {show(wanted[key])}
                  </li>
                ))}
              </ul>
            }
            action="Change them"
            work={save}
          />
        </div>
      )}
    </section>
  );
}

export function Settings() {
  // The team that PATCH /team, POST /team/suspend and POST /team/revoke act on; GET /team may list others.
  const found = useResource<Team>(session.value ? `/team/${session.value.team_id}` : null, {on: ['change', 'revocation'], everySeconds: 60});
  const own = found.data;
  if (!own) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Loading…</p>;
  // Begins again from what is stored when somebody has changed it.
  const stored = JSON.stringify(names.map(([key]) => own[key]));
  return (
    <>
      <Shown team={own} />
      {may('administer') && <Change key={stored} team={own} onDone={found.reload} />}
      <Card title="Stop every MCP server of the team">
        {own.suspended_at && may('administer') && (
          <Confirm
            label="Resume the team"
            title="Resume the team?"
            explain={<p>The MCP servers of {own.name} take calls again; those suspended by themselves or with their account stay so.</p>}
            action="Resume"
            work={async () => {
              await call('DELETE', '/team/suspend');
              found.reload();
            }}
          />
        )}
        <StopTeam name={own.name} onDone={found.reload} />
      </Card>
    </>
  );
}
