/**
 * The page of `exchange`: its list, with a form derived from the operation.
 * @module
 */
import { OperationList } from '@hedun/ui';
import { exchange } from '../../capability.ts';

export function Page() {
  return (
    <OperationList
      capability={exchange}
      list="listGreetings"
      create="addGreeting"
      columns={['text', 'count', 'createdAt']}
    />
  );
}
