/**
 * The kinds an organisation may have, with their titles, read from the operation that makes one.
 * @module
 */
import { fieldMeta, type Text } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';

const titles = fieldMeta(kernel.operations.createOrganisation.input.shape.kind)?.options ?? {};
export const completeSetupKinds: readonly { readonly value: string; readonly label: Text }[] = Object.entries(
  titles,
).map(([value, label]) => ({ value, label }));
