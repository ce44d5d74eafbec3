/**
 * Reading and verifying the audit log.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import type { Core } from '../contract.ts';
import { list } from '../lists/list.ts';
import { sessionOf } from '../session.ts';

export function auditHandlers(core: Core) {
  return handlers<Kernel>()({
    listAudit: (input, context) =>
      list(
        sessionOf(context),
        {
          table: 'auditRecords',
          key: 'sequence',
          fields: kernel.operations.listAudit.list,
          words: ['action', 'actorName', 'target'],
          sort: '-sequence',
        },
        input,
      ),
    verifyAudit: async () => ({ ...(await core.audit.verify()) }) as never,
  });
}
