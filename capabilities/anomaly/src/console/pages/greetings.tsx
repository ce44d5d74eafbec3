/**
 * The page of `anomaly`: its list, with a form derived from the operation.
 * @module
 */
import { OperationList } from '@hedun/ui';
import { anomaly } from '../../capability.ts';

export function Page() {
  return (
    <OperationList
      capability={anomaly}
      list="listGreetings"
      create="addGreeting"
      columns={['text', 'count', 'createdAt']}
    />
  );
}
