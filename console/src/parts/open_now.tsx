// The sessions and streams that are open at one MCP server now.
import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useResource} from '../api/use';
import {Card, CardToCome, ProblemNote} from './basics';
import {Confirm} from './dialog';
import {Time} from './values';

type Open = Schemas['OpenAtServer'];
type Session = Schemas['OpenSession'];

const kinds: Record<Schemas['OpenStream']['kind'], string> = {
  listen: 'A stream of MCP 2026-07-28 (subscriptions/listen)',
  get: 'A stream of a revision before 2026-07-28 (GET)',
  sse: 'A stream of HTTP+SSE (2024-11-05)',
};

const nameOf = (one: Session): string => one.title || one.client || 'a client that gives no name';

function OpenSession({one, path, onDone}: {one: Session; path: string; onDone: () => void}) {
  return (
    <li>
      <span>
        <strong>{nameOf(one)}</strong> {one.title && one.client && <span class="quiet">{one.client}</span>}
      </span>
      <span class="quiet">
        {one.revision && `MCP ${one.revision}, `}since <Time at={one.began_at} />, last used <Time at={one.last_used_at} />
      </span>
      {may('operate') && (
        <Confirm
          label="End session"
          title="End this session?"
          explain={<p>The session of {nameOf(one)} ends, with its streams. Its client may begin a new one with the same URL: to keep it out, suspend or revoke the MCP server.</p>}
          action="End it"
          danger
          work={async () => {
            await call('DELETE', `${path}/sessions/${one.id}`);
            onDone();
          }}
        />
      )}
    </li>
  );
}

const more = (of: {total: number; result: unknown[]}): string => (of.total > of.result.length ? ` The newest ${of.result.length} are shown.` : '');
// Which instances of the gateway the numbers are about.
const whose = ({covers, instances}: Open): string =>
  covers === 'this_instance'
    ? 'at the instance of the gateway that answers this page'
    : covers === 'all_instances'
      ? `at ${instances.running === 1 ? 'the one instance' : `all ${instances.running} instances`} of the gateway`
      : `at ${instances.answered.length} of ${instances.running} instances of the gateway: the others did not answer`;
const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

export function OpenNow({path}: {path: string}) {
  // No event tells that a session or a stream begins or ends.
  const {data: open, problem, reload} = useResource<Open>(`${path}/sessions`, {on: ['activity'], everySeconds: 5, always: true});
  if (!open) return problem ? <ProblemNote problem={problem} /> : <CardToCome />;
  return (
    <Card title="Open now">
      <ProblemNote problem={problem} />
      <p class="quiet">
        {counted(open.sessions.total, 'session')} and {counted(open.streams.total, 'stream')} {whose(open)}.
        {more(open.sessions)}
        {more(open.streams)}
      </p>
      <ul class="rows">
        {open.sessions.result.map((one) => (
          <OpenSession key={one.id} one={one} path={path} onDone={reload} />
        ))}
        {open.streams.result.map((one, place) => (
          <li key={`${one.opened_at} ${place}`}>
            <span>{kinds[one.kind]}</span>
            <span class="quiet">
              since <Time at={one.opened_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
