// The company's own customers and orders of an account, what was refunded of them, and the import.
import {useState} from 'preact/hooks';

import {accountOptions, useAccounts} from '../api/accounts';
import {call, type Schemas, withQuery} from '../api/client';
import {may} from '../api/session';
import {useAction, useList, useResource} from '../api/use';
import {accountPath, receiptPath, useParameter} from '../parts/address';
import {Badge, Card, Empty, Facts, PageHead, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Choice, FilterField} from '../parts/fields';
import {Table} from '../parts/table';
import {Id, Money, Time} from '../parts/values';
import {ImportOrders} from './orders_import';

type Order = Schemas['Order'];

function Refunds({path, order}: {path: string; order: string}) {
  const list = useResource<Schemas['OrderRefundList']>(withQuery(`${path}/refunds`, {order}));
  if (!list.data) return <ProblemNote problem={list.problem} />;
  if (list.data.result.length === 0) return <p class="quiet">Nothing was refunded or flagged.</p>;
  return (
    <ul class="rows">
      {list.data.result.map((one) => (
        <li key={one.id}>
          {one.stripe_refund_id ? <Money amount={one.amount} currency={one.currency} /> : <Badge word="flagged for review" />}
          <span>{one.reason}</span>
          <span class="quiet">
            {one.refunded_by}, <Time at={one.created_at} />
          </span>
          {one.receipt_id && <Id text={one.receipt_id} to={receiptPath(one.receipt_id)} />}
        </li>
      ))}
    </ul>
  );
}

function Details({path, order}: {path: string; order: Order}) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{order.id}</summary>
      <Facts
        rows={[
          ['Customer', <Id text={order.customer_id} />],
          ['Payment', <Id text={order.payment_id} />],
        ]}
      />
      {open && <Refunds path={path} order={order.id} />}
    </details>
  );
}

// The page of a customer in Stripe's dashboard.
const customerPage = (of: Schemas['IntegratedAccount'], id: string): string =>
  `https://dashboard.stripe.com/${of.stripe_account ? `${of.stripe_account}/` : ''}${of.mode === 'live' ? '' : 'test/'}customers/${id}`;

function Customers({path, email, account}: {path: string; email: string; account: Schemas['IntegratedAccount']}) {
  const list = useResource<Schemas['OrderCustomerList']>(withQuery(`${path}/customers`, {email}));
  const rows = list.data?.result ?? [];
  if (rows.length === 0) return <ProblemNote problem={list.problem} />;
  return (
    <Card title={rows.length === 1 ? 'Customer' : `${rows.length} customers with this address`}>
      <ul class="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <span>
              {one.name ?? one.email} <span class="quiet">{one.id}</span>
            </span>
            <span>
              At Stripe: {one.stripe_customer_id ? <Id text={one.stripe_customer_id} to={customerPage(account, one.stripe_customer_id)} /> : <span class="quiet">not linked</span>}
            </span>
            <span class="quiet">
              since <Time at={one.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Found({path, account}: {path: string; account: Schemas['IntegratedAccount']}) {
  const [by, setBy] = useParameter('by', 'email');
  const [text, setText] = useParameter('q');
  const list = useList<Order>(text ? path : null, {[by]: text});
  return (
    <>
      <div class="filters">
        <Choice
          label="Find by"
          value={by}
          onChange={setBy}
          options={[
            ['email', 'e-mail address'],
            ['customer', "the company's id of a customer"],
            ['payment', 'payment (pi_… or ch_…)'],
            ['id', "the company's id of an order"],
          ]}
        />
        <FilterField label="Exactly" value={text} onChange={setText} />
      </div>
      {by === 'email' && text && <Customers path={path} email={text} account={account} />}
      {text && (
        <Table
          caption="Orders, newest first"
          list={list}
          keyOf={(one) => one.id}
          columns={[
            {name: 'Order', show: (one) => <Details path={path} order={one} />},
            {name: 'Amount', show: (one) => <Money amount={one.amount} currency={one.currency} />},
            {name: 'Refunded', show: (one) => <Money amount={one.refunded} currency={one.currency} />, wide: true},
            {name: 'State', show: (one) => <Badge word={one.status} />},
            {name: 'When', show: (one) => <Time at={one.created_at} />},
          ]}
          empty={<Empty title="No order matches." />}
        />
      )}
    </>
  );
}

function TurnOn({account, onDone}: {account: Schemas['IntegratedAccount']; onDone: () => void}) {
  return (
    <Empty title={`${account.name} has no orders yet.`}>
      <p>With its orders here, tools for models look up customers, refund an order after a preview, and write every refund into the refund log.</p>
      {may('administer') && (
        <Confirm
          label="Keep orders here"
          title="Keep the orders of this account here?"
          explain={<p>Tollgate keeps the orders that you import. The tag operations appears in the tools of its MCP servers.</p>}
          action="Keep them here"
          work={async () => {
            await call('PATCH', `/integrated-account/${account.id}`, {orders: 'tables'});
            onDone();
          }}
        />
      )}
    </Empty>
  );
}

export function Orders() {
  const [chosen, setChosen] = useParameter('account');
  const accounts = useAccounts(chosen, (one) => one.orders !== 'none');
  const account = accounts.chosen;
  const reload = useAction(async () => accounts.reload());
  if (!account)
    return (
      <>
        <PageHead title="Orders" />
        <ProblemNote problem={accounts.problem} />
        {accounts.missing && <Empty title="There is no such account." />}
        {!accounts.loading && !accounts.missing && <Empty title="No Stripe account is connected yet." />}
      </>
    );
  const path = `/integrated-account/${account.id}/orders`;
  return (
    <>
      <PageHead title="Orders">
        <a href={accountPath(account.id)}>{account.name}</a>
      </PageHead>
      {accounts.all.length > 1 && (
        <div class="filters">
          <Choice label="Account" value={account.id} onChange={setChosen} options={accountOptions(accounts.all)} />
        </div>
      )}
      {account.orders === 'none' ? <TurnOn account={account} onDone={reload.run} /> : <Found key={account.id} path={path} account={account} />}
      {account.orders === 'tables' && may('operate') && <ImportOrders accountId={account.id} />}
    </>
  );
}
