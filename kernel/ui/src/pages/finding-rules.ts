/**
 * Which verbs of findings make sense in which state. Pure; the server decides by itself.
 * @module
 */
import type { Finding } from '@hedun/sdk';
import type { DeclaredOperation } from '../platform/registry.tsx';

/** The verbs a status allows, most likely first; others would only be refused. */
export const findingVerbs: Readonly<Record<Finding['status'], readonly string[]>> = {
  open: ['triageFindings', 'openCase', 'dismissFindings', 'setFindingSeverity', 'markFindingsFixed'],
  triaged: ['openCase', 'markFindingsFixed', 'dismissFindings', 'setFindingSeverity'],
  in_case: ['markFindingsFixed', 'dismissFindings', 'setFindingSeverity'],
  fixed: ['verifyFindings', 'reopenFindings'],
  verified: ['reopenFindings'],
  dismissed: ['reopenFindings'],
};

/** Verbs of capabilities know their own states; the kernel's are offered where they can be taken. */
export function allowsFinding({ capability, name }: DeclaredOperation, { status }: Pick<Finding, 'status'>): boolean {
  return capability.id !== 'kernel' || findingVerbs[status].includes(name);
}
