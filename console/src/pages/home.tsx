// What needs somebody now, and the state of every account.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {clockAhead, may} from '../api/session';
import {useAction, useList, useResource} from '../api/use';
import {accountPath, approvalPath, receiptPath, serverPath} from '../parts/address';
import {Badge, Card, CardToCome, Empty, PageHead, ProblemNote} from '../parts/basics';
import {areas, KeyCheck} from '../parts/key_check';
import {UsageCard} from '../parts/usage';
import {Id, Money, Time} from '../parts/values';

const week = 7 * 86_400_000;

function Waiting() {
  const list = useResource<Schemas['ApprovalList']>('/approval?state=pending&limit=5', {on: ['approval'], everySeconds: 10});
  if (!list.data && list.loading) return <CardToCome />;
  const rows = list.data?.result ?? [];
  return (
    <Card title="Waiting for approval" actions={<a href="/console/approvals">All approvals</a>}>
      <ProblemNote problem={list.problem} />
      {list.data && rows.length === 0 && <p class="quiet">Nothing waits.</p>}
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <a href={approvalPath(one.id)}>{one.tool.replaceAll('_', ' ')}</a>
            <span class="quiet">
              {one.holder ?? one.client ?? 'unknown client'}, until <Time at={one.expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Unknown() {
  const list = useResource<Schemas['ReceiptList']>('/receipt?state=unknown&limit=5', {on: ['receipt', 'alert'], everySeconds: 30});
  if (!list.data && list.loading) return <CardToCome />;
  const rows = list.data?.result ?? [];
  if (rows.length === 0 && !list.problem) return null;
  return (
    <Card title="Outcome not known" actions={<a href="/console/receipts?state=unknown">All of them</a>}>
      <ProblemNote problem={list.problem} />
      <p>Stripe, or the service, may or may not have executed these writes. Do not repeat them by hand before it is known; each receipt says whether Tollgate tries again by itself.</p>
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <a href={receiptPath(one.id)}>{one.tool.replaceAll('_', ' ')}</a>
            <span>
              <Money amount={one.amount} currency={one.currency} />
            </span>
            <span class="quiet">
              <Time at={one.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

// What the gateway says of itself (GET /readyz): it then serves on.
interface Readiness {
  redis?: 'ok' | 'away';
  caches?: 'ok' | 'not_trusted';
  clock?: 'ok' | 'off';
  audit?: 'ok' | 'broken';
}

const clockSecondsMax = 30;

function Alerts() {
  const ready = useResource<Readiness>('/readyz', {on: ['alert'], everySeconds: 30, always: true});
  if (!ready.data && ready.loading) return <CardToCome />;
  const redis = ready.data?.redis === 'away';
  const caches = ready.data?.caches === 'not_trusted';
  // Any other failure is not the gateway's word: a proxy may keep the address from the page.
  const notReady = ready.problem?.status === 503 && ready.problem.code === 'not_ready';
  const broken = ready.data?.audit === 'broken';
  const wrongClock = ready.data?.clock === 'off';
  const clock = Math.abs(clockAhead.value) > clockSecondsMax;
  if (!redis && !caches && !notReady && !broken && !wrongClock && !clock) return null;
  return (
    <Card title="Alerts">
      <ul class="rows">
        {redis && <li>Redis is away. The gateway serves on without it, and more slowly; limits count for each instance by itself. Tell its operator.</li>}
        {caches && <li>The gateway asks its database for every request, because it cannot follow the changes of other instances in time: look at the load of the database, and at the clocks of both machines. Tell its operator.</li>}
        {broken && <li>An audit log is not what it was: somebody changed its records. Writes and changes are refused. Tell the gateway’s operator, who keeps the database as it is until the cause is known.</li>}
        {wrongClock && (
          <li>
            The gateway’s clock differs by more than 30 seconds from that of its database, of Redis or of Stripe. URLs, approvals and sessions expire at the wrong time, and one-time codes may be refused. Tell its operator: the metric{' '}
            <code>tollgate_clock_offset_seconds</code> says by how much.
          </li>
        )}
        {clock && (
          <li>
            The clocks of the gateway and of this device differ by {Math.abs(clockAhead.value).toLocaleString()} seconds. URLs, approvals and sessions expire by the gateway’s clock. If this device is right, tell the gateway’s
            operator: <code>tollgate doctor</code> compares its clock with Stripe’s.
          </li>
        )}
        {notReady && <li>The gateway says that it is not ready: it is starting, stopping, or without its database.</li>}
      </ul>
    </Card>
  );
}

function Expiring() {
  const [before] = useState(() => new Date(Date.now() + week).toISOString());
  const list = useList<Schemas['McpServer']>('/mcp', {expires_before: before, limit: '20'});
  if (list.rows.length === 0 && list.loading) return <CardToCome />;
  if (list.rows.length === 0) return <ProblemNote problem={list.problem} />;
  return (
    <Card title="Expires within 7 days" actions={<a href="/console/servers">All MCP servers</a>}>
      <ProblemNote problem={list.problem} />
      {list.more && <p class="quiet">The newest of them; there are more.</p>}
      <ul class="rows">
        {list.rows.map((one) => (
          <li key={one.id}>
            <a href={serverPath(one.integrated_account_id, one.id)}>{one.name}</a>
            <Time at={one.expires_at} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Refused() {
  const list = useResource<Schemas['AuditList']>('/audit?decision=refused&limit=5', {on: ['activity'], everySeconds: 30});
  if (!list.data && list.loading) return <CardToCome />;
  const rows = list.data?.result ?? [];
  return (
    <Card title="Last refusals" actions={<a href="/console/audit?decision=refused">All refusals</a>}>
      <ProblemNote problem={list.problem} />
      {list.data && rows.length === 0 && <p class="quiet">Nothing was refused.</p>}
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <span>{(one.tool ?? one.action ?? one.kind).replaceAll('_', ' ')}</span>
            <span>
              rule <code>{one.rule ?? one.error_code ?? '–'}</code>
            </span>
            <span class="quiet">
              <Time at={one.time} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Reviewed = {account: Schemas['IntegratedAccount']; review?: Schemas['KeyReview']; problem?: string};

function Review({of: {account, review, problem}}: {of: Reviewed}) {
  const extra = review?.unrestricted ? 'everything: it is a secret key' : areas(review?.beyond_need ?? []);
  const fine = review && review.missing.length === 0 && !extra;
  return (
    <li>
      <a href={accountPath(account.id)}>{account.name}</a>
      {review && <Badge word={review.status} />}
      <span class="quiet">
        {problem ?? (fine ? 'has what its MCP servers need, and no more' : '')}
        {review && review.missing.length > 0 && <strong>missing {areas(review.missing)}. </strong>}
        {extra && `beyond need: ${extra}`}
      </span>
    </li>
  );
}

// Each check asks Stripe up to 40 questions, so that a person starts it, and one account is checked after the other.
function KeyReviews({accounts, onDone}: {accounts: Schemas['IntegratedAccount'][]; onDone: () => void}) {
  const [done, setDone] = useState<Reviewed[]>([]);
  const act = useAction(async () => {
    const out: Reviewed[] = [];
    for (const account of accounts) {
      try {
        out.push({account, review: await call<Schemas['KeyReview']>('POST', `/integrated-account/${account.id}/verify`)});
      } catch (error) {
        out.push({account, problem: error instanceof Error ? error.message : String(error)});
      }
      setDone([...out]);
    }
    onDone();
  });
  return (
    <>
      <div class="buttons">
        <button type="button" onClick={act.run} disabled={act.busy}>
          {act.busy ? `Asking Stripe… ${done.length} of ${accounts.length}` : 'Check what the keys may do'}
        </button>
      </div>
      <ProblemNote problem={act.problem} />
      {done.length > 0 && (
        <ul class="rows" role="status">
          {done.map((one) => (
            <Review key={one.account.id} of={one} />
          ))}
        </ul>
      )}
    </>
  );
}

function Accounts() {
  const list = useList<Schemas['IntegratedAccount']>('/integrated-account', {}, {on: ['revocation', 'change'], everySeconds: 60});
  const stripeAccounts = list.rows.filter((one) => !one.service);
  if (list.rows.length === 0 && list.loading) return <CardToCome />;
  return (
    <Card title="Accounts" actions={may('administer') && <a href="/console/accounts/new">Connect an account</a>}>
      <ProblemNote problem={list.problem} />
      {list.rows.length === 0 && !list.problem && (
        <Empty title="No Stripe account is connected yet.">
          <p>
            {may('administer') ? (
              <a href="/console/accounts/new">Connect one</a>
            ) : (
              'An admin of your team connects one'
            )}
            {' with a restricted key, then make an MCP URL for it.'}
          </p>
        </Empty>
      )}
      <ul class="rows">
        {list.rows.map((one) => (
          <li key={one.id}>
            <a href={accountPath(one.id)}>{one.name}</a>
            <Badge word={one.mode} />
            <Badge word={one.frozen_at ? 'frozen' : one.status} />
            <span class="quiet">
              key …<Id text={one.credential_last4} />
            </span>
            <span class="quiet">
              <KeyCheck of={one} />
            </span>
          </li>
        ))}
      </ul>
      {list.more && (
        <button type="button" onClick={list.loadMore}>
          Show more
        </button>
      )}
      {may('operate') && stripeAccounts.length > 0 && <KeyReviews accounts={stripeAccounts} onDone={list.reload} />}
    </Card>
  );
}

export function Home() {
  return (
    <>
      <PageHead title="Home">
        {may('operate') && (
          <a class="button primary" href="/console/servers/new">
            Make an MCP URL
          </a>
        )}
      </PageHead>
      <div class="cards">
        <Alerts />
        <Waiting />
        <Unknown />
        <Expiring />
        <UsageCard path="/team" />
        <Accounts />
        <Refused />
      </div>
    </>
  );
}
