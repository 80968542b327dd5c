// People, API keys and webhooks of the team.
import type {Schemas} from '../api/client';
import {may} from '../api/session';
import {useResource} from '../api/use';
import {useParameter} from '../parts/address';
import {Badge, Facts, PageHead, ProblemNote} from '../parts/basics';
import {Time} from '../parts/values';
import {Keys} from './team_keys';
import {People} from './team_people';
import {Webhooks} from './team_webhooks';

const tabs: [string, string][] = [
  ['people', 'People'],
  ['keys', 'API keys'],
  ['webhooks', 'Webhooks'],
  ['settings', 'Settings'],
];

function Settings() {
  const list = useResource<{result: Schemas['Team'][]}>('/team');
  const team = list.data?.result[0];
  if (!team) return list.problem ? <ProblemNote problem={list.problem} /> : <p class="quiet loading">Loading…</p>;
  return (
    <Facts
      rows={[
        ['Name', team.name],
        ['Writes', team.frozen_at ? <Badge word="frozen" /> : 'are sent'],
        ['Suspended', team.suspended_at && <Time at={team.suspended_at} />],
        ['Receipts are kept', `${team.receipt_retention_days} days`],
        ['Audit records are kept', team.audit_retention_days ? `${team.audit_retention_days} days` : 'for ever'],
        ['Legal hold', team.audit_legal_hold ? 'yes: nothing is removed' : 'no'],
        ['Arguments in the audit log', team.audit_arguments === 'redacted' ? 'without texts' : 'their digest only'],
        ['Receipts in metadata', team.receipt_metadata ? 'yes' : 'no'],
        ['Id', <code>{team.id}</code>],
      ]}
    />
  );
}

export function Team() {
  const admin = may('administer');
  const [tab, setTab] = useParameter('tab', admin ? 'people' : 'webhooks');
  const shown = tabs.filter(([id]) => admin || (id !== 'people' && id !== 'keys'));
  return (
    <>
      <PageHead title="Team" />
      <div class="tabs" role="group" aria-label="Parts of this page">
        {shown.map(([id, name]) => (
          <button type="button" key={id} aria-pressed={tab === id} onClick={() => setTab(id)}>
            {name}
          </button>
        ))}
      </div>
      {tab === 'people' && admin && <People />}
      {tab === 'keys' && admin && <Keys />}
      {tab === 'webhooks' && <Webhooks />}
      {tab === 'settings' && <Settings />}
    </>
  );
}
