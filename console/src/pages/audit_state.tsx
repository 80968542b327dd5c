// Whether the audit log of the team is what it was: its check, its signed checkpoint, and where that was sent.
import {useEffect, useState} from 'preact/hooks';

import {getText, Problem, type Schemas} from '../api/client';
import {session} from '../api/session';
import {asProblem, useResource} from '../api/use';
import {Badge, Card, CardToCome, Facts, ProblemNote} from '../parts/basics';
import {Time} from '../parts/values';

type Deliveries = Schemas['AuditDeliveries'];
type Log = Deliveries['result'][number]['logs'][number];

// The second line of a checkpoint is the number of records that it covers (C2SP tlog-checkpoint).
function useCheckpoint(path: string): {size?: number; problem?: Problem; loading: boolean} {
  const [state, setState] = useState<{size?: number; problem?: Problem; loading: boolean}>({loading: true});
  useEffect(() => {
    const ending = new AbortController();
    getText(path, ending.signal).then(
      (text) => setState({size: Number(text.split('\n')[1]), loading: false}),
      (error: unknown) => {
        const problem = asProblem(error);
        // None is signed before the first record.
        if (problem) setState(problem.status === 404 ? {size: 0, loading: false} : {problem, loading: false});
      },
    );
    return () => ending.abort();
  }, [path]);
  return state;
}

function Sent({list, word}: {list: Deliveries | undefined; word: string}) {
  if (!list) return null;
  if (list.result.length === 0) return <span class="quiet">nowhere: the operator has configured no destination</span>;
  // Before the first record, a destination has no log.
  const rows = list.result.flatMap((one) => (one.logs.length > 0 ? one.logs : [{}]).map((log: Partial<Log>) => ({...log, destination: one.destination})));
  return (
    <ul class="rows">
      {rows.map((one) => (
        <li key={one.destination}>
          <span>
            {word} {one.destination}: {(one.anchored_size ?? one.position ?? 0).toLocaleString()} records, <Time at={one.anchored_at ?? one.delivered_at} never="not yet" />
          </span>
          {(one.failures ?? 0) > 0 && <span>{one.failures} attempts failed since</span>}
        </li>
      ))}
    </ul>
  );
}

// What people read beside the state.
const whyStopped = (of: Schemas['AuditState']): string =>
  of.state === 'broken'
    ? 'This log is not what it was: writes and changes are refused.'
    : of.writes_stopped
      ? 'The log of another team is not what it was: writes and changes of the whole gateway are refused.'
      : '';

export function AuditState() {
  const log = `/audit/log/${session.value?.team_id ?? ''}`;
  const state = useResource<Schemas['AuditState']>(`${log}/state`, {on: ['alert'], everySeconds: 30, always: true});
  const anchors = useResource<Deliveries>('/audit/anchors');
  const forwarding = useResource<Deliveries>('/audit/forwarding');
  const checkpoint = useCheckpoint(`${log}/checkpoint`);
  if (checkpoint.loading || (state.loading && !state.data) || (anchors.loading && !anchors.data)) return <CardToCome />;
  return (
    <Card title="Is it what it was?">
      <ProblemNote problem={state.problem ?? checkpoint.problem ?? anchors.problem ?? forwarding.problem} />
      <Facts
        rows={[
          ['Check by the gateway', state.data && <><Badge word={state.data.state} /> {whyStopped(state.data)}</>],
          ['Signed checkpoint', checkpoint.size !== undefined && <>{checkpoint.size.toLocaleString()} records{checkpoint.size > 0 && <>, <a href={`${log}/checkpoint`} download="checkpoint.txt">download</a></>}</>],
          ['Key of its signature', <a href={`${log}/key`} download="audit.vkey">Download</a>],
          ['Anchors', <Sent list={anchors.data} word="to" />],
          ['Forwarded', <Sent list={forwarding.data} word="to" />],
        ]}
      />
      <p class="quiet">
        The gateway checks the end of the log before it adds to it. To check all of it, away from the gateway: <code>tollgate audit verify</code>.
      </p>
    </Card>
  );
}
