/**
 * The page of `hello`: its list, with a form derived from the operation.
 * @module
 */
import { OperationList } from '@hedun/ui';
import { hello } from '../../capability.ts';

export function Page() {
  return (
    <OperationList
      capability={hello}
      list="listGreetings"
      create="addGreeting"
      columns={['text', 'count', 'createdAt']}
    />
  );
}
