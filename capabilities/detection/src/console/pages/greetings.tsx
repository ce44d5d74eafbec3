/**
 * The page of `detection`: its list, with a form derived from the operation.
 * @module
 */
import { OperationList } from '@hedun/ui';
import { detection } from '../../capability.ts';

export function Page() {
  return (
    <OperationList
      capability={detection}
      list="listGreetings"
      create="addGreeting"
      columns={['text', 'count', 'createdAt']}
    />
  );
}
