// The record of every write.
import type {Schemas} from '../api/client';
import {useList} from '../api/use';
import {receiptPath, useParameter} from '../parts/address';
import {Badge, Empty, PageHead} from '../parts/basics';
import {DayFields, useDays} from '../parts/days';
import {Choice, FilterField} from '../parts/fields';
import {Table} from '../parts/table';
import {Id, Money, Time} from '../parts/values';

type Row = Schemas['Receipt'];

export function ReceiptTable({search}: {search: Record<string, string | undefined>}) {
  const list = useList<Row>('/receipt', search, {on: ['receipt'], everySeconds: 15});
  return (
    <Table
      caption="Receipts, newest first"
      list={list}
      keyOf={(one) => one.id}
      columns={[
        {name: 'Write', show: (one) => <a href={receiptPath(one.id)}>{one.tool.replaceAll('_', ' ')}</a>},
        {name: 'State', show: (one) => <Badge word={one.state} />},
        {name: 'Amount', show: (one) => <Money amount={one.amount} currency={one.currency} />},
        {name: 'Object', show: (one) => <Id text={one.object_id} />, wide: true},
        {name: 'Error', show: (one) => one.error_code ?? <span class="quiet">–</span>, wide: true},
        {name: 'When', show: (one) => <Time at={one.created_at} />},
      ]}
      empty={
        <Empty title="No write matches.">
          <p>Every write of a model has a receipt here, made before the request leaves.</p>
        </Empty>
      }
    />
  );
}

export function Receipts() {
  const [state, setState] = useParameter('state');
  const [tool, setTool] = useParameter('tool');
  const [object, setObject] = useParameter('object_id');
  const days = useDays();
  return (
    <>
      <PageHead title="Receipts" />
      <div class="filters">
        <Choice
          label="State"
          value={state}
          onChange={setState}
          options={[
            ['', 'any'],
            ['succeeded', 'succeeded'],
            ['failed', 'failed'],
            ['unknown', 'outcome not known'],
            ['intended', 'being sent'],
          ]}
        />
        <FilterField label="Tool" value={tool} onChange={setTool} placeholder="create_a_stripe_refund" />
        <FilterField label="Object" value={object} onChange={setObject} placeholder="re_…" />
        <DayFields days={days} />
      </div>
      <ReceiptTable search={{state, tool, object_id: object, created_from: days.from, created_before: days.before}} />
    </>
  );
}
