import type {Schemas} from '../api/client';
import {may} from '../api/session';
import {systemOf} from '../api/system';
import {useList} from '../api/use';
import {accountPath} from '../parts/address';
import {Badge, Empty, PageHead} from '../parts/basics';
import {KeyCheck} from '../parts/key_check';
import {Table} from '../parts/table';
import {Time} from '../parts/values';

type Row = Schemas['IntegratedAccount'];

export function Accounts() {
  const list = useList<Row>('/integrated-account');
  return (
    <>
      <PageHead title="Accounts">
        {may('administer') && (
          <a class="button primary" href="/console/accounts/new">
            Connect an account
          </a>
        )}
      </PageHead>
      <Table
        caption="Integrated accounts, newest first"
        list={list}
        keyOf={(one) => one.id}
        columns={[
          {name: 'Name', show: (one) => <a href={accountPath(one.id)}>{one.name}</a>},
          {name: 'Of', show: systemOf, wide: true},
          {name: 'Mode', show: (one) => <Badge word={one.mode} />},
          {name: 'State', show: (one) => <Badge word={one.frozen_at ? 'frozen' : one.status} />},
          {name: 'Key', show: (one) => `${one.credential_kind}, …${one.credential_last4}`, wide: true},
          {name: 'Check of the key', show: (one) => <KeyCheck of={one} />, wide: true},
          {name: 'Connected', show: (one) => <Time at={one.created_at} />, wide: true},
        ]}
        empty={
          <Empty title="No Stripe account is connected yet.">
            <p>An admin connects one with a restricted key of Stripe. Start in test mode.</p>
          </Empty>
        }
      />
    </>
  );
}
