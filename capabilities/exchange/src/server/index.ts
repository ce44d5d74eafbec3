/**
 * The server half of `exchange`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { exchange } from '../capability.ts';
import { exchangeCommands } from './commands.ts';
import { authorityHandlers } from './keys/authorities.ts';
import { grantHandlers } from './keys/grants.ts';
import { bindToLedger } from './ledger/bound.ts';
import { exchangeHandlers } from './ledger/exchange-domains.ts';
import { ledgerHandlers } from './ledger/ledgers.ts';
import { memberHandlers } from './ledger/members.ts';
import { closeLedgers } from './ledger/open.ts';
import { supervisionHandlers } from './ledger/supervision.ts';
import { migrations } from './migrations.ts';
import { objectHandlers } from './publish/objects.ts';
import { policyHandlers } from './publish/policies.ts';

const own = { ...objectHandlers, ...policyHandlers, ...authorityHandlers, ...grantHandlers };

export const exchangeServer = implementServer(exchange, {
  operations: {
    ...ledgerHandlers,
    ...memberHandlers,
    ...exchangeHandlers,
    ...supervisionHandlers,
    ...own,
    ...bindToLedger(own),
  },
  services: {
    // Ledgers open when first used; this closes them, after what is being written is on disk.
    ledgers: {
      start: async (context) => {
        const folder = context.folder();
        return { stop: () => closeLedgers(folder) };
      },
    },
  },
  commands: exchangeCommands,
  migrations,
});
