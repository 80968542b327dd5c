// People, API keys, webhooks and settings of the team.
import {may} from '../api/session';
import {useParameter} from '../parts/address';
import {PageHead} from '../parts/basics';
import {Keys} from './team_keys';
import {People} from './team_people';
import {Settings} from './team_settings';
import {Webhooks} from './team_webhooks';

const tabs: [string, string][] = [
  ['people', 'People'],
  ['keys', 'API keys'],
  ['webhooks', 'Webhooks'],
  ['settings', 'Settings'],
];

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
