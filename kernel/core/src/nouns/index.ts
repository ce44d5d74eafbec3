/**
 * The nouns, each built on one transaction's session.
 * @module
 */
import type { Nouns } from '../contract.ts';
import { assetsOf } from './assets.ts';
import { casesOf } from './cases.ts';
import { filesOf, registerWith } from './files.ts';
import { findingsOf } from './findings.ts';
import { observationsOf } from './observations.ts';
import type { NounRooms } from './shared.ts';

export function createNouns(rooms: NounRooms): Nouns {
  return {
    assets: (session) => assetsOf(rooms, session),
    findings: (session) => findingsOf(rooms, session),
    cases: casesOf,
    observations: observationsOf,
    files: (session) => filesOf(rooms, session),
    register: registerWith(rooms),
  };
}
