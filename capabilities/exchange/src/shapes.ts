/**
 * The rows this room keeps and the shapes its operations answer with.
 * @module
 */
import { Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

/** One published data object: what everybody in the catalogue may know of it. The bytes themselves stand in storage, always as ciphertext. */
export const ObjectRow = z.object({
  id: Id,
  organisationId: Id,
  title: z.string(),
  createdAt: Timestamp,
});
export type ObjectRow = z.infer<typeof ObjectRow>;
