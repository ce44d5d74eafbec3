/**
 * The server half of compliance.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { compliance } from '../capability.ts';
import { affiliationHandlers } from './affiliations.ts';
import { documentHandlers } from './assessment-documents.ts';
import { assessmentHandlers } from './assessments.ts';
import { factHandlers } from './collect-facts.ts';
import { tlsHandlers } from './collect-tls.ts';
import { commands } from './commands.ts';
import { complaintHandlers } from './complaints.ts';
import { disputeHandlers } from './disputes.ts';
import { entryHandlers } from './entries.ts';
import { importHandlers } from './import-facts.ts';
import { instrumentHandlers } from './instruments.ts';
import { judgementHandlers } from './judgements.ts';
import { migrations } from './migrations.ts';
import { obligationHandlers } from './obligations.ts';
import { requestHandlers } from './requests.ts';
import { signatureHandlers } from './signatures.ts';
import { supervisionHandlers } from './supervision.ts';

export const complianceServer = implementServer(compliance, {
  operations: {
    ...assessmentHandlers,
    ...documentHandlers,
    ...judgementHandlers,
    ...signatureHandlers,
    ...tlsHandlers,
    ...factHandlers,
    ...obligationHandlers,
    ...entryHandlers,
    ...requestHandlers,
    ...supervisionHandlers,
    ...instrumentHandlers,
    ...importHandlers,
    ...disputeHandlers,
    ...complaintHandlers,
    ...affiliationHandlers,
  },
  migrations,
  commands,
});
