/**
 * How the nouns' lists read their tables.
 * @module
 */
import { kernel } from '@hedun/sdk/kernel';
import type { ListDefinition } from '../lists/list.ts';

const { operations } = kernel;

export const assetList: ListDefinition = {
  table: 'assets',
  fields: operations.listAssets.list,
  words: ['name'],
  identifiers: 'identifiers',
  sort: '-lastSeenAt',
  required: ['name', 'kind', 'status', 'lastSeenAt', 'createdAt', 'updatedAt'],
};
export const findingList: ListDefinition = {
  table: 'findings',
  fields: operations.listFindings.list,
  words: ['title'],
  sort: '-lastSeenAt',
  required: [
    'title',
    'kind',
    'severityRank',
    'status',
    'confidence',
    'occurrences',
    'recurrences',
    'firstSeenAt',
    'lastSeenAt',
  ],
};
export const caseList: ListDefinition = {
  table: 'cases',
  fields: operations.listCases.list,
  words: ['title', 'number'],
  sort: '-openedAt',
  required: ['number', 'title', 'kind', 'severityRank', 'status', 'escalation', 'openedAt', 'updatedAt'],
};
export const evidenceList: ListDefinition = {
  table: 'evidence',
  fields: operations.listEvidence.list,
  words: ['name'],
  sort: '-createdAt',
  required: ['name', 'size', 'createdAt'],
};
export const observationList: ListDefinition = {
  table: 'observations',
  fields: operations.listObservations.list,
  words: ['source', 'kind'],
  sort: '-seenAt',
  required: ['source', 'kind', 'seenAt', 'receivedAt'],
};
export const reportList: ListDefinition = {
  table: 'reports',
  fields: operations.listReports.list,
  words: ['title'],
  sort: '-createdAt',
  required: ['title', 'format', 'createdAt'],
};
