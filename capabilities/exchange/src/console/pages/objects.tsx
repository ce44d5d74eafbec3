/**
 * The catalogue of shared data.
 * @module
 */
import { OperationList } from '@hedun/ui';
import { exchange } from '../../capability.ts';

export function Page() {
  return <OperationList capability={exchange} list="listObjects" columns={['title', 'organisationId', 'createdAt']} />;
}
